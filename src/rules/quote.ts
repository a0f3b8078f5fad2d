/** Replaces control and direction characters, one for one: text from a file can neither drive a terminal nor move a caret. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]/gu, (char) => controlPicture(char.charCodeAt(0)))
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '\ufffd');
}

function controlPicture(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** A value in double quotes, shortened to `most` characters, safe to print. */
export function quote(value: string, most = 80): string {
  const shown = value.length > most ? `${value.slice(0, most - 1)}…` : value;
  return `"${printable(shown)}"`;
}

/** A word of the file in backticks, as hints write it. */
export function tick(value: string): string {
  return `\`${quote(value).slice(1, -1)}\``;
}

/** `a, b or c`. */
export function inWords(words: readonly string[], joint: 'and' | 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${joint} ${last}`;
}

/** What stands in the file, in words: `the number 10`, `a list`. */
export function found(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'boolean' ? String(value) : `the number ${String(value)}`;
}
