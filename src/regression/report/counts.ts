import { type AnyCell, isExchange, isOffice365 } from '../cell.ts';
import { groupCells, nextVisitOf, nextVisits } from './columns.ts';
import { differingCells, hasRun } from './describe-cell.ts';
import { alignColumns, grouped } from './lay-out-text.ts';
import { type Paint, paintSign } from './paint.ts';

const counted = ['', 'suite', 'profile', 'cells', 'agree', 'differ', 'not run'];
const visits = Object.keys(nextVisits);

/** How many cells of each suite and profile there are, and what became of them. */
export function countsOfCells(cells: readonly AnyCell[], paint: Paint): string {
  const rows = groupCells(cells, ({ suite, profile }) => `${suite} ${profile}`).map(([, group]) => countsOf(group));
  const shown = cells.some(isExchange) ? [...counted, ...visits] : counted;
  const [head, ...lines] = alignColumns([shown, ...rows.map((row) => row.slice(0, shown.length))]) as [string, ...string[]];
  return [paint('bold', head), ...lines.map((line) => paintSign(line, paint))].join('\n');
}

/** After the counts of cells, what their next visits met: of Exchange's cells, as Office 365 has three services to visit. */
function countsOf(group: readonly AnyCell[]): string[] {
  const ran = group.filter(hasRun);
  const differ = differingCells(group).length;
  const missing = group.length - ran.length;
  const sign = differ > 0 ? '✗' : missing > 0 ? '?' : '✓';
  const counts = [group.length, ran.length - differ, differ, missing].map(grouped);
  const exchange = ran.filter(isExchange);
  const met = visits.map((visit) => grouped(exchange.filter((cell) => nextVisitOf(cell) === visit).length));
  return [
    sign,
    group[0]?.suite ?? '',
    group[0]?.profile ?? '',
    ...counts,
    ...(group.some(isOffice365) ? visits.map(() => '–') : met),
  ];
}
