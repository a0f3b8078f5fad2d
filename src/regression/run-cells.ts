import { createScriptCache, type ScriptCache } from '../browser/script-cache.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import type { Recorder } from '../trace/recorder.ts';
import {
  type AnyCell,
  type CellInput,
  type EndsCell,
  type EndsInput,
  type ExchangeCell,
  type ExchangeInput,
  isEnds,
  isOffice365,
  type Office365Cell,
  type Office365Input,
} from './cell.ts';
import type { OnPart } from './cell-part.ts';
import { caseOf } from './cells.ts';
import type { EndsGround } from './ends/ends-ground.ts';
import { createEndsRunner } from './ends/ends-runner.ts';
import { MissingProgram } from './ends/find-program.ts';
import { differencesEnds, judgeEnds } from './ends/judge-ends.ts';
import { runEndsCell } from './ends/run-ends-cell.ts';
import { expectationFor } from './expectation-for.ts';
import { exchangeCell, office365Cell } from './judged-cell.ts';
import { runOffice365Cell } from './office365/run-office365-cell.ts';
import { runExchangeCell } from './run-exchange-cell.ts';

/** Runs the cells that nobody else has taken: those of ends some at a time, all others one after the other in one lab. */
export async function runCells(
  share: { cells: readonly CellInput[]; next: Int32Array },
  keep: (cell: AnyCell, at: number) => void,
): Promise<void> {
  let lab: Lab | null = null;
  const cache = createScriptCache();
  const ends = createEndsRunner();
  try {
    for (;;) {
      const at = Atomics.add(share.next, 0, 1);
      const cell = share.cells[at];
      if (!cell) return;
      if (isEnds(cell)) await ends.take(cell, runEnds, (judged) => keep(judged, at));
      else {
        lab ??= await startLab();
        keep(await runCell(lab, cell, { cache }), at);
      }
    }
  } finally {
    await ends.close();
    await lab?.close();
  }
}

type Shared = { cache?: ScriptCache; onPart?: OnPart };

/** One cell in a lab that nobody else uses; never rejects. */
export async function runCell(lab: Lab, input: ExchangeInput | Office365Input, shared: Shared = {}): Promise<AnyCell> {
  try {
    return await (isOffice365(input) ? tryOffice365(lab, input, shared) : tryExchange(lab, input, shared));
  } catch (error) {
    return notRun(input, error);
  }
}

/** The same for a cell of ends, on a ground that nobody else uses. */
export async function runEnds(ground: EndsGround, input: EndsInput): Promise<AnyCell> {
  try {
    return await tryEnds(ground, input);
  } catch (error) {
    return notRun(input, error);
  }
}

function notRun(input: CellInput, error: unknown): AnyCell {
  const notRunBecause = error instanceof Error ? error.message : String(error);
  const missing = error instanceof MissingProgram && { missingProgram: error.program };
  return { ...input, notRun: true, notRunBecause, ...missing, agrees: false };
}

async function tryExchange(lab: Lab, input: ExchangeInput, shared: Shared): Promise<ExchangeCell> {
  const seen = await runExchangeCell(lab, input, shared);
  return withTrace(lab, exchangeCell(input, seen, expectationFor(caseOf(input))), seen.from?.click);
}

async function tryOffice365(lab: Lab, input: Office365Input, shared: Shared): Promise<Office365Cell> {
  const seen = await runOffice365Cell(lab, input, shared);
  return withTrace(lab, office365Cell(input, seen, expectationFor(caseOf(input))), seen.from.action);
}

async function tryEnds(ground: EndsGround, input: EndsInput): Promise<EndsCell> {
  const seen = await runEndsCell(ground, input);
  const result = judgeEnds(input, seen);
  const expected = expectationFor(caseOf(input));
  const differs = expected ? differencesEnds(result, expected) : ['expected'];
  return withTrace(ground, { ...input, ...result, expected, differs, agrees: differs.length === 0 }, seen.from);
}

/** What happened in the cell from the event `from` on, if it is not as expected. */
function withTrace<Judged extends { id: string; agrees: boolean }>(
  { recorder }: { recorder: Recorder },
  cell: Judged,
  from: number | undefined,
): Judged {
  return cell.agrees ? cell : { ...cell, trace: recorder.read(from).events.filter(({ run }) => run === cell.id) };
}
