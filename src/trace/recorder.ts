import type { Clock } from '../clock.ts';
import type { NewTraceEvent, TraceEvent } from './trace-event.ts';

export type Recorder = {
  record(event: NewTraceEvent): void;
  /** Events with `seq` ≥ `since`, oldest first; `next` is the `since` to ask with next; `dropped` counts what fell out of the bound. */
  read(since?: number): { events: TraceEvent[]; next: number; dropped: number };
  /** Names the run that the following events belong to; null ends it. */
  setRun(run: string | null): void;
  clear(): void;
};

/** Keeps the last `limit` events in memory. */
export function createRecorder(clock: Clock, limit = 10_000): Recorder {
  let events: TraceEvent[] = [];
  let next = 1;
  let run: string | null = null;

  return {
    record(event) {
      events.push({ seq: next++, at: clock.now(), run, ...event });
      if (events.length >= limit * 2) events = events.slice(-limit);
    },
    read(since = 1) {
      const kept = events.slice(-limit);
      const first = kept[0]?.seq ?? next;
      const start = Math.max(since, first);
      return { events: kept.slice(start - first), next, dropped: Math.max(0, start - Math.max(since, 1)) };
    },
    setRun(name) {
      run = name;
    },
    clear() {
      events = [];
    },
  };
}
