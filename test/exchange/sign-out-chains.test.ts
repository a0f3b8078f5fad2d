import test, { type ExecutionContext } from 'ava';
import type { VdirAuth } from '../../src/exchange/sign-out.ts';
import { plainPlan, type SitePlan } from '../../src/exchange/site-plan.ts';
import type { WebConfigFile } from '../../src/exchange/web-config/web-config.ts';
import { ALICE, base64, basic, type Client, cookiesOf, loadPage, logonFields, type Rig, startExchange } from './rig.ts';

const LOGON = '/owa/auth/logon.aspx';
const SIGNOUT = '/owa/auth/signout.aspx';

const site = (profile: string, vdirAuth: VdirAuth, options: Record<string, string> = {}): SitePlan => ({
  ...plainPlan(profile),
  vdirAuth,
  options,
});

/** The same with a value in each of the three files; null: the key is removed. */
function withKeys(profile: string, vdirAuth: VdirAuth, keys: Partial<Record<WebConfigFile, string | null>>): SitePlan {
  const plan = site(profile, vdirAuth);
  const webConfig = Object.fromEntries(Object.entries(keys).map(([file, value]) => [file, { value }]));
  return { ...plan, servers: plan.servers.map((server) => ({ ...server, webConfig })) };
}

/** Alice, signed in by form where there are forms, else by Basic. */
async function alice(rig: Rig, vdirAuth: VdirAuth, form = '/owa/auth.owa'): Promise<Client> {
  const client = rig.client(vdirAuth === 'fba' ? {} : basic(ALICE));
  if (vdirAuth === 'fba') await client.post(form, logonFields());
  await client.get('/owa/');
  return client;
}

/** Hops without their queries: `/owa/logoff.owa 302`. */
const plainly = (hops: string[]) => hops.map((hop) => hop.replace(/\?\S*/, ''));

/** BLOG's four flows and the older one, through the click (E-10, E-11, E-13, E-14, E-17, E-19). */
type Flow = [fact: string, profile: string, vdirAuth: VdirAuth, page: string, hops: string[]];
const olderFlows = (profile: string): Flow[] =>
  (['fba', 'basic'] as const).map((vdirAuth) => [
    ...(['E-19', profile, vdirAuth, '/owa/'] as const),
    ['/owa/logoff.owa 302', '/owa/auth/logoff.aspx 200'],
  ]);
const flows: Flow[] = [
  ['E-10', '2013-cu1', 'fba', '/owa/', ['/owa/logoff.owa 302', `${LOGON} 200`]],
  ['E-10', '2013-cu8', 'fba', '/owa/', ['/owa/logoff.owa 302', `${LOGON} 200`]],
  ['E-13', '2013-cu8', 'fba', '/ecp/', ['/ecp/logoff.aspx 302', '/owa/logoff.owa 302', `${LOGON} 200`]],
  ['E-11', '2013-cu9-announced', 'fba', '/owa/', ['/owa/logoff.owa 302', `${SIGNOUT} 200`]],
  ['E-14', '2013-cu9-announced', 'fba', '/ecp/', ['/ecp/logoff.aspx 302', '/owa/logoff.owa 302', `${SIGNOUT} 200`]],
  ['E-17', '2013-cu9-announced', 'basic', '/owa/', ['/owa/logoff.owa 302', `${SIGNOUT} 200`]],
  ['E-14', '2013-cu9-announced', 'basic', '/ecp/', ['/ecp/logoff.aspx 302', '/owa/logoff.owa 302', `${SIGNOUT} 200`]],
  ...['2007', '2010', '2013-rtm'].flatMap((profile) => olderFlows(profile)),
  ['E-14', '2010', 'fba', '/ecp/', ['/ecp/logoff.aspx 302', '/owa/logoff.owa 302', '/owa/auth/logoff.aspx 200']],
];
for (const [fact, profile, vdirAuth, page, hops] of flows)
  test(`[${fact}] ${profile} with ${vdirAuth}: Sign out at ${page} goes by ${hops.join(', ')}`, async (t) => {
    const rig = await startExchange(t, site(profile, vdirAuth));
    const client = await alice(rig, vdirAuth, profile === '2007' ? '/owa/auth/owaauth.dll' : '/owa/auth.owa');
    const clicked = (await loadPage(client, page)).signOut();
    t.deepEqual(plainly(await client.follow(clicked)), hops);
  });

test('[E-14] 2010 with FBA: ECP hands the sign-out on with the session, so that OWA ends it', async (t) => {
  const rig = await startExchange(t, site('2010', 'fba'));
  await (await alice(rig, 'fba')).follow('/ecp/logoff.aspx?src=exch');
  t.is(rig.contexts().at(-1), 'uc-1 ended');
});

test('[E-12] without cookies the way back that was asked for is kept', async (t) => {
  const rig = await startExchange(t, site('2013-cu8', 'fba'));
  const back = encodeURIComponent(`${rig.origin}/ecp/`);
  const { location } = await rig.ask('GET', `/owa/logoff.owa?url=${back}`);
  t.is(location, `${rig.origin}${LOGON}?url=${back}&reason=0`);
});

/** What each file decides (DOMAIN 3.1): `L` LegacyLogOff, `-` no key, for feOwa, beOwa and beEcp. */
const combinations = ['L', '-'].flatMap((fe) => ['L', '-'].flatMap((be) => ['L', '-'].map((ecp) => [fe, be, ecp] as const)));
for (const [fe, be, ecp] of combinations) {
  const value = (mark: string) => (mark === 'L' ? 'LegacyLogOff' : null);
  const keys = { feOwa: value(fe), beOwa: value(be), beEcp: value(ecp) };
  const landing = (mark: string) => (mark === 'L' ? LOGON : SIGNOUT);

  test(`[E-10 … E-14] CU8, FBA, files ${fe}${be}${ecp}: OWA lands by beOwa, ECP and who has no cookies by feOwa`, async (t) => {
    const rig = await startExchange(t, withKeys('2013-cu8', 'fba', keys));
    const owa = await alice(rig, 'fba');
    t.deepEqual(await owa.follow((await loadPage(owa, '/owa/')).signOut()), ['/owa/logoff.owa 302', `${landing(be)} 200`]);
    const options = await alice(rig, 'fba');
    const back = encodeURIComponent(`${rig.origin}/owa/`);
    const way = ecp === 'L' ? `?url=${back}` : '';
    const typed = `${landing(fe)}?url=${back}&reason=0 200`;
    const clicked = (await loadPage(options, '/ecp/')).signOut();
    t.is(clicked, `/ecp/logoff.aspx?src=exch${ecp === 'L' ? `&url=${back}` : ''}`);
    t.deepEqual(await options.follow(clicked), [`${clicked} 302`, `/owa/logoff.owa${way} 302`, typed]);
    t.deepEqual(await rig.client().follow('/owa/logoff.owa'), ['/owa/logoff.owa 302', typed]);
  });

  test(`[E-03, E-04, E-13] CU8, Basic, files ${fe}${be}${ecp}: dialogs by beOwa and beEcp, landings by beOwa`, async (t) => {
    const rig = await startExchange(t, withKeys('2013-cu8', 'basic', keys));
    const client = await alice(rig, 'basic');
    t.is((await loadPage(client, '/owa/')).signOut(), be === 'L' ? 'dialog' : '/owa/logoff.owa');
    t.is((await loadPage(client, '/ecp/')).signOut() === 'dialog', ecp === 'L');
    t.deepEqual(plainly(await client.follow('/ecp/logoff.aspx')).slice(1), ['/owa/logoff.owa 302', `${landing(be)} 200`]);
  });
}

for (const [vdirAuth, header] of [
  ['basic', basic(ALICE).Authorization],
  ['windows', `Negotiate ${base64(`logoff-lab\0${ALICE.user}\0${ALICE.password}`)}`],
] as const)
  test(`[E-16] CU1 with ${vdirAuth}: the click shows the dialog and the server hears nothing`, async (t) => {
    const rig = await startExchange(t, site('2013-cu1', vdirAuth));
    const client = rig.client({ Authorization: header });
    const page = await loadPage(client, '/owa/');
    const before = rig.recorder.next();
    t.is(page.signOut(), 'dialog');
    t.is(rig.recorder.next(), before);
    t.like(page.data, { ApplicationSettings: { CloseWindowOnLogout: true, IsLegacySignOut: true } });
  });

test('[E-03] session data tells the client of CU9 as announced neither dialog nor legacy, and of CU8 with FBA legacy without a dialog', async (t) => {
  const announced = await startExchange(t, site('2013-cu9-announced', 'basic'));
  t.like((await loadPage(announced.client(basic(ALICE)), '/owa/')).data, {
    ApplicationSettings: { CloseWindowOnLogout: false, IsLegacySignOut: false },
  });
  const cu8 = await startExchange(t, site('2013-cu8', 'fba'));
  t.like((await loadPage(await alice(cu8, 'fba'), '/owa/')).data, {
    ApplicationSettings: { CloseWindowOnLogout: false, IsLegacySignOut: true },
  });
});

test('[E-04] an AD FS session cookie keeps ECP from its warning box, and OWA not from its dialog', async (t) => {
  const rig = await startExchange(t, site('2013-cu8', 'basic'));
  const client = rig.client(basic(ALICE));
  t.is((await loadPage(client, '/ecp/')).signOut(), 'dialog');
  client.cookies.set('TimeWindow', 'some');
  t.regex((await loadPage(client, '/ecp/')).signOut(), /^\/ecp\/logoff\.aspx\?src=exch/);
  t.is((await loadPage(client, '/owa/')).signOut(), 'dialog');
});

test('[E-10, E-34] logoff deletes context, canary and forms cookies, keeps the others, names the server again, and ends the session', async (t) => {
  const rig = await startExchange(t, site('2013-cu8', 'fba'));
  const client = await alice(rig, 'fba');
  await client.logOn({ flags: '4' });
  const kept = ['ClientId', 'logondata', 'PrivateComputer', 'mkt'];
  const before = new Map(client.cookies);
  const off = await client.get('/owa/logoff.owa');
  t.deepEqual([off.status, off.location], [302, LOGON]);
  t.deepEqual(
    Object.keys(off.headers).filter((name) => name.startsWith('x-lab')),
    [],
  );
  t.deepEqual(cookiesOf(off), {
    set: ['X-BackEndCookie'],
    deleted: ['UC', 'X-OWA-CANARY', 'cadata', 'cadataIV', 'cadataKey', 'cadataSig', 'cadataTTL'],
  });
  for (const name of kept) t.true(client.cookies.has(name), name);
  for (const [name, value] of before) client.cookies.set(name, value);
  t.regex((await client.get('/owa/')).location, /logon\.aspx\?url=.*reason=0$/);
  t.deepEqual(rig.contexts(), ['uc-1 started', 'uc-1 ended']);
});

test('[E-17] with Basic logoff deletes the context alone, and its cookie is not taken up again when it is replayed', async (t) => {
  const rig = await startExchange(t, site('2013-cu9-announced', 'basic'));
  const client = rig.client(basic(ALICE));
  await client.get('/owa/');
  const before = new Map(client.cookies);
  const off = await client.get('/owa/logoff.owa');
  t.deepEqual(cookiesOf(off), { set: ['X-BackEndCookie'], deleted: ['UC', 'X-OWA-CANARY'] });
  for (const [name, value] of before) client.cookies.set(name, value);
  t.is((await client.get('/owa/')).status, 200);
  t.deepEqual(rig.contexts(), ['uc-1 started', 'uc-1 ended', 'uc-2 started']);
});

/** Light never shows the dialog (E-05), also where the premium client does (E-16). */
for (const vdirAuth of ['basic', 'fba'] as const)
  test(`[E-05, E-18] CU1 Light with ${vdirAuth} requests logoff.owa and lands on logon.aspx`, async (t) => {
    const rig = await startExchange(t, site('2013-cu1', vdirAuth));
    const client = await alice(rig, vdirAuth);
    const clicked = (await loadPage(client, '/owa/?layout=light')).signOut();
    t.is(clicked, '/owa/logoff.owa');
    t.deepEqual(await client.follow(clicked), ['/owa/logoff.owa 302', `${LOGON} 200`]);
  });

for (const vdirAuth of ['basic', 'fba'] as const)
  test(`[E-19] 2010 Light with ${vdirAuth}: signs out with its canary, and without it, or with another, stays signed in`, async (t) => {
    const rig = await startExchange(t, site('2010', vdirAuth));
    const client = await alice(rig, vdirAuth);
    const clicked = (await loadPage(client, '/owa/?layout=light')).signOut();
    t.regex(clicked, /^\/owa\/logoff\.owa\?canary=.{16}/);
    for (const path of ['/owa/logoff.owa', '/owa/logoff.owa?canary=guess']) {
      const refused = await client.get(path);
      t.notRegex(refused.location, /logoff\.aspx/);
      t.deepEqual(cookiesOf(refused).deleted, []);
      t.is((await client.get('/owa/?layout=light')).status, 200);
    }
    t.false(rig.contexts().some((state) => state.endsWith('ended')));
    t.deepEqual(plainly(await client.follow(clicked)), ['/owa/logoff.owa 302', '/owa/auth/logoff.aspx 200']);
    t.true(rig.contexts().includes('uc-1 ended'));
  });

test('[E-36] from 2013 on logoff is a GET without a canary; another method is no sign-out', async (t) => {
  const rig = await startExchange(t, site('2013-cu8', 'fba'));
  const client = await alice(rig, 'fba');
  const post = await client.call('POST', '/owa/logoff.owa');
  t.deepEqual([post.status, cookiesOf(post).deleted], [404, []]);
  t.is((await client.get('/owa/')).status, 200);
  t.is((await client.get('/owa/logoff.owa')).location, LOGON);
});

for (const vdirAuth of ['basic', 'fba'] as const)
  test(`[E-05] explicit logon with ${vdirAuth}: Sign out requests logoff.owa under the address, and ends the session`, async (t) => {
    const rig = await startExchange(t, site('2013-cu9-announced', vdirAuth));
    const client = await alice(rig, vdirAuth);
    const clicked = (await loadPage(client, '/owa/alice@lab.example/')).signOut();
    t.is(clicked, '/owa/alice@lab.example/logoff.owa');
    t.deepEqual(await client.follow(clicked), [`${clicked} 302`, `${SIGNOUT} 200`]);
    t.is(rig.contexts().at(-1), 'uc-1 ended');
    t.is((await client.get('/owa/')).status, vdirAuth === 'fba' ? 302 : 200);
  });

test('[E-05] an address with a percent-encoded @ signs out as well, and without cookies too', async (t) => {
  const rig = await startExchange(t, site('2013-cu9-announced', 'fba'));
  const client = await alice(rig, 'fba');
  t.true(cookiesOf(await client.get('/owa/alice%40lab.example/logoff.owa')).deleted.includes('cadata'));
  t.regex((await rig.client().get('/owa/alice%40lab.example/logoff.owa')).location, /\/owa\/auth\/signout\.aspx\?url=/);
});

for (const path of ['', 'logoff.owa'])
  test(`[E-05] explicit logon to an address that is nobody’s is not found, at /owa/carol@lab.example/${path}, and signs nobody out`, async (t) => {
    const rig = await startExchange(t, site('2013-cu8', 'fba'));
    const client = await alice(rig, 'fba');
    t.is((await client.get(`/owa/carol@lab.example/${path}`)).status, 404);
    t.is((await client.get('/owa/')).status, 200);
  });

test('[E-32] after a change of the password, legacy lands on logon.aspx with reason 4, which says so', async (t) => {
  const rig = await startExchange(t, site('2013-cu8', 'fba'));
  const client = await alice(rig, 'fba');
  await client.post('/owa/options/password', { change: 'yes' });
  t.deepEqual(await client.follow('/owa/logoff.owa'), ['/owa/logoff.owa 302', `${LOGON}?reason=4 200`]);
  t.deepEqual(await (await alice(rig, 'fba')).follow('/owa/logoff.owa'), ['/owa/logoff.owa 302', `${LOGON} 200`]);
});

test('[E-21] signout.aspx is anonymous, static, advises to close the browser, and is the same bytes whatever the authentication', async (t) => {
  const bodies = await Promise.all((['fba', 'basic', 'windows', 'digest'] as const).map((vdirAuth) => signoutBody(t, vdirAuth)));
  t.is(new Set(bodies).size, 1);
  t.regex(bodies[0] ?? '', /close all browser windows/i);
  t.notRegex(bodies[0] ?? '', /<script/);
});

async function signoutBody(t: ExecutionContext, vdirAuth: VdirAuth): Promise<string> {
  const { ask } = await startExchange(t, site('2013-cu9-announced', vdirAuth));
  const { status, body } = await ask('GET', SIGNOUT);
  t.is(status, 200);
  return body;
}

test('[E-18] legacyForcedRequest: CU1 with Basic requests, and lands on a form that cannot work', async (t) => {
  const rig = await startExchange(t, site('2013-cu1', 'basic', { legacyForcedRequest: 'on' }));
  const client = rig.client(basic(ALICE));
  t.deepEqual(await client.follow((await loadPage(client, '/owa/')).signOut()), ['/owa/logoff.owa 302', `${LOGON} 200`]);
  t.not((await client.logOn()).status, 302);
});
