import type { AnyCell } from '../cell.ts';
import { hasRun } from './describe-cell.ts';
import { wrap } from './lay-out-text.ts';
import type { Paint } from './paint.ts';

/** The number that a row shows and that the sentences below refer to: the place of its cell in the report. */
export type Numbers = ReadonlyMap<AnyCell, number>;

export const SIGN_WIDTH = 5;

/** `✓  12`: whether the cell is as expected, and its number. */
export function signOf(cell: AnyCell, numbers: Numbers): string {
  const sign = hasRun(cell) ? (cell.agrees ? '✓' : '✗') : '?';
  return `${sign} ${String(numbers.get(cell)).padStart(3)}`;
}

/** Puts a heading over each run of rows that share it. */
export function underHeadings(headings: readonly string[], lines: readonly string[], width: number, paint: Paint): string[] {
  return lines.flatMap((line, at) => {
    const heading = headings[at] ?? '';
    return heading === '' || heading === headings[at - 1] ? [line] : [paint('bold', wrap(heading, width)), line];
  });
}
