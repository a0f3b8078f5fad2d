import type { EndCause, Session } from '../sessions/session-manager.ts';
import { clearedCookie } from './session-cookie.ts';
import type { GatewayTools, VisitContext } from './visit.ts';

/**
 * Ends a session for good: first in the store, so that no request can renew it any more, then its open connections.
 * One record and one trace event, whoever asks first.
 */
export async function endSession(
  tools: Pick<GatewayTools, 'sessions' | 'live' | 'recorder' | 'log'>,
  session: Pick<Session, 'id' | 'publicId' | 'user'>,
  cause: EndCause,
): Promise<void> {
  const record = await tools.sessions.end(session, cause);
  if (!record) return;
  const connectionsClosed = tools.live.closeAll(session.id);
  tools.recorder.record({
    exchange: cause.request ?? '',
    party: 'gateway',
    kind: 'session',
    identity: session.user,
    session: { id: session.publicId, state: 'ended', reason: cause.reason },
    rule: cause.rule ?? undefined,
    sentence: `the session of ${session.user} has ended (${cause.reason})`,
  });
  tools.log.info({ session: session.publicId, user: session.user, ...cause, connectionsClosed }, 'session ended');
}

/** Tells the browser to forget the session cookie. */
export function clearSessionCookie(ctx: VisitContext): void {
  ctx.append('Set-Cookie', clearedCookie(ctx.state.policy.listener.cookie, ctx.state.secure));
}
