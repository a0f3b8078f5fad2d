import { hopsOf } from '../../src/trace/hops.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

type Trace = { events: TraceEvent[]; next: number };

/** What the lab recorded from the event `since` on. */
export async function readTrace(console: string, since: number): Promise<Trace> {
  return (await (await fetch(`${console}/api/trace?since=${since}`)).json()) as Trace;
}

/** The number of the lab's next event. */
export async function nextEvent(console: string): Promise<number> {
  return (await readTrace(console, Number.MAX_SAFE_INTEGER)).next;
}

/** Of each hop, by its row's id, when its last event was recorded, ms. */
export function endsOf({ events }: Trace): ReadonlyMap<string, number> {
  const at = new Map(events.map((event) => [event.seq, event.at]));
  return new Map(hopsOf(events).map(({ key, last }) => [key, at.get(last) as number]));
}
