import type { Context } from 'koa';
import { type CookieScope, clearCookie, setCookie } from './cookies.ts';

/** How the one secret of a session is kept in the browser. */
export type SessionCookies = {
  read(ctx: Context): string | undefined;
  set(ctx: Context, secret: string, scope: Omit<CookieScope, 'domain'>): void;
  clear(ctx: Context, scope: Pick<CookieScope, 'inFrames'>): void;
};

/** RPSAuth and RPSSecAuth, half of the secret each: one without the other opens nothing (O-07). */
export const pairOfCookies: SessionCookies = {
  read(ctx) {
    const [first, second] = [ctx.cookies.get('RPSAuth'), ctx.cookies.get('RPSSecAuth')];
    return first && second ? first + second : undefined;
  },
  set(ctx, secret, scope) {
    const half = secret.length >> 1;
    setCookie(ctx, 'RPSAuth', secret.slice(0, half), scope);
    setCookie(ctx, 'RPSSecAuth', secret.slice(half), scope);
  },
  clear(ctx, scope) {
    clearCookie(ctx, 'RPSAuth', scope);
    clearCookie(ctx, 'RPSSecAuth', scope);
  },
};

/** One cookie, of the host or of a whole domain. */
export function oneCookie(name: string, domain?: string): SessionCookies {
  const place = domain === undefined ? {} : { domain };
  return {
    read: (ctx) => ctx.cookies.get(name),
    set: (ctx, secret, scope) => setCookie(ctx, name, secret, { ...scope, ...place }),
    clear: (ctx, scope) => clearCookie(ctx, name, { ...scope, ...place }),
  };
}
