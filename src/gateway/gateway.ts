import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import Koa from 'koa';
import { LabError } from '../errors.ts';
import { closeServer, listen } from '../listen.ts';
import type { RuleSet } from '../rules/publishing-rule.ts';
import type { SessionSummary } from '../sessions/session-manager.ts';
import { denyUnpublishedPath, readRequest, selectPublishingRule, traceRequest } from './admit-request.ts';
import { findSession, requireSession } from './authenticate.ts';
import { serveCookieAuth } from './cookie-auth.ts';
import { afterSessionEnd } from './end-session.ts';
import { createForwarder } from './forward.ts';
import { forwardToPublishedServer } from './forward-request.ts';
import { createLiveConnections } from './live-connections.ts';
import { answerWithPage, problemPage, serveStylesheet } from './pages.ts';
import { createValidator } from './validate-credentials.ts';
import type { GatewayParts, GatewayTools, Policy, Step, Upgrade, Visit, VisitContext } from './visit.ts';
import { createExpiryWatch } from './watch-expiry.ts';
import { watchForLogoff } from './watch-for-logoff.ts';

/** Header fields of a request, bytes in all (T-22's baseline for OWA). */
const LARGEST_HEADER = 32_768;

export type Gateway = {
  /** Listens; resolves to the port. Throws port-in-use when somebody else does already. */
  listen(port: number, host: string): Promise<number>;
  /** Puts other rules in force for the requests to come. Sessions stay. */
  setRules(rules: RuleSet): void;
  rules(): RuleSet;
  /** Ends sessions and their connections; returns how many. */
  endSessions(which?: (session: SessionSummary) => boolean): Promise<number>;
  /** Stops listening, gives requests under way `grace` ms to finish, then cuts them and the upgraded connections. */
  close(grace?: number): Promise<void>;
};

/** The stand-in for TMG. What happens to a request stands in `steps`, in order; an upgrade (WebSocket) takes the same way. */
export function createGateway(parts: GatewayParts): Gateway {
  let policy = makePolicy(parts.rules);
  const forwarder = createForwarder();
  const live = createLiveConnections();
  const watchExpiry = createExpiryWatch({ ...parts, live });
  const tools: GatewayTools = { ...parts, forwarder, live, watchExpiry, policy: () => policy, newRequestId: randomUUID };
  parts.sessions.onEnd(afterSessionEnd(tools));
  const upgrades = new WeakMap<object, Upgrade>();
  const upgradeSockets = new Set<Duplex>();

  const app = new Koa<Visit>();
  app.silent = true;
  for (const step of steps(tools, upgrades)) app.use(step);
  const handle = app.callback();
  const server = createServer({ maxHeaderSize: LARGEST_HEADER, shouldUpgradeCallback: isWebSocket }, handle);
  server.on('checkContinue', handle);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => upgradeSockets.delete(socket));
    upgradeSockets.add(socket);
    const response = responseOn(request, socket as Socket);
    upgrades.set(request, { socket, head });
    if (response) void handle(request, response);
    else socket.destroy();
  });

  return {
    listen: (port, host) => listen(server, port, host),
    setRules(rules) {
      policy = makePolicy(rules, policy);
    },
    rules: () => policy.ruleSet,
    async endSessions(which) {
      const ended = await parts.sessions.endAll({ reason: 'admin', rule: null, request: null }, which);
      return ended.length;
    },
    async close(grace = 0) {
      await closeServer(server, grace, () => {
        live.closeAll();
        for (const socket of upgradeSockets) socket.destroy();
      });
      await forwarder.close();
    },
  };
}

function steps(tools: GatewayTools, upgrades: WeakMap<object, Upgrade>): Step[] {
  return [
    traceRequest(tools, upgrades),
    answerErrors(tools),
    readRequest,
    serveStylesheet,
    selectPublishingRule(tools),
    serveCookieAuth(tools),
    denyUnpublishedPath,
    findSession(tools),
    watchForLogoff(tools),
    requireSession,
    forwardToPublishedServer(tools),
  ];
}

/** The same listener keeps its validator, and with it what that remembers. */
function makePolicy(ruleSet: RuleSet, before?: Policy): Policy {
  const { listener } = ruleSet;
  return { ruleSet, listener, validate: before?.listener === listener ? before.validate : createValidator(listener.validate) };
}

/** An error on purpose is a page with its sentence; any other is logged and shown as 500 without its insides. */
function answerErrors({ log }: GatewayTools): Step {
  return async function answerErrors(ctx: VisitContext, next) {
    try {
      await next();
    } catch (error) {
      const known = error instanceof LabError;
      if (!known) log.error({ request: ctx.state.id, err: error }, 'a request failed inside the gateway');
      if (ctx.res.headersSent) {
        ctx.res.destroy();
        return;
      }
      const sentence = known ? error.message : 'The gateway failed while it handled this request; its log says more.';
      answerWithPage(ctx, known ? error.status : 500, problemPage('The request failed', sentence, ctx.state.id));
    }
  };
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
  response.on('finish', () => socket.end());
  return response;
}
