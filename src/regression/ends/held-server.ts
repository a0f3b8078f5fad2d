import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeServer, listen } from '../../listen.ts';
import { createHeldJournal, type HeldRequest } from './held-journal.ts';

export type HeldServer = {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Every request so far, in order. */
  journal(): HeldRequest[];
  /** Resolves when such a request has arrived; at once if one has, and is still open. Rejects when the server is closed. */
  arrived(path: string, request?: string): Promise<HeldRequest>;
  /** Resolves when the other side has cut the connection of such a request. Rejects when the server is closed. */
  cut(path: string, request?: string): Promise<HeldRequest>;
  /** Another event in each open stream of events. */
  tell(): void;
  /** Answers the polls that wait, and sends the rest of the downloads. */
  release(): void;
  close(): Promise<void>;
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Held = { answers: Record<string, Answer>; tell(): void; release(): void };

/** Bytes of a download; half of them come at once. */
export const DOWNLOAD_SIZE = 1024 * 1024;
export const FIRST_EVENT = 'data: first\n\n';
export const NEXT_EVENT = 'data: next\n\n';

/**
 * A published server that keeps what it is asked for open until told. The last segment of a path says what it is: page, poll,
 * events, download, upload or socket (a WebSocket that echoes bytes).
 */
export async function startHeldServer(): Promise<HeldServer> {
  const journal = createHeldJournal();
  const sockets = new Set<Duplex>();
  const { answers, tell, release } = createAnswers();
  const server = createServer({ requestTimeout: 0, shouldUpgradeCallback: isSocket }, (request, response) => {
    const entry = journal.enter(request);
    response.on('close', () => journal.settle(entry, response.writableFinished ? 'answered' : 'cut'));
    const answer = answers[lastSegment(entry.path)];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const entry = journal.enter(request);
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      journal.settle(entry, 'cut');
    });
    socket.write(switchProtocols(String(request.headers['sec-websocket-key'])));
    socket.write(head);
    socket.pipe(socket, { end: false });
  });

  return {
    port: await listen(server, 0, '127.0.0.1'),
    journal: journal.read,
    arrived: (path, request) => journal.until('open', path, request),
    cut: (path, request) => journal.until('cut', path, request),
    tell,
    release,
    async close() {
      journal.close();
      await closeServer(server, 0, () => {
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}

function createAnswers(): Held {
  const streams = new Set<ServerResponse>();
  const held = new Map<ServerResponse, () => void>();
  let pages = 0;
  const hold = (response: ServerResponse, goOn: () => void) => {
    held.set(response, goOn);
    response.on('close', () => held.delete(response));
  };
  const answers: Held['answers'] = {
    page(_, response) {
      response.setHeader('Set-Cookie', `held=${++pages}; Path=/`).end('page');
    },
    poll(_, response) {
      hold(response, () => response.setHeader('Set-Cookie', 'late=1; Path=/').end('late'));
    },
    events(_, response) {
      response.setHeader('Content-Type', 'text/event-stream').write(FIRST_EVENT);
      streams.add(response);
      response.on('close', () => streams.delete(response));
    },
    download(_, response) {
      const half = Buffer.alloc(DOWNLOAD_SIZE / 2);
      response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': DOWNLOAD_SIZE }).write(half);
      hold(response, () => response.end(half));
    },
    upload(request, response) {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      request.on('error', () => {}).on('end', () => response.end(String(bytes)));
    },
  };
  return {
    answers,
    tell() {
      for (const stream of streams) stream.write(NEXT_EVENT);
    },
    release() {
      for (const goOn of held.values()) goOn();
      held.clear();
    },
  };
}

function isSocket({ headers, url = '' }: IncomingMessage): boolean {
  const webSocket = headers.upgrade?.toLowerCase() === 'websocket' && headers['sec-websocket-key'] !== undefined;
  return webSocket && lastSegment(url.split('?', 1)[0] as string) === 'socket';
}

/** The bytes that open a WebSocket from this side; the key proves that it was one that was asked for (RFC 6455 §4.2.2). */
function switchProtocols(key: string): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
