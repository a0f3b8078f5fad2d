import type { VisitContext } from './visit.ts';

/** The cookies of Exchange (E-33, E-34), by what happens to them at logoff. */
export const FORMS_COOKIES = ['cadata', 'cadataTTL', 'cadataKey', 'cadataIV', 'cadataSig'] as const;
export const FORMS_COOKIES_2010 = ['sessionid', 'cadata'] as const;
export const CANARY = 'X-OWA-CANARY';

/** Name of the user context cookie. */
export function contextCookie(ctx: VisitContext): string {
  return ctx.state.site.profile.signOut === 'logoff-page' ? 'UserContext' : 'UC';
}

export function setCookie(
  ctx: VisitContext,
  name: string,
  value: string,
  options: { httpOnly?: boolean; days?: number } = {},
): void {
  const attributes = [
    'path=/',
    ...(options.httpOnly === false ? [] : ['HttpOnly']),
    ...(options.days === undefined ? [] : [`Max-Age=${options.days * 86_400}`]),
    ...(ctx.get('Front-End-Https').toLowerCase() === 'on' ? ['Secure'] : []),
  ];
  ctx.append('Set-Cookie', [`${name}=${value}`, ...attributes].join('; '));
}

/** Deletes with the attributes that the cookie was set with. */
export function clearCookie(ctx: VisitContext, name: string): void {
  ctx.append('Set-Cookie', `${name}=; path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT`);
}
