import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

/** What Exchange's own forms-based authentication sets (T-10). */
const ofExchange = ['cadata', 'cadataTTL', 'cadataKey', 'cadataIV', 'cadataSig'];

export const cookieNamePattern = "^cadata[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

/** Name of the session cookie: begins with `cadata`, as clients expect, and is none of Exchange's own (T-10). */
export function checkCookieName(text: string): Finding | null {
  const hint = 'write `cadata` and a word of your own, such as cadataTMG';
  if (ofExchange.some((name) => name.toLowerCase() === text.toLowerCase())) {
    return { message: `${quote(text)} is a cookie of Exchange's own logon form; the two would overwrite each other.`, hint };
  }
  if (!text.startsWith('cadata'))
    return { message: `${quote(text)} does not begin with "cadata", by which clients know the cookie.`, hint };
  if (text.length > 64 || !new RegExp(cookieNamePattern).test(text))
    return { message: `${quote(text)} is not a name that a cookie can have.`, hint };
  return null;
}
