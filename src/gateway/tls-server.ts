import { constants } from 'node:crypto';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { ServerCertificate } from '../rules/publishing-rule.ts';

type TlsServer = Server & { setSecureContext(options: SecureContextOptions): void };

/**
 * A server that speaks TLS 1.2 or 1.3 and HTTP/1.1 in it. Its event `connection` tells of the bare connection, `secureConnection` of what
 * speaks HTTP on it, and `clientError` of handshakes that fail, too. `handshakeTime` (ms): what a handshake may take from now on.
 */
export function createTlsServer(
  options: ServerOptions,
  tls: ServerCertificate,
  handshakeTime: () => number,
  take: RequestListener,
): { server: Server; applyCertificate(tls: ServerCertificate): void } {
  const own = { ALPNProtocols: ['http/1.1'], handshakeTimeout: NEVER };
  const server = createServer({ ...options, ...own, ...secured(tls) }, take) as TlsServer;
  limitHandshakes(server, handshakeTime);
  let inForce = tls;
  return {
    server,
    applyCertificate(next) {
      // With another context, nobody resumes what was begun with the one before.
      if (!isSame(next, inForce)) server.setSecureContext(secured(next));
      inForce = next;
    },
  };
}

/** node:tls takes its own limit once and for all; ours may change. The longest that a timer can be set for, ms. */
const NEVER = 2 ** 31 - 1;

/** Rules that are read again bring the same certificate as another object. */
function isSame(one: ServerCertificate, other: ServerCertificate): boolean {
  return one.certificate === other.certificate && one.key() === other.key();
}

function secured({ certificate, key }: ServerCertificate): SecureContextOptions {
  return { cert: certificate, key: key(), minVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_RENEGOTIATION };
}

function limitHandshakes(server: Server, time: () => number): void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  server.on('connection', (socket: Socket) => {
    const timer = setTimeout(() => socket.destroy(), time()).unref();
    timers.set(socket, timer);
    socket.once('close', () => clearTimeout(timer));
  });
  server.on('secureConnection', (socket: TLSSocket) => clearTimeout(timers.get(bareSocket(socket))));
}

export function isTls(socket: Socket): boolean {
  return (socket as TLSSocket).encrypted === true;
}

type Wrapping = Socket & { _parent?: Socket | null };

/** The connection below TLS; without TLS the socket itself. */
export function bareSocket(socket: Socket): Socket {
  return (socket as Wrapping)._parent ?? socket;
}

/** Cuts a connection so that nothing on it looks whole to the client: by a reset, which node:tls itself does not have. */
export function resetConnection(socket: Socket): void {
  bareSocket(socket).resetAndDestroy();
}
