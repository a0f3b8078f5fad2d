import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import test from 'ava';
import { WebSocket } from 'ws';
import { comesFromAnotherSite } from '../../src/gateway/cross-site.ts';
import type { CrossSite } from '../../src/rules/publishing-rule.ts';
import { startRig } from './gateway-rig.ts';

const anna = { curl: 'Z2FappZ2F', username: 'corp\\anna', password: 'secret pass' };
const crossSite = (change: Partial<CrossSite>) => ({
  listener: { crossSite: { cookie: 'unset', logon: 'allow', logoff: 'allow', framedBy: [], ...change } as const },
});

type Fields = Record<string, string>;

/** Fetch Metadata (W3C) says it if it is there, else Origin (RFC 6454) does; with neither nobody knows of another site. */
const requests: [fields: Fields, secure: boolean, foreign: boolean][] = [
  [{}, false, false],
  [{ 'sec-fetch-site': 'same-origin' }, false, false],
  [{ 'sec-fetch-site': 'none' }, false, false],
  [{ 'sec-fetch-site': 'same-site' }, false, true],
  [{ 'sec-fetch-site': 'cross-site' }, false, true],
  [{ 'sec-fetch-site': 'anything' }, false, true],
  [{ 'sec-fetch-site': 'same-origin, cross-site' }, false, true],
  [{ 'sec-fetch-site': 'cross-site', origin: 'http://site.test' }, false, true],
  [{ 'sec-fetch-site': 'same-origin', origin: 'http://evil.test' }, false, false],
  [{ 'sec-fetch-site': '', origin: 'http://evil.test' }, false, true],
  [{ origin: 'http://site.test' }, false, false],
  [{ origin: 'http://site.test', host: 'SITE.test:80' }, false, false],
  [{ origin: 'https://site.test', host: 'site.test:443' }, true, false],
  [{ origin: 'http://[::1]:8080', host: '[::1]:8080' }, false, false],
  [{ origin: 'https://site.test' }, false, true],
  [{ origin: 'http://site.test' }, true, true],
  [{ origin: 'http://site.test:8080' }, false, true],
  [{ origin: 'http://sub.site.test' }, false, true],
  [{ origin: 'http://site.test.evil.test' }, false, true],
  [{ origin: 'null' }, false, true],
  [{ origin: '' }, false, true],
  [{ origin: 'http://site.test, http://evil.test' }, false, true],
  [{ origin: 'null', host: 'site.test:99999' }, false, true],
];
for (const [fields, secure, foreign] of requests)
  test(`over ${secure ? 'TLS' : 'plain HTTP'}, ${JSON.stringify(fields)} says that it comes from ${foreign ? 'another' : 'no other'} site`, (t) => {
    t.is(comesFromAnotherSite({ host: 'site.test', ...fields }, secure), foreign);
  });

const foreign: Fields[] = [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { Origin: 'null' }];
const ownOrNone: Fields[] = [{}, { 'Sec-Fetch-Site': 'same-origin' }, { Origin: 'http://site.test' }];

test('logon: refuse answers a form that another site has sent with 403 and a link to ours, and checks no password', async (t) => {
  const { post, gateway, recorder } = await startRig(t, crossSite({ logon: 'refuse' }));
  for (const fields of foreign)
    for (const password of ['secret pass', 'wrong']) {
      const since = recorder.next();
      const answer = await post({ ...anna, password }, '/CookieAuth.dll?Logon', fields);
      t.is(answer.status, 403);
      t.deepEqual(answer.cookies, []);
      t.regex(answer.body, /href="\/CookieAuth\.dll\?GetLogon\?curl=Z2F&amp;reason=0&amp;formdir=3"/);
      const decisions = recorder.read(since).events.filter(({ kind }) => kind === 'decision');
      t.is(decisions.length, 1);
      t.regex(decisions[0]?.sentence ?? '', /another site has sent the logon form: refused/);
    }
  t.deepEqual(await gateway.sessions.list(), []);
});

test('logon: refuse leaves the session alone that the browser has already', async (t) => {
  const { post, logOn, ask } = await startRig(t, crossSite({ logon: 'refuse' }));
  const Cookie = await logOn();
  await post({ ...anna, username: 'corp\\bert' }, '/CookieAuth.dll?Logon', { Cookie, 'Sec-Fetch-Site': 'cross-site' });
  t.is((await ask('GET', '/app/', { Cookie })).status, 200);
});

test('logon: refuse lets in who comes from our own form, and what is no browser', async (t) => {
  const { post } = await startRig(t, crossSite({ logon: 'refuse' }));
  for (const fields of ownOrNone) t.is((await post(anna, '/CookieAuth.dll?Logon', fields)).cookies.length, 1);
});

test('logon: allow lets in who comes from another site, as TMG did', async (t) => {
  const { post } = await startRig(t);
  for (const fields of foreign) t.is((await post(anna, '/CookieAuth.dll?Logon', fields)).cookies.length, 1);
});

test('logoff: ask ends nothing for another site, but shows a page with a link that does', async (t) => {
  const { logOn, ask, seen, recorder } = await startRig(t, {
    ...crossSite({ logoff: 'ask', framedBy: [] }),
    logoff: { forwardToBackend: true },
    rule: { clearSiteData: ['cookies'], clearCookies: [{ name: 'sid', path: '/' }] },
  });
  const Cookie = await logOn();
  const since = recorder.next();
  const asked = await ask('GET', '/app/bye?a=1&b=2', { Cookie, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'document' });
  t.is(asked.status, 200);
  t.regex(asked.body, /<h1>Do you want to sign out of site\.test\?<\/h1>/);
  t.true(asked.body.includes('href="/app/bye?a=1&amp;b=2"'));
  t.deepEqual([asked.cookies, asked.headers['clear-site-data']], [[], undefined]);
  t.is((await ask('GET', '/app/', { Cookie })).status, 200);
  t.deepEqual(
    seen.map(({ url }) => url),
    ['/app/'],
  );
  const decision = recorder.read(since).events.find(({ kind }) => kind === 'decision');
  t.is(decision?.session?.state, 'alive');
  t.regex(decision?.sentence ?? '', /another site has asked for it: nothing ends$/);

  const clicked = { Cookie, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'document' };
  t.regex((await ask('GET', '/app/bye?a=1&b=2', clicked)).body, /You are signed out/);
  t.is((await ask('GET', '/app/', { Cookie })).status, 302);
});

test('logoff: ask also asks whoever came without the cookie, which the answer could still delete', async (t) => {
  const { ask } = await startRig(t, crossSite({ logoff: 'ask', framedBy: [] }));
  const asked = await ask('GET', '/app/bye', { 'Sec-Fetch-Site': 'cross-site' });
  t.regex(asked.body, /Do you want to sign out/);
  t.deepEqual(asked.cookies, []);
});

for (const destination of ['image', 'iframe', 'empty', 'script', 'websocket'])
  test(`logoff: ask answers another site’s ${destination} with 403 and ends nothing`, async (t) => {
    const { logOn, ask } = await startRig(t, crossSite({ logoff: 'ask', framedBy: [] }));
    const Cookie = await logOn();
    const refused = await ask('GET', '/app/bye', { Cookie, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': destination });
    t.deepEqual([refused.status, refused.cookies], [403, []]);
    t.is((await ask('GET', '/app/', { Cookie })).status, 200);
  });

test('logoff: ask answers another site’s POST with a link to the site, for what it sent cannot be sent again', async (t) => {
  const { logOn, ask } = await startRig(t, crossSite({ logoff: 'ask', framedBy: [] }));
  const Cookie = await logOn();
  const asked = await ask('POST', '/app/bye', { Cookie, Origin: 'http://evil.test' }, 'a=1');
  t.is(asked.status, 200);
  t.regex(asked.body, /href="\/app\/">Go there to sign out/);
  t.false(asked.body.includes('/app/bye'));
  t.is((await ask('GET', '/app/', { Cookie })).status, 200);
});

test('logoff: ask answers another site’s WebSocket with 403, and ends the session for one of the site itself', async (t) => {
  const { logOn, ask, port } = await startRig(t, crossSite({ logoff: 'ask', framedBy: [] }));
  const Cookie = await logOn();
  for (const [origin, status, then] of [
    ['http://evil.test', 403, 200],
    ['http://site.test', 200, 302],
  ] as const) {
    const client = new WebSocket(`ws://127.0.0.1:${port}/app/bye`, { headers: { Host: 'site.test', Cookie }, origin });
    const [, answer] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    answer.destroy();
    t.is(answer.statusCode, status);
    t.is((await ask('GET', '/app/', { Cookie })).status, then);
  }
});

test('logoff: ask lets the site itself, a typed address and what is no browser sign out at once', async (t) => {
  const { logOn, ask } = await startRig(t, crossSite({ logoff: 'ask', framedBy: [] }));
  for (const fields of [...ownOrNone, { 'Sec-Fetch-Site': 'none' }]) {
    const Cookie = await logOn();
    t.regex((await ask('GET', '/app/bye', { Cookie, ...fields })).body, /You are signed out/);
    t.is((await ask('GET', '/app/', { Cookie })).status, 302);
  }
});

test('logoff: allow signs out at the word of another site, as TMG did', async (t) => {
  const { logOn, ask } = await startRig(t);
  for (const fields of foreign) {
    const Cookie = await logOn();
    await ask('GET', '/app/bye', { Cookie, ...fields, 'Sec-Fetch-Dest': 'image' });
    t.is((await ask('GET', '/app/', { Cookie })).status, 302);
  }
});

test('logoff: ask does not come between another site and a page that is no sign-out', async (t) => {
  const { logOn, ask } = await startRig(t, crossSite({ logoff: 'ask', framedBy: [] }));
  t.is((await ask('GET', '/app/', { Cookie: await logOn(), 'Sec-Fetch-Site': 'cross-site' })).body, 'content');
});

/** Deletion repeats the attributes of the cookie that was set (RFC 6265bis §5.7: name, domain and path decide, the rest must be admitted). */
for (const [cookie, written] of [
  ['unset', ''],
  ['lax', '; SameSite=Lax'],
  ['strict', '; SameSite=Strict'],
] as const)
  test(`cookie: ${cookie} is set and deleted with ${written === '' ? 'no SameSite' : written.slice(2)}`, async (t) => {
    const { post, ask } = await startRig(t, crossSite({ cookie }));
    const { cookies } = await post(anna);
    const [, value = ''] = /^(cadataTMG=[\w.-]{66})/.exec(cookies[0] ?? '') ?? [];
    t.deepEqual(cookies, [`${value}; Path=/; HttpOnly${written}`]);
    t.deepEqual((await ask('GET', '/app/bye', { Cookie: value })).cookies, [
      `cadataTMG=; Path=/; HttpOnly${written}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
    ]);
  });
