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
  /** Earliest last: what is due is popped, and most of what comes is later than all others of its kind. */
  const timers: Timer[] = [];
  let offset = 0;
  let alarm: NodeJS.Timeout | undefined;

  const now = () => source() + offset;

  /** Index of the first timer that is not later than `time`. */
  function place(time: number): number {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((timers[middle] as Timer).time > time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function remove(timer: Timer): void {
    const at = timers.indexOf(timer, place(timer.time));
    if (at >= 0) timers.splice(at, 1);
  }

  function fireDue() {
    for (;;) {
      const due = timers.at(-1);
      if (!due || due.time > now()) break;
      timers.pop();
      due.act();
    }
    if (!runs) return;
    clearTimeout(alarm);
    const next = timers.at(-1)?.time;
    if (next !== undefined) alarm = setTimeout(fireDue, Math.min(Math.max(next - now(), 1), LONGEST_TIMEOUT)).unref();
  }

  return {
    now,
    at(time, act) {
      const timer = { time, act };
      timers.splice(place(time), 0, timer);
      if (runs && timers.at(-1) === timer) fireDue();
      return () => remove(timer);
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock moves forward only: expected 0 or more milliseconds, got ${ms}`);
      const goal = now() + ms;
      // Each timer sees the clock at its own time, so that what it schedules falls in the right order.
      for (;;) {
        const next = timers.at(-1)?.time;
        if (next === undefined || next > goal) break;
        offset += Math.max(0, next - now());
        fireDue();
      }
      offset += Math.max(0, goal - now());
    },
  };
}
