import type { Clock } from '../../clock.ts';
import { createRecorder, type Recorder } from '../../trace/recorder.ts';
import type { NewTraceEvent, TraceEvent } from '../../trace/trace-event.ts';

export type WatchedRecorder = Recorder & {
  /** Resolves when there is such an event; at once if there is one. */
  seen(which: (event: TraceEvent) => boolean): Promise<void>;
};

/** What one gateway records, for which one can wait; `all` gets it too. */
export function watchRecorder(clock: Clock, all: Recorder): WatchedRecorder {
  const own = createRecorder(clock);
  const looks = new Set<() => void>();
  return {
    ...own,
    record(event: NewTraceEvent) {
      own.record(event);
      all.record(event);
      for (const look of looks) look();
    },
    seen(which) {
      return new Promise((resolve) => {
        const look = () => {
          if (!own.read().events.some(which)) return;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
      });
    },
  };
}
