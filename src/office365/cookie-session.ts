import type { Context } from 'koa';
import type { Person } from './directory.ts';
import { noteSession } from './note-session.ts';
import type { Parts } from './parts.ts';
import type { SessionCookies } from './session-cookies.ts';
import { createSessions, type Limits, type Session } from './sessions.ts';

export type CookieSession = ReturnType<typeof createCookieSession>;

/** Sessions with their cookies: those of a service, and the logon server's authentication (O-02). `limits`: of who is kept signed in, or not. */
export function createCookieSession(
  parts: Parts,
  site: { name: string; limits: (kept: boolean) => Limits; cookies: SessionCookies },
) {
  const { clock, random, now } = parts;
  const { name, limits, cookies } = site;
  const sessions = createSessions({ name, clock, random, limits });
  const scope = () => ({ inFrames: now.logoutStyle() === 'page' });

  function of(ctx: Context): Session | null {
    const session = sessions.use(cookies.read(ctx));
    noteSession(ctx, session, 'alive');
    return session;
  }

  /** Kept as long as the session may go on from now; the server judges by itself. */
  function keep(ctx: Context, secret: string, kept: boolean): void {
    const { idle, absolute } = limits(kept);
    cookies.set(ctx, secret, { maxAge: kept ? (absolute ?? idle) : null, ...scope() });
  }

  return {
    of,
    /** In the place of the one before. `kept`: its cookies outlive the browser (O-03). */
    open(ctx: Context, person: Person, chosen: { kept: boolean; federated?: boolean }): Session {
      sessions.end(cookies.read(ctx));
      const { session, cookie } = sessions.open(person, chosen);
      keep(ctx, cookie, chosen.kept);
      noteSession(ctx, session, 'opened');
      return session;
    },
    /** A cookie that outlives the browser goes on with a session that is used: without this it would be gone before it. */
    renew(ctx: Context, { kept }: Session): void {
      const secret = cookies.read(ctx);
      if (kept && secret !== undefined && limits(kept).absolute === null) keep(ctx, secret, kept);
    },
    /** Takes the cookies back; on the server the session ends by the option `invalidation` only. Says whose it was. */
    end(ctx: Context): Session | null {
      const session = of(ctx);
      const ends = now.options().invalidation === 'on';
      if (ends) sessions.end(cookies.read(ctx));
      cookies.clear(ctx, scope());
      noteSession(ctx, session, ends ? 'ended' : 'cookie-cleared');
      return session;
    },
    forget: sessions.forget,
  };
}
