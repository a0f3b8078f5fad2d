import { type ExchangeCell, isExchange, type MatrixReport } from '../cell.ts';
import { groupCells } from './columns.ts';
import { hasRun } from './describe-cell.ts';
import { alignColumns, wrap } from './lay-out-text.ts';
import type { Paint } from './paint.ts';

/** Where a front end sends whoever it cannot show the sign-out page to (E-22). */
const FAULT = /\/errorFE\.aspx$/i;

/** What signing out was like after each upgrade of an install order: which ways through the farm ended on an error page (E-25). */
export function upgradesOfCells(cells: MatrixReport['cells'], width: number, paint: Paint): string {
  const direct = cells
    .filter(isExchange)
    .filter(hasRun)
    .filter((cell) => cell.via === 'direct' && cell.installOrder !== null);
  if (direct.length === 0) return '';
  const rows = groupCells(direct, ({ installOrder }) => `${installOrder?.order} ${installOrder?.step}`).map(([, step]) =>
    rowOf(step),
  );
  const [head, ...lines] = alignColumns([
    ['install order', 'step', 'upgraded last', 'ways', 'sign-outs that end on an error page'],
    ...rows,
  ]);
  return [paint('bold', 'Upgrades, without a gateway (behind a rule that matches, its own page hides the fault)'), head, ...lines]
    .map((line) => wrap(line as string, width))
    .join('\n');
}

function rowOf(step: readonly ExchangeCell[]): string[] {
  const { order, step: number, server } = step[0]?.installOrder ?? { order: '', step: 0, server: '' };
  const broken = step.filter(({ landing }) => FAULT.test(landing ?? ''));
  return [order, String(number), server === 'none' ? '–' : server, String(step.length), describe(broken)];
}

/** `cas-1 → mbx-1, mbx-2`: the member of the pool, and the servers whose mailboxes meet the fault through it. */
function describe(broken: readonly ExchangeCell[]): string {
  if (broken.length === 0) return 'none';
  const members = groupCells(broken, ({ installOrder }) => installOrder?.member ?? '');
  return members
    .map(([member, met]) => `${member} → ${met.map(({ installOrder }) => installOrder?.mailboxServer).join(', ')}`)
    .join('; ');
}
