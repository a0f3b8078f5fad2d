import { setImmediate as turn } from 'node:timers/promises';

/** Bytes of heap and outside it that are in use when garbage has been collected (`--expose-gc`). */
export async function collectedMemory(): Promise<number> {
  // Some of what is done with goes only after a turn of the event loop.
  for (let times = 0; times < 3; times++) {
    await turn();
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
