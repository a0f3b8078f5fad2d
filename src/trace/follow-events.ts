import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from './recorder.ts';
import type { TraceEvent } from './trace-event.ts';

export type EventBatch = {
  events: readonly TraceEvent[];
  /** The number to go on with. */
  next: number;
  /** How many events before these the recorder no longer has. */
  dropped: number;
};

/** What comes within this time after the first goes out together, ms: people see no sooner, and a hop is a handful of events. */
export const TOGETHER = 15;

/**
 * Hands over what the recorder has from event `from` on, and whatever follows, in order and each event once, until the signal aborts; then
 * it resolves. The next batch waits until `deliver` has resolved. A `from` that the recorder has not come to yet is one of an earlier recorder's:
 * then it begins with what there is. Rejects with whatever `deliver` rejects with.
 */
export async function followEvents(
  recorder: Pick<Recorder, 'read' | 'follow'>,
  { from, signal }: { from: number; signal: AbortSignal },
  deliver: (batch: EventBatch) => Promise<void>,
): Promise<void> {
  let isNews = false;
  let wake = () => {};
  const unfollow = recorder.follow(() => {
    isNews = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    let next = from > recorder.read(from).next ? 1 : from;
    while (!signal.aborted) {
      isNews = false;
      const batch = recorder.read(next);
      next = batch.next;
      if (batch.events.length > 0 || batch.dropped > 0) await deliver(batch);
      if (!isNews && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      await sleep(TOGETHER, undefined, { signal }).catch(() => {}); // aborted: the loop ends
    }
  } finally {
    unfollow();
    signal.removeEventListener('abort', onAbort);
  }
}
