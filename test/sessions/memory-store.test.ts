import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import { endsOf, startRig } from '../gateway/gateway-rig.ts';
import { alice, MINUTE, presented, setUp } from './sessions-rig.ts';

const HOUR = 60 * MINUTE;

function startStore(limit?: number) {
  const clock = standingClock();
  return { clock, store: createMemoryStore(clock, limit) };
}

test('of more sessions than fit, the one that was not used for longest goes: it is refused, and its end is recorded', async (t) => {
  const { logOn, ask, recorder, gateway } = await startRig(t, { limit: 3 });
  const cookies = [await logOn(), await logOn({ username: 'corp\\bert' }), await logOn()];
  t.is((await ask('GET', '/app/', { Cookie: cookies[0] as string })).status, 200);
  cookies.push(await logOn());
  const statuses = await Promise.all(cookies.map(async (Cookie) => (await ask('GET', '/app/', { Cookie })).status));
  t.deepEqual(statuses, [200, 302, 200, 200]);
  t.regex((await ask('GET', '/app/', { Cookie: cookies[1] as string })).headers.location ?? '', /reason=0/);
  t.like(endsOf(recorder, 'corp\\bert'), {
    length: 1,
    0: { exchange: '', session: { reason: 'evicted', connectionsClosed: 0 } },
  });
  t.deepEqual(endsOf(recorder, 'corp\\anna'), []);
  t.is((await gateway.sessions.list()).length, 3);
});

test('a look whether a session’s time is over is no use of it', async (t) => {
  const { clock, sessions, find, session, told } = await setUp({ limit: 2 });
  clock.advance(1);
  const second = await sessions.create(alice);
  clock.advance(5 * MINUTE);
  await find();
  await sessions.find(second.cookie, presented);
  clock.advance(5 * MINUTE - 1);
  await setImmediate();
  await sessions.create(alice);
  t.like(told.ended, { length: 1, 0: { reason: 'evicted', publicId: session.publicId } });
});

test('a thousand failed logons, anonymous requests and forged cookies evict nobody', async (t) => {
  const { logOn, post, ask, recorder } = await startRig(t, { limit: 2 });
  const cookies = [await logOn(), await logOn()];
  const forged = `${cookies[0]?.split('.')[0]}.${randomBytes(32).toString('base64url')}`;
  for (let count = 0; count < 250; count++)
    await Promise.all([
      post({ username: 'corp\\anna', password: 'wrong' }),
      post({ username: `corp\\nobody${count}`, password: 'secret pass' }),
      ask('GET', `/app/${count}`),
      ask('GET', '/app/', {
        Cookie: count % 2 ? forged : `cadataTMG=${randomBytes(16).toString('base64url')}.${forged.split('.')[1]}`,
      }),
    ]);
  for (const Cookie of cookies) t.is((await ask('GET', '/app/', { Cookie })).status, 200);
  t.deepEqual(endsOf(recorder, 'corp\\anna'), []);
});

test('a closed gateway records the end of each session, and a new one knows none of the old cookies', async (t) => {
  const first = await startRig(t);
  const cookies = [await first.logOn(), await first.logOn({ username: 'corp\\bert' })];
  await first.gateway.close();
  for (const user of ['corp\\anna', 'corp\\bert'])
    t.like(endsOf(first.recorder, user), { length: 1, 0: { exchange: '', session: { reason: 'shutdown' } } });
  const second = await startRig(t);
  for (const Cookie of cookies) {
    const answer = await second.ask('GET', '/app/', { Cookie });
    t.regex(answer.headers.location ?? '', /reason=0/);
  }
});

test('sessions in memory are none when they were closed; those of a shared store go on', async (t) => {
  const alone = await setUp();
  await alone.sessions.close();
  t.is(alone.told.ended[0]?.reason, 'shutdown');
  t.deepEqual(await createSessionManager({ ...alone, random: randomBytes }).find(alone.cookie, presented), { state: 'none' });
  const { sessions, told, store, session } = await setUp({ shared: true });
  await sessions.endOwn();
  t.deepEqual(told.ended, []);
  t.is((await store.read(session.id)).state, 'live');
});

test('a record leaves when its time is over by the clock, and not before', async (t) => {
  const { clock, store } = startStore();
  await store.create('a', 'one', clock.now() + MINUTE);
  clock.advance(MINUTE - 1);
  t.deepEqual(await store.read('a'), { state: 'live', record: 'one' });
  clock.advance(2);
  t.deepEqual(await store.read('a'), { state: 'unknown' });
  t.deepEqual(await store.list(), []);
  t.false(await store.replace('a', 'two', clock.now() + MINUTE));
});

test('a record that is replaced stays for as long as its new one says', async (t) => {
  const { clock, store } = startStore();
  await store.create('a', 'one', clock.now() + MINUTE);
  clock.advance(MINUTE / 2);
  t.true(await store.replace('a', 'two', clock.now() + MINUTE));
  clock.advance(MINUTE - 1);
  t.deepEqual(await store.list(), [{ id: 'a', record: 'two' }]);
});

test('a record whose time is over when it comes is not kept', async (t) => {
  const { clock, store } = startStore();
  await store.create('a', 'one', clock.now());
  t.deepEqual(await store.read('a'), { state: 'unknown' });
  await store.create('b', 'one', clock.now() + MINUTE);
  await store.replace('b', 'two', clock.now() - 1);
  t.deepEqual(await store.read('b'), { state: 'unknown' });
});

test('an id that has ended is known as ended for a day, and then no more', async (t) => {
  const { clock, store } = startStore();
  await store.create('a', 'one', clock.now() + MINUTE);
  await store.destroy('a', 'gone');
  clock.advance(24 * HOUR);
  t.deepEqual(await store.read('a'), { state: 'ended', tombstone: 'gone' });
  t.false(await store.create('a', 'two', clock.now() + MINUTE));
  clock.advance(1);
  t.deepEqual(await store.read('a'), { state: 'unknown' });
});

test('of ends, as many are remembered as there may be sessions', async (t) => {
  const { clock, store } = startStore(2);
  for (const id of ['a', 'b', 'c']) {
    await store.create(id, 'one', clock.now() + MINUTE);
    await store.destroy(id, 'gone');
  }
  const states = await Promise.all(['a', 'b', 'c'].map(async (id) => (await store.read(id)).state));
  t.deepEqual(states, ['unknown', 'ended', 'ended']);
});

test('an unknown id cannot be ended, and leaves no tombstone', async (t) => {
  const { store } = startStore();
  t.false(await store.destroy('a', 'gone'));
  t.deepEqual(await store.read('a'), { state: 'unknown' });
});

test('evicted records are told, those that were replaced, ended or closed are not', async (t) => {
  const { clock, store } = startStore(2);
  const told: unknown[] = [];
  store.onEvent((event) => told.push(event));
  const until = clock.now() + MINUTE;
  for (const id of ['a', 'b']) await store.create(id, id, until);
  await store.replace('a', 'a2', until);
  await store.create('c', 'c', until);
  await store.destroy('c', 'gone');
  await store.close();
  t.deepEqual(told, [{ kind: 'evicted', id: 'b', record: 'b' }]);
  t.deepEqual(await store.read('c'), { state: 'unknown' });
});

test('an id that comes twice is no session', async (t) => {
  const { clock, store } = startStore();
  const sessions = createSessionManager({ store, clock, random: (bytes) => Buffer.alloc(bytes) });
  await sessions.create(alice);
  await t.throwsAsync(sessions.create(alice), { message: 'a random session id came twice' });
  t.is((await sessions.list()).length, 1);
});
