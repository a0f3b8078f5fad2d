/** The gateway's own cookie in the two header fields; every other cookie passes byte for byte. */

const pairsOf = (header: string) => header.split(';');
const nameOf = (pair: string) => (pair.split('=', 1)[0] as string).trim();

/** Value of the first cookie called `name`; null without one. */
export function readCookie(header: string | undefined, name: string): string | null {
  const pair = header === undefined ? undefined : pairsOf(header).find((candidate) => nameOf(candidate) === name);
  return pair === undefined ? null : pair.slice(pair.indexOf('=') + 1).trim();
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

/** Whether a Set-Cookie field sets `name`. */
export function setsCookie(setCookie: string, name: string): boolean {
  return nameOf(setCookie.split(';', 1)[0] as string) === name;
}

/** Set-Cookie at logon: host-only, for this browser session. */
export function logonCookie(name: string, value: string, secure: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly${secure ? '; Secure' : ''}`;
}

/** Set-Cookie at logoff: the same attributes, in the past. */
export function clearedCookie(name: string, secure: boolean): string {
  return `${name}=; Path=/; HttpOnly${secure ? '; Secure' : ''}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
}
