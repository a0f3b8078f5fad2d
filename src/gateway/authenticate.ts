import { LabError } from '../errors.ts';
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
    const find = () => Promise.all(cookies.map(({ cookie }) => findAdmitted(ctx, tools, cookie)));
    try {
      let found = await find();
      // Cut off before it was found: its session has ended, or for a moment nobody could say whether it had.
      if (cookies.some(({ connection }) => connection.signal.aborted)) found = await find();
      const alive = found.flatMap((one, at) => {
        const connection = cookies[at]?.connection;
        return one.state === 'alive' && connection ? [{ session: one.session, connection }] : [];
      });
      for (const { connection } of alive) connection.admit();
      const open = alive.filter(({ connection }) => !connection.signal.aborted);
      // A sign-out ends all that live, also those that were cut off: it must not seem done.
      const presented = sessionsOf(found);
      Object.assign(ctx.state, { presented, reason: reasonOf(found), release, interrupted: open.length < alive.length });
      const [only, another] = open;
      if (only && !another) Object.assign(ctx.state, { session: only.session, signal: only.connection.signal });
      await next();
    } finally {
      release();
    }
  };
}

/** What a sign-out or another logon ends, from wherever it comes: who has the cookie need not be let in for that. */
export function sessionsOf(found: readonly FoundSession[]): Session[] {
  return found.flatMap((one) => ('session' in one ? [one.session] : []));
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

/** Values of the session cookie that could open one. Of more than an honest browser sends, none is left out: a sign-out would seem done. */
export function presentedCookies(ctx: VisitContext): string[] {
  const cookies = readCookies(ctx.req.headers.cookie, ctx.state.policy.listener.cookie).filter(readCookieValue);
  if (cookies.length > MOST_COOKIES)
    throw new LabError('bad-request', `Expected one session cookie, got ${cookies.length}. Delete the cookies of this site.`);
  return cookies;
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
  if (ctx.state.interrupted)
    throw new LabError('store-away', 'The gateway was interrupted while it looked your session up. Try again in a moment.');
  const { text } = ctx.state.target;
  ctx.set('Cache-Control', 'no-store');
  // A longer address would make a Location that no client follows; the first published path is offered instead.
  ctx.redirect(getLogonUrl(text.length > LONGEST_TARGET ? '/' : text, ctx.state.reason));
}
