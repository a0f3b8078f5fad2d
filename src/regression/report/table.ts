import { marks } from '../../scenarios/fact.ts';
import { verdictCodes } from '../../scenarios/verdict-codes.ts';
import type { MatrixReport } from '../cell.ts';
import { groupCells, nextVisitOf, nextVisits } from './columns.ts';
import { differingCells, findingLines, findingOf, hasRun, notRunCells } from './describe-cell.ts';
import { alignColumns, grouped, wrap } from './lay-out-text.ts';
import { createPaint, type Paint, paintSign } from './paint.ts';
import { rowsOfCells, sentencesOfRows } from './rows.ts';
import { summaryLine } from './summary-line.ts';
import { upgradesOfCells } from './upgrades.ts';

/** More cells than this are counted by suite and profile, and shown one by one only if something is the matter with them. */
const MOST_ROWS = 250;
/** A trace is some fifty lines; of a run in which everything broke, the first ones will do. */
const MOST_TRACES = 20;

/** The report for a terminal of `width` columns, in sections: the cells, why, what differs, what did not run, the words used. */
export function tableReport(report: MatrixReport, colour: boolean, width: number): string {
  const paint = createPaint(colour);
  const few = report.cells.length <= MOST_ROWS;
  const sections = [
    few ? rowsOfCells(report.cells, width, paint) : countsOfCells(report.cells, paint),
    few ? sentencesOfRows(report.cells, width, paint) : '',
    upgradesOfCells(report.cells, width, paint),
    differing(report, width, paint),
    notRun(report, width, paint),
    legend(report, width, paint),
    summaryLine(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const countedColumns = ['', 'suite', 'Exchange', 'cells', 'agree', 'differ', 'not run'];

function countsOfCells(cells: MatrixReport['cells'], paint: Paint): string {
  const rows = groupCells(cells, ({ suite, profile }) => `${suite} ${profile}`).map(([, group]) => countsOf(group));
  const titles = [...countedColumns, ...Object.keys(nextVisits)];
  const [head, ...lines] = alignColumns([titles, ...rows]) as [string, ...string[]];
  return [paint('bold', head), ...lines.map((line) => paintSign(line, paint))].join('\n');
}

/** What became of the cells of one suite and profile; after the counts of cells, what their next visits met. */
function countsOf(group: MatrixReport['cells']): string[] {
  const ran = group.filter(hasRun);
  const differ = differingCells(group).length;
  const missing = group.length - ran.length;
  const met = Object.keys(nextVisits).map((visit) => ran.filter((cell) => nextVisitOf(cell) === visit).length);
  const sign = differ > 0 ? '✗' : missing > 0 ? '?' : '✓';
  const counts = [group.length, ran.length - differ, differ, missing, ...met];
  return [sign, group[0]?.suite ?? '', group[0]?.profile ?? '', ...counts.map(grouped)];
}

function differing({ cells }: MatrixReport, width: number, paint: Paint): string {
  const found = differingCells(cells);
  if (found.length === 0) return '';
  const blocks = found.map((cell, at) => {
    const noTrace = at < MOST_TRACES ? undefined : `trace: see --format json, or run --only id=${cell.id}`;
    const [id, ...lines] = findingLines(findingOf(cell), noTrace);
    return [`${paint('red', '✗')} ${id}`, ...lines.map((line) => wrap(`  ${line}`, width))].join('\n');
  });
  return [paint('bold', 'Not as expected'), ...blocks].join('\n');
}

/** Cells that did not run for the same reason stand together. */
function notRun({ cells }: MatrixReport, width: number, paint: Paint): string {
  const missing = notRunCells(cells);
  if (missing.length === 0) return '';
  const blocks = groupCells(missing, ({ notRunBecause }) => notRunBecause).map(([reason, group]) =>
    [wrap(reason, width), ...group.map(({ id }) => `${paint('yellow', '?')} ${id}`)].join('\n'),
  );
  return [paint('bold', 'Did not run'), ...blocks].join('\n');
}

/** The short words and codes that occur, the codes and marks with how often. */
function legend({ cells }: MatrixReport, width: number, paint: Paint): string {
  const ran = cells.filter(hasRun);
  const visits = Object.entries(nextVisits).filter(([visit]) => ran.some((cell) => nextVisitOf(cell) === visit));
  const codes = verdictCodes.flatMap(({ code, name, meaning }) => {
    const number = ran.filter((cell) => cell.codes.includes(code)).length;
    return number > 0 ? `${code} ${name} (${grouped(number)}): ${meaning}` : [];
  });
  const known = Object.entries(marks).flatMap(([mark, meaning]) => {
    const number = ran.filter(({ expected }) => expected?.mark === mark).length;
    return number > 0 ? `[${mark}] ${meaning} (${grouped(number)})` : [];
  });
  const lines = [
    ...(visits.length > 0 ? [`next visit: ${visits.map(([visit, meaning]) => `${visit} = ${meaning}`).join('; ')}`] : []),
    ...codes,
    ...(known.length > 0 ? [`What is expected is known as ${known.join(', ')}`] : []),
  ];
  return lines.length > 0 ? [paint('bold', 'Words'), ...lines.map((line) => wrap(line, width))].join('\n') : '';
}
