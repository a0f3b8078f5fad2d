import type { ExchangeCell, ExchangeInput, NotRunExchangeCell } from '../cell.ts';
import { describeClick, describeInputs, type InputColumn, inputColumns, nextVisitOf, varies } from './columns.ts';
import { hasRun } from './describe-cell.ts';
import { type Numbers, SIGN_WIDTH, signOf, underHeadings } from './lay-out-rows.ts';
import { alignColumns, clip, columnWidths, wrap } from './lay-out-text.ts';
import { type Paint, paintSign } from './paint.ts';

type AnyExchangeCell = ExchangeCell | NotRunExchangeCell;

/** As much of the sign-out's requests as must be readable. */
const LEAST_CLICK = 24;

/** What came of it. The first is always shown, the others if they have something to say. */
const outcomeColumns: readonly { title: string; show: (cell: ExchangeCell) => string }[] = [
  { title: 'sign-out, [hit]', show: (cell) => describeClick(cell, shorten) },
  { title: 'hit', show: (cell) => (cell.via === 'direct' ? '–' : cell.detected ? 'yes' : 'no') },
  { title: 'proxy', show: (cell) => cell.proxySession },
  { title: 'backend', show: (cell) => cell.backendSession },
  { title: 'next visit', show: nextVisitOf },
  { title: 'add-in', show: (cell) => cell.addIn ?? '' },
  { title: 'SO', show: (cell) => cell.codes.map((code) => code.replace('SO-', '')).join(' ') },
  { title: 'known', show: (cell) => (cell.expected ? `[${cell.expected.mark}]` : '') },
];

function shorten(target: string): string {
  return target.replace(/^\/owa\/(auth\/)?/, '').replace(/&.*$/, '&…');
}

/**
 * A row for each of Exchange's cells, in at most `width` columns where that can be. What all cells share is said once above, and
 * what does not fit beside the outcome becomes a heading over the rows that share it.
 */
export function rowsOfExchange(cells: readonly AnyExchangeCell[], numbers: Numbers, width: number, paint: Paint): string {
  if (!cells[0]) return '';
  const all = Object.values(inputColumns);
  const varying = all.filter((column) => varies(column, cells));
  const inputs = varying.length > 0 ? varying : [inputColumns.logoffUrl];
  const shared = all.filter((column) => !inputs.includes(column));
  const caption = describeInputs(shared, cells[0]);

  const said = outcomeColumns.filter(({ show }, at) => at === 0 || cells.filter(hasRun).some((cell) => show(cell) !== ''));
  const outcomes = cells.map((cell) => said.map(({ show }, at) => (hasRun(cell) ? show(cell) : at === 0 ? 'did not run' : '')));
  const titles = said.map(({ title }) => title);
  const headings = headingsThatFit(inputs, cells, columnWidths([titles, ...outcomes]), width);
  const beside = inputs.slice(headings.length);
  const rows = [
    [' '.repeat(SIGN_WIDTH), ...beside.map(({ title }) => title), ...titles],
    ...cells.map((cell, at) => [signOf(cell, numbers), ...beside.map(({ show }) => show(cell)), ...(outcomes[at] as string[])]),
  ];
  const [head, ...lines] = alignColumns(clipClick(rows, 1 + beside.length, width)) as [string, ...string[]];
  const painted = lines.map((line) => paintSign(line, paint));
  const above = cells.map((cell) => describeInputs(headings, cell) || describeInputs(headings, cell, true));
  return [wrap(caption, width), paint('bold', head), ...underHeadings(above, painted, width, paint)].filter(Boolean).join('\n');
}

/** The first inputs, as many as must go so that the rest of a row fits. */
function headingsThatFit(
  inputs: readonly InputColumn<ExchangeInput>[],
  cells: readonly AnyExchangeCell[],
  [click = 0, ...outcome]: readonly number[],
  width: number,
): readonly InputColumn<ExchangeInput>[] {
  const widths = columnWidths([inputs.map(({ title }) => title), ...cells.map((cell) => inputs.map(({ show }) => show(cell)))]);
  const needed = (from: number) =>
    [SIGN_WIDTH, ...widths.slice(from), Math.min(click, LEAST_CLICK), ...outcome].reduce((sum, each) => sum + each + 2, -2);
  let headings = 0;
  while (needed(headings) > width && headings < inputs.length) headings++;
  return inputs.slice(0, headings);
}

/** Cuts the one column whose texts have no bound. */
function clipClick(rows: readonly string[][], click: number, width: number): string[][] {
  const widths = columnWidths(rows);
  const rest = widths.reduce((sum, each, at) => (at === click ? sum : sum + each + 2), 0);
  const most = Math.max(LEAST_CLICK, width - rest);
  return rows.map((row) => row.map((text, at) => (at === click ? clip(text, most) : text)));
}
