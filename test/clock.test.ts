import test from 'ava';
import { runningClock, standingClock } from '../src/clock.ts';

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
  const before = Date.now();
  clock.advance(8 * 3_600_000);
  t.true(clock.now() >= before + 8 * 3_600_000);
  const keepAlive = setInterval(() => {}, 1_000);
  await new Promise<void>((resolve) => clock.at(clock.now() + 5, resolve));
  clearInterval(keepAlive);
});
