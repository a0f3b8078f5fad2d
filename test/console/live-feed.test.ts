import test from 'ava';
import fc from 'fast-check';
import { standingClock } from '../../src/clock.ts';
import { createLiveFeed } from '../../src/console/run/live-feed.ts';
import type { Hop } from '../../src/trace/hop.ts';
import { hopsOf } from '../../src/trace/hops.ts';
import { createRecorder, type Recorder } from '../../src/trace/recorder.ts';

const request = (recorder: Recorder, exchange: string, session?: string) =>
  recorder.record({
    ...{ exchange, party: 'gateway', kind: 'request', method: 'GET', host: 'mail.localhost', target: '/owa/' },
    ...(session !== undefined && { session: { id: session, state: 'started' } }),
  });
const answer = (recorder: Recorder, exchange: string) =>
  recorder.record({ exchange, party: 'gateway', kind: 'response', status: 200 });
const shown = (hops: readonly Hop[]) => hops.map(({ key, last, legs }) => [key, last, legs[0]?.status]);

test('whoever asks, wherever the last time ended, is told each hop that has changed, as it is now and in order', async (t) => {
  const step = fc.record({ exchange: fc.constantFrom('a', 'b', 'c', 'd'), answers: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 6 }), fc.nat(40), async (batches, back) => {
      const recorder = createRecorder(standingClock());
      const feed = createLiveFeed(recorder);
      for (const batch of batches) {
        for (const { exchange, answers } of batch) (answers ? answer : request)(recorder, exchange);
        const from = Math.max(1, recorder.next() - back);
        const expected = hopsOf(recorder.read().events).filter(({ last }) => last >= from);
        const { hops, next } = feed.since(from);
        t.is(next, recorder.next());
        t.deepEqual(shown(hops), shown(expected));
      }
    }),
  );
});

test('a page that is thousands of changes behind misses none of them', (t) => {
  const recorder = createRecorder(standingClock());
  const feed = createLiveFeed(recorder);
  for (let at = 1; at <= 5_000; at++) {
    request(recorder, `x${at}`);
    feed.since(at);
  }
  for (const from of [1, 500, 2_999, 3_000, 3_001, 4_999])
    t.deepEqual(
      feed.since(from).hops.map(({ first }) => first),
      Array.from({ length: 5_001 - from }, (_, at) => from + at),
    );
});

test('a row is made once, for however many pages, until its hop changes', (t) => {
  const recorder = createRecorder(standingClock());
  const feed = createLiveFeed(recorder);
  request(recorder, 'x');
  const row = () => feed.row(feed.since(1).hops[0] as Hop);
  const first = row();
  t.is(row(), first);
  answer(recorder, 'x');
  t.not(row(), first);
  t.regex(row().text, /answers <b class="code s2">200/);
});

test('what the recorder was told to forget is shown no more, nor are the sessions of that time', (t) => {
  const recorder = createRecorder(standingClock());
  const feed = createLiveFeed(recorder);
  request(recorder, 'x', 'alice');
  t.is(feed.all().hops[0]?.sessions.length, 1);
  recorder.clear();
  t.deepEqual(feed.all(), { hops: [], next: 2 });
  request(recorder, 'y');
  t.deepEqual(shown(feed.all().hops), [['hop-2', 2, null]]);
  t.deepEqual(feed.all().hops[0]?.sessions, []);
});

test('what the recorder no longer has is not on a page that is loaded, but a hop of which it has the end is there as a whole', (t) => {
  const recorder = createRecorder(standingClock(), 3);
  const feed = createLiveFeed(recorder);
  const seen = () => shown(feed.all().hops).map(([key]) => key);
  request(recorder, 'gone');
  request(recorder, 'long');
  t.deepEqual(seen(), ['hop-1', 'hop-2']);
  request(recorder, 'x');
  answer(recorder, 'long');
  t.deepEqual(seen(), ['hop-2', 'hop-3']);
  request(recorder, 'y');
  t.deepEqual(shown(feed.all().hops), [
    ['hop-2', 4, 200],
    ['hop-3', 3, null],
    ['hop-5', 5, null],
  ]);
});

test('after a time without pages, in which the recorder forgot more than was shown, it begins with what there is', (t) => {
  const recorder = createRecorder(standingClock(), 3);
  const feed = createLiveFeed(recorder);
  request(recorder, 'a');
  feed.all();
  for (const exchange of ['b', 'c', 'd', 'e', 'f']) request(recorder, exchange);
  t.deepEqual(shown(feed.all().hops), shown(hopsOf(recorder.read().events)));
  t.is(feed.all().next, 7);
});
