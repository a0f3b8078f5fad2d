/**
 * TMG's `curl` parameter: percent-encoding with `Z` in the place of `%`, upper-case hex, `Z` itself as `Z5A` (T-06).
 * `/owa/` is `Z2FowaZ2F`.
 */
export function encodeCurl(target: string): string {
  return [...Buffer.from(target, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Ya-z0-9.-]/.test(char) ? char : `Z${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** The path and query that a `curl` names; `/` for whatever would lead off this server or into a header (T-06, guard). */
export function decodeCurl(curl: string): string {
  const text = Buffer.from(
    curl.replace(/Z([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';
}
