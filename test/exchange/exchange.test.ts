import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createExchange, type SiteSettings } from '../../src/exchange/exchange.ts';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { createRecorder } from '../../src/trace/recorder.ts';

const profiles = await loadProfiles();
const basic = `Basic ${Buffer.from('lab\\alice:Passw0rd!').toString('base64')}`;
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const logon = {
  destination: '',
  flags: '0',
  forcedownlevel: '0',
  username: 'lab\\alice',
  password: 'Passw0rd!',
  passwordText: '',
  isUtf8: '1',
};

type Reply = {
  status: number;
  location: string | undefined;
  cookies: string[];
  headers: NodeJS.Dict<string | string[]>;
  body: string;
};

async function start(t: ExecutionContext, settings: SiteSettings) {
  const clock = standingClock();
  const recorder = createRecorder(clock);
  const exchange = createExchange({ profiles, clock, recorder, random: randomBytes });
  exchange.configure('mail', settings);
  const port = await exchange.listen(0, '127.0.0.1');
  t.teardown(() => exchange.close());
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    new Promise<Reply>((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, method, path, headers: { Host: `mail.localhost:${port}`, ...headers }, agent: false },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.on('end', () => {
            const cookies = answer.headers['set-cookie'] ?? [];
            resolve({
              status: answer.statusCode ?? 0,
              location: answer.headers.location,
              cookies,
              headers: answer.headers,
              body: text,
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const post = (path: string, fields: Record<string, string>) =>
    ask('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded' }, form(fields));
  return { ask, post, clock, recorder, origin: `http://mail.localhost:${port}` };
}

const cookieHeader = (cookies: string[]) => cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ');
const names = (cookies: string[]) => cookies.map((cookie) => cookie.split('=', 1)[0]).sort();

test('[E-30] FBA on: no cookies lead to the logon page, a script call gets 440; FBA off: a plain 401', async (t) => {
  const fba = await start(t, { profile: '2013-cu1', vdirAuth: 'fba' });
  const get = await fba.ask('GET', '/owa/?a=1');
  t.is(get.status, 302);
  t.is(get.location, `${fba.origin}/owa/auth/logon.aspx?url=${encodeURIComponent(`${fba.origin}/owa/?a=1`)}&reason=0`);
  t.is((await fba.ask('POST', '/owa/sessiondata.ashx')).status, 440);
  const off = await start(t, { profile: '2013-cu1' });
  const challenge = await off.ask('GET', '/owa/');
  t.is(challenge.status, 401);
  t.is(challenge.headers['www-authenticate'], 'Basic realm="mail.localhost"');
});

test('[E-31] the logon page is a stub first and the form second; the logoff URL falls back to the base URL', async (t) => {
  const { ask, origin } = await start(t, { profile: '2013-cu1', vdirAuth: 'fba' });
  const query = `url=${encodeURIComponent(`${origin}/owa/logoff.owa`)}&reason=0`;
  const stub = await ask('GET', `/owa/auth/logon.aspx?${query}`);
  t.false(stub.body.includes('<form'));
  const page = await ask('GET', `/owa/auth/logon.aspx?replaceCurrent=1&${query}`);
  t.true(page.body.includes(`name="destination" value="${origin}/owa/"`));
  t.regex(String(page.headers['cache-control']), /no-cache, no-store/);
});

test('[E-33] a forms logon sets five session cookies and leads to the destination', async (t) => {
  const { post, ask, origin } = await start(t, { profile: '2013-cu1', vdirAuth: 'fba' });
  const answer = await post('/owa/auth.owa', { ...logon, destination: `${origin}/owa/?x=1` });
  t.is(answer.location, `${origin}/owa/?x=1`);
  const forms = answer.cookies.filter((cookie) => cookie.startsWith('cadata'));
  t.deepEqual(names(forms), ['cadata', 'cadataIV', 'cadataKey', 'cadataSig', 'cadataTTL']);
  for (const cookie of forms) t.regex(cookie, /; path=\/; HttpOnly$/);
  t.true((forms[0] as string).length > 'cadata='.length + 70);
  const mail = await ask('GET', '/owa/', { Cookie: cookieHeader(answer.cookies) });
  t.is(mail.headers['x-owa-version'], '15.0.620.29');
  t.true(mail.body.includes('Alice Adams'));
});

for (const [what, change, status, location] of [
  ['a wrong password goes back with reason 2', { password: 'no' }, 302, /^\/owa\/auth\/logon\.aspx\?url=.*&reason=2$/],
  ['a missing field is a bad request', { flags: undefined }, 400, undefined],
  ['a foreign destination is replaced', { destination: 'http://evil.example/' }, 302, /^http:\/\/mail\.localhost:\d+\/owa\/$/],
] as const)
  test(`[E-33] ${what}`, async (t) => {
    const { post } = await start(t, { profile: '2013-cu1', vdirAuth: 'fba' });
    const fields = Object.fromEntries(
      Object.entries({ ...logon, ...change }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const answer = await post('/owa/auth.owa', fields);
    t.is(answer.status, status);
    if (location) t.regex(answer.location ?? '', location);
  });

test('[E-10, E-34, E-36] logoff deletes context, canary and forms cookies, keeps the others, and ends the session', async (t) => {
  const { ask, post } = await start(t, { profile: '2013-cu1', vdirAuth: 'fba' });
  const on = (await post('/owa/auth.owa', logon)).cookies;
  const mail = await ask('GET', '/owa/', { Cookie: cookieHeader(on) });
  t.deepEqual(names(mail.cookies), ['ClientId', 'UC', 'X-BackEndCookie', 'X-OWA-CANARY', 'mkt']);
  const all = cookieHeader([...on, ...mail.cookies]);
  const off = await ask('GET', '/owa/logoff.owa', { Cookie: all });
  t.is(off.location, '/owa/auth/logon.aspx');
  t.is(off.headers['x-owa-version'], undefined);
  const deleted = off.cookies.filter((cookie) => cookie.includes('1970'));
  t.deepEqual(names(deleted), ['UC', 'X-OWA-CANARY', 'cadata', 'cadataIV', 'cadataKey', 'cadataSig', 'cadataTTL']);
  t.deepEqual(names(off.cookies.filter((cookie) => !cookie.includes('1970'))), ['X-BackEndCookie']);
  t.is((await ask('GET', '/owa/', { Cookie: all })).status, 302);
});

for (const [trusted, limit] of [
  [false, 15],
  [true, 8 * 60],
] as const)
  test(`[E-35] a ${trusted ? 'private' : 'public'} computer's forms logon lasts 1.5 × ${limit} minutes and is renewed by use after half of it`, async (t) => {
    const { ask, post, clock } = await start(t, { profile: '2013-cu1', vdirAuth: 'fba' });
    const { cookies } = await post('/owa/auth.owa', { ...logon, flags: trusted ? '4' : '0' });
    const visit = async (minutes: number) => {
      clock.advance(minutes * 60_000);
      return ask('GET', '/owa/', { Cookie: cookieHeader(cookies) });
    };
    t.is((await visit(limit * 0.4)).status, 200);
    t.is((await visit(limit)).status, 200);
    const late = await visit(limit * 1.5);
    t.regex(late.location ?? '', /reason=3$/);
  });

test('[E-19] 2010 with forms uses sessionid and cadata, and ends on its logoff page', async (t) => {
  const { ask, post } = await start(t, { profile: '2010', vdirAuth: 'fba' });
  const on = (await post('/owa/auth.owa', logon)).cookies.filter((cookie) => /^(sessionid|cadata)/.test(cookie));
  t.deepEqual(names(on), ['cadata', 'sessionid']);
  const off = await ask('GET', '/owa/logoff.owa', { Cookie: cookieHeader(on) });
  t.is((await ask('GET', off.location as string)).status, 200);
});

test('[E-09] signout.aspx is there from CU8 and not in CU1, for anybody', async (t) => {
  for (const [profile, status] of [
    ['2013-cu1', 404],
    ['2013-cu8', 200],
    ['2010', 404],
  ] as const) {
    const { ask } = await start(t, { profile });
    t.is((await ask('GET', '/owa/auth/signout.aspx')).status, status);
  }
});

test('[E-21] signout.aspx is the same page whatever the authentication', async (t) => {
  const bodies = await Promise.all(
    (['basic', 'fba'] as const).map(
      async (vdirAuth) =>
        (await (await start(t, { profile: '2013-cu9-announced', vdirAuth })).ask('GET', '/owa/auth/signout.aspx')).body,
    ),
  );
  t.is(bodies[0], bodies[1]);
  t.regex(bodies[0] as string, /[Cc]lose all browser windows/);
});

test('the journal says who reached the server with which request, and holds no secret', async (t) => {
  const { ask, recorder } = await start(t, { profile: '2013-cu1' });
  await ask('GET', '/owa/', { Authorization: basic, 'X-Request-Id': 'r-1' });
  const [seen] = recorder.read().events.filter((event) => event.kind === 'request');
  t.like(seen, { party: 'front-end', exchange: 'r-1', method: 'GET', target: '/owa/', identity: 'lab\\alice' });
  t.false(JSON.stringify(recorder.read().events).includes(basic.slice(6)));
});

test('a user context that has been signed out is not taken up again, though its cookie is replayed', async (t) => {
  const { ask, recorder } = await start(t, { profile: '2013-cu9-announced' });
  const mail = await ask('GET', '/owa/', { Authorization: basic });
  const Cookie = cookieHeader(mail.cookies);
  await ask('GET', '/owa/', { Authorization: basic, Cookie });
  await ask('GET', '/owa/logoff.owa', { Authorization: basic, Cookie });
  await ask('GET', '/owa/', { Authorization: basic, Cookie });
  const sessions = recorder.read().events.filter((event) => event.kind === 'response');
  t.deepEqual(
    sessions.map(({ session }) => `${session?.id} ${session?.state}`),
    ['uc-1 started', 'uc-1 alive', 'uc-1 ended', 'uc-2 started'],
  );
});

test('a path with more behind it is not the logoff URL, for the mock as for the gateway', async (t) => {
  const { ask, recorder } = await start(t, { profile: '2013-cu9-announced' });
  const mail = await ask('GET', '/owa/', { Authorization: basic });
  const Cookie = cookieHeader(mail.cookies);
  t.is((await ask('GET', '/owa/logoff.owa/', { Authorization: basic, Cookie })).status, 404);
  t.is((await ask('GET', '/OWA/Logoff.owa', { Authorization: basic, Cookie })).status, 302);
  t.is(recorder.read().events.at(-1)?.session?.state, 'ended');
});

for (const reason of ['__proto__', 'constructor', '9'])
  test(`the logon page says nothing for reason ${reason}`, async (t) => {
    const { ask } = await start(t, { profile: '2013-cu1', vdirAuth: 'fba' });
    t.notRegex((await ask('GET', `/owa/auth/logon.aspx?replaceCurrent=1&reason=${reason}`)).body, /role="alert"/);
  });

test('an unknown host is told the labels that there are', async (t) => {
  const { ask } = await start(t, { profile: '2010' });
  const answer = await ask('GET', '/owa/', { Host: 'nowhere.localhost' });
  t.is(answer.status, 404);
  t.regex(answer.body, /2010, 2013-cu1/);
});
