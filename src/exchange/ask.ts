import { Agent, type IncomingMessage, request } from 'node:http';
import { LabError } from '../errors.ts';
import { fieldPairs, type HeaderFields } from '../header-fields.ts';

/** One request to a server of the mock, and its whole answer: pages here are small. */
export type Question = { port: number; method: string; target: string; headers: HeaderFields; body: Buffer | null };
export type ServerAnswer = { status: number; message: string; headers: HeaderFields; body: Buffer };

/** Asks servers of this mock on 127.0.0.1, over connections that stay open. Throws backend-unreachable where no whole answer comes. */
export type Asker = { ask(question: Question): Promise<ServerAnswer>; close(): void };

const LARGEST_BODY = 4 * 1024 * 1024;
/** Fields that belong to one connection (RFC 9110, 7.6.1). */
const HOP = /^(connection|keep-alive|proxy-connection|transfer-encoding|te|trailer|upgrade|content-length|expect)$/i;

/** `patience`: how long a server may be silent, ms. */
export function createAsker(patience = 30_000): Asker {
  const agent = new Agent({ keepAlive: true, timeout: patience });
  return {
    ask: ({ port, method, target, headers, body }) =>
      new Promise((resolve, reject) => {
        const fields = headers.filter(([name]) => !HOP.test(name)).flat();
        if (body) fields.push('Content-Length', String(body.length));
        const fail = (cause: Error) =>
          reject(new LabError('backend-unreachable', 'The server behind this one did not answer.', { cause }));
        const sent = request({ host: '127.0.0.1', port, method, path: target, headers: fields, agent }, (answer) => {
          collect(answer).then(
            (content) =>
              resolve({
                status: answer.statusCode ?? 502,
                message: answer.statusMessage ?? '',
                headers: fieldPairs(answer.rawHeaders).filter(([name]) => !HOP.test(name)),
                body: content,
              }),
            fail,
          );
        });
        sent.on('timeout', () => sent.destroy());
        sent.on('error', fail);
        sent.end(body ?? undefined);
      }),
    close: () => agent.destroy(),
  };
}

/**
 * The whole body. Throws too-large above `limit` bytes, and reads on for a while without keeping anything: a client that is still
 * sending gets its answer all the same, and one that does not stop is cut off. Throws bad-request when the body breaks off.
 */
export function collect(stream: IncomingMessage, limit = LARGEST_BODY): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const breakOff = (cause?: Error) => reject(new LabError('bad-request', 'The body broke off.', { cause }));
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks = [];
        if (size > limit + LARGEST_BODY * 4) stream.destroy();
        reject(new LabError('too-large', `A body holds at most ${limit} bytes here; this one is larger.`));
      }
    });
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.on('error', breakOff);
    stream.on('close', breakOff);
  });
}
