/** The gateway's own cookie in the two header fields; every other cookie passes byte for byte. */

const pairsOf = (header: string) => header.split(';');
const nameOf = (pair: string) => (pair.split('=', 1)[0] as string).trim();

/** The different values of the cookies called `name`. More than one may come: a script can set its own under another path. */
export function readCookies(header: string | undefined, name: string): string[] {
  const pairs = header === undefined ? [] : pairsOf(header).filter((candidate) => nameOf(candidate) === name);
  return [...new Set(pairs.map((pair) => pair.slice(pair.indexOf('=') + 1).trim()))];
}

/** The Cookie field without any cookie called `name`; null if nothing is left. */
export function withoutCookie(header: string | undefined, name: string): string | null {
  if (header === undefined) return null;
  const pairs = pairsOf(header);
  const rest = pairs.filter((pair) => nameOf(pair) !== name);
  if (rest.length === pairs.length) return header;
  const text = rest.join(';').trimStart();
  return text === '' ? null : text;
}

/** Whether a Set-Cookie field sets `name`, be it by a nameless cookie that a browser would send back as `name=…`. */
export function setsCookie(setCookie: string, name: string): boolean {
  const pair = (setCookie.split(';', 1)[0] as string).trim();
  return nameOf(pair.startsWith('=') ? pair.slice(1) : pair) === name;
}

/** Set-Cookie at logon: host-only, for this browser session. */
export function logonCookie(name: string, value: string, secure: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly${secure ? '; Secure' : ''}`;
}

/** Set-Cookie that deletes: the same name and path, in the past. */
export function clearedCookie({ name, path }: { name: string; path: string }, secure: boolean): string {
  return `${name}=; Path=${path}; HttpOnly${secure ? '; Secure' : ''}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
}
