import type { Figure, Row } from './figure.ts';

const heads = ['', 'unit', 'median', 'p99', 'least', 'most', 'times', 'against'];

/** Figures as a text to read: a table of each, what was counted, and remarks. */
export function printFigures(machine: string, figures: readonly Figure[]): string {
  return [machine, ...figures.map(printFigure)].join('\n\n');
}

function printFigure({ name, title, rows, counts, remarks }: Figure): string {
  const counted = counts.map(({ what, count, of, must }) => {
    const judged = must === null ? '' : must === count ? ', as it must be' : `; IT MUST BE ${shown(must)}`;
    return `${what}: ${shown(count)} of ${shown(of)}${judged}.`;
  });
  return [`${title} (${name})`, '', ...align([heads, ...rows.map(cellsOf)]), ...counted, ...remarks].join('\n');
}

function cellsOf({ what, unit, median, p99, least, most, times, against }: Row): string[] {
  const numbers = [median, p99, least, most, times].map((number) => (number === null ? '–' : shown(number)));
  return [what, unit, ...numbers, against ? `${shown(against.ratio)} × ${against.peer}` : ''];
}

/** Three figures, or all of them before the point. */
function shown(number: number): string {
  if (Math.abs(number) >= 100) return Math.round(number).toLocaleString('en-GB');
  return Number.isInteger(number) ? String(number) : number.toPrecision(3);
}

/** The columns of numbers at the right, the others at the left. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = heads.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const isNumber = (at: number) => at >= 2 && at < heads.length - 1;
  const pad = (cell: string, at: number) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0));
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd());
}
