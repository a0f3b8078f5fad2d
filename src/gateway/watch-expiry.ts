import type { Session } from '../sessions/session-manager.ts';
import type { GatewayTools } from './visit.ts';

/**
 * A session's time-out is waited for while it has connections open: no request of its own may ever come to notice it. Call the
 * result whenever a session opens one.
 */
export function createExpiryWatch({ sessions, live, clock, log }: Pick<GatewayTools, 'sessions' | 'live' | 'clock' | 'log'>) {
  const watched = new Set<string>();

  async function check(id: string): Promise<void> {
    const next = live.count(id) > 0 ? await sessions.expire(id) : null;
    if (next === null) watched.delete(id);
    else arm(id, next);
  }

  function arm(id: string, time: number): void {
    clock.at(time, () => {
      check(id).catch((err: unknown) => {
        watched.delete(id);
        log.error({ err }, 'a session could not be timed out');
      });
    });
  }

  return (session: Pick<Session, 'id' | 'expiresAt'>): void => {
    if (watched.has(session.id)) return;
    watched.add(session.id);
    arm(session.id, session.expiresAt);
  };
}
