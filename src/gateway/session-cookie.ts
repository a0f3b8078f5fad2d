import type { CrossSite } from '../rules/publishing-rule.ts';

/** The gateway's own cookie in the two header fields; every other cookie passes byte for byte. */

const pairsOf = (header: string) => header.split(';');
const nameOf = (pair: string) => trim(pair.split('=', 1)[0] as string);

/** The different values of the cookies called `name`. More than one may come: a script can set its own under another path. */
export function readCookies(header: string | undefined, name: string): string[] {
  const pairs = header === undefined ? [] : pairsOf(header).filter((candidate) => nameOf(candidate) === name);
  return [...new Set(pairs.map((pair) => trim(pair.slice(pair.indexOf('=') + 1))))];
}

/** The Cookie field without any cookie called `name`; null if nothing is left. */
export function withoutCookie(header: string | undefined, name: string): string | null {
  if (header === undefined) return null;
  const pairs = pairsOf(header);
  const rest = pairs.filter((pair) => nameOf(pair) !== name);
  if (rest.length === pairs.length) return header;
  const text = rest.join(';').replace(/^[ \t]+/, '');
  return text === '' ? null : text;
}

/** Whether a Set-Cookie field sets `name`, be it by a nameless cookie that a browser would send back as `name=…`. */
export function setsCookie(setCookie: string, name: string): boolean {
  const pair = trim(setCookie.split(';', 1)[0] as string);
  return nameOf(pair.startsWith('=') ? pair.slice(1) : pair) === name;
}

/** Without the blanks and tabs around it (RFC 6265 §5.2); what else String.trim takes away is part of a name or value. */
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

/** Set-Cookie at logon: host-only, for this browser session. */
export function logonCookie(name: string, value: string, secure: boolean, sameSite: SameSite = 'unset'): string {
  return `${name}=${value}${attributes('/', secure, sameSite)}`;
}

/** Set-Cookie that deletes: the same name and attributes, in the past. */
export function clearedCookie(
  { name, path }: { name: string; path: string },
  secure: boolean,
  sameSite: SameSite = 'unset',
): string {
  return `${name}=${attributes(path, secure, sameSite)}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
}

type SameSite = CrossSite['cookie'];

const written: Record<SameSite, string> = { unset: '', lax: '; SameSite=Lax', strict: '; SameSite=Strict' };

function attributes(path: string, secure: boolean, sameSite: SameSite): string {
  return `; Path=${path}; HttpOnly${secure ? '; Secure' : ''}${written[sameSite]}`;
}
