import type { EndReason, FoundSession, Session } from '../sessions/session.ts';
import { readCookieValue } from '../sessions/stored-session.ts';
import type { Route } from './live-connections.ts';
import { getLogonUrl } from './logon-form.ts';
import { reasonToEnd } from './policy.ts';
import { readCookies } from './session-cookie.ts';
import type { GatewayTools, LogonReason, Step, VisitContext } from './visit.ts';

/** What else ended a session is not among the reasons that the form has a code for. */
const reasons: Partial<Record<EndReason, LogonReason>> = { logoff: 1, 'timed-out': 3 };
const MOST_COOKIES = 8;
const LONGEST_TARGET = 2_048;

/**
 * Finds the sessions that the request's cookies open; the store is the authority (DESIGN decision 4). The request counts as an
 * open connection of the session before the store is asked, so that a session which ends meanwhile takes it along. Two cookies
 * that open two sessions say nothing about who this is, and sign nobody in.
 */
export function findSession(tools: GatewayTools): Step {
  return async function findSession(ctx, next) {
    const cookies = presentedCookies(ctx).flatMap((cookie) => {
      const id = readCookieValue(cookie)?.id;
      return id === undefined ? [] : [{ cookie, connection: tools.live.open(id, routeOf(ctx)) }];
    });
    const release = () => {
      for (const { connection } of cookies) connection.done();
    };
    try {
      const found = await Promise.all(cookies.map(({ cookie }) => findAdmitted(ctx, tools, cookie)));
      const alive = found.flatMap((one, at) => {
        const signal = cookies[at]?.connection.signal;
        return one.state === 'alive' && signal && !signal.aborted ? [{ session: one.session, signal }] : [];
      });
      const [only, another] = alive;
      Object.assign(ctx.state, { presented: alive.map(({ session }) => session), reason: reasonOf(found), release });
      if (only && !another) Object.assign(ctx.state, only);
      await next();
    } finally {
      release();
    }
  };
}

/** The session that a cookie opens, if the rules of now still admit it. */
async function findAdmitted(ctx: VisitContext, { sessions }: GatewayTools, cookie: string): Promise<FoundSession> {
  const found = await sessions.find(cookie, presentation(ctx));
  const reason = found.state === 'alive' ? reasonToEnd(ctx.state.policy, found.session) : null;
  if (found.state !== 'alive' || !reason) return found;
  await sessions.end(found.session, { reason, rule: ctx.state.rule?.name ?? null, request: ctx.state.id });
  return { state: 'ended', reason };
}

function routeOf(ctx: VisitContext): Route {
  const { publicName, target, rule } = ctx.state;
  return { publicName, path: target.path, to: rule?.to.url ?? '' };
}

/** Values of the session cookie, as many as an honest browser could send. */
export function presentedCookies(ctx: VisitContext): string[] {
  return readCookies(ctx.req.headers.cookie, ctx.state.policy.listener.cookie).slice(0, MOST_COOKIES);
}

export function presentation(ctx: VisitContext) {
  const { policy, publicName, clientAddress } = ctx.state;
  return { listener: policy.listener.name, publicName, clientAddress };
}

function reasonOf(found: readonly FoundSession[]): LogonReason {
  const ended = found.find((one) => one.state === 'ended');
  return (ended && reasons[ended.reason]) ?? 0;
}

/** Ends every session that the request's cookies open. */
export async function endPresented(
  ctx: VisitContext,
  { sessions }: GatewayTools,
  presented: readonly Session[],
  reason: EndReason,
) {
  ctx.state.release();
  const cause = { reason, rule: ctx.state.rule?.name ?? null, request: ctx.state.id };
  for (const session of presented) await sessions.end(session, cause);
}

/** Without a session every published path leads to the logon form (T-05), static-looking ones and WebSockets included. */
export async function requireSession(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  if (ctx.state.session) return next();
  const { text } = ctx.state.target;
  ctx.set('Cache-Control', 'no-store');
  // A longer address would make a Location that no client follows; the first published path is offered instead.
  ctx.redirect(getLogonUrl(text.length > LONGEST_TARGET ? '/' : text, ctx.state.reason));
}
