import type { Context } from 'koa';
import type { Clock } from '../../clock.ts';
import { clearCookie, setCookie } from '../cookies.ts';
import type { Person } from '../directory.ts';

/** Session cookie of AD FS. */
const COOKIE = 'MSISAuth';
const LIFE = 8 * 3_600_000;
const MOST_SESSIONS = 20_000;

/** Who is signed in at AD FS, and at which relying parties by it. */
export type AdfsSession = { readonly person: Person; readonly until: number; parties: readonly string[] };

/** The sessions of AD FS, on the server, by their cookie. */
export function createAdfsSessions(clock: Clock, random: (bytes: number) => Buffer) {
  const sessions = new Map<string, AdfsSession>();
  const secretOf = (ctx: Context) => ctx.cookies.get(COOKIE) ?? '';
  return {
    of(ctx: Context): AdfsSession | null {
      const session = sessions.get(secretOf(ctx));
      return session && session.until > clock.now() ? session : null;
    },
    /** In the place of the one before. */
    open(ctx: Context, person: Person): AdfsSession {
      sessions.delete(secretOf(ctx));
      if (sessions.size >= MOST_SESSIONS) sessions.delete(sessions.keys().next().value as string);
      const secret = random(24).toString('base64url');
      const session: AdfsSession = { person, parties: [], until: clock.now() + LIFE };
      sessions.set(secret, session);
      setCookie(ctx, COOKIE, secret);
      return session;
    },
    end(ctx: Context): void {
      sessions.delete(secretOf(ctx));
      clearCookie(ctx, COOKIE);
    },
    forget: () => sessions.clear(),
  };
}
