import { connect } from 'node:net';
import test from 'ava';
import { isRefused, servesStill } from './refused.ts';
import { ALICE, type Browser, type Place, query, type Rig, services, startOffice365 } from './rig.ts';

const MARKUP = '"><script>alert(1)</script>\'';

/** Brings what the page for a service would post, changed. */
async function bring(
  rig: Rig,
  change: (good: Record<string, string>, more: { alice: Browser }) => Record<string, string>,
  to?: Place,
) {
  const alice = rig.browser();
  const { action, fields } = await alice.tokenPage(rig.at('owa'));
  const answer = await alice.post(
    to ? rig.at(to, to === 'portal' ? '/landing.aspx' : '/_forms/default.aspx') : action,
    change(fields, { alice }),
  );
  return { alice, action, fields, answer };
}

const claims = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as [object, string, number, number];
const sealed = (content: unknown, signature: string) =>
  `${Buffer.from(JSON.stringify(content)).toString('base64url')}.${signature}`;
const signatureOf = (token: string) => token.split('.')[1] ?? '';

const forged: [title: string, make: (good: string) => string, why: RegExp][] = [
  ['nothing', () => '', /no token/],
  ['a word', () => 'token', /cut off/],
  ['markup', () => MARKUP, /cut off/],
  ['a token cut in its signature', (good) => good.slice(0, -1), /cut off/],
  ['a token cut in its claims', (good) => `${good.split('.')[0]?.slice(0, -4)}.${signatureOf(good)}`, /was changed/],
  ['a token without its signature', (good) => good.split('.')[0] ?? '', /cut off/],
  ['a token with something behind it', (good) => `${good}.x`, /cut off/],
  ['a token with another signature', (good) => good.slice(0, -2) + (good.endsWith('AA') ? 'BB' : 'AA'), /was changed/],
  ['a signature that is not ASCII', (good) => `${good.split('.')[0]}.${'é'.repeat(43)}`, /cut off|was changed/],
  [
    'a token for bob with alice’s signature',
    (good) => sealed([{ account: 'lab\\bob', kept: true }, ...claims(good).slice(1)], signatureOf(good)),
    /was changed/,
  ],
  [
    'a token that claims to be good for longer',
    (good) => {
      const [who, audience, until, serial] = claims(good);
      return sealed([who, audience, until + 60_000, serial], signatureOf(good));
    },
    /was changed/,
  ],
];
for (const [title, make, why] of forged)
  test(`[O-07] ${title} signs nobody in, and the good token does afterwards`, async (t) => {
    const rig = await startOffice365(t);
    const { alice, action, fields, answer } = await bring(rig, (good) => ({ ...good, t: make(good['t'] ?? '') }));
    isRefused(t, answer, why);
    t.is((await alice.post(action, fields)).status, 302);
    t.is((await alice.get(rig.at('owa'))).status, 200);
  });

test('[O-07] a token is good for five minutes', async (t) => {
  const rig = await startOffice365(t);
  const alice = rig.browser();
  const [early, late] = [await alice.tokenPage(rig.at('owa')), await alice.tokenPage(rig.at('owa'))];
  rig.clock.advance(5 * 60_000 - 1);
  t.is((await rig.browser().post(early.action, early.fields)).status, 302);
  rig.clock.advance(1);
  isRefused(t, await rig.browser().post(late.action, late.fields), /has expired/);
});

test('[O-07] a token is good once: replayed, after a sign-out too, it signs nobody in', async (t) => {
  const rig = await startOffice365(t);
  const { alice, action, fields } = await bring(rig, (good) => good);
  isRefused(t, await rig.browser().post(action, fields), /used before/);
  t.is((await alice.get(rig.at('owa'))).status, 200);
  await alice.open(rig.at('owa', '/owa/logoff.owa'));
  isRefused(t, await alice.post(action, fields), /used before/);
  t.is((await alice.get(rig.at('owa'))).status, 302);
});

for (const [to, rename] of [
  ['portal', (good: Record<string, string>) => good],
  ['contoso', ({ t: wresult = '', wctx = '' }: Record<string, string>) => ({ wa: 'wsignin1.0', wresult, wctx })],
] as const)
  test(`[O-07] a token for OWA signs nobody in at ${to}`, async (t) => {
    const rig = await startOffice365(t);
    const { answer, action, fields } = await bring(rig, rename, to);
    isRefused(t, answer, /is for http:\/\/outlook\.mail365\.localhost:\d+, and was brought to/);
    t.is((await rig.browser().post(action, fields)).status, 302, 'it was not used up');
  });

test('[O-07] a token for one SharePoint site signs nobody in at the other', async (t) => {
  const rig = await startOffice365(t);
  const alice = rig.browser();
  const { fields } = await alice.tokenPage(rig.at('contoso'));
  isRefused(t, await alice.post(rig.at('team', '/_forms/default.aspx'), fields), /is for http:\/\/contoso\./);
  isRefused(
    t,
    await alice.post(rig.at('contoso', '/_forms/default.aspx'), { ...fields, wresult: '', t: fields['wresult'] ?? '' }),
    /no token/,
  );
});

test('a cookie is no token, and a token no cookie', async (t) => {
  const rig = await startOffice365(t);
  const { alice, action } = await bring(rig, (good) => good);
  for (const { value } of alice.cookies.save()) isRefused(t, await alice.post(action, { wa: 'wsignin1.0', t: value }), /cut off/);
  const { fields } = await rig.browser().tokenPage(rig.at('contoso'));
  const Cookie = ['MSPAuth', 'FedAuth', 'rtFa', 'RPSAuth', 'RPSSecAuth'].map((name) => `${name}=${fields['wresult']}`).join('; ');
  for (const place of services) t.is((await rig.browser().ask('GET', rig.at(place), { Cookie })).status, 302);
});

for (const [title, change, why] of [
  ['without a token', ({ wctx = '' }) => ({ wa: 'wsignin1.0', wctx }), /no token/],
  ['with wa=wsignout1.0', (good) => ({ ...good, wa: 'wsignout1.0' }), /Expected wa=wsignin1\.0 with a token, got "wsignout1\.0"/],
  ['with markup for wa', (good) => ({ ...good, wa: MARKUP }), /got ".*script/],
  ['with an empty wa', (good) => ({ ...good, wa: '' }), /got ""/],
] satisfies [string, (good: Record<string, string>) => Record<string, string>, RegExp][])
  test(`[O-07] a form ${title} signs nobody in`, async (t) => {
    const rig = await startOffice365(t);
    const { answer, alice, action, fields } = await bring(rig, change);
    isRefused(t, answer, why);
    t.is((await alice.post(action, fields)).status, 302);
  });

test('[O-07] wa is enough in the address or in the form, wctx may be missing; without any wa nobody is signed in', async (t) => {
  const rig = await startOffice365(t);
  for (const [path, wa, status] of [
    ['/owa/?wa=wsignin1.0', undefined, 302],
    ['/owa/', 'wsignin1.0', 302],
    ['/owa/', undefined, 400],
    ['/owa/?wa=wsignoutcleanup1.0', 'wsignin1.0', 400],
  ] as const) {
    const { fields } = await rig.browser().tokenPage(rig.at('owa'));
    const answer = await rig.browser().post(rig.at('owa', path), { t: fields['t'] ?? '', ...(wa && { wa }) });
    if (status === 400) isRefused(t, answer, /Expected wa=wsignin1\.0/);
    else t.is(answer.location, '/owa/');
  }
});

for (const [title, fields, why] of [
  ['login', { passwd: 'Passw0rd!' }, /lacks login\b(?! and passwd)/],
  ['passwd', { login: 'alice@lab.example' }, /lacks passwd/],
  ['both', {}, /lacks login and passwd/],
] as const)
  test(`[O-07] a logon form that lacks ${title} is refused, and nobody is signed in`, async (t) => {
    const { at, browser, signInUrl } = await startOffice365(t);
    const { search } = new URL(signInUrl('owa'));
    isRefused(t, await browser().post(at('login', `/ppsecure/post.srf${search}`), fields), why);
    isRefused(t, await browser().post(at('login', `/ppsecure/post.srf${search}`), { login: '', passwd: '', ...fields }), why);
  });

test('[O-07] credentials are worth nothing in the address', async (t) => {
  const { at, browser, signInUrl } = await startOffice365(t);
  const { search } = new URL(signInUrl('owa'));
  isRefused(t, await browser().post(at('login', `/ppsecure/post.srf${search}&${query(ALICE)}`), {}), /lacks login and passwd/);
});

for (const [title, change, why] of [
  ['no wa', { wa: undefined }, /got no wa/],
  ['an empty wa', { wa: '' }, /got ""/],
  ['a wa that there is not', { wa: 'wattr1.0' }, /got "wattr1\.0"/],
  ['markup for wa', { wa: MARKUP }, /got "">?<?/],
  ['no wreply', { wreply: undefined }, /lacks wreply/],
  ['an empty wreply', { wreply: '' }, /lacks wreply/],
  ['a wctx of 64 KB', { wctx: `/${'x'.repeat(65_535)}` }, /wctx has 65536 characters/],
  ['a wctx of 2,049 characters', { wctx: `/${'x'.repeat(2_048)}` }, /wctx has 2049 characters/],
  ['a wctx of 64 KB in UTF-8', { wctx: '€'.repeat(21_845) }, /wctx has 21845 characters/],
] as const)
  test(`[O-07] a sign-in request with ${title} is refused, with a form and without`, async (t) => {
    const rig = await startOffice365(t);
    const url = rig.signInUrl('owa', change);
    const alice = rig.browser();
    await alice.open(rig.at('portal'), ALICE);
    for (const browser of [rig.browser(), alice]) isRefused(t, await browser.get(url), why);
    isRefused(t, await rig.browser().post(rig.at('login', `/ppsecure/post.srf${new URL(url).search}`), ALICE), why);
    await servesStill(t, rig);
  });

test('[O-07] a wctx of 64 KB in a form is refused, at logon server and services', async (t) => {
  const rig = await startOffice365(t);
  const wctx = `/${'x'.repeat(65_535)}`;
  const { answer } = await bring(rig, (good) => ({ ...good, wctx }));
  isRefused(t, answer, /longer than 32768 bytes/, 413);
  isRefused(
    t,
    await rig.browser().post(rig.at('login'), { wa: 'wsignin1.0', wresult: 'x', wctx }),
    /longer than 32768 bytes/,
    413,
  );
  const { answer: shorter } = await bring(rig, (good) => ({ ...good, wctx: wctx.slice(0, 30_000) }));
  isRefused(t, shorter, /longer than 2000 characters/);
  await servesStill(t, rig);
});

for (const name of ['wa', 'wreply', 'wctx', 'whr', 'x"><script>alert(1)</script>'])
  test(`[O-07] a sign-in request that has ${name} twice is refused`, async (t) => {
    const { at, browser, signInUrl } = await startOffice365(t);
    const url = `${signInUrl('owa', { whr: 'x', [name]: at('owa') })}&${query({ [name]: at('owa') })}`;
    isRefused(t, await browser().get(url), /is there 2 times/);
    isRefused(t, await browser().post(at('login', `/ppsecure/post.srf${new URL(url).search}`), ALICE), /is there 2 times/);
  });

test('[O-08] a sign-out that has a parameter twice is refused, and ends nothing', async (t) => {
  const rig = await startOffice365(t);
  const alice = rig.browser();
  await alice.openAll(rig.at);
  const twice = query({ wreply: rig.at('owa') });
  for (const url of [
    rig.at('login', `/logout.srf?${twice}&${twice}`),
    rig.at('login', `/login.srf?wa=wsignout1.0&wa=wsignin1.0&${twice}`),
    rig.at('login', '/login.srf?wa=wsignoutcleanup1.0&x=1&x=2'),
    rig.at('owa', `/owa/?wa=wsignoutcleanup1.0&${twice}&${twice}`),
  ])
    isRefused(t, await alice.get(url), /is there 2 times/);
  t.is(alice.cookies.save().length, 8);
});

for (const [place, path, fields] of [
  ['owa', '/owa/', 't=1&t=2&wa=wsignin1.0'],
  ['contoso', '/_forms/default.aspx', 'wa=wsignin1.0&wctx=/&wctx=//evil.example'],
  ['login', '/ppsecure/post.srf?', 'login=alice%40lab.example&passwd=no&passwd=Passw0rd!'],
  ['login', '/login.srf', 'wa=wsignin1.0&wresult=1&wresult=2'],
] as const)
  test(`[O-07] a form that has a field twice is refused: ${fields}`, async (t) => {
    const { at, browser, signInUrl } = await startOffice365(t);
    const url = at(place, path.replace(/\?$/, new URL(signInUrl('owa')).search));
    isRefused(t, await browser().ask('POST', url, {}, fields), /a field twice/);
  });

for (const size of [33_000, 5_000_000])
  test(`a form of ${size} bytes is refused with a page, with its length and in chunks, and so is one that nobody takes`, async (t) => {
    const rig = await startOffice365(t);
    const body = `login=alice%40lab.example&passwd=Passw0rd!&x=${'x'.repeat(size)}`;
    const { search } = new URL(rig.signInUrl('owa'));
    for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }]) {
      const ask = (place: Place, path: string) => rig.browser().ask('POST', rig.at(place, path), headers, body);
      isRefused(t, await ask('login', `/ppsecure/post.srf${search}`), /longer than 32768 bytes/, 413);
      isRefused(t, await ask('owa', '/owa/'), /longer than 32768 bytes/, 413);
      isRefused(t, await ask('owa', '/owa/logoff.owa'), /POST does nothing/);
    }
    await servesStill(t, rig);
  });

for (const path of ['/ppsecure/post.srf', '/login.srf', '/logout.srf'])
  test(`whoever does not stop sending to ${path} is cut off`, async (t) => {
    const rig = await startOffice365(t);
    const socket = connect(rig.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}).resume();
    const flood = () => {
      while (!socket.destroyed && socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`));
    };
    socket.on('drain', flood).once('connect', () => {
      socket.write(`POST ${path} HTTP/1.1\r\nHost: login.idp.localhost:${rig.port}\r\nTransfer-Encoding: chunked\r\n\r\n`);
      flood();
    });
    await closed;
    await servesStill(t, rig);
  });

test('a form that breaks off is written down as a bad request, signs nobody in, and others are served', async (t) => {
  const rig = await startOffice365(t);
  const { search } = new URL(rig.signInUrl('owa'));
  const target = `/ppsecure/post.srf${search}`;
  const socket = connect(rig.port, '127.0.0.1');
  const head = `POST ${target} HTTP/1.1\r\nHost: login.idp.localhost:${rig.port}\r\nContent-Length: 1000\r\n\r\n`;
  await new Promise((resolve) => socket.write(`${head}login=alice%40lab.example&passwd=Passw0rd!`, resolve));
  const answers = () => rig.recorder.read().events.filter(({ kind }) => kind === 'response');
  socket.destroy();
  while (answers().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.deepEqual(
    answers().map(({ status, identity }) => [status, identity ?? null]),
    [[400, null]],
  );
  await servesStill(t, rig);
});
