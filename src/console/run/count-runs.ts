import type { Meter } from '../../metrics/meter.ts';
import { isOver, type Run } from '../../runs/run.ts';
import { headlineOf } from '../headline.ts';

/** Counts each run once, when it is over: by its headline, or by why it has none. */
export function countRuns(meter: Meter): (run: Run) => void {
  return (run) => {
    if (isOver(run)) meter.runOver(inOneWord(run.how), inOneWord(run.verdict ? headlineOf(run.verdict.cell).text : run.state));
  };
}

function inOneWord(text: string): string {
  return text.toLowerCase().replaceAll(' ', '-');
}
