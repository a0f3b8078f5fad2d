import type { ExchangeCell, ExchangeInput } from '../../src/regression/cell.ts';
import { markdownReport } from '../../src/regression/report/markdown.ts';
import { summarise } from '../../src/regression/run-matrix.ts';
import { verdictCodes } from '../../src/scenarios/verdict-codes.ts';
import { markdownTable } from './marked-parts.ts';
import { isInReadme } from './shown-cells.ts';

/** Everything between marks in `README.md`. `shown` are cells that have run. */
export function readmeParts(cells: readonly ExchangeInput[], shown: readonly ExchangeCell[]): ReadonlyMap<string, string> {
  const table = shown.filter(isInReadme);
  const found = new Set(shown.flatMap(({ codes }) => codes));
  const codes = verdictCodes.filter(({ code }) => found.has(code));
  return new Map([
    ['outcomes', markdownReport({ schema: 'logoff-lab/matrix@1', summary: summarise(table), cells: table })],
    ['size', sizeOf(cells)],
    [
      'codes',
      markdownTable(
        ['Code', 'Name', 'Means'],
        codes.map(({ code, name, meaning }) => [code, name, meaning]),
      ),
    ],
  ]);
}

function sizeOf(cells: readonly ExchangeInput[]): string {
  const count = (values: unknown[]) => new Set(values).size;
  const builds = count(cells.map(({ profile }) => profile));
  const auths = count(cells.map(({ vdirAuth }) => vdirAuth));
  const orders = count(cells.flatMap(({ installOrder }) => installOrder?.order ?? []));
  const strings = count(cells.map(({ logoffUrl }) => logoffUrl)) - 1;
  return (
    `${cells.length.toLocaleString('en')} cells: ${builds} builds, ${auths} kinds of authentication, ${strings} logoff strings and ` +
    `no gateway at all, ${orders} orders of installation.\n`
  );
}
