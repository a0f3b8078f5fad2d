import { type Lab, startLab } from '../lab/lab.ts';
import type { Cell, CellInput, MatrixReport, NotRunCell } from './cell.ts';
import { allCells } from './cells.ts';
import { differences, expectationFor, judge } from './judge.ts';
import { type Only, selectCells } from './only.ts';
import { runExchangeCell } from './run-exchange-cell.ts';

/** Runs the wanted cells, one after the other, in a lab of its own on free ports. `onCell` hears of each as it is judged. */
export async function runMatrix(
  options: { only?: Only; onCell?: (cell: Cell | NotRunCell, done: number, of: number) => void } = {},
): Promise<MatrixReport> {
  const lab = await startLab();
  try {
    const wanted = selectCells(allCells(lab.profiles), ({ input }) => input, options.only ?? new Map());
    const cells: (Cell | NotRunCell)[] = [];
    for (const { input, tried } of wanted) {
      const cell = await runCell(lab, input, tried);
      cells.push(cell);
      options.onCell?.(cell, cells.length, wanted.length);
    }
    return { schema: 'logoff-lab/matrix@1', summary: summarise(cells), cells };
  } finally {
    await lab.close();
  }
}

async function runCell(lab: Lab, input: CellInput, tried: Parameters<typeof expectationFor>[0]): Promise<Cell | NotRunCell> {
  try {
    const result = judge(input, await runExchangeCell(lab, input));
    const expected = expectationFor(tried);
    const differs = expected ? differences(result, expected) : ['expected'];
    return { ...input, ...result, expected, differs, agrees: differs.length === 0 };
  } catch (error) {
    return { ...input, notRun: true, notRunBecause: error instanceof Error ? error.message : String(error), agrees: false };
  }
}

/** A cell without a result is neither agreement nor difference. */
export function summarise(cells: readonly (Cell | NotRunCell)[]): MatrixReport['summary'] {
  const notRun = cells.filter((cell) => 'notRun' in cell).length;
  const agree = cells.filter((cell) => cell.agrees).length;
  return { cells: cells.length, agree, differ: cells.length - agree - notRun, notRun };
}
