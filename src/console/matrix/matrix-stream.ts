import { setTimeout as pause } from 'node:timers/promises';
import type { Html } from '../../html.ts';
import type { EventStream } from '../event-stream.ts';
import { keyOfCell } from './matrix-exchange.ts';
import { progressPart } from './matrix-progress.ts';
import type { MatrixRuns } from './matrix-runs.ts';
import type { MatrixView } from './matrix-view.ts';

/** The least time between two messages to one page, ms: hundreds of cells may be judged within a second. */
const EVERY = 250;

/**
 * Tells a page what has changed since the version that it shows, until it has gone. The version goes along as the id of each batch, so
 * that a page whose stream was cut gets what it missed, once.
 */
export async function tellPage(stream: EventStream, from: number, view: MatrixView, runs: MatrixRuns): Promise<void> {
  const { signal } = stream;
  // The numbers of another process's runs: this one has begun anew.
  if (from > runs.version()) return stream.send('reload', null);
  const shown: Shown = { version: from, faults: from === runs.version() ? view.faults().text : null };
  while (!signal.aborted) {
    await changed(runs, shown.version, signal);
    tellChanges(stream, shown, view, runs);
    await stream.drained();
    await pause(EVERY, null, { signal, ref: false }).catch(() => {});
  }
}

/** What the page has been told. `faults`: its list of those; null: not known. */
type Shown = { version: number; faults: string | null };

function tellChanges(stream: EventStream, shown: Shown, view: MatrixView, runs: MatrixRuns): void {
  const { version, cells, turned } = runs.changesSince(shown.version);
  const put = (key: string, html: Html, id?: number) => stream.send('put', { key, into: '', html: html.text }, id);
  const ids = new Set(cells.map(({ id }) => id));
  for (const entry of view.shown) if (ids.has(entry.input.id)) put(keyOfCell(entry.number), view.cell(entry));
  const faults = view.faults();
  // Whoever reads the list, or has the keyboard in it, is not disturbed for nothing.
  if (faults.text !== shown.faults) put('matrix-faults', faults);
  const state = runs.state();
  if (turned) {
    put('matrix-run', view.run());
    stream.send('say', state.message ?? 'The run has begun.');
  } else if (state.running) put('matrix-progress', progressPart(state, performance.now()));
  put('matrix-counts', view.counts(), version);
  Object.assign(shown, { version, faults: faults.text });
}

/** Resolves once there is something newer than the version, or the page has gone. */
function changed(runs: MatrixRuns, version: number, signal: AbortSignal): Promise<void> {
  if (runs.version() !== version || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      unfollow();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unfollow = runs.follow(done);
    signal.addEventListener('abort', done);
  });
}
