import type { EndRecord } from '../sessions/session-manager.ts';
import { clearedCookie } from './session-cookie.ts';
import type { GatewayTools, VisitContext } from './visit.ts';

/**
 * What follows when a session has ended in the store, for whatever reason: its open connections are cut, and trace and log say so
 * once (DESIGN decision 5).
 */
export function afterSessionEnd({ live, recorder, log }: Pick<GatewayTools, 'live' | 'recorder' | 'log'>) {
  return (record: EndRecord, id: string): void => {
    const connectionsClosed = live.closeAll(id);
    const { reason, rule, request, user, publicId } = record;
    recorder.record({
      exchange: request ?? '',
      party: 'gateway',
      kind: 'session',
      identity: user,
      session: { id: publicId, state: 'ended', reason },
      rule: rule ?? undefined,
      sentence: `the session of ${user} has ended (${reason}); open connections cut: ${connectionsClosed}`,
    });
    log.info({ session: publicId, user, reason, rule, request, connectionsClosed }, 'session ended');
  };
}

/** Tells the browser to forget the session cookie. */
export function clearSessionCookie(ctx: VisitContext): void {
  ctx.append('Set-Cookie', clearedCookie(ctx.state.policy.listener.cookie, ctx.state.secure));
}
