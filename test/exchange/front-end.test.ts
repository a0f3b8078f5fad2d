import test from 'ava';
import { plainPlan } from '../../src/exchange/site-plan.ts';
import { ALICE, basic, cookiesOf, logonFields, profiles, startExchange } from './rig.ts';

const forms = (profile: string) => ({ ...plainPlan(profile), vdirAuth: 'fba' }) as const;
const MINUTE = 60_000;
const FIVE = ['cadata', 'cadataIV', 'cadataKey', 'cadataSig', 'cadataTTL'];

test('[E-30] FBA on, no cookies: a page leads to the logon page with the way back and reason 0, for TLS with https', async (t) => {
  const { ask, origin } = await startExchange(t, forms('2013-cu1'));
  const plain = await ask('GET', '/owa/?a=1');
  t.is(plain.status, 302);
  t.is(plain.location, `${origin}/owa/auth/logon.aspx?url=${encodeURIComponent(`${origin}/owa/?a=1`)}&reason=0`);
  const tls = await ask('GET', '/owa/', { 'Front-End-Https': 'On' });
  t.true(tls.location.startsWith(`${origin.replace('http:', 'https:')}/owa/auth/logon.aspx?url=https%3A`));
});

/** POST or script calls; a GET is a script's if it says so, or is one that the client makes by itself (E-35). */
const scriptCalls: [method: string, path: string, headers?: Record<string, string>][] = [
  ['POST', '/owa/sessiondata.ashx'],
  ['POST', '/owa/'],
  ['PUT', '/owa/service.svc'],
  ['GET', '/owa/ev.owa?ns=PendingRequest&UA=0'],
  ['GET', '/owa/', { 'X-UserActivity': '0' }],
  ['GET', '/owa/ping.owa'],
  ['GET', '/owa/', { 'X-Requested-With': 'XMLHttpRequest' }],
];
for (const [method, path, headers = {}] of scriptCalls)
  test(`[E-30] FBA on, no cookies: ${method} ${path} ${JSON.stringify(headers)} is told 440 Login Timeout`, async (t) => {
    const { ask } = await startExchange(t, forms('2013-cu1'));
    const { status, message, location } = await ask(method, path, headers);
    t.deepEqual([status, message, location], [440, 'Login Timeout', '']);
  });

test('[E-30] an expired logon is told so: reason 3 to a page, 440 to a script', async (t) => {
  const { client, clock } = await startExchange(t, forms('2013-cu1'));
  const alice = client();
  await alice.logOn();
  clock.advance(15 * 1.5 * MINUTE);
  t.regex((await alice.get('/owa/')).location, /\/owa\/auth\/logon\.aspx\?url=.*&reason=3$/);
  t.is((await alice.call('POST', '/owa/sessiondata.ashx')).status, 440);
});

for (const [profile, build] of [
  ['2013-cu23', '15.0.1497'],
  ['2016-rtm', '15.1.225'],
] as const)
  test(`[E-31, E-37] ${profile}: a script stub first, then the form with its marks and themes under ${build}, never stored`, async (t) => {
    const { ask, origin } = await startExchange(t, forms(profile));
    const query = `url=${encodeURIComponent(`${origin}/owa/?x=1`)}&reason=0`;
    const stub = await ask('GET', `/owa/auth/logon.aspx?${query}`);
    t.notRegex(stub.body, /<form/);
    t.regex(stub.body, /<script[^>]* src=/);
    const page = await ask('GET', `/owa/auth/logon.aspx?replaceCurrent=1&${query}`);
    t.true(page.body.includes('<!-- OwaPage = ASP.auth_logon_aspx -->'));
    t.regex(page.body, /<form [^>]*name="logonForm"/);
    t.true(page.body.includes(`name="destination" value="${origin}/owa/?x=1"`));
    for (const { headers } of [stub, page]) t.regex(headers['cache-control'] ?? '', /no-cache, no-store/);
    const theme = new RegExp(`"(/owa/auth/${build.replaceAll('.', '\\.')}/themes/[^"]*)"`).exec(page.body)?.[1];
    t.is((await ask('GET', theme ?? '')).status, 200);
  });

for (const path of ['/owa/logoff.owa', '/OWA/Logoff.OWA', '/owa/alice@lab.example/logoff.owa'])
  test(`[E-31] a way back to ${path} falls back to the base URL`, async (t) => {
    const { ask, origin } = await startExchange(t, forms('2013-cu1'));
    const page = await ask('GET', `/owa/auth/logon.aspx?replaceCurrent=1&url=${encodeURIComponent(origin + path)}`);
    t.true(page.body.includes(`name="destination" value="${origin}/owa/"`));
  });

/** E-32; what else stands there is none of Exchange's reasons. */
const reasons: [reason: string, says: RegExp | null][] = [
  ['0', null],
  ['1', /signed out/],
  ['2', /not right/],
  ['3', /timed out/],
  ['4', /password has been changed/],
  ['9', null],
  ['__proto__', null],
  ['constructor', null],
];
for (const [reason, says] of reasons)
  test(`[E-32] the logon form ${says ? `says why it is there (${says.source})` : 'says nothing'} for reason ${reason}`, async (t) => {
    const { ask } = await startExchange(t, forms('2013-cu1'));
    const [, notice] = /class="notice"[^>]*>([^<]*)</.exec(
      (await ask('GET', `/owa/auth/logon.aspx?replaceCurrent=1&reason=${reason}`)).body,
    ) ?? [null, ''];
    if (says) t.regex(notice ?? '', says);
    else t.is(notice, '');
  });

for (const [profile, target, expected] of [
  ['2013-cu1', '/owa/auth.owa', FIVE],
  ['2013-rtm', '/owa/auth.owa', FIVE],
  ['2010', '/owa/auth.owa', ['cadata', 'sessionid']],
  ['2007', '/owa/auth/owaauth.dll', ['cadata', 'sessionid']],
] as const)
  test(`[E-33] ${profile}: a logon at ${target} sets ${expected.join(', ')} and leads to the destination, which opens`, async (t) => {
    const { client, origin } = await startExchange(t, forms(profile));
    const alice = client();
    const answer = await alice.post(target, logonFields({ destination: `${origin}/owa/?x=1` }));
    t.deepEqual([answer.status, answer.location], [302, `${origin}/owa/?x=1`]);
    const session = answer.cookies.filter((field) => /^(cadata|sessionid)/.test(field));
    t.deepEqual(cookiesOf({ ...answer, cookies: session }).set, [...expected]);
    for (const field of session) t.regex(field, /; path=\/; HttpOnly$/);
    t.true((alice.cookies.get('cadata')?.length ?? 0) > 70);
    t.true((await alice.get('/owa/?x=1')).body.includes('Alice Adams'));
    const other = target === '/owa/auth.owa' ? '/owa/auth/owaauth.dll' : '/owa/auth.owa';
    t.deepEqual((await client().post(other, logonFields())).cookies, []);
  });

test('[E-33] on TLS the five session cookies are Secure', async (t) => {
  const { client } = await startExchange(t, forms('2013-cu1'));
  const answer = await client({ 'Front-End-Https': 'On' }).logOn();
  const session = answer.cookies.filter((field) => field.startsWith('cadata'));
  t.is(session.length, 5);
  for (const field of session) t.regex(field, /; path=\/; HttpOnly; Secure$/);
});

for (const missing of ['destination', 'flags', 'username', 'password'])
  test(`[E-33] a form without ${missing} is a bad request, and signs nobody in`, async (t) => {
    const { client } = await startExchange(t, forms('2013-cu1'));
    const answer = await client().logOn({ [missing]: undefined });
    t.deepEqual([answer.status, answer.cookies], [400, []]);
    t.true(answer.body.includes(missing));
  });

for (const [what, change] of [
  ['password', { password: 'Passw0rd' }],
  ['user', { username: 'lab\\carol' }],
] as const)
  test(`[E-33] a wrong ${what} goes back to the form with reason 2 and the way back, and sets no session cookie`, async (t) => {
    const { client, origin } = await startExchange(t, forms('2013-cu1'));
    const answer = await client().logOn({ ...change, destination: `${origin}/owa/?x=1` });
    t.is(answer.status, 302);
    t.regex(answer.location, /\/owa\/auth\/logon\.aspx\?url=[^&]*%2Fowa%2F%3Fx%3D1&reason=2$/);
    t.deepEqual(answer.cookies, []);
  });

for (const destination of [
  'http://evil.example/',
  '//evil.example/',
  'javascript:alert(1)',
  '/\\evil.example',
  'http://mail.localhost@evil.example/',
])
  test(`[E-33] the destination ${destination} is replaced by the base URL`, async (t) => {
    const { client, origin } = await startExchange(t, forms('2013-cu1'));
    t.is((await client().logOn({ destination })).location, `${origin}/owa/`);
  });

/** E-35, in parts of the limit: what is asked when, and whether the logon still holds. `poll` is no activity, `page` is. */
const lives: [title: string, visits: readonly (readonly [at: number, what: 'page' | 'poll', holds: boolean])[]][] = [
  ['holds shortly before 1.5 × the limit', [[1.499, 'page', true]]],
  ['is over at 1.5 × the limit', [[1.5, 'page', false]]],
  [
    'is not renewed by a page before half of it',
    [
      [0.4, 'page', true],
      [1.5, 'page', false],
    ],
  ],
  [
    'is renewed by a page after half of it',
    [
      [0.6, 'page', true],
      [1.6, 'page', true],
      [3.09, 'page', true],
      [4.6, 'page', false],
    ],
  ],
  [
    'is not renewed by what the client asks by itself',
    [
      [0.6, 'poll', true],
      [1.2, 'poll', true],
      [1.5, 'page', false],
    ],
  ],
];
/** Each of these counts as no activity by E-35; the static file is the mailbox server's, and so passes the logon. */
const polls: [path: string, headers?: Record<string, string>][] = [
  ['/owa/?UA=0'],
  ['/owa/', { 'X-UserActivity': '0' }],
  ['/owa/ping.owa'],
  ['/owa/15.0.1104.5/themes/owa.css'],
];
for (const [kind, flags, limit] of [
  ['public', '0', 15 * MINUTE],
  ['private', '4', 8 * 60 * MINUTE],
] as const)
  for (const [title, visits] of lives)
    test(`[E-35] a ${kind} computer’s forms logon of ${limit / MINUTE} minutes ${title}`, async (t) => {
      const { client, clock } = await startExchange(t, { ...plainPlan('2013-cu9-announced', '2013-cu8'), vdirAuth: 'fba' });
      const alice = client();
      await alice.logOn({ flags });
      let now = 0;
      for (const [at, what, holds] of visits) {
        clock.advance(Math.round((at - now) * limit));
        now = at;
        for (const [path, headers] of what === 'poll' ? polls : [['/owa/'] as const]) {
          const { location, status } = await alice.get(path, headers);
          t.is(!/logon\.aspx/.test(location) && status !== 440, holds, `${path} at ${at}`);
        }
      }
    });

test('[E-33, E-34] flags say whether the computer is private, and the mail page sets its own cookies', async (t) => {
  const { client } = await startExchange(t, forms('2013-cu1'));
  const [shared, own] = [client(), client()];
  await shared.logOn({ flags: '0' });
  await own.logOn({ flags: '4' });
  t.deepEqual([shared.cookies.has('PrivateComputer'), own.cookies.has('PrivateComputer')], [false, true]);
  t.true(own.cookies.has('logondata'));
  await own.get('/owa/auth/logon.aspx?replaceCurrent=1');
  await own.get('/owa/');
  for (const name of ['UC', 'X-OWA-CANARY', 'X-BackEndCookie', 'ClientId', 'mkt', 'PBack']) t.true(own.cookies.has(name), name);
  const old = await startExchange(t, plainPlan('2010'));
  const { set } = cookiesOf(await old.client(basic(ALICE)).get('/owa/'));
  t.true(set.includes('UserContext') && !set.includes('UC'));
});

for (const vdirAuth of ['fba', 'basic', 'windows', 'digest', 'adfs'] as const)
  test(`[E-36] the health page answers 200 to anybody, with ${vdirAuth}`, async (t) => {
    const { ask } = await startExchange(t, { ...plainPlan('2013-cu8'), vdirAuth });
    t.is((await ask('GET', '/owa/healthcheck.htm')).status, 200);
  });

test('[E-36] X-OWA-Version stands on authenticated pages, and neither on the logon page nor on the logoff’s 302', async (t) => {
  const { client, ask } = await startExchange(t, forms('2013-cu8'));
  const alice = client();
  await alice.logOn();
  const version = profiles.get('2013-cu8')?.build;
  for (const path of ['/owa/', '/ecp/', '/owa/options/password'])
    t.is((await alice.get(path)).headers['x-owa-version'], version, path);
  t.is((await ask('GET', '/owa/auth/logon.aspx')).headers['x-owa-version'], undefined);
  const off = await alice.get('/owa/logoff.owa');
  t.deepEqual([off.status, off.headers['x-owa-version']], [302, undefined]);
});
