import { get } from 'node:http';
import type { ExecutionContext } from 'ava';

export type Message = { event: string; data: unknown; id: number | null };

/** Reads a stream of server-sent events: `until` gives the messages up to the first that fits, from where the last call ended. */
export async function openStream(t: ExecutionContext, port: number, path: string, lastId?: number) {
  const headers = { Host: `127.0.0.1:${port}`, ...(lastId !== undefined && { 'Last-Event-ID': String(lastId) }) };
  const messages = readMessages(await answerTo(t, { host: '127.0.0.1', port, path, headers, agent: false }));
  return {
    async until(fits: (message: Message) => boolean): Promise<Message[]> {
      const seen: Message[] = [];
      for (;;) {
        const { value, done } = await messages.next();
        if (done) throw new Error(`the stream ended after ${JSON.stringify(seen)}`);
        seen.push(value);
        if (fits(value)) return seen;
      }
    },
  };
}

function answerTo(t: ExecutionContext, options: object): Promise<AsyncIterable<string>> {
  return new Promise((resolve, reject) => {
    const sent = get(options, (answer) => resolve(answer.setEncoding('utf8'))).on('error', reject);
    t.teardown(() => sent.destroy());
  });
}

/** What an EventSource would be told. */
export async function* readMessages(chunks: AsyncIterable<string>): AsyncGenerator<Message, undefined> {
  let text = '';
  for await (const chunk of chunks) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
      const id = fields.get('id');
      if (fields.has('event'))
        yield {
          event: fields.get('event') as string,
          data: JSON.parse(fields.get('data') ?? 'null'),
          id: id === undefined ? null : Number(id),
        };
    }
  }
  return undefined;
}

/** What a batch of messages put in the place of which elements. */
export function putsIn(messages: readonly Message[]): Map<string, string> {
  const puts = messages.filter(({ event }) => event === 'put').map(({ data }) => data as { key: string; html: string });
  return new Map(puts.map(({ key, html }) => [key, html]));
}
