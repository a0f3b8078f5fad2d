import { randomUUID } from 'node:crypto';
import Koa from 'koa';
import { LabError } from '../errors.ts';
import { listen } from '../listen.ts';
import type { RuleSet } from '../rules/publishing-rule.ts';
import type { EndRecord, SessionSummary } from '../sessions/session.ts';
import { turnByTurn } from '../sessions/turn-by-turn.ts';
import { denyUnpublishedPath, readRequest, selectPublishingRule, traceRequest } from './admit-request.ts';
import { findSession, requireSession } from './authenticate.ts';
import { createClientServer } from './client-server.ts';
import { serveCookieAuth } from './cookie-auth.ts';
import { countRequest } from './count-request.ts';
import { sessionListener } from './end-session.ts';
import { createForwarder } from './forward.ts';
import { forwardToPublishedServer } from './forward-request.ts';
import { createLiveConnections } from './live-connections.ts';
import { answerWithPage, problemPage, serveStylesheet } from './pages.ts';
import { leadsThere, makePolicy, type Policy, reasonToEnd } from './policy.ts';
import { refuseUnread } from './refuse-unread.ts';
import { forwardInSpans, spanRequest, withSpans } from './spans.ts';
import { takeTurns } from './take-turns.ts';
import type { GatewayParts, GatewayTools, Step, Upgrade, Visit, VisitContext } from './visit.ts';
import { watchForLogoff } from './watch-for-logoff.ts';

/** `connections`: open at this gateway. */
export type ListedSession = SessionSummary & { connections: number };

export type Gateway = {
  /** Listens; resolves to the port. Throws port-in-use when somebody else does already. */
  listen(port: number, host: string): Promise<number>;
  /**
   * Puts other rules in force: at once for the requests to come, and when it resolves for what is open already. Sessions stay, unless
   * their site or user is gone, the password is another, or the listener goes by another name or cookie. Returns the records of those
   * that it ended. Another certificate is for new connections; from plain HTTP to TLS or back a listener does not change.
   */
  setRules(rules: RuleSet): Promise<EndRecord[]>;
  rules(): RuleSet;
  /** The sessions that there are. */
  listSessions(): Promise<ListedSession[]>;
  /** Ends sessions and their connections; returns their records. */
  endSessions(which?: (session: SessionSummary) => boolean): Promise<EndRecord[]>;
  /**
   * Stops listening, ends WebSockets, gives requests under way `grace` ms to finish, then ends the sessions that are in this process alone, and cuts
   * what is still open.
   */
  close(grace?: number): Promise<void>;
};

/** The stand-in for TMG. What happens to a request stands in `steps`, in order; an upgrade (WebSocket) takes the same way. */
export function createGateway(parts: GatewayParts): Gateway {
  let policy = makePolicy(parts.rules);
  const forwarder = forwardInSpans(createForwarder());
  const live = createLiveConnections();
  const sessions = withSpans(parts.sessions);
  const tools: GatewayTools = { ...parts, sessions, forwarder, live, policy: () => policy, newRequestId: randomUUID };
  parts.sessions.listen(sessionListener(tools));
  const upgrades = new WeakMap<object, Upgrade>();
  const visits = new WeakMap<object, Visit>();

  const app = new Koa<Visit>();
  app.silent = true;
  for (const step of steps(tools, upgrades, visits)) app.use(step);
  const answer = app.callback();
  const clients = createClientServer({
    limits: () => policy.listener.limits,
    tls: () => policy.listener.tls,
    log: parts.log,
    handle(request, response, upgrade) {
      if (upgrade) upgrades.set(request, upgrade);
      void answer(request, response);
    },
    refusal: (status, sentence, request) => refuseUnread(tools, status, sentence, (request && visits.get(request)) ?? null),
  });

  tellRules(tools);
  tools.meter.ask({
    clientConnections: clients.connections,
    sessions: () => parts.sessions.count(),
    storeAnswers: () => parts.sessions.ping(),
  });

  return {
    listen: (port, host) => listen(clients.server, port, host),
    async setRules(rules) {
      const before = policy;
      policy = makePolicy(rules, before);
      clients.applyLimits();
      clients.applyCertificate();
      tellRules(tools);
      try {
        // First, so that the record of each session counts what it takes along.
        return await endOutdatedSessions(tools, before);
      } finally {
        tools.meter.connectionsCut(
          'rules-changed',
          live.closeUnless((route) => leadsThere(policy, route)),
        );
      }
    },
    rules: () => policy.ruleSet,
    async listSessions() {
      return (await parts.sessions.list()).map(({ id, ...session }) => ({ ...session, connections: live.count(id) }));
    },
    endSessions: (which) => parts.sessions.endAll({ reason: 'admin', rule: null, request: null }, which),
    async close(grace = 0) {
      forwarder.endTunnels();
      try {
        await clients.close(grace, async () => {
          await parts.sessions.endOwn();
          live.closeAll();
        });
      } finally {
        await forwarder.close();
      }
    },
  };
}

function steps(tools: GatewayTools, upgrades: WeakMap<object, Upgrade>, visits: WeakMap<object, Visit>): Step[] {
  return [
    takeTurns(),
    traceRequest(tools, upgrades, visits),
    countRequest(tools),
    spanRequest,
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

function tellRules({ meter, policy }: GatewayTools): void {
  meter.rulesInForce(policy().ruleSet.rules.map(({ name, logoff }) => ({ name, detects: logoff !== null })));
}

/**
 * Ends what the rules of before admitted and those of now do not: other gateways on the same store may have others. With the store away,
 * a session that may not go on is found out when it is used next.
 */
async function endOutdatedSessions({ sessions, policy, live, log, meter }: GatewayTools, before: Policy): Promise<EndRecord[]> {
  const inForce = policy();
  // Nobody looks at the cookie that opened them any more, so no request would find them out.
  const orphaned = inForce.listener.cookie !== before.listener.cookie;
  const ended: EndRecord[] = [];
  try {
    for await (const { id, ...session } of turnByTurn(await sessions.list())) {
      if (reasonToEnd(before, session)) continue;
      const reason = orphaned ? 'rule-removed' : reasonToEnd(inForce, session);
      const record = reason && (await sessions.end({ ...session, id }, { reason, rule: null, request: null }));
      if (record) ended.push(record);
    }
  } catch (error) {
    if (!(error instanceof LabError && error.code === 'store-away')) throw error;
    // Nobody can say which of the open connections are of sessions that have to end; who may go on comes again.
    meter.connectionsCut('store-away', live.closeAll());
    log.warn('the rules are in force, but the sessions could not be looked through: the session store is away');
  }
  return ended;
}

/** An error on purpose is a page with its sentence; any other is logged and shown as 500 without its insides. */
function answerErrors({ log }: GatewayTools): Step {
  return async function answerErrors(ctx: VisitContext, next) {
    try {
      await next();
    } catch (error) {
      const known = error instanceof LabError ? error : null;
      if (!known) log.error({ request: ctx.state.id, err: error }, 'a request failed inside the gateway');
      if (ctx.res.headersSent) ctx.res.destroy();
      else answerError(ctx, known);
    }
  };
}

function answerError(ctx: VisitContext, known: LabError | null): void {
  const later = known?.status === 503;
  if (later) ctx.set('Retry-After', '2');
  const title = later ? 'Not available at the moment' : 'The request failed';
  const sentence = known ? known.message : 'The gateway failed while it handled this request; its log says more.';
  answerWithPage(ctx, known ? known.status : 500, problemPage(title, sentence, ctx.state.id));
}
