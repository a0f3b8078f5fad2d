import { fieldPairs, type HeaderFields } from '../header-fields.ts';

/** Fields that are about one connection and never pass a proxy (RFC 9110 §7.6.1; HTTP2-Settings: RFC 9113 appendix B). */
const hopByHop = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Fields that `Connection` may not name. RFC 9110 §7.6.1 forbids a sender to name a field that is meant for the final recipient; a
 * client that does so anyway wants a proxy to strip what it has checked (Cookie, Authorization) or the framing. Such a naming is
 * ignored: the field is forwarded as if it had not been named, so what the gateway decided on is what the back end gets. (Host needs
 * no place here, it is always made anew; nor do fields that the gateway sets, which come after this.)
 */
const neverNamed = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'location',
  'set-cookie',
  'www-authenticate',
]);

/** What no request takes along, also in the spellings that fold to it: whoever sends the body says where it ends. */
const ofThisHop = new Set(['content-length', 'expect', ...hopByHop]);

/** Pairs as the flat list that node:http and undici take; duplicates and order stay. */
export function rawFields(fields: HeaderFields): string[] {
  return fields.flat();
}

/** Without the fields of the connection that they came by: the fixed ones, and those that `Connection` names. */
export function endToEndFields(fields: HeaderFields): HeaderFields {
  const named = new Set<string>();
  for (const [name, value] of fields) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const option of value.toLowerCase().split(',')) named.add(option.trim());
  }
  return fields.filter(([name]) => {
    const key = name.toLowerCase();
    return !hopByHop.has(key) && (!named.has(key) || neverNamed.has(key));
  });
}

/**
 * Throws on a transfer coding other than `chunked`. The receiving side takes off the chunks only, so a body in another coding would
 * go on without a word that it is in it (RFC 9112 §7: nobody may send one unless asked to, and we never ask).
 */
export function refuseTransferCodings(fields: HeaderFields): void {
  const coded = fields.find(([name, value]) => name.toLowerCase() === 'transfer-encoding' && value.toLowerCase() !== 'chunked');
  if (coded) throw new Error(`transfer coding ${JSON.stringify(coded[1])}: only chunked is forwarded`);
}

/**
 * A name as servers know it that keep fields in variables (CGI, WSGI, PHP, ASP): letters of one case, and one character for all that
 * is neither letter nor digit. `X_Forwarded-For` and `x-forwarded-for` are one field to them.
 */
export function foldedName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '-');
}

/**
 * Each field of `replace` instead of all whose names fold to the same, at the end; null only removes. Connection fields in it are
 * ignored.
 */
export function replaceFields(fields: HeaderFields, replace: Readonly<Record<string, string | null>>): HeaderFields {
  const entries = Object.entries(replace).filter(([name]) => !hopByHop.has(name.toLowerCase()));
  const replaced = new Set(entries.map(([name]) => foldedName(name)));
  const result = fields.filter(([name]) => !replaced.has(foldedName(name)));
  for (const [name, value] of entries) if (value !== null) result.push([name, value]);
  return result;
}

/**
 * What the back end gets of a client's fields, `Host` first. Framing is not in it: whoever sends the body adds it; nor is `Expect`,
 * which is answered here.
 */
export function requestFields(
  raw: readonly string[],
  host: string,
  replace: Readonly<Record<string, string | null>>,
): HeaderFields {
  const fields = endToEndFields(fieldPairs(raw)).filter(([name]) => foldedName(name) !== 'host');
  const result = replaceFields([['Host', host], ...fields], replace);
  return result.filter(([name]) => !ofThisHop.has(foldedName(name)));
}

/** What the client gets of a back end's fields. A 204 has no length (RFC 9110 §8.6). */
export function responseFields(fields: HeaderFields, status: number): HeaderFields {
  return endToEndFields(fields).filter(([name]) => status !== 204 || name.toLowerCase() !== 'content-length');
}
