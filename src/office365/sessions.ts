import type { Clock } from '../clock.ts';
import type { Person } from './directory.ts';

/** A session on the server. `id` is public and of no use as a cookie. */
export type Session = {
  readonly id: string;
  readonly person: Person;
  readonly openedAt: number;
  lastSeen: number;
  /** The user chose to be kept signed in: its cookie outlives the browser (O-03). */
  readonly kept: boolean;
  /** At the logon server: AD FS knows the password, and vouched for the user. */
  readonly federated: boolean;
};

/** ms; null: no such limit. */
export type Limits = { idle: number | null; absolute: number | null };

export type Sessions = ReturnType<typeof createSessions>;

const MOST_SESSIONS = 20_000;

/**
 * The sessions of one service, by their cookie. `limits` is asked at each use, and expiry judged here by the clock, never left to
 * a cookie's own. The oldest go when there are too many.
 */
export function createSessions(parts: {
  name: string;
  clock: Clock;
  random: (bytes: number) => Buffer;
  limits: (kept: boolean) => Limits;
}) {
  const { name, clock, random, limits } = parts;
  const sessions = new Map<string, Session>();
  let opened = 0;

  function isOver({ openedAt, lastSeen, kept }: Session): boolean {
    const { idle, absolute } = limits(kept);
    const now = clock.now();
    return (idle !== null && now >= lastSeen + idle) || (absolute !== null && now >= openedAt + absolute);
  }

  return {
    open(
      person: Person,
      { kept, federated = false }: { kept: boolean; federated?: boolean },
    ): { session: Session; cookie: string } {
      if (sessions.size >= MOST_SESSIONS) sessions.delete(sessions.keys().next().value as string);
      const now = clock.now();
      const session: Session = { id: `${name}-${++opened}`, person, openedAt: now, lastSeen: now, kept, federated };
      const cookie = random(24).toString('base64url');
      sessions.set(cookie, session);
      return { session, cookie };
    },
    /** The session of a cookie, which this is a use of; null if there is none, or it is over. */
    use(cookie: string | undefined): Session | null {
      const session = sessions.get(cookie ?? '');
      if (!session || isOver(session)) return null;
      session.lastSeen = clock.now();
      return session;
    },
    end(cookie: string | undefined): void {
      sessions.delete(cookie ?? '');
    },
    forget(): void {
      sessions.clear();
    },
  };
}
