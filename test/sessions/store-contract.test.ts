import { randomBytes, randomUUID } from 'node:crypto';
import plainTest from 'ava';
import { findProgram, programs } from '../../src/regression/ends/find-program.ts';
import { startRedis } from '../../src/regression/ends/start-redis.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import type { StoreAddress } from '../../src/sessions/store-address.ts';
import { programTest } from '../program-test.ts';
import { alice, logoff, MINUTE, presented } from './sessions-rig.ts';
import { openFor, redisAddress } from './stores.ts';

const redis = findProgram(...programs.redis.names) === null ? null : await startRedis();
plainTest.after.always(() => redis?.stop());

const addresses: Record<string, () => StoreAddress> = {
  memory: () => ({ kind: 'memory', limit: null }),
  Redis: () => redisAddress(redis?.port ?? 0, { prefix: randomUUID() }),
};

const redisTest = (title: string, body: Parameters<typeof programTest>[2]) => programTest('redis', title, body);

for (const [name, address] of Object.entries(addresses)) {
  const test: typeof redisTest = name === 'Redis' ? redisTest : plainTest;

  test(`${name}: what was created can be read, and no id is created twice`, async (t) => {
    const { store, clock } = await openFor(t, address());
    const later = clock.now() + MINUTE;
    t.deepEqual(await store.read('a'), { state: 'unknown' });
    t.true(await store.create('a', 'first', later));
    t.false(await store.create('a', 'second', later));
    t.deepEqual(await store.read('a'), { state: 'live', record: 'first' });
    t.deepEqual(await store.read('a'), { state: 'live', record: 'first' });
  });

  test(`${name}: what is there is replaced, what is not stays away`, async (t) => {
    const { store, clock } = await openFor(t, address());
    const later = clock.now() + MINUTE;
    t.false(await store.replace('a', 'new', later));
    t.deepEqual(await store.read('a'), { state: 'unknown' });
    await store.create('a', 'old', later);
    await store.read('a');
    t.true(await store.replace('a', 'new', later));
    t.deepEqual(await store.read('a'), { state: 'live', record: 'new' });
  });

  test(`${name}: of all that destroy an id one has ended it; it can be neither replaced nor created again`, async (t) => {
    const { store, clock } = await openFor(t, address());
    const later = clock.now() + MINUTE;
    await store.create('a', 'x', later);
    await store.read('a');
    const done = await Promise.all(['t1', 't2', 't3'].map((tombstone) => store.destroy('a', tombstone)));
    t.deepEqual(done, [true, false, false]);
    t.deepEqual(await store.read('a'), { state: 'ended', tombstone: 't1' });
    t.false(await store.replace('a', 'y', later));
    t.false(await store.create('a', 'y', later));
    t.false(await store.destroy('never', 't'));
    t.deepEqual(await store.read('never'), { state: 'unknown' });
  });

  test(`${name}: a read that began before the end may say live, one that begins after it never does`, async (t) => {
    const { store, clock } = await openFor(t, address());
    await store.create('a', 'x', clock.now() + MINUTE);
    await store.read('a');
    const ending = store.destroy('a', 't');
    const during = store.read('a');
    t.true(await ending);
    t.is((await during).state, 'ended');
    t.is((await store.read('a')).state, 'ended');
  });

  test(`${name}: the list has what is there, neither ended nor of another prefix`, async (t) => {
    const [{ store, clock }, other] = [await openFor(t, address()), await openFor(t, address())];
    const later = clock.now() + MINUTE;
    for (const id of ['a', 'b', 'c']) await store.create(id, `record ${id}`, later);
    await other.store.create('d', 'elsewhere', later);
    await store.destroy('b', 't');
    const listed = (await store.list()).sort((one, two) => one.id.localeCompare(two.id));
    t.deepEqual(listed, [
      { id: 'a', record: 'record a' },
      { id: 'c', record: 'record c' },
    ]);
  });

  test(`${name}: records are bytes: nothing in them is understood`, async (t) => {
    const { store, clock } = await openFor(t, address());
    for (const [at, record] of ['', '"', 'ä€😀', '\r\n\0', 'T', 'L|', '{}', 'x'.repeat(100_000)].entries()) {
      t.true(await store.create(String(at), record, clock.now() + MINUTE));
      t.deepEqual(await store.read(String(at)), { state: 'live', record });
      await store.destroy(String(at), record);
      t.deepEqual(await store.read(String(at)), { state: 'ended', tombstone: record });
    }
  });

  for (const [kind, waits, last] of [
    ['idle', [9, 9, 9], 'alive'],
    ['idle', [9, 10], 'ended'],
    ['absolute', [5, 4], 'alive'],
    ['absolute', [5, 5], 'ended'],
  ] as const)
    test(`${name}: ${kind} time-out of 10 minutes: used after ${waits.join(', ')} minutes it is ${last}`, async (t) => {
      const { store, clock } = await openFor(t, address());
      const sessions = createSessionManager({ store, clock, random: randomBytes });
      const { cookie } = await sessions.create({ ...alice, lifetime: { kind, length: 10 * MINUTE } });
      let state = '';
      for (const wait of waits) {
        clock.advance(wait * MINUTE);
        state = (await sessions.find(cookie, presented)).state;
      }
      t.is(state, last);
    });

  test(`${name}: one session has one end record, whoever ends it how often`, async (t) => {
    const { store, clock } = await openFor(t, address());
    const sessions = createSessionManager({ store, clock, random: randomBytes });
    const { session, cookie } = await sessions.create(alice);
    const records = await Promise.all([1, 2, 3].map(() => sessions.end(session, logoff)));
    t.is(records.filter(Boolean).length, 1);
    t.like(records.find(Boolean), { ...logoff, user: 'lab\\alice', publicId: session.publicId, connectionsClosed: 0 });
    t.deepEqual(await sessions.find(cookie, presented), { state: 'ended', reason: 'logoff' });
    t.deepEqual(await sessions.list(), []);
  });

  test(`${name}: what lies in the store gives no password and no usable cookie`, async (t) => {
    const { store, clock } = await openFor(t, address());
    const sessions = createSessionManager({ store, clock, random: randomBytes });
    const { cookie } = await sessions.create(alice);
    const dump = JSON.stringify(await store.list());
    t.regex(dump, /alice/);
    for (const secret of ['Passw0rd!', Buffer.from('Passw0rd!').toString('base64'), cookie.split('.')[1] as string])
      t.false(dump.includes(secret));
  });
}
