import type { Cell, MatrixReport, NotRunCell } from '../cell.ts';
import { describeClick, describeInputs, groupCells, type InputColumn, inputColumns, nextVisitOf, varies } from './columns.ts';
import { evidence, hasRun } from './describe-cell.ts';
import { alignColumns, clip, columnWidths, ranges, wrap } from './lay-out-text.ts';
import { type Paint, paintSign } from './paint.ts';

type AnyCell = Cell | NotRunCell;

/** As much of the sign-out's requests as must be readable. */
const LEAST_CLICK = 24;

/** What came of it. The first is always shown, the others if they have something to say. */
const outcomeColumns: readonly { title: string; show: (cell: Cell) => string }[] = [
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
 * A row for each cell, in at most `width` columns where that can be. What all cells share is said once above, and what does not
 * fit beside the outcome becomes a heading over the rows that share it.
 */
export function rowsOfCells(cells: readonly AnyCell[], width: number, paint: Paint): string {
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
    ...cells.map((cell, at) => [signOf(cell, at + 1), ...beside.map(({ show }) => show(cell)), ...(outcomes[at] as string[])]),
  ];
  const [head, ...lines] = alignColumns(clipClick(rows, 1 + beside.length, width)) as [string, ...string[]];
  const painted = lines.map((line) => paintSign(line, paint));
  const above = cells.map((cell) => describeInputs(headings, cell) || describeInputs(headings, cell, true));
  return [wrap(caption, width), paint('bold', head), ...underHeadings(above, painted, width, paint)].filter(Boolean).join('\n');
}

const SIGN_WIDTH = 5;

/** `✓  12`: the number is the one that the sentences below refer to. */
function signOf(cell: AnyCell, number: number): string {
  const sign = hasRun(cell) ? (cell.agrees ? '✓' : '✗') : '?';
  return `${sign} ${String(number).padStart(3)}`;
}

/** The first inputs, as many as must go so that the rest of a row fits. */
function headingsThatFit(
  inputs: readonly InputColumn[],
  cells: readonly AnyCell[],
  [click = 0, ...outcome]: readonly number[],
  width: number,
): readonly InputColumn[] {
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

/** Puts a heading over each run of rows that share it. */
function underHeadings(headings: readonly string[], lines: readonly string[], width: number, paint: Paint): string[] {
  return lines.flatMap((line, at) => {
    const heading = headings[at] ?? '';
    return heading === '' || heading === headings[at - 1] ? [line] : [paint('bold', wrap(heading, width)), line];
  });
}

/**
 * Why each row came out as it did: every sentence once, with the numbers of its rows and what the expectation rests on. Sentences that
 * differ in nothing but the logoff URL, which stands in the rows, are one.
 */
export function sentencesOfRows(cells: MatrixReport['cells'], width: number, paint: Paint): string {
  const numbers = new Map(cells.map((cell, at) => [cell, at + 1]));
  const explained = cells.filter(hasRun).filter((cell) => cell.agrees);
  if (explained.length === 0) return '';
  const lines = groupCells(explained, sentenceOf).map(([because, group]) => {
    const rows = ranges(group.map((cell) => numbers.get(cell) as number));
    const known = [...new Set(group.flatMap(({ expected }) => (expected ? evidence(expected) : [])))];
    return wrap(`${rows}: ${because} ${known.join(' ')}`.trimEnd(), width);
  });
  return [paint('bold', 'Why'), ...lines].join('\n');
}

function sentenceOf({ because, logoffUrl }: Cell): string {
  return because
    .replace(` published server logoff URL "${logoffUrl}"`, ' published server logoff URL')
    .replace(`"${logoffUrl}"`, 'the logoff URL');
}
