import type { Context } from 'koa';
import { clearCookie, setCookie } from './cookies.ts';
import type { Parts } from './parts.ts';

/** Says that a session which outlived the browser was signed out of, until the next one opens. Ours; KB only says what comes of it. */
const COOKIE = 'LabSignedOut';

export function markSignedOut(ctx: Context, { now }: Parts): void {
  setCookie(ctx, COOKIE, '1', { maxAge: null, inFrames: now.logoutStyle() === 'page' });
}

/** Whether a session that opens now may outlive the browser: not after a sign-out, by the option cookieAfterSignOut (O-03). */
export function mayOutliveBrowser(ctx: Context, { now }: Parts): boolean {
  const afterSignOut = ctx.cookies.get(COOKIE) !== undefined;
  if (afterSignOut) clearCookie(ctx, COOKIE, { inFrames: now.logoutStyle() === 'page' });
  return !afterSignOut || now.options().cookieAfterSignOut === 'as-flagged';
}
