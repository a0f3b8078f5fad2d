import { isEnds, isExchange, isOffice365, type MatrixReport } from '../cell.ts';
import { groupCells } from './columns.ts';
import { countsOfCells } from './counts.ts';
import { differingCells, findingLines, findingOf, notRunCells } from './describe-cell.ts';
import { rowsOfEnds } from './ends-rows.ts';
import { wrap } from './lay-out-text.ts';
import { legend } from './legend.ts';
import { rowsOfOffice365 } from './office365-rows.ts';
import { createPaint, type Paint } from './paint.ts';
import { rowsOfExchange } from './rows.ts';
import { sentencesOfRows } from './sentences.ts';
import { summaryLine } from './summary-line.ts';
import { upgradesOfCells } from './upgrades.ts';

/** More cells than this are counted by suite and profile or its like, and shown one by one only if something is the matter with them. */
const MOST_ROWS = 250;
/** A trace is some fifty lines; of a run in which everything broke, the first ones will do. */
const MOST_TRACES = 20;

/** The report for a terminal of `width` columns, in sections: the cells, why, what differs, what did not run, the words used. */
export function tableReport(report: MatrixReport, colour: boolean, width: number): string {
  const paint = createPaint(colour);
  const { cells } = report;
  const few = cells.length <= MOST_ROWS;
  const sections = [
    ...(few ? oneByOne(cells, width, paint) : [countsOfCells(cells, paint)]),
    upgradesOfCells(cells, width, paint),
    differing(report, width, paint),
    notRun(report, width, paint),
    legend(cells, few, width, paint),
    summaryLine(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function oneByOne(cells: MatrixReport['cells'], width: number, paint: Paint): string[] {
  const numbers = new Map(cells.map((cell, at) => [cell, at + 1]));
  return [
    rowsOfExchange(cells.filter(isExchange), numbers, width, paint),
    rowsOfOffice365(cells.filter(isOffice365), numbers, width, paint),
    rowsOfEnds(cells.filter(isEnds), numbers, width, paint),
    sentencesOfRows(cells, numbers, width, paint),
  ];
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
