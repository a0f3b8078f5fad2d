import type { Recorder } from '../trace/recorder.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

/** Events of one run, copied out of the recorder, which forgets; of more than there is room for the last are kept. */
export type KeptEvents = {
  read(): readonly TraceEvent[];
  /** Copies what has come since the last time, and hands it on. */
  catchUp(): void;
  /** Copies what there is, and then no more. */
  close(): void;
};

const MOST_EVENTS = 5_000;

/** Keeps the events of the run `id` from now on. `onEvent` hears of each, in order, soon after it was recorded. */
export function keepEvents(recorder: Recorder, id: string, onEvent: (event: TraceEvent) => void): KeptEvents {
  let kept: TraceEvent[] = [];
  let next = recorder.next();
  let isAsked = false;
  let isOpen = true;

  function catchUp(): void {
    if (!isOpen) return;
    const read = recorder.read(next);
    next = read.next;
    const own = read.events.filter(({ run }) => run === id);
    kept.push(...own);
    if (kept.length > MOST_EVENTS * 2) kept = kept.slice(-MOST_EVENTS);
    for (const event of own) onEvent(event);
  }

  // Many events come at once, and the recorder copies all that it holds for who reads: once for all of them.
  const unfollow = recorder.follow(() => {
    if (isAsked) return;
    isAsked = true;
    queueMicrotask(() => {
      isAsked = false;
      catchUp();
    });
  });

  return {
    read: () => kept.slice(-MOST_EVENTS),
    catchUp,
    close() {
      catchUp();
      isOpen = false;
      unfollow();
    },
  };
}
