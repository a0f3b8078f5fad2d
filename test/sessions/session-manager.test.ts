import { randomBytes } from 'node:crypto';
import test from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import type { Lifetime, NewSession } from '../../src/sessions/session.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import type { SessionStore } from '../../src/sessions/session-store.ts';

const MINUTE = 60_000;
const presented = { listener: 'Lab', publicName: 'mail.localhost', clientAddress: '127.0.0.1' };
const alice: NewSession = {
  ...presented,
  user: 'lab\\alice',
  password: 'Passw0rd!',
  stamp: 's1',
  bindToClientAddress: true,
  trusted: false,
  lifetime: { kind: 'idle', length: 10 * MINUTE },
};
const logoff = { reason: 'logoff', rule: 'Exchange', request: 'r1' } as const;

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
    t.deepEqual(await sessions.find(cookie, other), { state: 'none' });
    t.is((await sessions.find(cookie, presented)).state, 'alive');
  });

test('a session not bound to its address may move (T-11 switched off)', async (t) => {
  const { sessions } = setUp();
  const { cookie } = await sessions.create({ ...alice, bindToClientAddress: false });
  t.is((await sessions.find(cookie, { ...presented, clientAddress: '127.0.0.2' })).state, 'alive');
});

const lifetimes: [Lifetime, minutes: number[], last: string][] = [
  [{ kind: 'idle', length: 10 * MINUTE }, [9, 9, 9], 'alive'],
  [{ kind: 'idle', length: 10 * MINUTE }, [9, 10], 'ended'],
  [{ kind: 'absolute', length: 10 * MINUTE }, [5, 4], 'alive'],
  [{ kind: 'absolute', length: 10 * MINUTE }, [5, 5], 'ended'],
];
for (const [lifetime, minutes, last] of lifetimes)
  test(`${lifetime.kind} time-out of 10 minutes: used after ${minutes.join(', ')} minutes it is ${last}`, async (t) => {
    const { sessions, clock } = setUp();
    const { cookie } = await sessions.create({ ...alice, lifetime });
    let state = '';
    for (const wait of minutes) {
      clock.advance(wait * MINUTE);
      state = (await sessions.find(cookie, presented)).state;
    }
    t.is(state, last);
  });

test('a session that timed out says so, leaves the list, and never comes back', async (t) => {
  const { sessions, clock } = setUp();
  const { cookie } = await sessions.create(alice);
  clock.advance(11 * MINUTE);
  t.deepEqual(await sessions.list(), []);
  t.deepEqual(await sessions.find(cookie, presented), { state: 'ended', reason: 'timed-out' });
  t.deepEqual(await sessions.find(cookie, presented), { state: 'ended', reason: 'timed-out' });
});

test('ending a session leaves one record and a tombstone that says why', async (t) => {
  const { sessions } = setUp();
  const { session, cookie } = await sessions.create(alice);
  t.like(await sessions.end(session, logoff), {
    reason: 'logoff',
    rule: 'Exchange',
    user: 'lab\\alice',
    publicId: session.publicId,
  });
  t.is(await sessions.end(session, logoff), null);
  t.deepEqual(await sessions.find(cookie, presented), { state: 'ended', reason: 'logoff' });
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

test('the store holds neither the password nor anything that opens the session', async (t) => {
  const { sessions, store } = setUp();
  const { cookie } = await sessions.create(alice);
  const dump = JSON.stringify(await store.list());
  t.true(dump.includes('alice'));
  for (const secret of ['Passw0rd!', Buffer.from('Passw0rd!').toString('base64'), cookie.split('.')[1] as string])
    t.false(dump.includes(secret));
});

test('all sessions, or those that are picked, can be ended', async (t) => {
  const { sessions } = setUp();
  await sessions.create(alice);
  const bob = await sessions.create({ ...alice, user: 'lab\\bob' });
  const admin = { reason: 'admin', rule: null, request: null } as const;
  t.is((await sessions.endAll(admin, (session) => session.user === 'lab\\bob')).length, 1);
  t.deepEqual(await sessions.find(bob.cookie, presented), { state: 'ended', reason: 'admin' });
  t.deepEqual(
    (await sessions.list()).map((session) => session.user),
    ['lab\\alice'],
  );
  t.is((await sessions.endAll(admin)).length, 1);
});

test('an id that has ended can be neither replaced nor created again', async (t) => {
  const { store, clock } = setUp();
  t.true(await store.create('a', 'one', clock.now() + MINUTE));
  t.false(await store.create('a', 'two', clock.now() + MINUTE));
  t.true(await store.destroy('a', 'gone'));
  t.false(await store.destroy('a', 'gone again'));
  t.false(await store.create('a', 'three', clock.now() + MINUTE));
  t.false(await store.replace('a', 'four', clock.now() + MINUTE));
  t.deepEqual(await store.read('a'), { state: 'ended', tombstone: 'gone' });
});
