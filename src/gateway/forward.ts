import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { isIP, type Socket } from 'node:net';
import httpProxy from 'http-proxy';
import { buildConnector, Pool } from 'undici';
import { fieldPairs, type HeaderFields } from '../header-fields.ts';
import type { BackEnd } from '../rules/publishing-rule.ts';
import { HttpExchange } from './forward-exchange.ts';
import type { Forwarder, Forwarding, ForwardOutcome } from './forward-types.ts';
import { Tunnel } from './forward-upgrade.ts';
import { rawFields, refuseTransferCodings, requestFields } from './http-fields.ts';

/** A published server as the transports need it; one for each origin and certificate authority. */
type Route = {
  pool: Pool;
  target: { protocol: string; host: string; hostname: string; port: number };
  ca: string | null;
};

/** Milliseconds that a connection to a published server serves requests. */
const LONGEST_KEPT = 5 * 60_000;

type WebOptions = { route: Route; exchange: HttpExchange; forwarding: Forwarding };

/**
 * Sends requests on to published servers. http-proxy is the face: its `web` runs our pass over undici instead of its own, and its
 * `ws` runs under the guard of `Tunnel`.
 *
 * Contract with the server: requests with `Expect: 100-continue` come in by 'checkContinue'; the forwarder sends the `100 Continue`
 * itself (with a null `response` the caller has to).
 */
export function createForwarder(): Forwarder {
  const routes = new Map<string, Route>();
  const live = new Set<HttpExchange | Tunnel>();
  const tunnels = new WeakMap<IncomingMessage, { tunnel: Tunnel; fields: HeaderFields }>();
  const proxy = createFace(tunnels);
  let closed = false;

  function routeTo({ to, limits: { connectTime } }: Forwarding): Route {
    const key = JSON.stringify([to.url, to.ca, connectTime]);
    const route = routes.get(key) ?? createRoute(to, connectTime);
    routes.set(key, route);
    return route;
  }

  /** Starts an exchange or tunnel that nobody has ended yet, and keeps it among the live until it settles. */
  async function run(one: HttpExchange | Tunnel, fail: (cause: unknown) => void, start: () => void): Promise<ForwardOutcome> {
    live.add(one);
    try {
      if (closed) one.abort();
      if (!one.settled) start();
    } catch (error) {
      fail(error);
    }
    const outcome = await one.outcome;
    live.delete(one);
    return outcome;
  }

  return {
    http(forwarding, response) {
      const exchange = new HttpExchange(forwarding, response);
      const fail = (cause: unknown) => exchange.onResponseError(null, cause);
      return run(exchange, fail, () => {
        const route = routeTo(forwarding);
        const web: WebOptions = { route, exchange, forwarding };
        proxy.web(forwarding.request, response as ServerResponse, { target: route.target, ...web });
      });
    },

    async upgrade(forwarding, socket, head) {
      socket.on('error', () => {});
      const problem = unfitForUpgrade(forwarding);
      if (problem) return { kind: 'failed', code: 'backend-broken', headersSent: false, cause: new Error(problem) };
      const tunnel = new Tunnel(forwarding, socket as Socket);
      return run(tunnel, tunnel.fail, () => {
        const route = routeTo(forwarding);
        const standIn = standInRequest();
        tunnels.set(standIn, { tunnel, fields: fieldsFor(forwarding, route) });
        const ws = { target: route.target, ...(route.ca === null ? {} : { ca: route.ca }) };
        proxy.ws(standIn, socket, head, ws, tunnel.fail);
        tunnel.guard(route.target.protocol === 'https:');
      });
    },

    endTunnels() {
      for (const one of live) if (one instanceof Tunnel) one.end();
    },

    async close() {
      closed = true;
      for (const one of live) one.abort();
      await Promise.all([...routes.values()].map(({ pool }) => pool.destroy()));
    },
  };
}

function createFace(tunnels: WeakMap<IncomingMessage, { tunnel: Tunnel; fields: HeaderFields }>): httpProxy {
  const proxy = httpProxy.createProxyServer();
  // http-proxy's own passes lose a client's abort, forward hop-by-hop fields and unframed bodies, and die of a `Trailer`.
  Object.assign(proxy, { webPasses: [sendOverPool] });
  proxy.on('proxyReqWs', (request: ClientRequest, standIn: IncomingMessage) => {
    const known = tunnels.get(standIn);
    known?.tunnel.prepare(request, known.fields);
  });
  return proxy;
}

/** http-proxy calls passes in turn until one returns true. */
function sendOverPool(request: IncomingMessage, _response: ServerResponse | null, options: WebOptions): true {
  const { route, exchange, forwarding } = options;
  refuseTransferCodings(fieldPairs(request.rawHeaders));
  if (exchange.body && request.readableEnded) throw new Error('the body of the request has been read already');
  const fields = fieldsFor(forwarding, route);
  const length = request.headers['content-length'];
  if (exchange.body && length !== undefined && request.headers['transfer-encoding'] === undefined)
    fields.push(['Content-Length', length]);
  const dispatch = {
    path: forwarding.target,
    method: request.method ?? 'GET',
    headers: rawFields(fields),
    body: exchange.body,
    // undici takes it from the client's Host unless told, and closes a connection when it changes.
    servername: route.target.hostname,
    headersTimeout: forwarding.limits.responseTime,
    bodyTimeout: forwarding.limits.streamTime,
    ...(forwarding.closeAfter && { reset: true }),
  };
  route.pool.dispatch(dispatch, exchange);
  return true;
}

function fieldsFor({ request, to, replace }: Forwarding, { target }: Route): HeaderFields {
  const own = target.host;
  return requestFields(request.rawHeaders, to.hostHeader === 'target' ? own : (request.headers.host ?? own), replace);
}

/** Why a request cannot become a WebSocket, or null. Node checks a target when a request is made, not when its path is set later. */
function unfitForUpgrade({ request, target }: Forwarding): string | null {
  if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket')
    return 'only upgrades to websocket are forwarded';
  return /[^!-\xff]/.test(target) ? 'the request target holds what no request line can' : null;
}

/**
 * What http-proxy's `ws` pass is to read: nothing of the client's, whose URL and fields it would re-parse and merge. Without a Host,
 * node:https takes SNI and the name to check from the back end's address.
 */
function standInRequest(): IncomingMessage {
  return { method: 'GET', url: '/', headers: { upgrade: 'websocket' } } as unknown as IncomingMessage;
}

function createRoute(to: BackEnd, connectTime: number): Route {
  const { origin, protocol, host, hostname, port } = new URL(to.url);
  const name = hostname.replace(/^\[|\]$/g, '');
  // The certificate must bear the back end's own name. SNI has no place for an address (RFC 6066 §3).
  const servername = isIP(name) ? '' : name;
  const dial = buildConnector({ allowH2: false, timeout: connectTime, ...(to.ca === null ? {} : { ca: to.ca }) });
  const connect: buildConnector.connector = (options, done) =>
    dial({ ...options, servername }, (...[error, socket]) => {
      if (error) return done(error, null);
      // undici takes a reset for the end of a body without a length, and fails a request that merely waits for this connection.
      // As a socket error of its own kind it does neither: the running request fails, the waiting one gets a new connection.
      socket.prependListener('error', (cause) => {
        if ('syscall' in cause) Object.assign(cause, { code: 'UND_ERR_SOCKET' });
      });
      done(null, socket);
    });
  // A connection of the pool is kept on after it has closed, unless the pool is told how long at most.
  const pool = new Pool(origin, { connect, allowH2: false, pipelining: 1, clientTtl: LONGEST_KEPT });
  const target = { protocol, host, hostname: name, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  return { pool, target, ca: to.ca };
}
