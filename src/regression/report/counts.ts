import { type AnyCell, isExchange } from '../cell.ts';
import { groupCells, nextVisitOf, nextVisits } from './columns.ts';
import { differingCells, groundOf, hasRun } from './describe-cell.ts';
import { alignColumns, grouped } from './lay-out-text.ts';
import { type Paint, paintSign } from './paint.ts';

const counted = ['', 'suite', 'profile', 'cells', 'agree', 'differ', 'not run'];
const visits = Object.keys(nextVisits);

/** How many cells of each suite and profile, or its like, there are, and what became of them. */
export function countsOfCells(cells: readonly AnyCell[], paint: Paint): string {
  const rows = groupCells(cells, (cell) => `${cell.suite} ${groundOf(cell)}`).map(([, group]) => countsOf(group));
  const shown = cells.some(isExchange) ? [...counted, ...visits] : counted;
  const [head, ...lines] = alignColumns([shown, ...rows.map((row) => row.slice(0, shown.length))]) as [string, ...string[]];
  return [paint('bold', head), ...lines.map((line) => paintSign(line, paint))].join('\n');
}

/** After the counts of cells, what their next visits met: of Exchange's cells alone, as elsewhere there is no one visit for all cells. */
function countsOf(group: readonly AnyCell[]): string[] {
  const [first] = group;
  const ran = group.filter(hasRun);
  const differ = differingCells(group).length;
  const missing = group.length - ran.length;
  const sign = differ > 0 ? '✗' : missing > 0 ? '?' : '✓';
  const counts = [group.length, ran.length - differ, differ, missing].map(grouped);
  const exchange = ran.filter(isExchange);
  const met = visits.map((visit) => grouped(exchange.filter((cell) => nextVisitOf(cell) === visit).length));
  return [
    sign,
    first?.suite ?? '',
    first ? groundOf(first) : '',
    ...counts,
    ...(group.every(isExchange) ? met : visits.map(() => '–')),
  ];
}
