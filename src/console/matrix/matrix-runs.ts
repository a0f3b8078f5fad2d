import { LabError } from '../../errors.ts';
import type { AnyCell, MatrixReport } from '../../regression/cell.ts';
import { parseOnly, selectCells } from '../../regression/only.ts';
import { grouped } from '../../regression/report/lay-out-text.ts';
import { summaryLine } from '../../regression/report/summary-line.ts';
import { type MatrixOptions, runMatrix, summarise } from '../../regression/run-matrix.ts';
import type { Entry, MatrixCells } from './matrix-cells.ts';

export type MatrixState = {
  running: boolean;
  /** Cells of the run that is under way, or was last. */
  done: number;
  of: number;
  /** When it began, ms of `performance.now()`; null: there was none yet. */
  startedAt: number | null;
  /** What came of the last run. */
  message: string | null;
};

/** What has happened since a version: cells that were judged, and whether a run began or ended. */
export type MatrixChanges = { version: number; cells: readonly AnyCell[]; turned: boolean };

/** The cells that have been run, the latest result of each, and the run that is under way. */
export type MatrixRuns = {
  /**
   * Begins to run the cells that fit all `KEY=VALUE` pairs. Throws bad-request for pairs that fit none, and conflict while another run is
   * under way.
   */
  start(pairs: readonly string[]): void;
  /** No further cell is begun; resolves once those under way have come to their end. */
  stop(): Promise<void>;
  state(): MatrixState;
  /** The latest result of each cell that has one, in the order of the suites. */
  report(): MatrixReport;
  latest(id: string): AnyCell | null;
  /** Counts up with everything that changes. */
  version(): number;
  changesSince(version: number): MatrixChanges;
  /** Calls back after every change; returns a function that ends that. */
  follow(listener: () => void): () => void;
  /** Ends the run that is under way, and refuses further ones. */
  close(): Promise<void>;
};

export type RunMatrix = typeof runMatrix;

/** `run`: what runs the cells. */
export function createMatrixRuns(cells: MatrixCells, run: RunMatrix = runMatrix): MatrixRuns {
  const latest = new Map<string, { cell: AnyCell; version: number }>();
  const listeners = new Set<() => void>();
  let state: MatrixState = { running: false, done: 0, of: 0, startedAt: null, message: null };
  let version = 0;
  let turned = 0;
  let closed = false;
  let underWay: { abort: AbortController; ended: Promise<void> } | null = null;

  function change(next: Partial<MatrixState>): void {
    version++;
    state = { ...state, ...next };
    if (next.running !== undefined) turned = version;
    for (const listener of listeners) listener();
  }
  function keep(cell: AnyCell, done: number): void {
    latest.set(cell.id, { cell, version: version + 1 });
    change({ done });
  }
  async function runAll(options: MatrixOptions & { signal: AbortSignal }): Promise<void> {
    const message = await run(options).then(
      (report) => (options.signal.aborted ? `Stopped: ${summaryLine(report)}.` : `${summaryLine(report)}.`),
      (error: Error) => `The run failed after ${grouped(state.done)} of ${grouped(state.of)} cells: ${error.message}`,
    );
    underWay = null;
    change({ running: false, message });
  }
  async function stop(): Promise<void> {
    underWay?.abort.abort();
    await underWay?.ended;
  }

  return {
    start(pairs) {
      const only = parsePairs(pairs);
      const { length: of } = selectEntries(cells.all(), pairs);
      if (closed) throw new LabError('conflict', 'the console is closing: no run can begin');
      if (underWay) throw new LabError('conflict', refusal(state));
      const abort = new AbortController();
      change({ running: true, done: 0, of, startedAt: performance.now(), message: null });
      const ended = runAll({ only, signal: abort.signal, onCell: keep });
      underWay = { abort, ended };
    },
    stop,
    state: () => state,
    report() {
      const known = cells.all().flatMap(({ input }) => latest.get(input.id)?.cell ?? []);
      return { schema: 'logoff-lab/matrix@1', summary: summarise(known), cells: known };
    },
    latest: (id) => latest.get(id)?.cell ?? null,
    version: () => version,
    changesSince(before) {
      const changed = [...latest.values()].filter((one) => one.version > before).map(({ cell }) => cell);
      return { version, cells: changed, turned: turned > before };
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      await stop();
    },
  };
}

function refusal({ done, of }: MatrixState): string {
  return `a run is under way (${grouped(done)} of ${grouped(of)} cells): wait for its end, or stop it`;
}

/** The cells that fit all `KEY=VALUE` pairs. Throws bad-request, and says what there is. */
export function selectEntries(entries: readonly Entry[], pairs: readonly string[]): Entry[] {
  if (pairs.length === 0) return [...entries];
  const only = parsePairs(pairs);
  const ids = asRequest(
    () =>
      new Set(
        selectCells(
          entries.map(({ input }) => input),
          only,
        ).map(({ id }) => id),
      ),
  );
  return entries.filter(({ input }) => ids.has(input.id));
}

function parsePairs(pairs: readonly string[]): ReturnType<typeof parseOnly> {
  return asRequest(() => parseOnly(pairs));
}

/** What is a fault of the command line there is one of the request here. */
function asRequest<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    throw new LabError('bad-request', cause.message.replaceAll('--only', 'only'), { cause });
  }
}
