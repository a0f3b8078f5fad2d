import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { site } from '../bench/site.ts';

/** A kept connection of which thousands fit into a process: one request at a time, answers with a Content-Length. */
export type RawClient = {
  /** Asks with GET; resolves when the answer has come in full, and rejects when the connection closes before. */
  ask(path: string, cookie: string): Promise<{ status: number; body: string }>;
  /** Resolves when the connection has closed, whoever closed it. */
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
};

const HEAD_END = '\r\n\r\n';

/** Connects to a port of 127.0.0.1. */
export async function connectRaw(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  // What else it may be shows in an answer that does not come.
  socket.on('error', () => {});
  return {
    closed,
    ask(path, cookie) {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${site.host}\r\nCookie: ${cookie}${HEAD_END}`);
      return readAnswer(socket);
    },
    async close() {
      socket.destroy();
      await closed;
    },
  };
}

function readAnswer(socket: Socket): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  let text = '';
  const onData = (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const end = text.indexOf(HEAD_END);
    if (end < 0) return;
    const head = text.slice(0, end);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
    const body = text.slice(end + HEAD_END.length);
    if (Number.isNaN(length)) settle(() => reject(new Error(`an answer without Content-Length:\n${head.split('\r\n', 1)[0]}`)));
    else if (body.length >= length) settle(() => resolve({ status: Number(head.slice(9, 12)), body }));
  };
  const onClose = () => settle(() => reject(new Error(`the connection was closed after ${text.length} bytes of an answer`)));
  const settle = (act: () => void) => {
    socket.off('data', onData).off('close', onClose);
    act();
  };
  socket.on('data', onData).on('close', onClose);
  if (socket.destroyed) onClose();
  return promise;
}
