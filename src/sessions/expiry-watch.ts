import type { Clock } from '../clock.ts';

/** What waits for the time-outs of sessions, so that they end without a request having to come and notice. */
export type ExpiryWatch = {
  watch(id: string, expiresAt: number): void;
  unwatch(id: string): void;
  stop(): void;
};

/** A check that failed is made again after so long, ms. */
const RETRY = 1_000;

/** `check` ends a session whose time is over, and resolves to when it will be, or to null if there is nothing to wait for. */
export function createExpiryWatch(clock: Clock, check: (id: string) => Promise<number | null>): ExpiryWatch {
  const timers = new Map<string, () => void>();

  async function look(id: string): Promise<void> {
    const next = await check(id).catch(() => clock.now() + RETRY);
    if (!timers.has(id)) return;
    if (next === null) timers.delete(id);
    // The clock may have moved on while the store was being asked.
    else if (next <= clock.now()) await look(id);
    else arm(id, next);
  }

  function arm(id: string, time: number): void {
    const cancel = clock.at(time, () => void look(id));
    timers.set(id, cancel);
  }

  function unwatch(id: string): void {
    timers.get(id)?.();
    timers.delete(id);
  }

  return {
    watch(id, expiresAt) {
      if (!timers.has(id)) arm(id, expiresAt);
    },
    unwatch,
    stop() {
      for (const id of [...timers.keys()]) unwatch(id);
    },
  };
}
