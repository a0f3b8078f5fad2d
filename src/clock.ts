import { createTimerQueue } from './timer-queue.ts';

/** Time as a value: whoever needs to know or wait for a time is handed a clock (milliseconds since 1970). */
export type Clock = {
  /** The time now, ms; never 0. */
  now(): number;
  /** Calls `act` once when the clock reaches `time`; returns a function that cancels it. */
  at(time: number, act: () => void): () => void;
};

/** A clock that somebody can move. */
export type AdjustableClock = Clock & {
  /** Moves the clock forward by `ms` (0 or more) and fires what became due, earliest first. */
  advance(ms: number): void;
};

const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * The clock of a running process: goes by itself and can be moved forward as well. It starts with the machine's time and then counts
 * what has passed, so that nobody is signed out, or stays signed in, because somebody sets the machine's clock
 * (docs/decisions/0010-limits-and-time.md).
 */
export function runningClock(): AdjustableClock {
  const start = Date.now() - performance.now();
  return createClock(() => Math.round(start + performance.now()), true);
}

/** A clock for tests: stands still until it is moved. */
export function standingClock(start = Date.UTC(2015, 5, 17)): AdjustableClock {
  return createClock(() => start, false);
}

function createClock(source: () => number, runs: boolean): AdjustableClock {
  const timers = createTimerQueue();
  let offset = 0;
  let alarm: NodeJS.Timeout | undefined;

  const now = () => source() + offset;

  function fireDue() {
    for (;;) {
      const due = timers.first();
      if (!due || due.time > now()) break;
      timers.remove(due);
      due.act();
    }
    setAlarm();
  }

  function setAlarm() {
    if (!runs) return;
    clearTimeout(alarm);
    const next = timers.first()?.time;
    if (next !== undefined) alarm = setTimeout(fireDue, Math.min(Math.max(next - now(), 1), LONGEST_TIMEOUT)).unref();
  }

  return {
    now,
    at(time, act) {
      const timer = timers.add(time, act);
      if (runs && timers.first() === timer) fireDue();
      return () => timers.remove(timer);
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock moves forward only: expected 0 or more milliseconds, got ${ms}`);
      const goal = now() + ms;
      // Each timer sees the clock at its own time, so that what it schedules falls in the right order.
      for (;;) {
        const next = timers.first()?.time;
        if (next === undefined || next > goal) break;
        offset += Math.max(0, next - now());
        fireDue();
      }
      offset += Math.max(0, goal - now());
      setAlarm();
    },
  };
}
