import type { SessionListener } from '../sessions/end-sessions.ts';
import { clearedCookie } from './session-cookie.ts';
import type { GatewayTools, VisitContext } from './visit.ts';

/**
 * What follows when a session has ended in the store, for whatever reason: its open connections are cut, and trace and log say so
 * once, and it is counted (DESIGN decision 5).
 */
export function sessionListener({
  live,
  recorder,
  log,
  meter,
}: Pick<GatewayTools, 'live' | 'recorder' | 'log' | 'meter'>): SessionListener {
  return {
    cut: (id) => live.closeAll(id),
    isOpen: (id) => live.has(id),
    ended(record) {
      const { reason, rule, request, user, publicId, connectionsClosed, msToEffect } = record;
      recorder.record({
        exchange: request ?? '',
        party: 'gateway',
        kind: 'session',
        identity: user,
        session: { id: publicId, state: 'ended', reason, connectionsClosed, msToEffect },
        rule: rule ?? undefined,
        sentence: `the session of ${user} has ended (${reason}); open connections cut: ${connectionsClosed}`,
      });
      log.info({ session: publicId, user, reason, rule, request, connectionsClosed, msToEffect }, 'session ended');
      meter.sessionEnded(record);
    },
    endedElsewhere(tombstone, connectionsClosed) {
      const { publicId: session, user, reason } = tombstone ?? { publicId: null, user: undefined, reason: 'lost by the store' };
      recorder.record({
        exchange: tombstone?.request ?? '',
        party: 'gateway',
        kind: 'connection',
        identity: user,
        ...(session !== null && { session: { id: session, state: 'ended', reason, connectionsClosed } }),
        sentence: `a session ended elsewhere (${reason}); its open connections cut here: ${connectionsClosed}`,
      });
      log.info({ session, user, reason, connectionsClosed }, 'session ended elsewhere');
      meter.connectionsCut('ended-elsewhere', connectionsClosed);
    },
    away() {
      const connectionsClosed = live.closeAll();
      meter.connectionsCut('store-away', connectionsClosed);
      if (connectionsClosed > 0) log.warn({ connectionsClosed }, 'open connections cut: their sessions may have ended');
    },
  };
}

/**
 * Tells the browser to forget the session cookie, and those that the rules name: with them the next user of this browser would land
 * in the previous one's session at the published server.
 */
export function clearCookies(ctx: VisitContext): void {
  const { cookie: name, crossSite } = ctx.state.policy.listener;
  ctx.append('Set-Cookie', clearedCookie({ name, path: '/' }, ctx.state.secure, crossSite.cookie));
  clearPublishedServersCookies(ctx);
}

/** Also at logon: whoever used this browser before, their session at the published server is not the new user's. */
export function clearPublishedServersCookies(ctx: VisitContext): void {
  const named = ctx.state.rules.flatMap((rule) => rule.clearCookies);
  for (const field of new Set(named.map((cookie) => clearedCookie(cookie, ctx.state.secure)))) ctx.append('Set-Cookie', field);
}
