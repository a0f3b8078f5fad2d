import test from 'ava';
import fc from 'fast-check';
import { standingClock } from '../../src/clock.ts';
import { type EventBatch, followEvents } from '../../src/trace/follow-events.ts';
import { createIdleRecorder, createRecorder, type Recorder } from '../../src/trace/recorder.ts';

const record = (recorder: Recorder, times = 1) => {
  for (let made = 0; made < times; made++) recorder.record({ exchange: 'x', party: 'gateway', kind: 'request' });
};

/** Follows a recorder; `until` resolves with all batches once one has come to that number. */
function follow(recorder: Recorder, from = 1, onBatch: (batch: EventBatch) => Promise<void> | void = () => {}) {
  const batches: EventBatch[] = [];
  const stop = new AbortController();
  let check = () => {};
  const ended = followEvents(recorder, { from, signal: stop.signal }, async (batch) => {
    batches.push(batch);
    await onBatch(batch);
    check();
  });
  const until = (next: number) =>
    new Promise<EventBatch[]>((resolve) => {
      check = () => (batches.at(-1)?.next ?? 0) >= next && resolve(batches);
      check();
    });
  const end = () => {
    stop.abort();
    return ended;
  };
  return { batches, until, end };
}

const numbers = (batches: readonly EventBatch[]) => batches.flatMap(({ events }) => events.map(({ seq }) => seq));
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, at) => from + at);

test('what there is comes at once, and what follows when it happens', async (t) => {
  const recorder = createRecorder(standingClock());
  record(recorder, 3);
  const { until, end } = follow(recorder);
  t.deepEqual(numbers(await until(4)), [1, 2, 3]);
  record(recorder);
  t.deepEqual(numbers(await until(5)), [1, 2, 3, 4]);
  await end();
});

test('what happens in quick succession comes together', async (t) => {
  const recorder = createRecorder(standingClock());
  const { until, end } = follow(recorder);
  record(recorder);
  await Promise.resolve();
  record(recorder);
  t.is((await until(3)).length, 1);
  await end();
});

test('a reader goes on where it broke off', async (t) => {
  const recorder = createRecorder(standingClock());
  record(recorder, 5);
  const { until, end } = follow(recorder, 4);
  t.deepEqual(numbers(await until(6)), [4, 5]);
  await end();
});

for (const from of [0, -3])
  test(`a reader from ${from} begins at the beginning, and has missed nothing`, async (t) => {
    const recorder = createRecorder(standingClock());
    record(recorder);
    const { until, end } = follow(recorder, from);
    t.like((await until(2))[0], { next: 2, dropped: 0 });
    await end();
  });

test('a reader that comes from another recorder begins with what there is', async (t) => {
  const recorder = createRecorder(standingClock());
  record(recorder, 2);
  const { until, end } = follow(recorder, 40);
  t.deepEqual(numbers(await until(3)), [1, 2]);
  await end();
});

test('a batch waits until the one before is through, and then brings all that has come', async (t) => {
  const recorder = createRecorder(standingClock());
  record(recorder);
  const slow = Promise.withResolvers<void>();
  let busy = 0;
  let most = 0;
  const { until, end } = follow(recorder, 1, async () => {
    most = Math.max(most, ++busy);
    await slow.promise;
    busy--;
  });
  record(recorder, 3);
  slow.resolve();
  const batches = await until(5);
  t.deepEqual([numbers(batches), batches.length, most], [[1, 2, 3, 4], 2, 1]);
  await end();
});

test('events that the recorder dropped before they were read are counted, and so are those that somebody deleted', async (t) => {
  const recorder = createRecorder(standingClock(), 4);
  record(recorder);
  const busy = Promise.withResolvers<void>();
  const { until, end } = follow(recorder, 1, () => busy.promise);
  record(recorder, 10);
  busy.resolve();
  const batches = await until(12);
  t.deepEqual(
    batches.map(({ events, next, dropped }) => [events.length, next, dropped]),
    [
      [1, 2, 0],
      [4, 12, 6],
    ],
  );
  record(recorder, 2);
  recorder.clear();
  t.like((await until(14)).at(-1), { events: [], next: 14, dropped: 2 });
  await end();
});

test('it ends with the signal, in whatever it was about, and follows no more', async (t) => {
  const idle = follow(createIdleRecorder());
  await idle.end();
  let followers = 0;
  const recorder = createRecorder(standingClock());
  const counted: Recorder = {
    ...recorder,
    follow(listener) {
      followers++;
      const end = recorder.follow(listener);
      return () => {
        followers--;
        end();
      };
    },
  };
  const { batches, until, end } = follow(counted);
  record(counted);
  await until(2);
  record(counted);
  await end();
  t.deepEqual(numbers(batches), [1]);
  t.is(followers, 0);
  const before = AbortSignal.abort();
  await followEvents(counted, { from: 1, signal: before }, async () => t.fail());
  t.is(followers, 0);
});

test('an error of whoever takes the events ends it', async (t) => {
  const recorder = createRecorder(standingClock());
  record(recorder);
  const gone = followEvents(recorder, { from: 1, signal: new AbortController().signal }, () => Promise.reject(new Error('gone')));
  await t.throwsAsync(gone, { message: 'gone' });
});

test('whatever is recorded while somebody reads slowly, each event comes once and in order, or is counted as dropped', async (t) => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ record: fc.integer({ min: 1, max: 7 }) }) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
    { weight: 2, arbitrary: fc.constant('turn' as const) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 15 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }),
      async (steps, waits) => {
        const recorder = createRecorder(standingClock(), 5);
        const turns = async (times: number) => {
          for (let done = 0; done < times; done++) await new Promise((resolve) => setImmediate(resolve));
        };
        const { until, end } = follow(recorder, 1, (batch) => turns(waits[batch.next % 5] ?? 0));
        let recorded = 0;
        for (const one of steps) {
          if (one === 'clear') recorder.clear();
          else if (one === 'turn') await turns(1);
          else {
            record(recorder, one.record);
            recorded += one.record;
          }
        }
        record(recorder);
        const batches = await until(recorded + 2);
        await end();
        let next = 1;
        for (const batch of batches) {
          t.deepEqual(
            batch.events.map(({ seq }) => seq),
            upTo(batch.next - 1, next + batch.dropped),
          );
          next = batch.next;
        }
        t.is(next, recorded + 2);
      },
    ),
    { numRuns: 30 },
  );
});
