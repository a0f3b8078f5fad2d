import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { plainPlan, type ServerPlan, type SitePlan } from '../../src/exchange/site-plan.ts';
import { send } from '../send-request.ts';
import { ALICE, BOB, basic, loadPage, logonFields, type Rig, startExchange } from './rig.ts';

const SIGNOUT = '/owa/auth/signout.aspx';
const cas = (name: string, profile: string): ServerPlan => ({ name, profile, roles: ['client-access'] });
const mbx = (name: string, profile: string): ServerPlan => ({ name, profile, roles: ['mailbox'] });
const both = (name: string, profile: string): ServerPlan => ({ name, profile, roles: ['client-access', 'mailbox'] });

/** Ports of the servers that a request of Alice’s reaches, in order. */
async function portsReached(t: ExecutionContext, rig: Rig): Promise<number[]> {
  const id = `ports-${rig.port}`;
  const ports: number[] = [];
  const note = (message: unknown) => {
    const { request, server } = message as { request: IncomingMessage; server: Server };
    if (request.headers['x-request-id'] === id) ports.push((server.address() as AddressInfo).port);
  };
  const requests = channel('http.server.request.start');
  requests.subscribe(note);
  t.is((await rig.ask('GET', '/owa/', { ...basic(ALICE), 'X-Request-Id': id })).status, 200);
  requests.unsubscribe(note);
  return ports;
}

/** The build of the front end that answers an anonymous page. */
async function answeringBuild({ ask }: Rig): Promise<string> {
  return /<span>([\d.]+)<\/span>/.exec((await ask('GET', '/owa/auth/errorFE.aspx?httpCode=404')).body)?.[1] ?? '';
}

const sites: [title: string, plan: SitePlan, servers: number][] = [
  ['a plain site', plainPlan('2013-cu8'), 2],
  ['one multi-role server', { servers: [both('ex-1', '2013-cu8')] }, 2],
  [
    'two front ends behind the balancing pool',
    { servers: [cas('cas-1', '2013-cu8'), cas('cas-2', '2013-cu8'), mbx('mbx-1', '2013-cu8')] },
    3,
  ],
];
for (const [title, plan, servers] of sites)
  test(`${title}: a request passes ${servers} sockets, and who is no front end is refused at the mailbox server’s`, async (t) => {
    const rig = await startExchange(t, plan);
    const ports = await portsReached(t, rig);
    t.is(new Set(ports).size, servers);
    const mailbox = ports.at(-1) as number;
    for (const headers of [
      {},
      basic(ALICE),
      { 'X-Lab-Identity': ALICE.user },
      { 'X-Lab-Identity': ALICE.user, 'X-Lab-Secret': '' },
    ])
      for (const path of ['/owa/', '/owa/logoff.owa', SIGNOUT])
        t.is((await send(mailbox, 'GET', path, { Host: 'mail.localhost', ...headers })).status, 403);
  });

test('what a client says in X-Lab-* fields never reaches the mailbox server: alice stays alice, and Basic stays Basic', async (t) => {
  const rig = await startExchange(t, plainPlan('2013-cu8'));
  const forged = {
    'X-Lab-Identity': BOB.user,
    'x-lab-virtual-directory': 'fba',
    'X-LAB-ISSUER': 'http://evil.example/',
    'X-Lab-Secret': 'x',
  };
  const client = rig.client({ ...basic(ALICE), ...forged });
  t.is((await loadPage(client, '/owa/')).signOut(), 'dialog');
  t.true((await client.get('/owa/')).body.includes('Alice Adams'));
  t.is((await client.get('/owa/logoff.owa')).location, '/owa/auth/logon.aspx');
  t.deepEqual(new Set(rig.identitiesAtMailbox()), new Set([ALICE.user]));
});

test('without an identity nothing but signout.aspx is handed on, and an unknown page under /owa/auth is not found', async (t) => {
  const rig = await startExchange(t, { ...plainPlan('2013-cu9-announced', '2013-cu7'), vdirAuth: 'fba' });
  const forged = { 'X-Lab-Identity': BOB.user };
  for (const path of ['/owa/', '/ecp/', '/owa/alice@lab.example/']) t.is((await rig.ask('GET', path, forged)).status, 302);
  for (const path of ['/owa/auth/x', '/owa/auth/']) t.is((await rig.ask('GET', path, forged)).status, 404);
  t.deepEqual(rig.identitiesAtMailbox(), []);
  await rig.ask('GET', SIGNOUT);
  t.deepEqual(rig.identitiesAtMailbox(), [null]);
});

test('[E-34] a user context is nobody else’s: with alice’s cookie bob gets a context of his own', async (t) => {
  const rig = await startExchange(t, plainPlan('2013-cu8'));
  const alice = rig.client(basic(ALICE));
  await alice.get('/owa/');
  const Cookie = `UC=${alice.cookies.get('UC')}`;
  t.true((await rig.ask('GET', '/owa/', { ...basic(BOB), Cookie })).body.includes('Bob Brown'));
  await rig.ask('GET', '/owa/logoff.owa', { ...basic(BOB), Cookie });
  await alice.get('/owa/');
  t.deepEqual(rig.contexts(), ['uc-1 started', 'uc-2 started', 'uc-1 alive']);
});

const farm = (pool?: string[]): SitePlan => ({
  servers: [cas('cas-1', '2013-cu6'), cas('cas-2', '2013-cu9-announced'), mbx('mbx-1', '2013-cu9-announced')],
  ...(pool && { pool }),
});
const [CU6, CU9] = ['15.0.995.29', '15.0.1104.5'];

test('[E-25] the pool sends clients to its members in turn, and a change at run time moves them to the upgraded ones', async (t) => {
  const rig = await startExchange(t, farm());
  const servers = rig.exchange.servers('mail');
  const turns = async () => [
    await answeringBuild(rig),
    await answeringBuild(rig),
    await answeringBuild(rig),
    await answeringBuild(rig),
  ];
  const all = await turns();
  t.deepEqual(all.filter((build) => build === CU6).length, 2);
  t.deepEqual(all.slice(0, 2), all.slice(2));
  await rig.configure(farm(['cas-2']));
  t.deepEqual(new Set(await turns()), new Set([CU9]));
  await rig.configure(farm(['cas-1']));
  t.deepEqual(new Set(await turns()), new Set([CU6]));
  t.is(rig.exchange.servers('mail'), servers);
  await rig.configure(farm([]));
  t.is((await rig.ask('GET', '/owa/')).status, 503);
});

test('[E-33] a forms logon holds at every front end of the farm, and its end as well', async (t) => {
  const rig = await startExchange(t, { ...farm(), vdirAuth: 'fba' });
  const client = rig.client();
  await client.logOn();
  const before = new Map(client.cookies);
  for (let turn = 0; turn < 4; turn++) t.is((await client.get('/owa/')).status, 200);
  await client.get('/owa/logoff.owa');
  for (const [name, value] of before) client.cookies.set(name, value);
  for (let turn = 0; turn < 4; turn++) t.is((await client.get('/owa/')).status, 302);
});

/** E-22: who meets the new sign-out behind which front end, by Basic (as behind TMG). Hops after the click. */
const mixed: [title: string, plan: SitePlan, options: Record<string, string>, hops: RegExp][] = [
  [
    'CU9 as announced behind CU6: the front end’s error page',
    plainPlan('2013-cu9-announced', '2013-cu6'),
    {},
    /^\/owa\/logoff\.owa 302 \/owa\/auth\/signout\.aspx 302 \/owa\/auth\/errorFE\.aspx\?httpCode=404 200$/,
  ],
  [
    'CU9 as announced behind CU6, the other variant: a loop',
    plainPlan('2013-cu9-announced', '2013-cu6'),
    { mixedFarm: 'logon-then-logoff-loop' },
    /^(\/owa\/logoff\.owa 302 \/owa\/auth\/signout\.aspx 302 ?){4}$/,
  ],
  [
    'CU9 as announced behind CU7: no issue',
    plainPlan('2013-cu9-announced', '2013-cu7'),
    {},
    /^\/owa\/logoff\.owa 302 \/owa\/auth\/signout\.aspx 200$/,
  ],
  [
    'CU9 as announced behind CU8: no issue',
    plainPlan('2013-cu9-announced', '2013-cu8'),
    {},
    /^\/owa\/logoff\.owa 302 \/owa\/auth\/signout\.aspx 200$/,
  ],
  [
    'CU9 as shipped behind CU6 shows nothing',
    plainPlan('2013-cu9-shipped', '2013-cu6'),
    { legacyForcedRequest: 'on' },
    /^\/owa\/logoff\.owa 302 \/owa\/auth\/logon\.aspx 200$/,
  ],
];
for (const [title, plan, options, hops] of mixed)
  test(`[E-22] ${title}`, async (t) => {
    const rig = await startExchange(t, { ...plan, options });
    const client = rig.client(basic(ALICE));
    t.regex((await client.follow((await loadPage(client, '/owa/')).signOut())).join(' '), hops);
  });

test('[E-09] CU7 with the key removed sends to a signout.aspx that it does not have, unless the option says otherwise', async (t) => {
  const plan = plainPlan('2013-cu7');
  const servers = plan.servers.map((server) => ({ ...server, webConfig: { feOwa: 'absent', beOwa: 'absent' } as const }));
  const hops = async (options: Record<string, string>) =>
    (await startExchange(t, { ...plan, servers, options })).client(basic(ALICE)).follow('/owa/logoff.owa');
  t.deepEqual(await hops({}), ['/owa/logoff.owa 302', `${SIGNOUT} 302`, '/owa/auth/errorFE.aspx?httpCode=404 200']);
  t.deepEqual(await hops({ signoutPage: 'present' }), ['/owa/logoff.owa 302', `${SIGNOUT} 200`]);
});

test('[E-22] with forms the loop goes by a logon: after it, the way back signs out again', async (t) => {
  const rig = await startExchange(t, {
    ...plainPlan('2013-cu9-announced', '2013-cu6'),
    vdirAuth: 'fba',
    options: { mixedFarm: 'logon-then-logoff-loop' },
  });
  const client = rig.client();
  await client.logOn();
  const [, signout = ''] = await client.follow('/owa/logoff.owa');
  t.is(signout, `${SIGNOUT} 302`);
  const asked = await client.get(SIGNOUT);
  const destination = new URL(asked.location).searchParams.get('url') ?? '';
  t.is(destination, rig.origin + SIGNOUT);
  t.is((await client.logOn({ destination })).location, destination);
  t.deepEqual((await client.follow(SIGNOUT)).slice(0, 3), [`${SIGNOUT} 302`, '/owa/logoff.owa 302', `${SIGNOUT} 302`]);
});

test('[E-22] behind a front end of CU7 with feOwa LegacyLogOff the chain from ECP still lands on logon.aspx', async (t) => {
  const rig = await startExchange(t, { ...plainPlan('2013-cu9-announced', '2013-cu7'), vdirAuth: 'fba' });
  const client = rig.client();
  await client.logOn();
  const hops = (await client.follow((await loadPage(client, '/ecp/')).signOut())).map((hop) => hop.replace(/\?\S*/, ''));
  t.deepEqual(hops, ['/ecp/logoff.aspx 302', '/owa/logoff.owa 302', '/owa/auth/logon.aspx 200']);
});

test('[E-19, E-16] behind one front end users of 2010 sign out by a request, and users of 2013 get the dialog', async (t) => {
  const servers = [cas('cas-1', '2013-cu8'), mbx('mbx-1', '2013-cu8'), mbx('mbx-2', '2010')];
  const rig = await startExchange(t, { servers, mailboxes: { [ALICE.user]: 'mbx-1', [BOB.user]: 'mbx-2' } });
  const [alice, bob] = [rig.client(basic(ALICE)), rig.client(basic(BOB))];
  t.is((await loadPage(alice, '/owa/')).signOut(), 'dialog');
  const page = await loadPage(bob, '/owa/');
  t.false('ApplicationSettings' in page.data);
  const clicked = page.signOut();
  t.is(clicked, '/owa/logoff.owa');
  const [first, second = ''] = await bob.follow(clicked);
  t.is(first, '/owa/logoff.owa 302');
  t.regex(second, /^\/owa\/auth\/logoff\.aspx\?Cmd=logoff\S* 200$/);
  t.not(alice.cookies.get('X-BackEndCookie'), bob.cookies.get('X-BackEndCookie'));
});

for (const vdirAuth of ['basic', 'fba'] as const)
  test(`[E-24] a mailbox on 2007 behind 2013, ${vdirAuth}: its user is told the legacy name, and others get their mail`, async (t) => {
    const servers = [cas('cas-1', '2013-cu8'), mbx('mbx-1', '2013-cu8'), mbx('mbx-2', '2007')];
    const rig = await startExchange(t, { servers, vdirAuth, mailboxes: { [BOB.user]: 'mbx-2' } });
    const [alice, bob] = [rig.client(vdirAuth === 'fba' ? {} : basic(ALICE)), rig.client(vdirAuth === 'fba' ? {} : basic(BOB))];
    if (vdirAuth === 'fba') {
      await alice.logOn();
      await bob.post('/owa/auth.owa', logonFields({ username: BOB.user }));
    }
    t.is((await alice.get('/owa/')).status, 200);
    const told = await bob.get('/owa/');
    t.is(told.status, 403);
    t.true(told.body.includes(`http://legacy.localhost:${rig.port}/owa/`));
    t.deepEqual(new Set(rig.identitiesAtMailbox()), new Set([ALICE.user]));
  });

test('[E-24] a 2007 farm of its own serves its users', async (t) => {
  const rig = await startExchange(t, plainPlan('2007'));
  t.is((await rig.client(basic(BOB)).get('/owa/')).status, 200);
});

test('configure and reset forget every session', async (t) => {
  const plan = { ...plainPlan('2013-cu8'), vdirAuth: 'fba' } as const;
  const rig = await startExchange(t, plan);
  for (const forget of [() => rig.configure(plan), () => rig.exchange.reset()]) {
    const client = rig.client();
    await client.logOn();
    t.is((await client.get('/owa/')).status, 200);
    await forget();
    t.is((await client.get('/owa/')).status, 302);
  }
});

test('of plans that are put in at the same time the last one stands', async (t) => {
  const rig = await startExchange(t, plainPlan('2013-cu8'), ['2013-cu6', '2013-cu9-announced']);
  await Promise.all([
    rig.configure({ servers: [both('ex-1', '2013-cu8')] }),
    rig.configure(farm(['cas-1'])),
    rig.configure(farm(['cas-2'])),
  ]);
  t.is(await answeringBuild(rig), CU9);
  t.is((await rig.ask('GET', '/owa/', basic(ALICE))).status, 200);
});
