import type { Context } from 'koa';

export type CookieScope = {
  /** ms for which the browser may keep it; null: until it is closed. The server judges by itself in any case. */
  maxAge: number | null;
  /** Sent in frames of other sites as well. */
  inFrames: boolean;
  /** For all hosts of this domain; without it, for the host that sets it. */
  domain?: string;
};

export function setCookie(ctx: Context, name: string, value: string, { maxAge, inFrames, domain }: CookieScope): void {
  const attributes = [
    'Path=/',
    'HttpOnly',
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    ...(maxAge === null ? [] : [`Max-Age=${Math.ceil(maxAge / 1000)}`]),
    ...(inFrames && isOfToday(ctx) ? ['SameSite=None', 'Secure'] : []),
  ];
  ctx.append('Set-Cookie', [`${name}=${value}`, ...attributes].join('; '));
}

/** Deletes with the path and domain that the cookie was set with. */
export function clearCookie(ctx: Context, name: string, { inFrames, domain }: Omit<CookieScope, 'maxAge'>): void {
  const attributes = [
    'Path=/',
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ...(inFrames && isOfToday(ctx) ? ['SameSite=None', 'Secure'] : []),
  ];
  ctx.append('Set-Cookie', [`${name}=`, ...attributes].join('; '));
}

/**
 * Browsers of today send a cookie in a frame of another site only with these attributes, and take Secure from *.localhost without
 * TLS. They are told by a field that older ones do not send; those would drop such a cookie.
 */
function isOfToday(ctx: Context): boolean {
  return ctx.get('Sec-Fetch-Site') !== '';
}
