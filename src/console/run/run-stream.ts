import { html } from '../../html.ts';
import type { Lab } from '../../lab/lab.ts';
import type { CellPart } from '../../regression/cell-part.ts';
import { isOver, type Run, type Runs } from '../../runs/run.ts';
import { followEvents } from '../../trace/follow-events.ts';
import type { Hop } from '../../trace/hop.ts';
import { createHops, hopsOf } from '../../trace/hops.ts';
import type { EventStream } from '../event-stream.ts';
import { bodyOf, idOf, LIVE, lanesOfRows, partOf, rowOf, wayAbout } from './lanes-of-run.ts';
import type { LiveFeed } from './live-feed.ts';
import { announcement, verdictPanel } from './verdict-panel.ts';

/**
 * Tells a page of a run whatever happens in it from the event `from` on: hops as they begin and as they are answered, and each new state.
 * What is told is always whole, so telling it twice does no harm. Returns when the run is over or the reader has gone.
 */
export async function streamRun(
  stream: EventStream,
  from: number,
  run: Run,
  { lab, runs }: { lab: Lab; runs: Runs },
): Promise<void> {
  const hops = createHops();
  const over = new AbortController();
  const signal = AbortSignal.any([stream.signal, over.signal]);
  const latest = () => runs.get(run.id) ?? run;
  const begun = new Set<CellPart>();
  let told = from;

  function tellState(now: Run): void {
    for (const { part } of now.parts)
      if (!begun.has(part)) stream.send('add', { key: idOf(part), into: 'lanes', html: bodyOf(now, part, []).text });
    for (const { part } of now.parts) begun.add(part);
    stream.send('put', { key: 'verdict', html: verdictPanel(now, runs.addressOf(now)).text });
  }
  async function tellHops(changed: readonly Hop[]): Promise<void> {
    for (const hop of changed.filter(({ last }) => last >= told)) {
      const now = latest();
      stream.send('put', { key: hop.key, into: idOf(partOf(now, hop)), html: rowOf(now, hop).text });
      await stream.drained();
      // Meanwhile the whole has been told.
      if (signal.aborted) return;
    }
  }
  /** Once more as a whole: what decided is known only now. */
  function tellEnd(now: Run): void {
    const byPart = Map.groupBy(hopsOf(runs.eventsOf(now.id)), (hop) => partOf(now, hop));
    tellState(now);
    const bodies = now.parts.map(({ part }) => ({ key: idOf(part), body: bodyOf(now, part, byPart.get(part) ?? []) }));
    for (const { key, body } of bodies) stream.send('put', { key, into: 'lanes', html: body.text });
    stream.send('put', { key: 'way-about', into: '', html: wayAbout(now, html`${bodies.map(({ body }) => body)}`).text });
    stream.send('say', announcement(now));
    stream.send('end', null);
    over.abort();
  }

  const unfollow = runs.follow((changed) => {
    if (changed.id !== run.id || signal.aborted) return;
    if (isOver(changed)) return tellEnd(changed);
    tellState(changed);
    stream.send('say', announcement(changed));
  });
  try {
    if (isOver(latest())) return tellEnd(latest());
    tellState(latest());
    await followEvents(lab.recorder, { from: run.parts[0]?.from ?? from, signal }, async ({ events, next }) => {
      await tellHops(hops.take(events.filter((event) => event.run === run.id)));
      told = next;
      stream.send('at', null, next - 1);
      await stream.drained();
    });
  } finally {
    unfollow();
  }
}

/**
 * Tells a page everything that happens in the lab from the event `from` on, whoever does it. Where that would leave a hole (the recorder no
 * longer has it, or it is a number of an earlier process), it gets all that there is in the place of what it shows. It is not loaded again for
 * that: a run begins by forgetting the trace, and loading would take the page away from whoever has just pressed "Run it" on it.
 */
export async function streamAll(
  stream: EventStream,
  from: number,
  { lab, feed }: { lab: Pick<Lab, 'recorder'>; feed: LiveFeed },
): Promise<void> {
  const tellWhole = (): number => {
    const { hops, next } = feed.all();
    stream.send('put', { key: LIVE, into: '', html: lanesOfRows(hops.map(feed.row)).text });
    stream.send('at', null, next - 1);
    return next;
  };
  const { events: kept, next } = lab.recorder.read();
  const first = kept[0]?.seq ?? next;
  let told = first > from || from > next ? tellWhole() : from;
  await followEvents(lab.recorder, { from: told, signal: stream.signal }, async ({ dropped }) => {
    told = dropped > 0 ? tellWhole() : await tellChanges(stream, told, feed);
    await stream.drained();
  });
}

async function tellChanges(stream: EventStream, from: number, feed: LiveFeed): Promise<number> {
  const { hops, next } = feed.since(from);
  for (const hop of hops) {
    stream.send('put', { key: hop.key, into: LIVE, html: feed.row(hop).text });
    // After each: of a reader that does not read no more than one is kept, however many have come.
    await stream.drained();
  }
  stream.send('at', null, next - 1);
  return next;
}
