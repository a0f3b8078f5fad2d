import { isAscii, isUtf8 } from 'node:buffer';
import { fault, placesIn, shown } from './fault.ts';

/** Real ones have 50 to 200 KB. */
export const webConfigBytesAtMost = 2 * 1024 * 1024;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32';

/**
 * The text of a web.config without its byte order mark. Bytes may be UTF-8 or UTF-16; what a string declares does not matter,
 * for it is decoded already. Throws LabError for what is too large, wrongly encoded, or no XML at first sight.
 */
export function decodeWebConfig(content: Uint8Array | string, name: string): string {
  if (content.length > webConfigBytesAtMost)
    throw fault(name, null, 'it is larger than 2 MiB, and no web.config of Exchange is: is this the right file?');
  const text = (typeof content === 'string' ? content : decode(content, name)).replace(/^\ufeff/, '');
  if (!text.isWellFormed()) {
    // Bytes never decode to this; a string can hold it, and the parser fails on it.
    const at = placesIn(text)(text.search(/\p{Surrogate}/u));
    throw fault(name, at, 'half of a character (a lone surrogate) stands here: delete it');
  }
  const other = notXml(text);
  if (other !== null) {
    const expected = 'expected a web.config, whose root element is <configuration>';
    throw fault(name, { line: 1, column: 1 }, `${other}; ${expected}`);
  }
  return text;
}

/** Said before parsing: what a parser says of these would not help. */
function notXml(text: string): string | null {
  const start = text.slice(0, 1000).trimStart();
  if (text.trim() === '') return 'the file is empty';
  if (/^<(!doctype\s+html|html[\s>])/i.test(start)) return 'this is an HTML page';
  if (/^[[{]/.test(start)) return 'this looks like JSON';
  return start.startsWith('<') || start === '' ? null : 'this is not XML: it does not begin with "<"';
}

function decode(bytes: Uint8Array, name: string): string {
  const encoding = recognise(bytes);
  const save = 'save it as UTF-8, and let its first line declare encoding="utf-8"';
  if (encoding === 'utf-32') throw fault(name, null, `its bytes are UTF-32, which is not read here: ${save}`);
  const head = new TextDecoder(encoding).decode(bytes.subarray(0, 400));
  const declared = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]{1,40})["']/.exec(head)?.[1] ?? null;
  if (encoding === 'utf-8' && !isUtf8(bytes)) throw notUtf8(bytes, name, declared, save);
  if (declared !== null && !agrees(declared.toLowerCase(), encoding, bytes)) {
    const found = encoding === 'utf-8' ? 'UTF-8' : 'UTF-16';
    throw fault(name, { line: 1, column: 1 }, `it declares encoding="${shown(declared)}", but its bytes are ${found}: ${save}`);
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw fault(name, null, `its bytes begin as UTF-16, but not all of them are (was the file cut off?): ${save}`);
  }
}

/** By the byte order mark, else by where the first character's zero bytes are. */
function recognise(bytes: Uint8Array): Encoding {
  const [a, b, c, d] = bytes;
  const lowHalf = c === 0 && d === 0;
  if (a === 0xff && b === 0xfe) return lowHalf ? 'utf-32' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0) return b === 0 ? 'utf-32' : 'utf-16be';
  if (b === 0) return lowHalf ? 'utf-32' : 'utf-16le';
  return 'utf-8';
}

/** A one-byte encoding may be declared over bytes that are ASCII only: they read the same. */
function agrees(declared: string, encoding: Encoding, bytes: Uint8Array): boolean {
  if (encoding !== 'utf-8') return ['utf-16', 'ucs-2', 'iso-10646-ucs-2', encoding].includes(declared);
  return declared === 'utf-8' || (/^(us-ascii|iso-8859-\d+|windows-12\d\d)$/.test(declared) && isAscii(bytes));
}

/** No byte of a longer UTF-8 sequence is a line feed, so each line can be asked by itself. */
function notUtf8(bytes: Uint8Array, name: string, declared: string | null, save: string): Error {
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0 && isUtf8(bytes.subarray(start, end)); end = bytes.indexOf(10, start))
    start = end + 1;
  const text = new TextDecoder().decode(bytes);
  const good = new TextDecoder().decode(bytes.subarray(0, start)).length;
  const place = placesIn(text)(text.indexOf('\ufffd', good));
  const claim =
    declared === null || /^utf-8$/i.test(declared)
      ? ''
      : /^utf-/i.test(declared)
        ? `, though the file declares encoding="${shown(declared)}"`
        : `, and encoding="${shown(declared)}" is not read here`;
  return fault(name, place, `a byte here is not UTF-8${claim}: ${save}`);
}
