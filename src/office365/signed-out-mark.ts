import type { Context } from 'koa';
import { clearCookie, setCookie } from './cookies.ts';
import type { Parts } from './parts.ts';

/** Says that a session which outlived the browser was signed out of, until the next one opens. Ours; KB only says what comes of it. */
const COOKIE = 'LabSignedOut';

/** Read when another site, the logon server, posts the next token here: browsers treat that like a frame. */
const SCOPE = { inFrames: true };

export function markSignedOut(ctx: Context): void {
  setCookie(ctx, COOKIE, '1', { maxAge: null, ...SCOPE });
}

/** Whether a session that opens now may outlive the browser: not after a sign-out, by the option cookieAfterSignOut (O-03). */
export function mayOutliveBrowser(ctx: Context, { now }: Parts): boolean {
  const afterSignOut = ctx.cookies.get(COOKIE) !== undefined;
  if (afterSignOut) clearCookie(ctx, COOKIE, SCOPE);
  return !afterSignOut || now.options().cookieAfterSignOut === 'as-flagged';
}
