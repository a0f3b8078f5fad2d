import { LabError } from '../../errors.ts';

/** Where something stands in a web.config; line and column count from 1. */
export type Place = { line: number; column: number };

/** An error about a web.config, as one line that editors and terminals can follow. */
export function fault(name: string, place: Place | null, sentence: string): LabError {
  const where = place === null ? '' : `:${place.line}:${place.column}`;
  return new LabError('configuration', `${shown(name)}${where}: ${sentence}`);
}

/** Gives places for offsets (UTF-16 units) in a text; a line ends with LF, CR LF or CR, as in XML. */
export function placesIn(text: string): (offset: number) => Place {
  const ends = Array.from(text.matchAll(/\r\n|\n|\r/g));
  const starts = [0, ...ends.map((end) => end.index + end[0].length)];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    // The LF of CR LF stands where its line ends.
    return { line: low + 1, column: Math.min(offset, ends[low]?.index ?? offset) - (starts[low] as number) + 1 };
  };
}

/** Text from a file, in double quotes, shortened. */
export function quoted(text: string): string {
  return `"${shown(text, 80)}"`;
}

/** Text from a file, safe to print: it cannot drive a terminal; shortened to `most` characters. */
export function shown(text: string, most = Number.POSITIVE_INFINITY): string {
  const short = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return short.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu, '\ufffd');
}
