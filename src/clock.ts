/** Time as a value: whoever needs to know or wait for a time is handed a clock (milliseconds since 1970). */
export type Clock = {
  /** The time now, ms; never 0. */
  now(): number;
  /** Calls `act` once when the clock reaches `time`; returns a function that cancels it. */
  at(time: number, act: () => void): () => void;
};

export type AdjustableClock = Clock & {
  /** Moves the clock forward by `ms` (0 or more) and fires what became due, earliest first. */
  advance(ms: number): void;
};

type Timer = { time: number; act: () => void };
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The clock of a running process: goes by itself and can be moved forward as well. */
export function runningClock(): AdjustableClock {
  return createClock(Date.now, true);
}

/** A clock for tests: stands still until it is moved. */
export function standingClock(start = Date.UTC(2015, 5, 17)): AdjustableClock {
  return createClock(() => start, false);
}

function createClock(source: () => number, runs: boolean): AdjustableClock {
  const timers = new Set<Timer>();
  let offset = 0;
  let alarm: NodeJS.Timeout | undefined;

  const now = () => source() + offset;

  function fireDue() {
    for (;;) {
      const due = [...timers].filter((timer) => timer.time <= now()).sort((a, b) => a.time - b.time)[0];
      if (!due) break;
      timers.delete(due);
      due.act();
    }
    if (!runs) return;
    clearTimeout(alarm);
    const next = Math.min(...[...timers].map((timer) => timer.time));
    if (Number.isFinite(next)) alarm = setTimeout(fireDue, Math.min(Math.max(next - now(), 1), LONGEST_TIMEOUT)).unref();
  }

  return {
    now,
    at(time, act) {
      const timer = { time, act };
      timers.add(timer);
      if (runs) fireDue();
      return () => timers.delete(timer);
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock moves forward only: expected 0 or more milliseconds, got ${ms}`);
      const goal = now() + ms;
      // Each timer sees the clock at its own time, so that what it schedules falls in the right order.
      for (;;) {
        const next = Math.min(...[...timers].map((timer) => timer.time));
        if (!(next <= goal)) break;
        offset += Math.max(0, next - now());
        fireDue();
      }
      offset += Math.max(0, goal - now());
    },
  };
}
