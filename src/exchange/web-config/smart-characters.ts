import { shown } from './fault.ts';

const dash = 'type two hyphens in each mark of a comment ("<!--" and "-->") and a plain "-" elsewhere';
const double = 'type a plain " (U+0022)';
const single = "type a plain ' (U+0027)";

/** What blogs and word processors put where XML needs a plain character: its name, and what to type instead. */
const table: Readonly<Record<string, { name: string; instead: string }>> = {
  '\u2010': { name: 'hyphen', instead: dash },
  '\u2011': { name: 'non-breaking hyphen', instead: dash },
  '\u2012': { name: 'figure dash', instead: dash },
  '\u2013': { name: 'en dash', instead: dash },
  '\u2014': { name: 'em dash', instead: dash },
  '\u2015': { name: 'horizontal bar', instead: dash },
  '\u2212': { name: 'minus sign', instead: dash },
  '\u201c': { name: 'left double quotation mark', instead: double },
  '\u201d': { name: 'right double quotation mark', instead: double },
  '\u201e': { name: 'low double quotation mark', instead: double },
  '\u2033': { name: 'double prime', instead: double },
  '\u00ab': { name: 'left guillemet', instead: double },
  '\u00bb': { name: 'right guillemet', instead: double },
  '\u2018': { name: 'left single quotation mark', instead: single },
  '\u2019': { name: 'right single quotation mark', instead: single },
  '\u201a': { name: 'low single quotation mark', instead: single },
  '\u2032': { name: 'prime', instead: single },
  '\u00a0': { name: 'no-break space', instead: 'type a plain space' },
  '\u200b': { name: 'zero width space', instead: 'delete it' },
  '\ufeff': { name: 'byte order mark', instead: 'delete it' },
};
const any = new RegExp(`[${Object.keys(table).join('')}]`);

/** The first such character of a text: where it stands, what it is (`“ (U+201C, …)`), and what to type; null if there is none. */
export function findSmartCharacter(text: string): { index: number; what: string; instead: string } | null {
  const index = text.search(any);
  if (index < 0) return null;
  const char = text[index] as string;
  const { name, instead } = table[char] as { name: string; instead: string };
  const code = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const picture = /[\s\u200b\ufeff]/.test(char) ? '' : `${shown(char)} `;
  return { index, what: picture === '' ? `a ${name} (U+${code})` : `${picture}(U+${code}, ${name})`, instead };
}
