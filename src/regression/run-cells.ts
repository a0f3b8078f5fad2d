import { createScriptCache, type ScriptCache } from '../browser/script-cache.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import {
  type AnyCell,
  type CellInput,
  type ExchangeCell,
  type ExchangeInput,
  isOffice365,
  type Office365Cell,
  type Office365Input,
} from './cell.ts';
import { caseOf } from './cells.ts';
import { expectationFor } from './expectation-for.ts';
import { differences, judge } from './judge.ts';
import { differencesOffice365, judgeOffice365 } from './office365/judge-office365.ts';
import { runOffice365Cell } from './office365/run-office365-cell.ts';
import { runExchangeCell } from './run-exchange-cell.ts';

/** Starts a lab and runs in it, one after the other, the cells that nobody else has taken. */
export async function runCells(
  share: { cells: readonly CellInput[]; next: Int32Array },
  keep: (cell: AnyCell, at: number) => void,
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

async function runCell(lab: Lab, input: CellInput, cache: ScriptCache): Promise<AnyCell> {
  try {
    return await (isOffice365(input) ? tryOffice365(lab, input, cache) : tryExchange(lab, input, cache));
  } catch (error) {
    return { ...input, notRun: true, notRunBecause: error instanceof Error ? error.message : String(error), agrees: false };
  }
}

async function tryExchange(lab: Lab, input: ExchangeInput, cache: ScriptCache): Promise<ExchangeCell> {
  const seen = await runExchangeCell(lab, input, { cache });
  const result = judge(input, seen);
  const expected = expectationFor(caseOf(input));
  const differs = expected ? differences(result, expected) : ['expected'];
  return withTrace(lab, { ...input, ...result, expected, differs, agrees: differs.length === 0 }, seen.from?.click);
}

async function tryOffice365(lab: Lab, input: Office365Input, cache: ScriptCache): Promise<Office365Cell> {
  const seen = await runOffice365Cell(lab, input, { cache });
  const result = judgeOffice365(input, seen);
  const expected = expectationFor(caseOf(input));
  const differs = expected ? differencesOffice365(result, expected) : ['expected'];
  return withTrace(lab, { ...input, ...result, expected, differs, agrees: differs.length === 0 }, seen.from.action);
}

/** What happened from the event `from` on, if the cell is not as expected. */
function withTrace<Judged extends { agrees: boolean }>(lab: Lab, cell: Judged, from: number | undefined): Judged {
  return cell.agrees ? cell : { ...cell, trace: lab.recorder.read(from).events };
}
