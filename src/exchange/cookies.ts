import type { Context } from 'koa';
import type { Profile } from './profile.ts';

/** The cookies of Exchange (E-33, E-34), by what happens to them at logoff. */
export const FORMS_COOKIES = ['cadata', 'cadataTTL', 'cadataKey', 'cadataIV', 'cadataSig'] as const;
export const FORMS_COOKIES_2010 = ['sessionid', 'cadata'] as const;
/** The session of a user whom AD FS signed in (E-04). */
export const FEDERATION_COOKIE = 'TimeWindow';
export const CANARY = 'X-OWA-CANARY';
export const BACK_END_COOKIE = 'X-BackEndCookie';

/** Name of the user context cookie. */
export function contextCookie({ generation }: Profile): string {
  return generation === '2013' ? 'UC' : 'UserContext';
}

export function formsCookies({ generation }: Profile): readonly string[] {
  return generation === '2013' ? FORMS_COOKIES : FORMS_COOKIES_2010;
}

export function setCookie(ctx: Context, name: string, value: string, options: { httpOnly?: boolean; days?: number } = {}): void {
  const attributes = [
    'path=/',
    ...(options.httpOnly === false ? [] : ['HttpOnly']),
    ...(options.days === undefined ? [] : [`Max-Age=${options.days * 86_400}`]),
    ...(ctx.get('Front-End-Https').toLowerCase() === 'on' ? ['Secure'] : []),
  ];
  ctx.append('Set-Cookie', [`${name}=${value}`, ...attributes].join('; '));
}

/** Deletes with the path that the cookie was set with. */
export function clearCookie(ctx: Context, name: string): void {
  ctx.append('Set-Cookie', `${name}=; path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT`);
}
