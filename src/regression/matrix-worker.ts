import { parentPort, workerData } from 'node:worker_threads';
import { runCells } from './run-cells.ts';
import type { Share } from './run-matrix.ts';

/** One lab of a matrix that runs in several: takes cell after cell, and posts each as it is judged. */
await runCells(workerData as Share, (cell, at) => parentPort?.postMessage({ cell, at }));
