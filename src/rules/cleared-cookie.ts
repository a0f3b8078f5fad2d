import type { NamedCookie } from './publishing-rule.ts';
import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

/** A cookie's name, and its path if that is not `/`: written as in Set-Cookie. */
export const clearedCookiePattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}(; ?[Pp]ath=/[!#-:<-~]{0,100})?$";

/** A cookie that browsers are told to forget. */
export function checkClearedCookie(text: string): Finding | null {
  if (new RegExp(clearedCookiePattern).test(text)) return null;
  const hint = 'write a name, as in `UC`, or with the path that it was set with, as in `"UC; Path=/owa"`';
  return { message: `${quote(text)} does not name a cookie.`, hint };
}

export function clearedCookie(text: string): NamedCookie {
  const [name = '', path = '/'] = text.split(/; ?path=/i);
  return { name, path };
}
