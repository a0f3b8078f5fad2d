import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test from 'ava';
import { startRig } from './gateway-rig.ts';

const credentials = { username: 'corp\\anna', password: 'secret pass' };

test('[T-05] a request without a session is sent to the form, with a second "?" and the address in curl', async (t) => {
  const { ask, seen } = await startRig(t);
  const answer = await ask('GET', '/app/page?a=1');
  t.is(answer.status, 302);
  t.is(answer.headers.location, '/CookieAuth.dll?GetLogon?curl=Z2FappZ2FpageZ3FaZ3D1&reason=0&formdir=3');
  t.is(answer.headers['cache-control'], 'no-store');
  t.is(seen.length, 0);
});

test('[T-05] no path under a published name is anonymous', async (t) => {
  const { ask, seen } = await startRig(t);
  for (const path of ['/app/x.css', '/app/logo.png', '/app/?x?y', '/APP/', '/app', '/app/CookieAuth.dll?GetPic'])
    t.is((await ask('GET', path)).status, 302, path);
  t.is(seen.length, 0);
});

test('[T-09] the form page has one form, recognised by the order of its attributes', async (t) => {
  const { ask } = await startRig(t);
  const page = await ask('GET', '/CookieAuth.dll?GetLogon?curl=Z2FappZ2F&reason=2&formdir=3');
  t.is(page.body.match(/<form/g)?.length, 1);
  t.true(page.body.includes('<form action="/CookieAuth.dll?Logon" method="POST" name="logonForm">'));
  t.true(page.body.includes('could not be logged on to Forefront TMG'));
  t.true(page.body.includes('name="curl" value="Z2FappZ2F"'));
  t.is(page.headers['cache-control'], 'no-store');
});

for (const path of ['/CookieAuth.dll?Logon', '/CookieAuth.dll%3FLogon', '/cookieauth.dll?logon'])
  test(`[T-07] POST ${path} logs on and leads to the address asked for`, async (t) => {
    const { post, ask } = await startRig(t);
    const answer = await post(
      { curl: 'Z2FappZ2FpageZ3FaZ3D1', flags: '4', forcedownlevel: '0', formdir: '3', ...credentials },
      path,
    );
    t.is(answer.status, 302);
    t.is(answer.headers.location, '/app/page?a=1');
    t.is(answer.cookies.length, 1);
    t.regex(answer.cookies[0] ?? '', /^cadataTMG=[\w-]{22}\.[\w-]{43}; Path=\/; HttpOnly$/);
    t.is((await ask('GET', '/app/', { Cookie: (answer.cookies[0] ?? '').split(';', 1)[0] ?? '' })).body, 'content');
  });

test('[T-08] wrong, empty and missing credentials go back to the form with reason 2 and no cookie', async (t) => {
  const { post } = await startRig(t);
  for (const fields of [
    { ...credentials, password: 'no' },
    { ...credentials, username: 'corp\\nobody' },
    { username: '', password: '' },
    {},
  ]) {
    const answer = await post({ curl: 'Z2FappZ2Fx', ...fields });
    t.is(answer.headers.location, '/CookieAuth.dll?GetLogon?curl=Z2FappZ2Fx&reason=2&formdir=3');
    t.deepEqual(answer.cookies, []);
  }
});

const garbage: [what: string, body: string, headers: Record<string, string>][] = [
  ['nothing', '', {}],
  ['bytes', '\u0000\u00ff%%%=&&&===', {}],
  ['JSON', '{"username": ["a"]}', { 'Content-Type': 'application/json' }],
  ['100 KiB', 'x'.repeat(102_400), {}],
  ['more than a thousand fields', 'username=a&'.repeat(1_400), {}],
  ['a foreign curl', 'curl=Z2FZ2Fevil.example&username=corp%5Canna&password=no', {}],
  ['an unknown encoding', 'username=a', { 'Content-Encoding': 'gzip' }],
  ['a prototype', '__proto__[x]=1&constructor=2', {}],
];
for (const [what, body, headers] of garbage)
  test(`the logon form sent ${what} is answered with the form or 4xx, and logs nobody on`, async (t) => {
    const { ask, gateway } = await startRig(t);
    const answer = await ask(
      'POST',
      '/CookieAuth.dll?Logon',
      { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body,
    );
    t.true(answer.status === 302 || (answer.status >= 400 && answer.status < 500), String(answer.status));
    if (answer.status === 302) t.regex(answer.headers.location ?? '', /^\/CookieAuth\.dll\?GetLogon/);
    t.deepEqual(answer.cookies, []);
    t.deepEqual(await gateway.sessions.list(), []);
  });

test('a client that expects 100 Continue gets it, and logs on', async (t) => {
  const { port } = await startRig(t);
  const body = new URLSearchParams(credentials).toString();
  const headers = { Host: 'site.test', Expect: '100-continue', 'Content-Length': body.length };
  const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/CookieAuth.dll?Logon', headers, agent: false });
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  t.is(answer.headers.location, '/app/');
});

test('[T-06] a curl that leads off the site leads to the first published path instead', async (t) => {
  const { post } = await startRig(t);
  for (const curl of ['Z2FZ2Fevil.exampleZ2F', 'httpZ3AZ2FZ2Fevil.example', 'Z2FZ5Cevil.example', 'Z2FaZ0D0ASet-CookieZ3Ax', ''])
    t.is((await post({ curl, ...credentials })).headers.location, '/app/', curl);
});

for (const [trusted, minutes] of [
  ['0', 10],
  ['4', 360],
] as const)
  test(`[T-13] trusted=${trusted} gives ${minutes} idle minutes; later the form says that it timed out`, async (t) => {
    const { logOn, ask, clock } = await startRig(t);
    const Cookie = await logOn({ trusted });
    clock.advance((minutes - 1) * 60_000);
    t.is((await ask('GET', '/app/', { Cookie })).status, 200);
    clock.advance(minutes * 60_000);
    t.regex((await ask('GET', '/app/', { Cookie })).headers.location ?? '', /reason=3/);
  });

test('[T-11] the cookie is bound to its public name', async (t) => {
  const { logOn, ask } = await startRig(t);
  const Cookie = await logOn();
  t.is((await ask('GET', '/app/', { Cookie, Host: 'other.test' })).status, 302);
});

test('a second logon in the same browser ends the first session', async (t) => {
  const { logOn, post, ask } = await startRig(t);
  const Cookie = await logOn();
  await post({ curl: 'Z2FappZ2F', ...credentials }, '/CookieAuth.dll?Logon', { Cookie });
  t.is((await ask('GET', '/app/', { Cookie })).status, 302);
});

test('[T-09] our pages find their style sheet under every Host', async (t) => {
  const { ask } = await startRig(t);
  for (const Host of ['site.test', 'nowhere.test']) {
    const page = await ask('GET', '/CookieAuth.dll?GetLogon?curl=Z2F', { Host });
    const [, href] = /<link rel="stylesheet" href="([^"]+)">/.exec(page.body) ?? [];
    const sheet = await ask('GET', (href ?? '').replaceAll('&amp;', '&'), { Host });
    t.regex(sheet.headers['content-type'] ?? '', /^text\/css/);
  }
});

test('an unknown Host gets a clear 404, which names the published names in lab mode alone', async (t) => {
  const quiet = await (await startRig(t)).ask('GET', '/app/', { Host: 'nowhere.test' });
  t.is(quiet.status, 404);
  t.true(quiet.body.includes('nowhere.test'));
  t.false(quiet.body.includes('site.test'));
  const lab = await (await startRig(t, { lab: true })).ask('GET', '/app/', { Host: 'nowhere.test:8080' });
  t.true(lab.body.includes('href="http://site.test:8080/"'));
});

test('an unpublished path is denied, signed in or not, and / leads to the first published one', async (t) => {
  const { ask, logOn, seen } = await startRig(t);
  const Cookie = await logOn();
  for (const headers of [{}, { Cookie }]) {
    t.is((await ask('GET', '/admin/', headers)).status, 403);
    t.is((await ask('GET', '/appx/', headers)).status, 403);
    t.is((await ask('GET', '/', headers)).headers.location, '/app/');
  }
  t.is(seen.length, 0);
});

/** What the server that is asked about passwords answers without and with credentials, and what becomes of the logon. */
const answers: [anonymous: number, withCredentials: number, logon: number][] = [
  [401, 200, 302],
  [401, 204, 302],
  [401, 401, 303],
  [401, 403, 303],
  [401, 302, 502],
  [401, 404, 502],
  [401, 429, 502],
  [401, 500, 502],
  [200, 200, 502],
  [302, 200, 502],
];
for (const [anonymous, withCredentials, logon] of answers)
  test(`validate by Basic: ${anonymous} without and ${withCredentials} with credentials ${logon === 302 ? 'signs in' : logon === 303 ? 'is a wrong password' : 'is 502, and nobody is in'}`, async (t) => {
    const asked = await startRig(t, {}, (request, response) =>
      response
        .writeHead(request.headers.authorization ? withCredentials : anonymous, { 'WWW-Authenticate': 'Basic realm="x"' })
        .end(),
    );
    const url = `http://127.0.0.1:${(asked.backEnd.address() as { port: number }).port}/`;
    const { post } = await startRig(t, { listener: { validate: { kind: 'basic', url, ca: null } } });
    const answer = await post(credentials);
    t.is(answer.status, logon === 502 ? 502 : 302);
    t.is(answer.cookies.length, logon === 302 ? 1 : 0);
    if (logon === 303) t.regex(answer.headers.location ?? '', /reason=2/);
  });

test('validate by Basic: a name that Basic cannot say is wrong, and nobody is asked', async (t) => {
  const { post } = await startRig(t, { listener: { validate: { kind: 'basic', url: 'http://127.0.0.1:1/', ca: null } } });
  for (const username of ['a:b', 'a\0b', 'a\nb'])
    t.regex((await post({ ...credentials, username })).headers.location ?? '', /reason=2/, JSON.stringify(username));
});

test('validate by Basic: a server that is away is 502, and is asked again the next time', async (t) => {
  const { post } = await startRig(t, { listener: { validate: { kind: 'basic', url: 'http://127.0.0.1:1/', ca: null } } });
  for (const attempt of [1, 2]) t.is((await post(credentials)).status, 502, String(attempt));
});

test('a form may lead anywhere from the logon page alone: a browser holds redirects after it to form-action too', async (t) => {
  const { ask } = await startRig(t);
  const formAction = async (path: string) =>
    /form-action ([^;]*)/.exec(String((await ask('GET', path)).headers['content-security-policy']))?.[1];
  t.is(await formAction('/CookieAuth.dll?GetLogon?curl=Z2F'), 'http: https:');
  for (const path of ['/unpublished/', '/CookieAuth.dll?Nothing', '/app/bye']) t.is(await formAction(path), "'none'", path);
});
