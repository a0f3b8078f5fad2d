import { startLab } from '../lab/lab.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { type AnyCell, type CellInput, type EndsInput, type ExchangeInput, isEnds, type Office365Input } from './cell.ts';
import type { CellPart } from './cell-part.ts';
import { createEndsGround } from './ends/ends-ground.ts';
import { runCell, runEnds } from './run-cells.ts';

/** `parts`: number of the first event of each part that has begun; a cell of ends has no parts. */
export type TracedCell = { cell: AnyCell; events: readonly TraceEvent[]; parts: readonly { part: CellPart; from: number }[] };

/**
 * Runs one cell of any suite in a lab of its own, and tells what happened in it though it is as expected. What keeps it from running
 * stands in the cell (`notRunBecause`). Throws only if there is no port for the lab.
 */
export async function cellWithTrace(input: CellInput): Promise<TracedCell> {
  return isEnds(input) ? endsWithTrace(input) : labWithTrace(input);
}

async function labWithTrace(input: ExchangeInput | Office365Input): Promise<TracedCell> {
  const lab = await startLab();
  const parts: { part: CellPart; from: number }[] = [];
  try {
    const onPart = (part: CellPart) => parts.push({ part, from: lab.recorder.next() });
    const cell = await runCell(lab, input, { onPart });
    return { cell, events: eventsOf(lab.recorder, input), parts };
  } finally {
    await lab.close();
  }
}

async function endsWithTrace(input: EndsInput): Promise<TracedCell> {
  const ground = createEndsGround();
  try {
    const cell = await runEnds(ground, input);
    return { cell, events: eventsOf(ground.recorder, input), parts: [] };
  } finally {
    await ground.close();
  }
}

function eventsOf(recorder: Recorder, { id }: CellInput): TraceEvent[] {
  return recorder.read().events.filter(({ run }) => run === id);
}
