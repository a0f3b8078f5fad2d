import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { html } from '../html.ts';
import type { Logger } from '../log.ts';
import { isForWatchers } from './health.ts';

/** Both, for browsers ask for the one and take no notice of the other (RFC 9110 section 11.6.1, RFC 6750 section 3). */
const CHALLENGES = ['Basic realm="logoff-lab console", charset="UTF-8"', 'Bearer realm="logoff-lab console"'];

const SENTENCE =
  'The console asks for its token: as the password, with any user name, or in Authorization: Bearer. Whoever started this process has ' +
  'given it (LOGOFF_LAB_CONSOLE_TOKEN, or the file that LOGOFF_LAB_CONSOLE_TOKEN_FILE names), or finds it where the process printed it at its start.';

/**
 * Lets nobody through to anything but health and metrics who does not bring `token`: as the password of HTTP Basic, which browsers ask for and then
 * send with forms and streams too, or as a bearer token. All others get the same 401, whatever it was that they brought.
 */
export function requireToken(token: string, log: Logger): Middleware {
  const isToken = sameAs(token);
  return async function requireToken(ctx, next) {
    if (isForWatchers(ctx.path)) return next();
    const brought = broughtToken(ctx.req);
    if (brought !== null && isToken(brought)) return next();
    // Browsers bring none the first time: that is not worth a line.
    if (brought !== null) log.warn({ clientAddress: ctx.req.socket.remoteAddress }, 'wrong token for the console');
    refuse(ctx);
  };
}

/** Compares in a time that says nothing about the token: digests are of one length, whatever was brought. */
function sameAs(token: string): (brought: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (brought) => timingSafeEqual(digest(brought), expected);
}

/** What stands in the place of the token; null: nothing that could be one, or several fields, of which none can be believed. */
function broughtToken({ headersDistinct }: IncomingMessage): string | null {
  const [field, ...others] = headersDistinct['authorization'] ?? [];
  const [, scheme = '', credentials = ''] = /^(basic|bearer) +([^ ]+) *$/i.exec(field ?? '') ?? [];
  if (others.length > 0 || credentials === '') return null;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  const pair = Buffer.from(credentials, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

/** A browser shows it when its user has given up. */
function refuse(ctx: Context): void {
  ctx.status = 401;
  ctx.set({ 'WWW-Authenticate': CHALLENGES, 'Cache-Control': 'no-store' });
  if (ctx.accepts('text', 'html') !== 'html') {
    ctx.body = `${SENTENCE}\n`;
    return;
  }
  ctx.type = 'html';
  ctx.body = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Token needed · logoff-lab</title></head>
<body><h1>Token needed</h1><p>${SENTENCE}</p></body>
</html>
`.text;
}
