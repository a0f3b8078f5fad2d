import type { Middleware } from 'koa';

/**
 * What a page may do: nothing of another site but what the sign-in and sign-out are made of. `postsAndFrames`: the logon server's
 * pages post tokens to other hosts, and have their clean-ups in frames; a redirect behind a form counts as its target.
 */
export function guardPages(postsAndFrames: boolean): Middleware {
  const others = postsAndFrames ? 'http: https:' : "'none'";
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    `form-action ${others}`,
    `frame-src ${others}`,
  ].join('; ');
  return async function guardPages(ctx, next) {
    ctx.set({ 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin' });
    await next();
  };
}
