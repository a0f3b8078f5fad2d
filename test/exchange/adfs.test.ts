import test, { type ExecutionContext } from 'ava';
import { plainPlan } from '../../src/exchange/site-plan.ts';
import { ALICE, BOB, basic, type Client, cookiesOf, loadPage, type Person, type Rig, startExchange } from './rig.ts';

const start = (t: ExecutionContext) => startExchange(t, { ...plainPlan('2013-cu8'), vdirAuth: 'adfs' });
const unescaped = (text: string) => text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');
const field = (body: string, name: string) => unescaped(new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? '');

/** The browser of a user: its cookies at the site and at AD FS. */
const browser = (rig: Rig) => ({ mail: rig.client(), sts: rig.client({ Host: `sts.corp.localhost:${rig.port}` }) });
type Browser = ReturnType<typeof browser>;

/** From a page of the site to the token that AD FS has its page post, with the credentials if they are asked for. */
async function fetchToken({ mail, sts }: Browser, path = '/owa/', { user: username, password }: Person = ALICE) {
  const asked = new URL((await mail.get(path)).location);
  const page = await sts.get(asked.pathname + asked.search);
  const form = /action="([^"]*)"[^>]*name="logonForm"/.exec(page.body)?.[1];
  const { body } = form === undefined ? page : await sts.post(unescaped(form), { username, password });
  return {
    wa: field(body, 'wa'),
    wresult: field(body, 'wresult'),
    wctx: field(body, 'wctx'),
    asksForPassword: form !== undefined,
    body,
  };
}

const takeTo = (mail: Client, { wa, wresult, wctx }: Record<'wa' | 'wresult' | 'wctx', string>) =>
  mail.post('/owa/', { wa, wresult, wctx });

async function signIn(rig: Rig, person?: Person): Promise<Browser> {
  const opened = browser(rig);
  await takeTo(opened.mail, await fetchToken(opened, '/owa/', person));
  return opened;
}

test('[E-20] without a session a page leads to wsignin1.0 at AD FS, with its realm and the way back; a script gets 440', async (t) => {
  const { ask, origin, port } = await start(t);
  const asked = new URL((await ask('GET', '/owa/?a=1')).location);
  t.is(asked.origin + asked.pathname, `http://sts.corp.localhost:${port}/adfs/ls/`);
  t.deepEqual(Object.fromEntries(asked.searchParams), {
    wa: 'wsignin1.0',
    wtrealm: `${origin}/owa/`,
    wctx: `${origin}/owa/?a=1`,
  });
  t.deepEqual([(await ask('POST', '/owa/sessiondata.ashx')).status, (await ask('GET', '/owa/ping.owa')).status], [440, 440]);
});

test('[E-20] the round trip: form, self-posting token, TimeWindow, the page that was asked for; a second site visit needs no password', async (t) => {
  const rig = await start(t);
  const opened = browser(rig);
  const token = await fetchToken(opened, '/owa/?a=1');
  t.regex(token.body, new RegExp(`<form action="${rig.origin}/owa/" method="POST" name="tokenForm">`));
  t.regex(token.body, /id="page-decide" src="[^"]*post-form\.js"/);
  const taken = await takeTo(opened.mail, token);
  t.deepEqual([taken.status, taken.location, cookiesOf(taken).set], [302, `${rig.origin}/owa/?a=1`, ['TimeWindow']]);
  t.true((await opened.mail.get('/owa/?a=1')).body.includes('Alice Adams'));
  const again = { ...opened, mail: rig.client() };
  const second = await fetchToken(again);
  t.false(second.asksForPassword);
  t.is((await takeTo(again.mail, second)).status, 302);
});

test('[E-20] wrong credentials bring the form back with a notice, and no token', async (t) => {
  const token = await fetchToken(browser(await start(t)), '/owa/', { ...ALICE, password: 'no' });
  t.regex(token.body, /name="logonForm"/);
  t.regex(token.body, /not right/);
  t.is(token.wresult, '');
});

test('[E-03, E-04, E-20] with AD FS a click shows no dialog: OWA and ECP request, and OWA’s answer leads to wsignout1.0', async (t) => {
  const rig = await start(t);
  const { mail } = await signIn(rig);
  t.is((await loadPage(mail, '/owa/')).signOut(), '/owa/logoff.owa');
  t.regex((await loadPage(mail, '/ecp/')).signOut(), /^\/ecp\/logoff\.aspx/);
  const off = await mail.get('/owa/logoff.owa');
  t.deepEqual([off.status, off.location], [302, `http://sts.corp.localhost:${rig.port}/adfs/ls/?wa=wsignout1.0`]);
  t.true(rig.contexts().at(-1)?.endsWith('ended'));
});

test('[E-20] wsignout1.0 ends AD FS’s session and embeds each relying party’s clean-up; the next sign-in asks for the password', async (t) => {
  const rig = await start(t);
  await rig.exchange.configure('team', { ...plainPlan('2013-cu8'), vdirAuth: 'adfs' });
  const opened = await signIn(rig);
  const team = { mail: rig.client({ Host: `team.localhost:${rig.port}` }), sts: opened.sts };
  t.is((await takeTo(team.mail, await fetchToken(team))).status, 302);
  const page = await opened.sts.get('/adfs/ls/?wa=wsignout1.0');
  t.deepEqual(cookiesOf(page).deleted, ['MSISAuth']);
  const frames = [...page.body.matchAll(/<iframe src="([^"]*)"/g)].map(([, url]) => url);
  t.deepEqual(
    frames,
    ['mail', 'team'].map((label) => `http://${label}.localhost:${rig.port}/owa/?wa=wsignoutcleanup1.0`),
  );
  t.true((await fetchToken({ ...opened, mail: rig.client() })).asksForPassword);
});

test('[E-20] wsignoutcleanup1.0 clears TimeWindow and ends what it stood for', async (t) => {
  const { mail } = await signIn(await start(t));
  const before = new Map(mail.cookies);
  t.is((await mail.get('/owa/')).status, 200);
  const cleaned = await mail.get('/owa/?wa=wsignoutcleanup1.0');
  t.deepEqual([cleaned.status, cookiesOf(cleaned).deleted], [200, ['TimeWindow']]);
  for (const [name, value] of before) mail.cookies.set(name, value);
  t.regex((await mail.get('/owa/')).location, /wa=wsignin1\.0/);
});

test('[E-20] a sign-out at the site alone leaves AD FS’s session: the next visit is signed in without a password', async (t) => {
  const rig = await start(t);
  const opened = await signIn(rig);
  t.deepEqual(cookiesOf(await opened.mail.get('/owa/logoff.owa')).deleted.includes('TimeWindow'), true);
  t.regex((await opened.mail.get('/owa/')).location, /wa=wsignin1\.0/);
  rig.clock.advance(3_600_000);
  t.false((await fetchToken(opened)).asksForPassword);
});

const sealed = (content: unknown, signature: string) =>
  `${Buffer.from(JSON.stringify(content)).toString('base64url')}.${signature}`;

/** Tokens that are none, made from a good one. */
const forged: [title: string, make: (good: string, rig: Rig) => string][] = [
  ['nothing', () => ''],
  [
    'a token for bob with alice’s signature',
    (good, { origin, clock }) => sealed(['token', BOB.user, clock.now() + 60_000, `${origin}/owa/`, 1], good.split('.')[1] ?? ''),
  ],
  ['a token with another signature', (good) => good.slice(0, -2) + (good.endsWith('AA') ? 'BB' : 'AA')],
  ['a token without a signature', (good) => good.split('.')[0] ?? ''],
  ['a token with something appended', (good) => `${good}.x`],
  ['a signature of the same length that is not ASCII', (good) => `${good.split('.')[0]}.${'é'.repeat(43)}`],
];
for (const [title, make] of forged)
  test(`[E-20] ${title} signs nobody in`, async (t) => {
    const rig = await start(t);
    const opened = browser(rig);
    const good = await fetchToken(opened);
    const answer = await takeTo(opened.mail, { ...good, wresult: make(good.wresult, rig) });
    t.deepEqual([answer.status, answer.cookies], [403, []]);
    t.is((await takeTo(opened.mail, good)).status, 302);
  });

test('[E-20] AD FS’s own session cookie is no token, and a token no session', async (t) => {
  const rig = await start(t);
  const opened = browser(rig);
  const { wresult } = await fetchToken(opened);
  const answer = await takeTo(opened.mail, { wa: 'wsignin1.0', wresult: opened.sts.cookies.get('MSISAuth') ?? '', wctx: '' });
  t.is(answer.status, 403);
  opened.sts.cookies.set('MSISAuth', wresult);
  t.true((await fetchToken(opened)).asksForPassword);
});

test('[E-20] a token is good for five minutes and its own realm', async (t) => {
  const rig = await start(t);
  await rig.exchange.configure('team', { ...plainPlan('2013-cu8'), vdirAuth: 'adfs' });
  const opened = browser(rig);
  const [foreign, late] = [await fetchToken(opened), await fetchToken(opened)];
  t.is((await takeTo(rig.client({ Host: `team.localhost:${rig.port}` }), foreign)).status, 403);
  t.is((await takeTo(opened.mail, foreign)).status, 302);
  rig.clock.advance(5 * 60_000);
  t.is((await takeTo(opened.mail, late)).status, 403);
});

/** The mock forbids what Windows Identity Foundation can forbid: Back to the page that posts the token, after sign-out. */
test('[E-20] a token is taken once: replayed after sign-out it signs nobody in, and does not touch another’s session', async (t) => {
  const rig = await start(t);
  const opened = browser(rig);
  const token = await fetchToken(opened);
  t.is((await takeTo(opened.mail, token)).status, 302);
  await opened.mail.get('/owa/logoff.owa');
  const replayed = await takeTo(opened.mail, token);
  t.deepEqual([replayed.status, replayed.cookies], [403, []]);
  const { mail } = await signIn(rig, BOB);
  t.is((await takeTo(mail, token)).status, 403);
  t.true((await mail.get('/owa/')).body.includes('Bob Brown'));
});

test('[E-20] a second sign-in takes the place of the first: bob’s token in alice’s browser makes it bob’s', async (t) => {
  const rig = await start(t);
  const alice = await signIn(rig);
  const old = alice.mail.cookies.get('TimeWindow') ?? '';
  t.is((await takeTo(alice.mail, await fetchToken(browser(rig), '/owa/', BOB))).status, 302);
  t.true((await alice.mail.get('/owa/')).body.includes('Bob Brown'));
  t.is((await rig.ask('GET', '/owa/', { Cookie: `TimeWindow=${old}` })).status, 302);
});

for (const [what, end] of [
  ['a sign-out', (_: Rig, { sts }: Browser) => sts.get('/adfs/ls/?wa=wsignout1.0')],
  ['a reset of the lab', (rig: Rig) => rig.exchange.reset()],
] as const)
  test(`[E-20] after ${what} the old cookie of AD FS signs nobody in`, async (t) => {
    const rig = await start(t);
    const alice = await signIn(rig);
    const Cookie = `MSISAuth=${alice.sts.cookies.get('MSISAuth')}`;
    const kept = { mail: rig.client(), sts: rig.client({ Host: `sts.corp.localhost:${rig.port}`, Cookie }) };
    t.false((await fetchToken(kept)).asksForPassword);
    await end(rig, alice);
    t.true((await fetchToken(kept)).asksForPassword);
  });

const adfsAsked = ({ origin }: Rig) =>
  `/adfs/ls/?${new URLSearchParams({ wa: 'wsignin1.0', wtrealm: `${origin}/owa/`, wctx: '' })}`;

test('[O-11] Basic that a gateway delegates is as good as the form; a wrong one brings the form, without a session', async (t) => {
  const rig = await start(t);
  const { sts } = browser(rig);
  for (const wrong of [basic({ ...ALICE, password: 'no' }), { Authorization: 'Basic' }, { Authorization: 'Basic !' }]) {
    const { status, cookies, body } = await sts.get(adfsAsked(rig), wrong);
    t.deepEqual([status, cookies, field(body, 'wresult')], [200, [], '']);
    t.regex(body, /logonForm/);
  }
  const { cookies, body } = await sts.get(adfsAsked(rig), basic(ALICE));
  t.regex(cookies.join(), /^MSISAuth=[^;]+; path=\/; HttpOnly$/);
  const { mail } = browser(rig);
  t.is((await takeTo(mail, { wa: 'wsignin1.0', wresult: field(body, 'wresult'), wctx: '' })).status, 302);
  t.true((await mail.get('/owa/')).body.includes('Alice Adams'));
});

test('[O-11] whoever has a session at AD FS stays that person, whatever Basic comes along; the journal names who got a token', async (t) => {
  const rig = await start(t);
  const { sts } = await signIn(rig);
  const { body } = await sts.get(adfsAsked(rig), basic(BOB));
  const { mail } = browser(rig);
  await takeTo(mail, { wa: 'wsignin1.0', wresult: field(body, 'wresult'), wctx: '' });
  t.true((await mail.get('/owa/')).body.includes('Alice Adams'));
  const seen = rig.recorder.read().events.filter(({ party, kind }) => party === 'adfs' && kind === 'response');
  t.deepEqual(
    seen.map(({ identity }) => identity ?? null),
    [null, 'lab\\alice', 'lab\\alice'],
  );
});

test('[O-08, O-11] a sign-out goes back to who asked for it, once other relying parties have heard of it in frames', async (t) => {
  const rig = await start(t);
  const asked = (wreply: string) => `/adfs/ls/?${new URLSearchParams({ wa: 'wsignout1.0', wreply })}`;
  const { sts } = await signIn(rig);
  const elsewhere = await sts.get(asked(`http://login.idp.localhost:${rig.port}/logout.srf?a=1`));
  t.deepEqual([elsewhere.status, elsewhere.location, cookiesOf(elsewhere).deleted], [200, '', ['MSISAuth']]);
  t.regex(elsewhere.body, /<iframe src="http:\/\/mail\.localhost:\d+\/owa\/\?wa=wsignoutcleanup1\.0"/);
  t.regex(elsewhere.body, /"form":"http:\/\/login\.idp\.localhost:\d+\/logout\.srf\?a=1","afterFrames":true/);
  const again = await signIn(rig);
  const back = await again.sts.get(asked(`${rig.origin}/owa/?a=1`));
  t.deepEqual([back.status, back.location, cookiesOf(back).deleted], [302, `${rig.origin}/owa/?a=1`, ['MSISAuth']]);
});

for (const wreply of [
  'http://evil.example/',
  '//evil.example/',
  'http://mail.localhost@evil.example/',
  'http://evil.example\\@mail.localhost/',
  'http://alice:Passw0rd!@mail.localhost/',
  'http://mail.localhost.evil.example/',
  'http://mail.localhost./',
  'javascript:alert(1)',
  'ftp://mail.localhost/',
  'http://127.0.0.1:9/',
])
  test(`[O-08] AD FS refuses to sign out and lead to "${wreply}"`, async (t) => {
    const { sts } = browser(await start(t));
    const answer = await sts.get(`/adfs/ls/?${new URLSearchParams({ wa: 'wsignout1.0', wreply })}`);
    t.deepEqual([answer.status, answer.location, cookiesOf(answer).deleted], [400, '', []]);
    t.regex(answer.body, /wreply is no address of this lab/);
    t.notRegex(answer.body, /evil|alert|Passw0rd/);
  });

for (const realm of [
  'http://evil.example/owa/',
  'http://mail.localhost@evil.example/',
  'http://mail.localhost.evil.example/',
  'javascript://mail.localhost/%0aalert(1)',
  '/owa/',
  '',
])
  test(`[E-20] AD FS refuses the realm "${realm}"`, async (t) => {
    const { sts } = await signIn(await start(t));
    const answer = await sts.get(`/adfs/ls/?${new URLSearchParams({ wa: 'wsignin1.0', wtrealm: realm, wctx: '' })}`);
    t.is(answer.status, 400);
    t.notRegex(answer.body, /wresult|logonForm/);
  });

for (const wctx of ['http://evil.example/', '//evil.example/', 'javascript:alert(1)', '', 'http://mail.localhost@evil.example/'])
  test(`[E-20] the way back "${wctx}" is not followed`, async (t) => {
    const rig = await start(t);
    const opened = browser(rig);
    const token = await fetchToken(opened);
    t.is((await takeTo(opened.mail, { ...token, wctx })).location, `${rig.origin}/owa/`);
  });

for (const [path, status] of [
  ['/', 404],
  ['/adfs/', 404],
  ['/adfs/ls/', 400],
  ['/adfs/ls/?wa=wattr1.0', 400],
  ['/adfs/portal/owa.css', 200],
  ['/adfs/portal/nothing.js', 404],
  ['/adfs/portal/..%2f..%2fexchange.ts', 404],
] as const)
  test(`[E-20] AD FS answers ${path} with ${status}`, async (t) => {
    t.is((await browser(await start(t)).sts.get(path)).status, status);
  });
