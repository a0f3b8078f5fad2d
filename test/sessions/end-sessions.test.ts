import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { admin, logoff, MINUTE, presented, setUp, tombstoneOf } from './sessions-rig.ts';

const storeAway = { code: 'store-away' };

test('a session that cannot be ended, its store being away, is cut and refused here at once', async (t) => {
  const { store, sessions, session, connections, find, told } = await setUp();
  store.away = 'before';
  await t.throwsAsync(sessions.end(session, logoff), storeAway);
  t.false(connections.has(session.id));
  store.away = false;
  t.is((await store.read(session.id)).state, 'live');
  t.deepEqual(await find(), { state: 'ended', reason: 'logoff' });
  t.deepEqual(told.ended, []);
});

for (const away of ['before', 'after'] as const)
  test(`when the store is back, it is told once, and one record says when and what for: the store went away ${away} it had ended it`, async (t) => {
    const { store, sessions, session, clock, connections, told } = await setUp();
    const at = clock.now();
    store.away = away;
    await t.throwsAsync(sessions.end(session, logoff), storeAway);
    connections.set(session.id, 1);
    clock.advance(3_000);
    store.away = false;
    for (let times = 0; times < 2; times++) store.tell({ kind: 'back' });
    await setImmediate();
    store.tell({ kind: 'back' });
    await setImmediate();
    const { publicId, user } = session;
    t.deepEqual(told.ended, [{ ...logoff, publicId, user, at, connectionsClosed: 3, msToEffect: 3_000 }]);
    t.is((await store.read(session.id)).state, 'ended');
  });

test('a store that is away again when it has just come back is told the next time, and each failure adds what it has cut', async (t) => {
  const { store, sessions, session, connections, told } = await setUp();
  store.away = 'before';
  await t.throwsAsync(sessions.end(session, logoff), storeAway);
  connections.set(session.id, 3);
  store.tell({ kind: 'back' });
  await setImmediate();
  t.false(connections.has(session.id));
  store.away = false;
  store.tell({ kind: 'back' });
  await setImmediate();
  t.like(told.ended, { length: 1, 0: { connectionsClosed: 5 } });
});

test('who asks again for an end that the store does not know yet changes neither its reason nor its request', async (t) => {
  const { store, sessions, session, told } = await setUp();
  store.away = 'before';
  await t.throwsAsync(Promise.all([sessions.end(session, logoff), sessions.end(session, admin)]), storeAway);
  store.away = false;
  t.like(await sessions.end(session, admin), logoff);
  store.tell({ kind: 'back' });
  await setImmediate();
  t.is(told.ended.length, 1);
});

test('a session whose end the store does not know yet, and which another process has ended, has no record here', async (t) => {
  const { store, sessions, session, endElsewhere, told, find } = await setUp();
  store.away = 'before';
  await t.throwsAsync(sessions.end(session, admin), storeAway);
  store.away = false;
  await endElsewhere();
  store.tell({ kind: 'back' });
  await setImmediate();
  t.deepEqual(told.ended, []);
  t.deepEqual(await find(), { state: 'ended', reason: 'logoff' });
});

test('a session that ended elsewhere is cut when the store tells, and the gateway hears of it once, with its tombstone', async (t) => {
  const { store, session, endElsewhere, told, connections } = await setUp();
  await endElsewhere();
  for (let times = 0; times < 2; times++) store.tell({ kind: 'changed', id: session.id });
  await setImmediate();
  t.false(connections.has(session.id));
  t.deepEqual(told.elsewhere, [[tombstoneOf(session), 2]]);
  t.deepEqual(told.ended, []);
});

test('a session that the store has lost is cut, and has no tombstone', async (t) => {
  const { store, memory, session, told } = await setUp();
  await memory.close();
  store.tell({ kind: 'changed', id: session.id });
  await setImmediate();
  t.deepEqual(told.elsewhere, [[null, 2]]);
});

test('a session that was changed elsewhere and lives keeps its connections', async (t) => {
  const { store, session, told, connections } = await setUp();
  store.tell({ kind: 'changed', id: session.id });
  await setImmediate();
  t.is(connections.get(session.id), 2);
  t.deepEqual(told.elsewhere, []);
});

test('what others do to a session without connections here is not looked up', async (t) => {
  const { store, session, endElsewhere, told, connections } = await setUp();
  connections.clear();
  await endElsewhere();
  store.tell({ kind: 'changed', id: session.id });
  await setImmediate();
  t.is(store.calls.read, 0);
  t.deepEqual(told.elsewhere, []);
});

test('a session that was changed elsewhere and cannot be looked up is cut', async (t) => {
  const { store, session, connections } = await setUp();
  store.away = 'before';
  store.tell({ kind: 'changed', id: session.id });
  await setImmediate();
  t.false(connections.has(session.id));
});

test('what the store tells of a session that we are ending is our own doing: one record, and nothing is looked up', async (t) => {
  const { store, sessions, session, told } = await setUp();
  const { reached, goOn } = store.stop('destroy', 'after');
  const ending = sessions.end(session, logoff);
  await reached;
  store.tell({ kind: 'changed', id: session.id });
  await setImmediate();
  t.is(store.calls.read, 0);
  goOn();
  t.like(await ending, { connectionsClosed: 2 });
  t.is(told.ended.length, 1);
  t.deepEqual(told.elsewhere, []);
});

test('a session that is being looked up when we come to end it ended here, not elsewhere', async (t) => {
  const { store, sessions, session, told } = await setUp();
  const reading = store.stop('read', 'before');
  store.tell({ kind: 'changed', id: session.id });
  await reading.reached;
  const ending = store.stop('destroy', 'after');
  const ended = sessions.end(session, logoff);
  await ending.reached;
  reading.goOn();
  await setImmediate();
  ending.goOn();
  t.like(await ended, { connectionsClosed: 2 });
  t.deepEqual(told.elsewhere, []);
});

test('a store that goes away is told on, and ends no session', async (t) => {
  const { store, told, find } = await setUp();
  store.tell({ kind: 'away' });
  t.is(told.away, 1);
  t.is((await find()).state, 'alive');
  t.deepEqual(told.ended, []);
});

test('the record says how long the end took to be in effect', async (t) => {
  const { store, sessions, session, clock } = await setUp();
  const { reached, goOn } = store.stop('destroy', 'after');
  const ending = sessions.end(session, logoff);
  await reached;
  clock.advance(7);
  goOn();
  t.is((await ending)?.msToEffect, 7);
});

test('of two that end a session at once, one gets the record', async (t) => {
  const { sessions, session, store, told } = await setUp();
  const records = await Promise.all([sessions.end(session, logoff), sessions.end(session, admin)]);
  t.deepEqual(
    records.map((record) => record?.reason),
    ['logoff', undefined],
  );
  t.is(told.ended.length, 1);
  t.is(store.calls.read, 0);
});

test('a session whose end the store could not hear of, and that nobody says is back, ends for the same reason when its time is over', async (t) => {
  const { store, sessions, session, clock, told } = await setUp();
  store.away = 'before';
  await t.throwsAsync(sessions.end(session, logoff), storeAway);
  store.away = false;
  clock.advance(10 * MINUTE);
  await setImmediate();
  t.like(told.ended, { length: 1, 0: logoff });
});

test('a store that refused an end without going away is told again', async (t) => {
  const { store, sessions, session, clock, told } = await setUp({ shared: true });
  store.away = 'before';
  await t.throwsAsync(sessions.end(session, logoff), storeAway);
  clock.advance(1_000);
  await setImmediate();
  store.away = false;
  clock.advance(1_000);
  await setImmediate();
  t.is((await store.read(session.id)).state, 'ended');
  t.like(told.ended, [{ reason: 'logoff', connectionsClosed: 2, msToEffect: 2_000 }]);
  clock.advance(5_000);
  await setImmediate();
  t.is(told.ended.length, 1);
});

for (const record of ['{"old":', 'null', '{}', '{"sealed":"x","user":"zoe"}'])
  test(`what lies in the store and is no record of ours keeps nobody from ending the others: ${record}`, async (t) => {
    const { store, sessions, session, clock } = await setUp({ shared: true });
    const id = 'z'.repeat(22);
    await store.create(id, record, clock.now() + 1e6);
    t.is((await sessions.list()).length, 1);
    t.deepEqual(await sessions.find(`${id}.${'a'.repeat(43)}`, presented), { state: 'none' });
    t.like(await sessions.endAll(admin), [{ publicId: session.publicId }]);
    await store.destroy(id, record);
    t.deepEqual(await sessions.find(`${id}.${'a'.repeat(43)}`, presented), { state: 'none' });
  });
