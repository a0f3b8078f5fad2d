import { randomBytes } from 'node:crypto';
import test from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import type { SessionStore } from '../../src/sessions/session-store.ts';
import { admin, alice, logoff, MINUTE, presented, setUp as setUpHeld } from './sessions-rig.ts';

function setUp(wrap: (store: SessionStore) => SessionStore = (store) => store) {
  const clock = standingClock();
  const store = wrap(createMemoryStore(clock));
  return { clock, store, sessions: createSessionManager({ store, clock, random: randomBytes }) };
}

test('a cookie opens its session and gives the credentials back', async (t) => {
  const { sessions } = setUp();
  const { cookie } = await sessions.create(alice);
  t.regex(cookie, /^[\w-]{22}\.[\w-]{43}$/);
  const found = await sessions.find(cookie, presented);
  t.is(found.state === 'alive' ? found.session.password : null, 'Passw0rd!');
});

for (const [what, forge] of [
  ['another secret', (cookie: string) => `${cookie.split('.')[0]}.${randomBytes(32).toString('base64url')}`],
  ['another id', (cookie: string) => `${randomBytes(16).toString('base64url')}.${cookie.split('.')[1]}`],
  ['no secret', (cookie: string) => cookie.split('.')[0] as string],
  ['a changed character', (cookie: string) => cookie.replace(/.$/, (char) => (char === 'A' ? 'Q' : 'A'))],
  ['nothing', () => ''],
] as const)
  test(`a cookie with ${what} opens nothing`, async (t) => {
    const { sessions } = setUp();
    const { cookie } = await sessions.create(alice);
    t.deepEqual(await sessions.find(forge(cookie), presented), { state: 'none' });
  });

for (const [what, other] of [
  ['another client address', { ...presented, clientAddress: '127.0.0.2' }],
  ['another public name', { ...presented, publicName: '2010.localhost' }],
  ['another listener', { ...presented, listener: 'Other' }],
] as const)
  test(`a cookie presented from ${what} opens nothing`, async (t) => {
    const { sessions } = setUp();
    const { cookie } = await sessions.create(alice);
    t.is((await sessions.find(cookie, other)).state, 'misplaced');
    t.is((await sessions.find(cookie, presented)).state, 'alive');
  });

test('what has not the shape of a cookie is not looked up', async (t) => {
  const { sessions, store } = await setUpHeld();
  for (const cookie of ['', 'a.b', `${'x'.repeat(22)}`]) t.deepEqual(await sessions.find(cookie, presented), { state: 'none' });
  t.is(store.calls.read, 0);
});

test('a session not bound to its address may move (T-11 switched off)', async (t) => {
  const { sessions } = setUp();
  const { cookie } = await sessions.create({ ...alice, bindToClientAddress: false });
  t.is((await sessions.find(cookie, { ...presented, clientAddress: '127.0.0.2' })).state, 'alive');
});

test('a session that timed out says so, leaves the list, and never comes back', async (t) => {
  const { sessions, clock } = setUp();
  const { cookie } = await sessions.create(alice);
  clock.advance(11 * MINUTE);
  t.deepEqual(await sessions.list(), []);
  t.deepEqual(await sessions.find(cookie, presented), { state: 'ended', reason: 'timed-out' });
  t.deepEqual(await sessions.find(cookie, presented), { state: 'ended', reason: 'timed-out' });
});

test('a request that was being read while the session ended does not bring it back', async (t) => {
  let duringReplace = async () => {};
  const { sessions } = setUp((store) => ({
    ...store,
    async replace(...args) {
      await duringReplace();
      return store.replace(...args);
    },
  }));
  const { session, cookie } = await sessions.create(alice);
  duringReplace = async () => {
    duringReplace = async () => {};
    await sessions.end(session, logoff);
  };
  t.is((await sessions.find(cookie, presented)).state, 'none');
  t.is((await sessions.find(cookie, presented)).state, 'ended');
});

test('all sessions, or those that are picked, can be ended', async (t) => {
  const { sessions } = setUp();
  await sessions.create(alice);
  const bob = await sessions.create({ ...alice, user: 'lab\\bob' });
  t.is((await sessions.endAll(admin, (session) => session.user === 'lab\\bob')).length, 1);
  t.deepEqual(await sessions.find(bob.cookie, presented), { state: 'ended', reason: 'admin' });
  t.deepEqual(
    (await sessions.list()).map((session) => session.user),
    ['lab\\alice'],
  );
  t.is((await sessions.endAll(admin)).length, 1);
});
