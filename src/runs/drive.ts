import type { Lab } from '../lab/lab.ts';
import { type Cell, isOffice365 } from '../regression/cell.ts';
import type { CellPart } from '../regression/cell-part.ts';
import { runOffice365Cell } from '../regression/office365/run-office365-cell.ts';
import { runExchangeCell } from '../regression/run-exchange-cell.ts';
import { advise } from './advise.ts';
import { decidingEvent } from './deciding.ts';
import type { KnownCells } from './known-cells.ts';
import type { RunInput, RunVerdict } from './run.ts';
import type { Entry, RunBook } from './run-book.ts';
import { exchangeVerdict, office365Verdict } from './verdict.ts';

/** What runs are made with. */
export type RunTools = { lab: Lab; cells: KnownCells; book: RunBook };

/** Lets a scripted browser that has seen nothing yet sign in and out, and judges that. Never rejects: what keeps a run from coming to its end is its failure. */
export async function drive(tools: RunTools, entry: Entry): Promise<void> {
  const { lab, book } = tools;
  const { id, input } = entry.run;
  const onPart = (part: CellPart) => book.put(entry, { parts: [...entry.run.parts, { part, from: lab.recorder.next() }] });
  try {
    const cell = await driven(tools, input, { run: id, onPart });
    book.end(entry, { state: 'judged', verdict: verdictOf(tools, entry, cell) });
  } catch (error) {
    fail(tools, entry, error);
  }
}

type Shared = { run: string; onPart: (part: CellPart) => void };

async function driven({ lab, cells }: RunTools, input: RunInput, shared: Shared): Promise<Cell> {
  return isOffice365(input)
    ? office365Verdict(input, await runOffice365Cell(lab, input, shared), cells)
    : exchangeVerdict(input, await runExchangeCell(lab, input, shared), cells);
}

/** The verdict with what decided it and what would help. */
export function verdictOf({ lab, cells }: RunTools, { run, events }: Entry, cell: Cell): RunVerdict {
  const deciding = decidingEvent(cell, run.parts, events.read());
  return { cell, deciding, advice: advise(cell, lab.profiles, cells) };
}

export function fail({ book }: RunTools, entry: Entry, error: unknown): void {
  book.end(entry, { state: 'failed', failure: error instanceof Error ? error.message : String(error) });
}
