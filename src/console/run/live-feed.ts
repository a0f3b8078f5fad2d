import type { Html } from '../../html.ts';
import type { Hop } from '../../trace/hop.ts';
import { createHops, type Hops } from '../../trace/hops.ts';
import type { Recorder } from '../../trace/recorder.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { rowOfAny } from './lanes-of-run.ts';

/** Every hop of the lab and its row, made once for however many pages are open; without any, nothing is done. */
export type LiveFeed = {
  /** Those of which the recorder still has something, in the order in which they began; `next` is the `from` to go on with. */
  all(): { hops: readonly Hop[]; next: number };
  /** Those that are new or have changed with the event `from` or a later one. */
  since(from: number): { hops: readonly Hop[]; next: number };
  row(hop: Hop): Html;
};

/** So many changes back a page is told without a look at all the hops there are. */
const CHANGES_KEPT = 2_000;

export function createLiveFeed(recorder: Pick<Recorder, 'read'>): LiveFeed {
  let hops: Hops = createHops();
  /** Hops as they were after each catching up, the latest last; `before`: the number of the first event that was not yet in them. */
  let changes: { hop: Hop; before: number }[] = [];
  let next = 1;
  /** From this event on, `changes` has everything. */
  let complete = 1;
  let rows = new WeakMap<Hop, Html>();

  function beginAnew(): void {
    hops = createHops();
    rows = new WeakMap();
    changes = [];
    const { events, next: after } = recorder.read();
    hops.take(events);
    next = after;
    complete = after;
  }

  function catchUp(): void {
    // The last event that is known is asked for too: if the recorder has it no more, others may be missing, or it was told to forget.
    const known = Math.max(1, next - 1);
    const read = recorder.read(known);
    if (read.dropped > 0) beginAnew();
    else take(read.events.filter(({ seq }) => seq >= next));
  }

  function take(news: readonly TraceEvent[]): void {
    next += news.length;
    for (const hop of hops.take(news)) changes.push({ hop, before: next });
    if (changes.length <= CHANGES_KEPT * 2) return;
    complete = changes.at(-CHANGES_KEPT - 1)?.before ?? next;
    changes = changes.slice(-CHANGES_KEPT);
  }

  function changedSince(from: number): Hop[] {
    if (from < complete) return hops.all().filter(({ last }) => last >= from);
    const found = new Map<string, Hop>();
    for (let at = changes.length - 1; at >= 0; at--) {
      const { hop, before } = changes[at] as (typeof changes)[number];
      if (before <= from) break;
      if (hop.last >= from && !found.has(hop.key)) found.set(hop.key, hop);
    }
    return [...found.values()].sort((a, b) => a.first - b.first);
  }

  return {
    all() {
      catchUp();
      const oldest = recorder.read().events[0]?.seq ?? next;
      return { hops: hops.all().filter(({ last }) => last >= oldest), next };
    },
    since(from) {
      catchUp();
      return { hops: changedSince(from), next };
    },
    row(hop) {
      const made = rows.get(hop) ?? rowOfAny(hop);
      rows.set(hop, made);
      return made;
    },
  };
}
