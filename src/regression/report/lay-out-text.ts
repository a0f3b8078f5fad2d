/** Breaks lines at blanks so that they fit `width`; what is broken off stands two further in than its line. */
export function wrap(text: string, width: number): string {
  return text
    .split(/\r?\n/)
    .map((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  if (line.length <= width) return line;
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  for (const word of line.slice(indent.length).split(' ')) {
    const longer = current.trim() === '' ? current + word : `${current} ${word}`;
    if (longer.length <= width || current.trim() === '') current = longer;
    else {
      lines.push(current.trimEnd());
      current = `${indent}  ${word}`;
    }
  }
  return [...lines, current].join('\n');
}

/** At most `width` characters, the last of them … where something is missing. */
export function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
}

/** Rows, the first of them the header, as lines with two blanks between columns; columns of numbers stand at the right; – is none. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = columnWidths(rows);
  const isNumeric = (texts: readonly string[]) =>
    texts.every((text) => /^([\d,]+|–)$/.test(text)) && texts.some((text) => text !== '–');
  const numeric = widths.map((_, at) => isNumeric(rows.slice(1).map((row) => row[at] ?? '')));
  const pad = (text: string, at: number) => (numeric[at] ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0));
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

/** The longest text of each column. */
export function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, text] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, text.length);
  return widths;
}

/** 6812 → 6,812. */
export function grouped(number: number): string {
  return number.toLocaleString('en-GB');
}

/** [1, 2, 3, 7] → 1–3, 7. */
export function ranges(numbers: readonly number[]): string {
  const runs: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
