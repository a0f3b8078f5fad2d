import type { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from '../../src/listen.ts';
import { startOnFreePort } from '../../src/regression/ends/free-port.ts';
import { contentFor, type Kind, lengths, UPLOAD } from './content.ts';
import { type Arrival, Journal } from './journal.ts';
import { type Fault, faults } from './misbehave.ts';

/** Picks requests. */
export type Which = (kind: Kind, user: string | null) => boolean;

/** A server to be published as /app/*, whose answers belong to one request of one user each, and which keeps a journal. */
export class PublishedServer {
  readonly journal = new Journal();
  readonly #echo = new WebSocketServer({ noServer: true });
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #polls = new Map<string, () => void>();
  readonly #told = new Set<string>();
  readonly #stalled: (() => void)[] = [];
  #misbehaviour: { fault: Fault; of: Which } | null = null;
  #port = 0;

  constructor() {
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) =>
      this.#onRequest(request, response),
    );
    this.#server.on('upgrade', (request, socket: Socket, head) => this.#onUpgrade(request, socket, head));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket)));
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that stand. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens; the second time on the same port. */
  async up(): Promise<void> {
    const start = (port: number) => listen(this.#server, port, '127.0.0.1');
    this.#port = await (this.#port === 0 ? startOnFreePort(start) : start(this.#port));
  }

  /** As if the machine were off: nobody listens, and what was open is reset. */
  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  /** From now on such requests are answered like that; null: soundly again. */
  misbehave(fault: Fault | null, of: Which = () => false): void {
    this.#misbehaviour = fault && { fault, of };
  }

  /** Lets the long poll of this id be answered, whether it is here or still to come. */
  answerPoll(id: string): void {
    const end = this.#polls.get(id);
    if (end) end();
    else this.#told.add(id);
    this.#polls.delete(id);
  }

  /** Lets whatever stalls go on. */
  goOn(): void {
    for (const act of this.#stalled.splice(0)) act();
  }

  #note(request: IncomingMessage, over: Promise<void>): Arrival | null {
    const faultOf = (kind: Kind, user: string | null) => (this.#misbehaviour?.of(kind, user) ? this.#misbehaviour.fault : null);
    return this.journal.note(request, faultOf, over);
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const arrival = this.#note(request, closed(response));
    let body = '';
    request.setEncoding('latin1').on('data', (chunk: string) => {
      body += chunk;
    });
    request
      .on('error', () => {})
      .on('end', () => {
        if (!arrival) response.writeHead(404).end();
        else if (!isIntact(arrival, body)) response.writeHead(400).end('that is not what was sent');
        else this.#carryOut(arrival, request.socket, response);
      });
  }

  #carryOut(arrival: Arrival, socket: Socket, response: ServerResponse): void {
    const { kind, user, id, fault } = arrival;
    this.journal.carryOut(arrival);
    const content = contentFor(user, id, lengths[kind]);
    if (fault) faults[fault]({ response, socket, content, later: (act) => this.#stalled.push(act) });
    else if (kind !== 'poll' || this.#told.delete(id)) answer(response, arrival, content);
    else this.#polls.set(id, () => response.end(content));
  }

  #onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const arrival = this.#note(request, closed(socket));
    if (!arrival) socket.destroy();
    else if (arrival.fault === null)
      this.#echo.handleUpgrade(request, socket, head, (client) => {
        this.journal.carryOut(arrival);
        repeat(client);
      });
    else if (arrival.fault === 'hang') socket.on('end', () => socket.end()).resume();
    else socket.destroy();
  }
}

export async function startPublishedServer(t: ExecutionContext): Promise<PublishedServer> {
  const server = new PublishedServer();
  await server.up();
  t.teardown(() => server.down());
  return server;
}

const closed = (one: EventEmitter) => new Promise<void>((resolve) => one.once('close', resolve));

function isIntact({ kind, user, id }: Arrival, body: string): boolean {
  return kind === 'upload' || kind === 'chunked' ? body === contentFor(user, id, UPLOAD) : true;
}

/** One in two has no length told. */
function answer(response: ServerResponse, { exchange }: Arrival, content: string): void {
  if (/[02468ace]$/.test(exchange)) response.setHeader('Content-Length', content.length);
  else response.write(content.slice(0, 10));
  response.end(response.headersSent ? content.slice(10) : content);
}

function repeat(client: WebSocket): void {
  client.on('error', () => {}).on('message', (data) => client.send(data.toString()));
}
