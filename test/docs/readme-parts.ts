import { type Cell, type CellInput, isEnds, isExchange, isOffice365 } from '../../src/regression/cell.ts';
import { markdownReport } from '../../src/regression/report/markdown.ts';
import { summarise } from '../../src/regression/run-matrix.ts';
import { isInReadme } from './shown-cells.ts';

/** Everything between marks in `README.md`. `shown` are cells that have run. */
export function readmeParts(cells: readonly CellInput[], shown: readonly Cell[]): ReadonlyMap<string, string> {
  const table = shown.filter(isExchange).filter(isInReadme);
  return new Map([
    ['outcomes', markdownReport({ schema: 'logoff-lab/matrix@1', summary: summarise(table), cells: table })],
    ['size', sizeOf(cells)],
  ]);
}

function sizeOf(cells: readonly CellInput[]): string {
  const count = (values: unknown[]) => new Set(values).size;
  const [exchange, office365, ends] = [cells.filter(isExchange), cells.filter(isOffice365), cells.filter(isEnds)];
  const builds = count(exchange.map(({ profile }) => profile));
  const auths = count(exchange.map(({ vdirAuth }) => vdirAuth));
  const orders = count(exchange.flatMap(({ installOrder }) => installOrder?.order ?? []));
  const strings = count(exchange.map(({ logoffUrl }) => logoffUrl)) - 1;
  const rows = count(office365.map(({ row }) => row));
  const profiles = count(office365.map(({ profile }) => profile));
  const waysToEnd = count(ends.map(({ endedBy }) => endedBy));
  const tries = count(ends.map(({ tried }) => tried));
  return (
    `${cells.length.toLocaleString('en')} cells. Exchange: ${exchange.length.toLocaleString('en')}, of ${builds} builds, ` +
    `${auths} kinds of authentication, ${strings} logoff strings and no gateway at all, ${orders} orders of installation. ` +
    `Office 365: ${office365.length}, of ${rows} rows in ${profiles} profiles.` +
    `${ends.length > 0 ? ` Ends of sessions: ${ends.length}, of ${waysToEnd} ways to end one and ${tries} things tried then.` : ''}\n`
  );
}
