import type { Clock } from '../../src/clock.ts';
import { createRecorder, type Recorder } from '../../src/trace/recorder.ts';
import type { NewTraceEvent, TraceEvent } from '../../src/trace/trace-event.ts';

/** Of everything that a journey makes, none is dropped. */
const EVENTS = 200_000;
/** What is under way may still be told of, ms. */
const LONGEST_WAIT = 5_000;

export type WatchedTrace = {
  recorder: Recorder;
  events(): TraceEvent[];
  /** Resolves when each request in the trace has its answer there too, or never will: then that is what is wrong. */
  settled(): Promise<void>;
};

/** The trace of a gateway. */
export function watchTrace(clock: Clock): WatchedTrace {
  const own = createRecorder(clock, EVENTS);
  const open = new Set<string>();
  let tell: (() => void) | null = null;
  const look = () => {
    if (open.size === 0) tell?.();
  };
  const record = (event: NewTraceEvent) => {
    own.record(event);
    if (event.kind === 'request') open.add(event.exchange);
    if (event.kind === 'response') open.delete(event.exchange);
    look();
  };
  return {
    recorder: { ...own, record },
    events: () => own.read().events,
    settled: () =>
      new Promise((resolve) => {
        const deadline = setTimeout(resolve, LONGEST_WAIT);
        tell = () => {
          clearTimeout(deadline);
          resolve();
        };
        look();
      }),
  };
}
