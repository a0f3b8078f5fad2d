import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from '../../src/listen.ts';
import { obey } from './commands.ts';
import { contentOf, FAULTS, PAGE } from './content.ts';

/**
 * A published server in a process of its own. What `/mail/<what>?n=<number>` does stands in `answers`; each answer names its number,
 * so that nobody can have got another's. A WebSocket echoes.
 */
type Answer = (response: ServerResponse, n: number, request: IncomingMessage) => unknown;
type Fault = (response: ServerResponse, n: number) => unknown;

/** Polls that wait until they are all released, by their numbers. */
const held = new Map<ServerResponse, number>();
const heldWaits = new Set<() => void>();

function send(response: ServerResponse, body: Buffer | string, status = 200): void {
  response.statusCode = status;
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

const answers: Record<string, Answer> = {
  page: (response) => send(response, PAGE),
  poll(response, n) {
    held.set(response, n);
    response.on('close', () => held.delete(response));
    for (const look of heldWaits) look();
  },
  soon: (response, n) => setTimeout(() => send(response, `soon ${n}`), n % 400),
  download: (response, n) => send(response, contentOf(n)),
  async upload(response, n, request) {
    const body = await buffer(request);
    send(response, `${n} ${createHash('sha256').update(body).digest('hex')}`);
  },
  fault: (response, n) => faults[FAULTS[n % FAULTS.length] as (typeof FAULTS)[number]](response, n),
};

const faults: Record<(typeof FAULTS)[number], Fault> = {
  'gone before its answer': (response) => response.socket?.destroy(),
  'reset in its answer'(response, n) {
    response.setHeader('Content-Length', 10_000);
    response.write(`half of ${n}`, () => response.socket?.resetAndDestroy());
  },
  'no HTTP': (response) => response.socket?.end('220 mail.contoso.example ESMTP\r\n'),
  'own error': (response) => send(response, 'a fault of the published server', 500),
};

const server = createServer({ requestTimeout: 0 }, async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
  const answer = answers[pathname.replace('/mail/', '')];
  request.on('error', () => {});
  try {
    if (answer) await answer(response, Number(searchParams.get('n')), request);
    else send(response, 'no such page', 404);
  } catch {
    // An upload whose client has left.
    response.destroy();
  }
});
// The gateway is told nothing, and so keeps what it has as long as it likes.
server.keepAliveTimeout = 0;
new WebSocketServer({ server, path: '/mail/socket', perMessageDeflate: false }).on('connection', (socket: WebSocket) => {
  socket.on('error', () => {}).on('message', (data, binary) => socket.send(data, { binary }));
});
const port = await listen(server, 0, '127.0.0.1');

const commands = {
  port: () => port,
  /** Resolves when so many polls wait. */
  untilHeld: (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (held.size !== count) return;
        heldWaits.delete(look);
        resolve();
      };
      heldWaits.add(look);
      look();
    }),
  /** Answers every poll with its number. */
  release() {
    for (const [response, n] of held) send(response, `poll ${n}`);
  },
  /** Closes the kept connections that nobody uses. */
  closeIdle: () => server.closeIdleConnections(),
};
export type BackEndCommands = typeof commands;

obey(commands);
