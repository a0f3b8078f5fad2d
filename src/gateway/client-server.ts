import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { closeServer } from '../listen.ts';
import type { Logger } from '../log.ts';
import type { Limits } from '../rules/limits-schema.ts';
import type { ServerCertificate } from '../rules/publishing-rule.ts';
import { bareSocket, createTlsServer, isTls, resetConnection } from './tls-server.ts';
import type { Upgrade } from './visit.ts';

export type ClientServerParts = {
  limits: () => Limits;
  /** With one at the start the server speaks TLS; without, plain HTTP. */
  tls?: () => ServerCertificate | null;
  log: Logger;
  handle(request: IncomingMessage, response: ServerResponse, upgrade: Upgrade | null): void;
  /**
   * The whole answer, as bytes of HTTP/1.1, to what cannot become a request, or to the `request` whose body does not come to its end.
   */
  refusal(status: number, sentence: string, request: IncomingMessage | null): string;
};

export type ClientServer = {
  server: Server;
  /** How many are open now; with TLS each is one as well. */
  connections(): number;
  /** To be called when the limits are others. */
  applyLimits(): void;
  /** To be called when the certificate is another: it is for new connections. */
  applyCertificate(): void;
  /** Stops listening, gives requests under way `grace` ms, then calls `cut` and cuts what is still open. */
  close(grace: number, cut: () => Promise<void>): Promise<void>;
};

/** How often node:http looks for requests that take too long, ms. */
const CHECK_INTERVAL = 250;
/** The request line has more in it than the target. */
const REQUEST_LINE_SLACK = 256;

/** The side of the gateway that clients connect to: what node:http hands over or refuses, within the listener's limits. */
export function createClientServer({ limits, tls = () => null, log, handle, refusal }: ClientServerParts): ClientServer {
  let draining = false;

  // Strict whatever Node is started with; and a missing Host is refused like every other, with a page.
  const strict = { insecureHTTPParser: false, requireHostHeader: false };
  const timing = { connectionsCheckingInterval: CHECK_INTERVAL };
  const options = { ...strict, ...timing, shouldUpgradeCallback: isWebSocket };
  const certificate = tls();
  const secure = certificate && createTlsServer(options, certificate, () => limits().headerTime, take);
  const server = secure?.server ?? createServer(options, take);
  server.on('checkContinue', take).on('checkExpectation', take);
  const refuse = (socket: Duplex, status: number, sentence: string) =>
    refuseOn(socket as Socket, (request) => refusal(status, sentence, request));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const problem = problemOf(error);
    if (leftHalfWay(error, socket as Socket)) socket.destroy();
    else if (problem) refuse(error.code === PLAIN_HTTP ? bareSocket(socket as Socket) : socket, ...problem);
    else if (error.code?.startsWith('ERR_SSL_')) log.debug({ code: error.code }, 'no TLS could be agreed upon with a client');
  });
  server.on('connect', (_, socket) => refuse(socket, 405, 'CONNECT: this is no proxy of that kind.'));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = responseOn(request, socket as Socket);
    if (response) handle(request, response, { socket, head });
    else socket.destroy();
  });
  tellOfShortage(server, log);
  const sockets = openSockets(server, limits);

  function take(request: IncomingMessage, response: ServerResponse): void {
    // Behind an upgrade that is declined, Node 24 drops what has come in the same piece: the next request may have lost its beginning.
    if (draining || request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    response.once('close', onAnswered);
    if (hasBody(request)) watchBody(request, limits().bodyTime, () => refuse(request.socket, 408, BODY_PAUSED));
    handle(request, response, null);
  }

  function onAnswered(): void {
    if (draining) server.closeIdleConnections();
  }

  function applyLimits(): void {
    const { connections, headerBytes, urlBytes, headerTime, requestTime, idleTime } = limits();
    server.maxConnections = connections;
    // Counted when a request is admitted: beyond this number, node:http would leave fields out without a word.
    server.maxHeadersCount = 0;
    Object.assign(server, { maxHeaderSize: headerBytes + urlBytes + REQUEST_LINE_SLACK });
    server.headersTimeout = Math.min(headerTime, requestTime);
    server.requestTimeout = requestTime;
    server.keepAliveTimeout = idleTime;
  }

  applyLimits();
  return {
    server,
    connections: () => [...sockets].filter((socket) => !isTls(socket)).length,
    applyLimits,
    applyCertificate() {
      const next = tls();
      if (next) secure?.applyCertificate(next);
    },
    async close(grace, cut) {
      draining = true;
      await closeServer(server, grace, async () => {
        await cut();
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}

/** Says once, until there is room again, that connections are closed; and whenever one cannot be had. */
function tellOfShortage(server: Server, log: Logger): void {
  let overfull = false;
  server.on('connection', () => {
    if (overfull) server.getConnections((_, count) => (overfull = count > 0.9 * server.maxConnections));
  });
  server.on('drop', () => {
    if (!overfull)
      log.warn({ connections: server.maxConnections }, 'connections are closed as they come: no more are allowed at once');
    overfull = true;
  });
  // Without a listener, a shortage of file descriptors would end the process.
  const onError = ({ code }: NodeJS.ErrnoException) => log.error({ code }, 'a connection could not be taken');
  server.once('listening', () => server.on('error', onError));
}

/** All connections, each within its limits also when node:http has handed it over (upgrade, CONNECT) and looks after it no more. */
function openSockets(server: Server, limits: () => Limits): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // node:http takes its own listener along, and without any a client's reset would end the process.
    socket.on('error', () => {});
    watchTaking(socket, limits().streamTime);
  };
  // With TLS there are two sockets for each.
  server.on('connection', keep).on('secureConnection', keep);
  return open;
}

/** What node:tls calls it. */
const PLAIN_HTTP = 'ERR_SSL_HTTP_REQUEST';
const BODY_PAUSED = 'Its body did not go on in time.';

const problems: Readonly<Record<string, [status: number, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Its header is larger than is taken here.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Its chunk extensions are larger than is taken here.'],
  [PLAIN_HTTP]: [400, 'It came in plain HTTP to a port that speaks TLS: begin the address with https://.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'It did not come to its end in time.'],
};

/** Null for a connection that is simply gone. */
function problemOf({ code = '', message }: NodeJS.ErrnoException): [status: number, sentence: string] | null {
  const known = problems[code];
  if (known) return known;
  return code.startsWith('HPE_')
    ? [400, `It is not a well-formed HTTP/1.1 request: ${message.replace(/^Parse Error: /, '')}.`]
    : null;
}

type Answering = Socket & { _httpMessage?: ServerResponse | null };

/** Whoever ends the connection in the middle of a body wants no answer. */
function leftHalfWay({ code }: NodeJS.ErrnoException, socket: Answering): boolean {
  return code === 'HPE_INVALID_EOF_STATE' && socket._httpMessage?.req.complete === false;
}

/**
 * Answers on the bare socket and closes it. Not in the middle of an answer, nor in the place of one that is still to come for an
 * earlier request: its client would take it for that one's.
 */
function refuseOn(socket: Answering, answer: (request: IncomingMessage | null) => string): void {
  const current = socket._httpMessage;
  if (current?.req.complete) current.once('close', () => socket.destroySoon());
  else if (current?.headersSent) resetConnection(socket);
  else {
    socket.write(answer(current?.req ?? null));
    socket.destroySoon();
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Calls `onPause` when nothing of the body came for `ms` (and at most half as long again), though it is being read. */
function watchBody(request: IncomingMessage, ms: number, onPause: () => void): void {
  const { socket } = request;
  let seen = socket.bytesRead;
  let quiet = 0;
  const timer = setInterval(() => {
    if (request.complete || socket.destroyed) return clearInterval(timer);
    quiet = request.readableFlowing === true && socket.bytesRead === seen ? quiet + 1 : 0;
    seen = socket.bytesRead;
    if (quiet < 2) return;
    clearInterval(timer);
    onPause();
  }, ms / 2).unref();
}

/**
 * Cuts a connection whose client has taken nothing for `ms` (and at most half as long again) of what there is to send: our own pages too,
 * which wait for a client that sends requests and reads no answers.
 */
function watchTaking(socket: Socket, ms: number): void {
  let left = '';
  let stalled = 0;
  const timer = setInterval(() => {
    const now = `${socket.bytesWritten} ${socket.writableLength}`;
    stalled = socket.writableLength > 0 && now === left ? stalled + 1 : 0;
    left = now;
    // A reset, so that no part of an answer looks whole.
    if (stalled >= 2) resetConnection(socket);
  }, ms / 2).unref();
  socket.once('close', () => clearInterval(timer));
}

function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * An answer on the bare socket of an upgrade, for the steps that refuse it; then the connection closes. Null for an upgrade that
 * was pipelined behind a request which is still being answered: the socket is that answer's.
 */
function responseOn(request: IncomingMessage, socket: Socket): ServerResponse | null {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    response.assignSocket(socket);
  } catch {
    return null;
  }
  // Half closed it would stay for as long as the client likes, or for ever with something unread in it.
  response.on('finish', () => socket.destroySoon());
  return response;
}
