import { availableParallelism, totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import { loadProfiles } from '../exchange/profile.ts';
import type { AnyCell, CellInput, MatrixReport } from './cell.ts';
import { allCells } from './cells.ts';
import { type Only, selectCells } from './only.ts';
import { runCells } from './run-cells.ts';

type OnCell = (cell: AnyCell, done: number, of: number) => void;

/** What a worker is given: the cells, and the number of the next one that nobody has taken yet. */
export type Share = { cells: readonly CellInput[]; next: Int32Array };

/** Fewer cells than this are run where we are: a worker takes as long to start. */
const FEW = 100;

/** `signal`: no further cell is begun once it aborts, and the report holds those that were. */
export type MatrixOptions = { only?: Only; onCell?: OnCell; signal?: AbortSignal };

/**
 * Runs the wanted cells, each on fresh sessions over real sockets, in labs of their own on free ports: one lab a processor.
 * `onCell` hears of each as it is judged; the report holds them in the order of the suites.
 */
export async function runMatrix(options: MatrixOptions = {}): Promise<MatrixReport> {
  const wanted = selectCells(allCells(await loadProfiles()), options.only ?? new Map());
  const started = performance.now();
  const cells: AnyCell[] = [];
  let done = 0;
  const keep = (cell: AnyCell, at: number) => {
    cells[at] = cell;
    options.onCell?.(cell, ++done, wanted.length);
  };
  const share = { cells: wanted, next: new Int32Array(new SharedArrayBuffer(4)) };
  // Cells under way come to their end, and with them the programs that they have started.
  const stop = () => Atomics.store(share.next, 0, wanted.length);
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop);
  try {
    if (wanted.length < FEW) await runCells(share, keep);
    else
      await Promise.all(
        Array.from({ length: workersFor(Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())) }, () =>
          runInWorker(share, keep),
        ),
      );
  } finally {
    // If one worker has failed, the others need not go on.
    stop();
    options.signal?.removeEventListener('abort', stop);
  }
  const ms = Math.round(performance.now() - started);
  const speed = { ms, cellsPerSecond: Math.round((done * 1000) / Math.max(ms, 1)) };
  return { schema: 'logoff-lab/matrix@1', summary: summarise(cells), speed, cells };
}

/** This file's own extension: `.ts` as written, `.js` when packed. */
const worker = new URL(`./matrix-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** What a worker takes at most, measured over the whole matrix, bytes. The process beside them takes as much. */
const MEMORY_OF_WORKER = 256 * 2 ** 20;

/** One for each processor, and no more than fit into the memory that this process may have: a container would be killed. */
export function workersFor(memory: number, processors = availableParallelism()): number {
  return Math.max(1, Math.min(processors, Math.floor(memory / MEMORY_OF_WORKER) - 1));
}

function runInWorker(share: Share, keep: (cell: AnyCell, at: number) => void): Promise<void> {
  const running = new Worker(worker, { workerData: share });
  return new Promise((resolve, reject) => {
    running.on('message', ({ cell, at }: { cell: AnyCell; at: number }) => keep(cell, at));
    running.on('error', reject);
    running.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker of the matrix ended with ${code}`))));
  });
}

/** A cell without a result is neither agreement nor difference. */
export function summarise(cells: readonly AnyCell[]): MatrixReport['summary'] {
  const notRun = cells.filter((cell) => 'notRun' in cell).length;
  const agree = cells.filter((cell) => cell.agrees).length;
  return { cells: cells.length, agree, differ: cells.length - agree - notRun, notRun };
}
