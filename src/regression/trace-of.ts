import type { ScriptCache } from '../browser/script-cache.ts';
import type { Lab } from '../lab/lab.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { ExchangeInput, ExchangeResult } from './cell.ts';
import { judge } from './judge.ts';
import { runExchangeCell } from './run-exchange-cell.ts';

/** What happened in a cell, part by part, and what came of it. What the lab asked in between to find that out is left out. */
export type CellTrace = {
  result: ExchangeResult;
  signIn: readonly TraceEvent[];
  /** From the click on Sign out, or its like, to the last request that it caused. */
  click: readonly TraceEvent[];
  /** The same address again, in the same browser. */
  freshVisit: readonly TraceEvent[];
};

/** Runs one cell in a lab for its trace. Throws what `runExchangeCell` throws, and for a cell in which nobody gets to Sign out. */
export async function traceOf(lab: Lab, cell: ExchangeInput, shared: { cache?: ScriptCache } = {}): Promise<CellTrace> {
  const seen = await runExchangeCell(lab, cell, shared);
  if (!seen.from) throw new RangeError(`${cell.id} has no click on Sign out to trace`);
  const { click, probes, freshVisit } = seen.from;
  const { events } = lab.recorder.read();
  const between = (first: number, end: number) => events.filter(({ seq }) => seq >= first && seq < end);
  return {
    result: judge(cell, seen),
    signIn: between(0, click),
    click: between(click, probes),
    freshVisit: between(freshVisit, Number.POSITIVE_INFINITY),
  };
}
