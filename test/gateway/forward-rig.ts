import { EventEmitter, on, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { createForwarder } from '../../src/gateway/forward.ts';
import type { Forwarding, ForwardLimits, ForwardOutcome } from '../../src/gateway/forward-types.ts';
import { defaultLimits } from '../../src/rules/limits-schema.ts';
import type { BackEnd } from '../../src/rules/publishing-rule.ts';

/** One end of a raw connection, and what came by it so far (latin1, so that a character is a byte). */
export class Wire {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  received = '';

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        this.received += chunk.toString('latin1');
      });
  }

  send(...lines: string[]): this {
    this.socket.write(lines.join('\r\n'), 'latin1');
    return this;
  }

  /** Waits for bytes that match; fails when the connection closes first. */
  until(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!pattern.test(this.received)) return;
        this.socket.off('data', look).off('close', fail);
        resolve(this.received);
      };
      const fail = () => reject(new Error(`closed before ${pattern}: ${JSON.stringify(this.received)}`));
      this.socket.on('data', look).on('close', fail);
      look();
    });
  }

  /** The fields of the head, without the start line. */
  get fields(): string[] {
    return (this.received.split('\r\n\r\n')[0] ?? '').split('\r\n').slice(1);
  }
}

export type RawBackEnd = { url: string; connection(): Promise<Wire>; count(): number };

/** Listens on a free port; each connection comes out of `connection()` in turn, and nothing answers but the test. */
export async function rawBackEnd(t: ExecutionContext, server: Server = createTcpServer()): Promise<RawBackEnd> {
  const wires: Wire[] = [];
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
  server.on(event, (socket: Socket) => wires.push(new Wire(socket)));
  const connections = on(server, event);
  const port = await listen(t, server);
  let next = 0;
  return {
    url: `${event === 'connection' ? 'http' : 'https'}://127.0.0.1:${port}`,
    count: () => wires.length,
    async connection() {
      await connections.next();
      return wires[next++] as Wire;
    },
  };
}

export async function listen(t: ExecutionContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export type Setting = {
  to: Partial<BackEnd> & { url: string };
  noResponse?: boolean;
  nodeContinues?: boolean;
  before?: (request: IncomingMessage) => Promise<unknown>;
  limits?: Partial<ForwardLimits>;
} & Partial<Omit<Forwarding, 'request' | 'to' | 'limits'>>;

export type TestGateway = {
  port: number;
  outcome(): Promise<ForwardOutcome>;
  client(...lines: string[]): Wire;
  endTunnels(): void;
  close(): Promise<void>;
};

/** A server that forwards everything with one setting, answers failures with their code, and tells each outcome in turn. */
export async function startGateway(t: ExecutionContext, setting: Setting): Promise<TestGateway> {
  const { to, limits, noResponse, nodeContinues, before, ...more } = setting;
  const forwarder = createForwarder();
  const events = new EventEmitter();
  const outcomes = on(events, 'outcome');
  const forwarding = (request: IncomingMessage): Forwarding => ({
    request,
    to: { ca: null, hostHeader: 'original', ...to },
    target: request.url ?? '',
    limits: { ...defaultLimits, ...limits },
    replace: {},
    editResponse: ({ headers }) => headers,
    ...more,
  });
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    await before?.(request);
    const outcome = await forwarder.http(forwarding(request), noResponse ? null : response);
    if (noResponse) response.end('own answer');
    else if (outcome.kind === 'failed' && !outcome.headersSent) response.writeHead(502).end(outcome.code);
    events.emit('outcome', outcome);
  };
  const server = createServer(handle);
  if (!nodeContinues) server.on('checkContinue', handle);
  server.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    await before?.(request);
    const outcome = await forwarder.upgrade(forwarding(request), socket, head);
    if (outcome.kind === 'failed' && !outcome.headersSent)
      socket.end(`HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n${outcome.code}`);
    events.emit('outcome', outcome);
  });
  const port = await listen(t, server);
  t.teardown(() => forwarder.close());
  return {
    port,
    outcome: async () => ((await outcomes.next()).value as [ForwardOutcome])[0],
    client: (...lines) => new Wire(connect({ port, host: '127.0.0.1' })).send(...lines),
    endTunnels: () => forwarder.endTunnels(),
    close: () => forwarder.close(),
  };
}

/** A back end and a gateway in front of it. */
export async function startPair(
  t: ExecutionContext,
  more: Partial<Setting> = {},
): Promise<{ gateway: TestGateway; backEnd: RawBackEnd }> {
  const backEnd = await rawBackEnd(t);
  const gateway = await startGateway(t, { ...more, to: { url: backEnd.url, ...more.to } });
  return { gateway, backEnd };
}

/** The heads of a WebSocket's opening, with more fields. */
export const ask = (...more: string[]) => [
  'GET /ws HTTP/1.1',
  'Host: mail.example',
  'Connection: Upgrade',
  'Upgrade: websocket',
  ...more,
  '',
  '',
];
export const agree = (...more: string[]) => [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  ...more,
  '',
  '',
];

type Tunnelled = { gateway: TestGateway; backEnd: RawBackEnd; client: Wire; server: Wire };

/** A client that has asked for a WebSocket, and a back end that has the request. */
export async function asked(t: ExecutionContext, more: Partial<Setting> = {}): Promise<Tunnelled> {
  const { gateway, backEnd } = await startPair(t, more);
  const client = gateway.client(...ask());
  const server = await backEnd.connection();
  await server.until(/\r\n\r\n/);
  return { gateway, backEnd, client, server };
}

/** The same after the back end’s 101. */
export async function joined(t: ExecutionContext, more: Partial<Setting> = {}): Promise<Tunnelled> {
  const all = await asked(t, more);
  all.server.send(...agree());
  await all.client.until(/\r\n\r\n/);
  return all;
}

/** Each write is taken only some turns of the event loop later. */
export function takeSlowly(socket: Socket): void {
  const write = socket._write.bind(socket);
  Object.assign(socket, { _writev: null });
  socket._write = (chunk, encoding, done) => {
    let turns = 50;
    const turn = () => {
      if (turns-- > 0) setImmediate(turn);
      else write(chunk, encoding, done);
    };
    turn();
  };
}
