import { setTimeout as pause } from 'node:timers/promises';

/** Begins so many a second, however long each takes; resolves when all are over. */
export async function atRate(count: number, rate: number, act: () => Promise<unknown>): Promise<void> {
  const from = performance.now();
  const all: Promise<unknown>[] = [];
  while (all.length < count) {
    const due = Math.min(count, ((performance.now() - from) * rate) / 1_000);
    while (all.length < due) all.push(act());
    await pause(1);
  }
  await Promise.all(all);
}
