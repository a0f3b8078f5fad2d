import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import { admin, alice, listenTo, logoff, MINUTE, presented, setUp } from './sessions-rig.ts';

test('a session ends by itself at its time, once, and its connections with it', async (t) => {
  const { clock, told } = await setUp();
  clock.advance(10 * MINUTE - 1);
  await setImmediate();
  t.deepEqual(told.ended, []);
  clock.advance(1);
  await setImmediate();
  t.like(told.ended, { length: 1, 0: { reason: 'timed-out', rule: null, request: null, connectionsClosed: 2, msToEffect: 0 } });
});

test('a session that was used is looked at again when its new time is over, and not before', async (t) => {
  const { clock, store, told, find } = await setUp();
  clock.advance(4 * MINUTE);
  await find();
  const { read } = store.calls;
  clock.advance(6 * MINUTE);
  await setImmediate();
  t.is(store.calls.read, read + 1);
  clock.advance(4 * MINUTE - 1);
  await setImmediate();
  t.is(store.calls.read, read + 1);
  clock.advance(1);
  await setImmediate();
  t.is(store.calls.read, read + 2);
  t.like(told.ended, { length: 1, 0: { reason: 'timed-out' } });
});

test('a session that ended elsewhere is looked at once when its time is over', async (t) => {
  const { clock, store, endElsewhere, told } = await setUp();
  await endElsewhere();
  clock.advance(10 * MINUTE);
  await setImmediate();
  clock.advance(60 * MINUTE);
  await setImmediate();
  t.is(store.calls.read, 1);
  t.is(told.elsewhere.length, 1);
});

test('a look that fails is taken again after a second, until it succeeds', async (t) => {
  const { clock, store, told } = await setUp();
  store.away = 'before';
  clock.advance(10 * MINUTE);
  await setImmediate();
  clock.advance(1_000);
  await setImmediate();
  t.is(store.calls.read, 2);
  store.away = false;
  clock.advance(999);
  await setImmediate();
  t.deepEqual(told.ended, []);
  clock.advance(1);
  await setImmediate();
  t.like(told.ended, { length: 1, 0: { reason: 'timed-out' } });
});

test('a session whose time is over before the store has said so ends without another wait', async (t) => {
  const { clock, store, told, find } = await setUp();
  clock.advance(4 * MINUTE);
  await find();
  const { reached, goOn } = store.stop('read', 'after');
  clock.advance(6 * MINUTE);
  await reached;
  clock.advance(30 * MINUTE);
  goOn();
  await setImmediate();
  t.like(told.ended, { length: 1, 0: { reason: 'timed-out' } });
});

test('a session past its time that nothing has ended is not listed, and ends when a request finds it', async (t) => {
  const { clock, store, sessions, told, find } = await setUp();
  store.away = 'before';
  clock.advance(10 * MINUTE);
  await setImmediate();
  store.away = false;
  t.deepEqual(await sessions.list(), []);
  t.deepEqual(await find(), { state: 'ended', reason: 'timed-out' });
  t.is(told.ended.length, 1);
  clock.advance(MINUTE);
  await setImmediate();
  t.like(told.ended, { length: 1, 0: { reason: 'timed-out' } });
});

test('a session found past its time is renewed by nobody', async (t) => {
  const { clock, store, find } = await setUp();
  store.away = 'before';
  clock.advance(10 * MINUTE);
  await setImmediate();
  store.away = false;
  await Promise.all([find(), find()]);
  t.is(store.calls.replace, 0);
});

for (const [what, end] of [
  ['ended', ({ sessions, session }) => sessions.end(session, logoff)],
  ['evicted', ({ sessions }) => sessions.create(alice)],
] as [string, (parts: Awaited<ReturnType<typeof setUp>>) => Promise<unknown>][])
  test(`a session that was ${what} is not looked at when its time would have been over`, async (t) => {
    const parts = await setUp({ limit: 1 });
    await end(parts);
    await parts.sessions.endAll(admin);
    const { read } = parts.store.calls;
    parts.clock.advance(10 * MINUTE);
    await setImmediate();
    t.is(parts.store.calls.read, read);
  });

test('sessions that were closed are not looked at any more, nor when a look was under way', async (t) => {
  const { sessions, clock, store, find } = await setUp({ shared: true });
  clock.advance(MINUTE);
  await find();
  const { reached, goOn } = store.stop('read', 'after');
  clock.advance(9 * MINUTE);
  await reached;
  await sessions.create(alice);
  const { read } = store.calls;
  await sessions.close();
  goOn();
  await setImmediate();
  clock.advance(60 * MINUTE);
  await setImmediate();
  t.is(store.calls.read, read);
});

for (const [renewalInterval, length, wait, writes] of [
  [0, 10, 0, 1],
  [MINUTE, 60, MINUTE - 1, 0],
  [MINUTE, 60, MINUTE, 1],
  [MINUTE, 10, MINUTE / 2 - 1, 0],
  [MINUTE, 10, MINUTE / 2, 1],
] as const)
  test(`where a use may stay unwritten for ${renewalInterval} ms, one after ${wait} ms of a session of ${length} minutes is ${writes ? '' : 'not '}written`, async (t) => {
    const session = { lifetime: { kind: 'idle', length: length * MINUTE } as const };
    const { clock, store, find } = await setUp({ renewalInterval, session });
    clock.advance(wait);
    const found = await find();
    t.is(store.calls.replace, writes);
    const expiresAt = clock.now() + length * MINUTE - (writes ? 0 : wait);
    t.like(found, { session: { expiresAt } });
  });

test('an absolute lifetime is used without becoming longer', async (t) => {
  const { clock, find } = await setUp({ session: { lifetime: { kind: 'absolute', length: 10 * MINUTE } } });
  const expiresAt = clock.now() + 10 * MINUTE;
  clock.advance(MINUTE);
  t.like(await find(), { session: { expiresAt, lastUsedAt: clock.now() } });
});

test('of two uses at once, one is written, and a renewal that fails lets the next one write', async (t) => {
  const { store, find } = await setUp();
  const { reached, goOn } = store.stop('replace', 'before');
  const first = find();
  await reached;
  t.is((await find()).state, 'alive');
  store.away = 'before';
  goOn();
  await t.throwsAsync(first, { code: 'store-away' });
  t.is(store.calls.replace, 1);
  store.away = false;
  t.is((await find()).state, 'alive');
  t.is(store.calls.replace, 2);
});

test('a session that two processes know of has one record when its time is over, and loses its connections in both', async (t) => {
  const { store, clock, told, session, cookie } = await setUp({ shared: true });
  const other = createSessionManager({ store, clock, random: randomBytes });
  const there = listenTo(other);
  t.is((await other.find(cookie, presented)).state, 'alive');
  there.connections.set(session.id, 1);
  clock.advance(10 * MINUTE);
  await setImmediate();
  const records = [...told.ended, ...there.told.ended];
  t.like(records, { length: 1, 0: { reason: 'timed-out' } });
  t.deepEqual([...there.connections], []);
  t.is(told.elsewhere.length + there.told.elsewhere.length + records.length, 2);
});
