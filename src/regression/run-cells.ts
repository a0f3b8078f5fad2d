import { createScriptCache, type ScriptCache } from '../browser/script-cache.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import type { Cell, CellInput, NotRunCell } from './cell.ts';
import { caseOf } from './cells.ts';
import { expectationFor } from './expectation-for.ts';
import { differences, judge } from './judge.ts';
import { runExchangeCell } from './run-exchange-cell.ts';

/** Starts a lab and runs in it, one after the other, the cells that nobody else has taken. */
export async function runCells(
  share: { cells: readonly CellInput[]; next: Int32Array },
  keep: (cell: Cell | NotRunCell, at: number) => void,
): Promise<void> {
  const lab = await startLab();
  const cache = createScriptCache();
  try {
    for (;;) {
      const at = Atomics.add(share.next, 0, 1);
      const cell = share.cells[at];
      if (!cell) return;
      keep(await runCell(lab, cell, cache), at);
    }
  } finally {
    await lab.close();
  }
}

async function runCell(lab: Lab, input: CellInput, cache: ScriptCache): Promise<Cell | NotRunCell> {
  try {
    const seen = await runExchangeCell(lab, input, { cache });
    const result = judge(input, seen);
    const expected = expectationFor(caseOf(input));
    const differs = expected ? differences(result, expected) : ['expected'];
    const cell = { ...input, ...result, expected, differs, agrees: differs.length === 0 };
    return cell.agrees ? cell : { ...cell, trace: lab.recorder.read(seen.from?.click).events };
  } catch (error) {
    return { ...input, notRun: true, notRunBecause: error instanceof Error ? error.message : String(error), agrees: false };
  }
}
