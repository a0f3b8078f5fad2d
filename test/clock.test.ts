import test from 'ava';
import { array, assert, constant, integer, nat, oneof, option, property, record } from 'fast-check';
import { type AdjustableClock, runningClock, standingClock } from '../src/clock.ts';

test('a standing clock moves only when it is told to', (t) => {
  const clock = standingClock(1_000);
  clock.advance(500);
  t.is(clock.now(), 1_500);
  t.throws(() => clock.advance(-1), { message: /moves forward only/ });
});

test('what became due fires once, in order, each at its own time, with what it schedules in turn', (t) => {
  const clock = standingClock(1_000);
  const fired: string[] = [];
  clock.at(1_300, () => fired.push(`b@${clock.now()}`));
  clock.at(1_100, () => {
    fired.push(`a@${clock.now()}`);
    clock.at(1_200, () => fired.push(`a2@${clock.now()}`));
  });
  const cancel = clock.at(1_250, () => fired.push('cancelled'));
  cancel();
  clock.advance(1_000);
  t.deepEqual(fired, ['a@1100', 'a2@1200', 'b@1300']);
  t.is(clock.now(), 2_000);
});

test('a running clock goes on from where it was moved to, and fires by itself', async (t) => {
  const clock = runningClock();
  const before = clock.now();
  clock.advance(8 * 3_600_000);
  t.true(clock.now() >= before + 8 * 3_600_000);
  const keepAlive = setInterval(() => {}, 1_000);
  await new Promise<void>((resolve) => clock.at(clock.now() + 5, resolve));
  clearInterval(keepAlive);
});

test.serial('a running clock counts what has passed, whatever the machine’s clock is set to', (t) => {
  const clock = runningClock();
  const before = clock.now();
  const machines = Date.now;
  t.teardown(() => Object.assign(Date, { now: machines }));
  for (const moved of [8, -8]) {
    Date.now = () => machines() + moved * 3_600_000;
    const passed = clock.now() - before;
    t.true(passed >= 0 && passed < 3_600_000);
  }
});

test('what an advance brings near fires when it is due, not when it would have been', async (t) => {
  const clock = runningClock();
  const due = clock.now() + 8 * 3_600_000;
  const fired = new Promise<void>((resolve) => clock.at(due, resolve));
  clock.at(due - 3_600_000, () => {});
  clock.advance(8 * 3_600_000 - 5);
  const keepAlive = setInterval(() => {}, 1_000);
  await fired;
  clearInterval(keepAlive);
  t.true(clock.now() >= due);
});

test('of equal times the first set fires first, and cancelling some of them leaves the others in order', (t) => {
  const clock = standingClock(1_000);
  const fired: number[] = [];
  const cancels = Array.from({ length: 9 }, (_, at) => clock.at(1_100, () => fired.push(at)));
  clock.at(1_099, () => fired.push(-1));
  clock.at(1_101, () => fired.push(-2));
  for (const at of [0, 4, 8, 4]) cancels[at]?.();
  clock.advance(200);
  cancels[1]?.();
  t.deepEqual(fired, [-1, 1, 2, 3, 5, 6, 7, -2]);
});

test('what is set for a time that has passed fires at the next move, were it by 0, and at once on a running clock', (t) => {
  const clock = standingClock(1_000);
  const fired: number[] = [];
  clock.at(10, () => fired.push(clock.now()));
  t.deepEqual(fired, []);
  clock.advance(0);
  t.deepEqual(fired, [1_000]);
  runningClock().at(10, () => fired.push(2));
  t.deepEqual(fired, [1_000, 2]);
});

test('a hundred thousand timers fire once each, in order, however far the clock is moved', (t) => {
  const clock = standingClock(0);
  const fired: number[] = [];
  const cancels = Array.from({ length: 100_000 }, (_, at) => clock.at(1_000 + at, () => fired.push(at)));
  for (let at = 0; at < cancels.length; at += 10) cancels[at]?.();
  for (const ms of [1_010, 40_000, 3_600_000]) clock.advance(ms);
  t.is(fired.length, 90_000);
  t.true(fired.every((one, at) => one % 10 !== 0 && one > (fired[at - 1] ?? 0)));
});

/** The same clock said as simply as can be. */
function naiveClock(): AdjustableClock {
  let now = 50;
  let timers: { time: number; act: () => void }[] = [];
  const take = (timer: (typeof timers)[number]) => {
    timers = timers.filter((one) => one !== timer);
  };
  return {
    now: () => now,
    at(time, act) {
      const timer = { time, act };
      timers.push(timer);
      return () => take(timer);
    },
    advance(ms) {
      const goal = now + ms;
      for (;;) {
        const [next] = timers.filter(({ time }) => time <= goal).sort((a, b) => a.time - b.time);
        if (!next) break;
        take(next);
        now = Math.max(now, next.time);
        next.act();
      }
      now = goal;
    },
  };
}

type Step = { do: 'set'; time: number; sets: number | null } | { do: 'cancel'; which: number } | { do: 'advance'; ms: number };
const step = oneof(
  record({ do: constant('set' as const), time: integer({ min: -5, max: 20 }), sets: option(integer({ min: -5, max: 20 })) }),
  record({ do: constant('cancel' as const), which: nat(20) }),
  record({ do: constant('advance' as const), ms: nat(15) }),
);

/** What fired, and when; a timer may set another when it fires. */
function walk(clock: AdjustableClock, steps: readonly Step[]): string[] {
  const fired: string[] = [];
  const cancels: (() => void)[] = [];
  const set = (name: string, time: number, sets: number | null) =>
    clock.at(clock.now() + time, () => {
      fired.push(`${name}@${clock.now()}`);
      if (sets !== null) cancels.push(set(`${name}'`, sets, null));
    });
  for (const [at, one] of steps.entries()) {
    if (one.do === 'set') cancels.push(set(String(at), one.time, one.sets));
    else if (one.do === 'cancel') cancels[one.which]?.();
    else clock.advance(one.ms);
    fired.push(`now ${clock.now()}`);
  }
  return fired;
}

test('it is the clock that is said in the simplest words', (t) => {
  void assert(
    property(array(step, { maxLength: 40 }), (steps) => {
      t.deepEqual(walk(standingClock(50), steps), walk(naiveClock(), steps));
    }),
    { numRuns: 1_000 },
  );
});
