import type { AnyCell } from '../cell.ts';
import { describeInputs, groupCells, type InputColumn, varies } from './columns.ts';
import { hasRun } from './describe-cell.ts';
import { alignColumns, clip, columnWidths, wrap } from './lay-out-text.ts';
import { type Paint, paintSign } from './paint.ts';

/** The number that a row shows and that the sentences below refer to: the place of its cell in the report. */
export type Numbers = ReadonlyMap<AnyCell, number>;

/** One thing that came of a cell, as a column. */
export type OutcomeColumn<Ran> = {
  title: string;
  show: (cell: Ran) => string;
  /** What the words in it mean. */
  means?: Readonly<Record<string, string>>;
  /** How many characters of it must be readable if it may be cut. */
  least?: number;
};

export type RowLayout<Item extends AnyCell> = {
  /** What cells can differ in, the most general first. */
  inputs: readonly InputColumn<Item>[];
  /** What is shown of cells that differ in nothing. */
  usual: readonly InputColumn<Item>[];
  /** The first is always shown, the others if they have something to say. */
  outcomes: readonly OutcomeColumn<Exclude<Item, { notRun: true }>>[];
  /** In the place of the first outcome. */
  didNotRun: string;
};

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

/**
 * A row for each cell, in at most `width` columns where that can be. What all cells share is said once above, and what does not fit
 * beside the outcome becomes a heading over the rows that share it.
 */
export function layOutRows<Item extends AnyCell>(
  { inputs: all, usual, outcomes, didNotRun }: RowLayout<Item>,
  cells: readonly Item[],
  numbers: Numbers,
  width: number,
  paint: Paint,
): string {
  if (!cells[0]) return '';
  const varying = all.filter((column) => varies(column, cells));
  const inputs = varying.length > 0 ? varying : usual;
  const shared = all.filter((column) => !inputs.includes(column));
  const said = outcomes.filter(({ show }, at) => at === 0 || cells.filter(hasRun).some((cell) => show(cell) !== ''));
  const outcomeOf = (cell: Item) => said.map(({ show }, at) => (hasRun(cell) ? show(cell) : at === 0 ? didNotRun : ''));
  const headings = headingsThatFit(inputs, cells, narrowest(said, cells.map(outcomeOf)), width);
  const beside = inputs.slice(headings.length);

  const headingOf = (cell: Item) => describeInputs(headings, cell) || describeInputs(headings, cell, true);
  const together = groupCells(cells, headingOf).flatMap(([, group]) => group);
  const rows = [
    [' '.repeat(SIGN_WIDTH), ...beside.map(({ title }) => title), ...said.map(({ title }) => title)],
    ...together.map((cell) => [signOf(cell, numbers), ...beside.map(({ show }) => show(cell)), ...outcomeOf(cell)]),
  ];
  const [head, ...lines] = alignColumns(cut(rows, 1 + beside.length, said, width)) as [string, ...string[]];
  const painted = lines.map((line) => paintSign(line, paint));
  const caption = wrap(describeInputs(shared, cells[0]), width);
  return [caption, paint('bold', head), ...underHeadings(together.map(headingOf), painted, width, paint)]
    .filter(Boolean)
    .join('\n');
}

/** The columns that outcomes need at least. */
function narrowest(said: readonly { title: string; least?: number }[], outcomes: readonly string[][]): number[] {
  const widths = columnWidths([said.map(({ title }) => title), ...outcomes]);
  return widths.map((each, at) => Math.min(each, said[at]?.least ?? each));
}

/** The first inputs, as many as must go so that the rest of a row fits. */
function headingsThatFit<Item extends AnyCell>(
  inputs: readonly InputColumn<Item>[],
  cells: readonly Item[],
  outcome: readonly number[],
  width: number,
): readonly InputColumn<Item>[] {
  const widths = columnWidths([inputs.map(({ title }) => title), ...cells.map((cell) => inputs.map(({ show }) => show(cell)))]);
  const needed = (from: number) => [SIGN_WIDTH, ...widths.slice(from), ...outcome].reduce((sum, each) => sum + each + 2, -2);
  let headings = 0;
  while (needed(headings) > width && headings < inputs.length) headings++;
  return inputs.slice(0, headings);
}

/** Cuts the one column, of those from `first` on, that may be. */
function cut(rows: string[][], first: number, said: readonly { least?: number }[], width: number): string[][] {
  const which = said.findIndex(({ least }) => least !== undefined);
  if (which < 0) return rows;
  const rest = columnWidths(rows).reduce((sum, each, at) => (at === first + which ? sum : sum + each + 2), 0);
  const most = Math.max(said[which]?.least ?? 0, width - rest);
  return rows.map((row) => row.map((text, at) => (at === first + which ? clip(text, most) : text)));
}
