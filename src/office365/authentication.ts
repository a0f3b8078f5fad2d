import type { Context } from 'koa';
import { clearCookie, setCookie } from './cookies.ts';
import type { Person } from './directory.ts';
import { noteSession } from './note-session.ts';
import type { Parts } from './parts.ts';
import { createSessions, type Session } from './sessions.ts';

/** The authentication cookie (O-07): for the whole browser, 8 hours from the sign-in (O-13). */
const COOKIE = 'MSPAuth';

export type Authentication = ReturnType<typeof createAuthentication>;

/** Who is signed in at the logon server. */
export function createAuthentication({ clock, random, now }: Parts) {
  const limits = () => ({ idle: null, absolute: now.ttl().authentication });
  const sessions = createSessions({ name: 'authentication', clock, random, limits });
  const scope = () => ({ inFrames: now.logoutStyle() === 'page' });

  function sessionOf(ctx: Context): Session | null {
    const session = sessions.use(ctx.cookies.get(COOKIE));
    noteSession(ctx, session, 'alive');
    return session;
  }

  return {
    sessionOf,
    /** In the place of the one before. */
    open(ctx: Context, person: Person, chosen: { kept: boolean; federated: boolean }): Session {
      sessions.end(ctx.cookies.get(COOKIE));
      const { session, cookie } = sessions.open(person, chosen);
      setCookie(ctx, COOKIE, cookie, { maxAge: chosen.kept ? now.ttl().authentication : null, ...scope() });
      noteSession(ctx, session, 'opened');
      return session;
    },
    /** Takes the cookie back; on the server the session ends by the option `invalidation` only. Says whose it was. */
    end(ctx: Context): Session | null {
      const session = sessionOf(ctx);
      const ends = now.options().invalidation === 'on';
      if (ends) sessions.end(ctx.cookies.get(COOKIE));
      clearCookie(ctx, COOKIE, scope());
      noteSession(ctx, session, ends ? 'ended' : 'cookie-cleared');
      return session;
    },
    forget: sessions.forget,
  };
}
