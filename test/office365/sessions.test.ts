import test from 'ava';
import type { Lifetimes } from '../../src/office365/lifetimes.ts';
import { ALICE, BOB, HOUR, KEPT, type Service, services, startOffice365 } from './rig.ts';

const DAY = 24 * HOUR;

/** How long a session lives from its last request (O-10). */
const idle: Record<Service, number> = { portal: HOUR, owa: 6 * HOUR, contoso: 5 * DAY, team: 5 * DAY };

for (const service of services) {
  test(`[O-10] ${service}: alive 1 ms before ${idle[service] / HOUR} h after its last request, every time; over at that time, and the cookie is refused`, async (t) => {
    const { at, browser, clock } = await startOffice365(t);
    const alice = browser();
    const { session } = await alice.open(at(service), ALICE);
    for (const _ of [1, 2, 3]) {
      clock.advance(idle[service] - 1);
      const again = await alice.open(at(service));
      t.deepEqual([again.hops.length, again.session], [1, session]);
    }
    clock.advance(idle[service]);
    const names = alice.cookies.namesAt(service);
    t.is((await alice.get(at(service))).status, 302);
    t.true(names.length === 2, 'the browser still has them');
  });

  test(`[O-02] ${service}: its session over, the authentication alive: another session without a question`, async (t) => {
    const ttl = { portal: 1_000, owaIdle: 1_000, sharepoint: 1_000 };
    const { at, browser, clock } = await startOffice365(t, { ttl });
    const alice = browser();
    const { session } = await alice.open(at(service), ALICE);
    clock.advance(999);
    t.is((await alice.open(at(service))).session, session);
    clock.advance(1_000);
    const again = await alice.open(at(service));
    t.deepEqual([again.shown, again.hops.length], ['Alice Adams', 4]);
    t.not(again.session, session);
  });
}

test('[O-10] OWA: 23 hours after it opened a session is over, however much it is used', async (t) => {
  const { at, browser, clock } = await startOffice365(t);
  const alice = browser();
  const { session } = await alice.open(at('owa'), ALICE);
  for (const ms of [5 * HOUR, 5 * HOUR, 5 * HOUR, 5 * HOUR, 3 * HOUR - 1]) {
    clock.advance(ms);
    t.is((await alice.open(at('owa'))).session, session);
  }
  clock.advance(1);
  t.is((await alice.open(at('owa'))).shown, 'prompt');
});

for (const typed of [ALICE, KEPT])
  test(`[O-10, O-13] the authentication${typed.KMSI ? ' of who is kept signed in' : ''} lasts 8 hours from the sign-in, however many silent logons there are`, async (t) => {
    const { at, browser, clock } = await startOffice365(t);
    const alice = browser();
    await alice.open(at('portal'), typed);
    for (const _ of [1, 2, 3, 4, 5, 6, 7]) {
      clock.advance(HOUR);
      t.deepEqual((await alice.open(at('portal'))).hops.length, 4);
    }
    clock.advance(HOUR - 1);
    t.deepEqual([(await alice.open(at('owa'))).shown, (await alice.open(at('portal'))).shown], ['Alice Adams', 'Alice Adams']);
    clock.advance(1);
    t.true(alice.cookies.namesAt('login').includes('MSPAuth'));
    t.is((await alice.open(at('contoso'))).shown, 'prompt');
    t.is((await alice.open(at('owa'))).hops.length, 1);
  });

/** Lifetime, its default, and where it shows. */
const settings: [name: keyof Lifetimes, usual: number, service: Service][] = [
  ['portal', HOUR, 'portal'],
  ['owaIdle', 6 * HOUR, 'owa'],
  ['owaHard', 23 * HOUR, 'owa'],
  ['sharepoint', 5 * DAY, 'contoso'],
  ['sharepoint', 5 * DAY, 'team'],
];
for (const [name, usual, service] of settings)
  test(`[O-10] ttl.${name} is kept at ${service}, and a change holds for sessions that are open already`, async (t) => {
    const { at, browser, clock, office365 } = await startOffice365(t);
    const alice = browser();
    await alice.open(at(service), ALICE);
    clock.advance(10 * 60_000);
    t.is((await alice.open(at(service))).hops.length, 1);
    clock.advance(1_000);
    office365.configure({ ttl: { [name]: 1_001 } });
    t.is((await alice.open(at(service))).hops.length, name === 'owaHard' ? 4 : 1);
    clock.advance(1_001);
    t.is((await alice.open(at(service))).hops.length, 4);
    office365.configure({ ttl: {} });
    t.is(office365.setting().ttl[name], usual);
  });

for (const [title, change] of [
  ['a lifetime of 0', { ttl: { portal: 0 } }],
  ['half a millisecond', { ttl: { portal: 0.5 } }],
  ['a lifetime that is no number', { ttl: { portal: Number.NaN } }],
  ['a lifetime that there is not', { ttl: { mail: 1 } as Partial<Lifetimes> }],
  ['a profile that there is not', { profile: 'constructor' }],
  ['an option that there is not', { options: { toString: 'on' } }],
  ['a value that there is not', { options: { invalidation: 'maybe' } }],
] as const)
  test(`${title} is refused, and changes nothing`, async (t) => {
    const { office365 } = await startOffice365(t);
    const before = office365.setting();
    t.throws(() => office365.configure({ signOutKind: null, ...change }), { code: 'configuration' });
    t.deepEqual(office365.setting(), before);
  });

const signOut: Record<Service, string> = {
  portal: '/signout.aspx',
  owa: '/owa/auth/logoff.aspx?Cmd=logoff&src=exch',
  contoso: '/_layouts/15/SignOut.aspx',
  team: '/_layouts/15/SignOut.aspx',
};

for (const invalidation of ['off', 'on'] as const) {
  const [title, status] = invalidation === 'on' ? ['worth nothing', 302] : ['as good as before (SO-06)', 200];
  for (const service of services)
    test(`[O-02] invalidation ${invalidation}: cookies of ${service} from before its sign-out are ${title}`, async (t) => {
      const { at, browser } = await startOffice365(t, { options: { invalidation } });
      const alice = browser();
      await alice.open(at(service), ALICE);
      const old = alice.cookies.save();
      await alice.get(at(service, signOut[service]));
      const thief = browser();
      thief.cookies.restore(old);
      t.is((await thief.get(at(service))).status, status);
    });

  test(`[O-02] invalidation ${invalidation}: MSPAuth from before the sign-out is ${title}`, async (t) => {
    const { at, browser } = await startOffice365(t, { options: { invalidation } });
    const alice = browser();
    await alice.open(at('portal'), ALICE);
    const old = alice.cookies.save().filter(({ name }) => name === 'MSPAuth');
    await alice.get(at('login', '/logout.srf'));
    const thief = browser();
    thief.cookies.restore(old);
    t.is((await thief.open(at('owa'))).shown, invalidation === 'on' ? 'prompt' : 'Alice Adams');
  });

  test(`[O-02, O-07] invalidation ${invalidation}: rtFa alone, from before a site’s sign-out, is ${title} at the other site`, async (t) => {
    const { at, browser } = await startOffice365(t, { options: { invalidation } });
    const alice = browser();
    await alice.open(at('contoso'), ALICE);
    const old = alice.cookies.save().filter(({ name }) => name === 'rtFa');
    await alice.get(at('contoso', signOut.contoso));
    const thief = browser();
    thief.cookies.restore(old);
    t.is((await thief.get(at('team'))).status, status);
  });

  test(`[O-02, O-08] invalidation ${invalidation}: cookies from before a clean-up are ${title}`, async (t) => {
    const { at, browser } = await startOffice365(t, { options: { invalidation } });
    const alice = browser();
    await alice.open(at('owa'), ALICE);
    const old = alice.cookies.save();
    await alice.get(at('owa', '/owa/?wa=wsignoutcleanup1.0'));
    alice.cookies.restore(old);
    t.is((await alice.get(at('owa'))).status, status);
  });

  test(`[O-02] invalidation ${invalidation}: the journal says what became of the session`, async (t) => {
    const { at, browser, recorder } = await startOffice365(t, { options: { invalidation } });
    const alice = browser();
    await alice.open(at('owa'), ALICE);
    await alice.get(at('owa', signOut.owa));
    const last = recorder.read().events.at(-1);
    t.deepEqual([last?.session?.state, last?.identity], [invalidation === 'on' ? 'ended' : 'cookie-cleared', 'lab\\alice']);
  });
}

test('a sign-out of nobody ends nobody’s session', async (t) => {
  const { at, browser } = await startOffice365(t, { options: { invalidation: 'on' } });
  const alice = browser();
  await alice.openAll(at);
  for (const service of services) await browser().open(at(service, signOut[service]));
  await browser().open(at('login', '/logout.srf'));
  for (const service of services) t.is((await alice.open(at(service))).hops.length, 1);
});

test('[O-07] RPSAuth without RPSSecAuth opens nothing, nor the other way round, nor with the other half of somebody else', async (t) => {
  const { at, browser } = await startOffice365(t);
  for (const service of ['portal', 'owa'] as const) {
    const [alice, bob, thief] = [browser(), browser(), browser()];
    await alice.open(at(service), ALICE);
    await bob.open(at(service), BOB);
    const [first, second] = ['RPSAuth', 'RPSSecAuth'].map((name) =>
      alice.cookies.save().filter((cookie) => cookie.name === name),
    );
    const bobs = bob.cookies.save().filter(({ name }) => name === 'RPSSecAuth');
    t.deepEqual([first?.length, second?.length, bobs.length], [1, 1, 1]);
    for (const some of [first, second, [...(first ?? []), ...bobs]]) {
      thief.cookies.restore(some ?? []);
      t.is((await thief.get(at(service))).status, 302);
    }
    const whole = [first, second].map((half) => half?.[0]?.value).join('');
    const places = [`RPSAuth=${whole}`, `RPSSecAuth=${whole}`, `RPSAuth=${whole}; RPSSecAuth=`];
    for (const Cookie of places) t.is((await browser().ask('GET', at(service), { Cookie })).status, 302);
    thief.cookies.restore([...(first ?? []), ...(second ?? [])]);
    t.is((await thief.get(at(service))).status, 200);
  }
});

test('[O-07, O-12] no cookie opens another host, whatever name it is given there; only rtFa opens both sites', async (t) => {
  const { at, browser } = await startOffice365(t);
  const alice = browser();
  await alice.openAll(at);
  const hosts = {
    login: 'login.idp.localhost',
    ...Object.fromEntries(services.map((place) => [place, new URL(at(place)).hostname])),
  };
  const all = alice.cookies.save();
  for (const [from, host] of Object.entries(hosts))
    for (const service of services.filter((place) => place !== from)) {
      const [one = '', two = one] = all.filter(({ domain }) => domain === host).map(({ value }) => value);
      const brought = { MSPAuth: one, RPSAuth: one, RPSSecAuth: two, FedAuth: one, rtFa: one };
      const Cookie = Object.entries(brought)
        .map(([name, value]) => `${name}=${value}`)
        .join('; ');
      t.is((await browser().ask('GET', at(service), { Cookie })).status, 302, `${from} at ${service}`);
    }
  const rtFa = all.find(({ name }) => name === 'rtFa')?.value;
  t.is(
    (await browser().ask('GET', at('portal'), { Cookie: `RPSAuth=${rtFa?.slice(0, 16)}; RPSSecAuth=${rtFa?.slice(16)}` })).status,
    302,
  );
  t.is((await browser().ask('GET', at('team'), { Cookie: `rtFa=${rtFa}` })).status, 200);
});

test('[O-12] the cookies of a host go to no other, but rtFa to both sites', async (t) => {
  const { at, browser } = await startOffice365(t);
  const alice = browser();
  await alice.open(at('contoso'), ALICE);
  t.deepEqual(alice.cookies.namesAt('team'), ['rtFa']);
  t.deepEqual([alice.cookies.namesAt('portal'), alice.cookies.namesAt('login')], [[], ['MSPAuth']]);
});

test('whoever signs in over somebody takes that one’s place, at the service and at the logon server: the old cookies are worth nothing', async (t) => {
  const { at, browser, signInUrl } = await startOffice365(t);
  const alice = browser();
  await alice.open(at('owa'), ALICE);
  const old = alice.cookies.save();
  const asked = new URL(signInUrl('owa'));
  const page = await alice.post(at('login', `/ppsecure/post.srf${asked.search}`), BOB);
  t.is(page.cookies.length, 1);
  const visit = await alice.open(signInUrl('owa'));
  t.is(visit.shown, 'Bob Brown');
  const thief = browser();
  thief.cookies.restore(old);
  t.is((await thief.open(at('owa'))).shown, 'prompt');
});

test('a reset forgets every session, of services, sites and logon server', async (t) => {
  const { at, browser, office365 } = await startOffice365(t);
  const alice = browser();
  await alice.openAll(at);
  office365.reset();
  t.is(alice.cookies.save().length, 8);
  for (const service of services) t.is((await alice.open(at(service))).shown, 'prompt');
});
