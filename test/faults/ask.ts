import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { WebSocket } from 'ws';

/**
 * How an answer came. `whole`: its head and all that the head promised. `cut`: something, or nothing, and then the connection was gone.
 * `refused`: there was no connection. `late`: it did not come, and would not have. `left`: whoever asked went away.
 * `slow`: whoever asked was not done in time.
 */
export type Reply = {
  end: 'whole' | 'cut' | 'refused' | 'late' | 'left' | 'slow';
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
};

export type Way = { port: number; agent: Agent | false; headers: Record<string, string> };

/** Beyond every limit of the gateways under test, ms. */
export const LONGEST_ANSWER = 15_000;

/** One request; never rejects. `chunked`: the body's length is not told. The answer counts even if it comes before the body is sent. */
export function ask(method: string, path: string, way: Way, body?: { text: string; chunked: boolean }): Promise<Reply> {
  return new Promise((resolve) => {
    const { port, agent, headers } = way;
    const reply: Reply = { end: 'cut', status: 0, headers: {}, body: '' };
    const settle = (end: Reply['end']) => {
      clearTimeout(deadline);
      resolve({ ...reply, end });
    };
    const length = body && !body.chunked ? { 'Content-Length': body.text.length } : {};
    const sent = request({ host: '127.0.0.1', port, method, path, agent, headers: { ...headers, ...length } });
    const deadline = setTimeout(() => {
      settle('late');
      sent.destroy();
    }, LONGEST_ANSWER);
    sent.on('response', (answer) => {
      Object.assign(reply, { status: answer.statusCode, headers: answer.headers });
      answer.setEncoding('latin1').on('data', (chunk: string) => {
        reply.body += chunk;
      });
      answer.on('error', () => {}).on('close', () => settle(answer.complete ? 'whole' : 'cut'));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (reply.status === 0) settle(error.code === 'ECONNREFUSED' ? 'refused' : 'cut');
    });
    for (const part of body ? [body.text.slice(0, 20_000), body.text.slice(20_000)] : []) sent.write(part, 'latin1');
    sent.end();
  });
}

/** Opens a WebSocket, lets `text` come back and closes it; status 101 if it opened. */
export function echo(path: string, { port, headers }: Way, text: string): Promise<Reply> {
  return new Promise((resolve) => {
    const reply: Reply = { end: 'cut', status: 0, headers: {}, body: '' };
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    const settle = (end: Reply['end']) => {
      clearTimeout(deadline);
      resolve({ ...reply, end });
    };
    const deadline = setTimeout(() => {
      settle('late');
      client.terminate();
    }, LONGEST_ANSWER);
    client.on('upgrade', ({ headers }) => Object.assign(reply, { status: 101, headers }));
    client.on('open', () => client.send(text));
    client.on('message', (data) => {
      reply.body += data.toString();
      client.close(1000);
    });
    client.on('close', (code) => settle(code === 1000 ? 'whole' : 'cut'));
    client.on('unexpected-response', (_, answer) => {
      Object.assign(reply, { status: answer.statusCode, headers: answer.headers });
      answer.setEncoding('latin1').on('data', (chunk: string) => {
        reply.body += chunk;
      });
      answer.on('error', () => {}).on('close', () => settle(answer.complete ? 'whole' : 'cut'));
    });
    client.on('error', (error: NodeJS.ErrnoException) => {
      if (reply.status === 0) settle(error.code === 'ECONNREFUSED' ? 'refused' : 'cut');
    });
  });
}
