import test from 'ava';
import fc from 'fast-check';
import { send } from '../send-request.ts';
import { isRefused } from './refused.ts';
import { ALICE, formOf, query, type Rig, services, startOffice365 } from './rig.ts';

/** Spellings of addresses to come back to that are no service's; PORT is the mock's. */
const foreign = [
  'http://evil.example/',
  'HTTP://EVIL.EXAMPLE/owa/',
  'https://evil.example:PORT/',
  '//evil.example/',
  '/\\evil.example/',
  '\\\\evil.example\\',
  'http:\\\\evil.example\\',
  'http:evil.example',
  'http:///evil.example/',
  'http://outlook.mail365.localhost@evil.example/',
  'http://outlook.mail365.localhost:PORT@evil.example/',
  'http://evil.example\\@outlook.mail365.localhost:PORT/',
  'http://alice:Passw0rd!@outlook.mail365.localhost:PORT/',
  'http://alice@outlook.mail365.localhost:PORT/',
  'http://:Passw0rd!@outlook.mail365.localhost:PORT/',
  'http://outlook.mail365.localhost:1/',
  'http://outlook.mail365.localhost/',
  'http://outlook.mail365.localhost:PORT.evil.example/',
  'http://outlook.mail365.localhost.evil.example:PORT/',
  'http://outlook.mail365.localhost.:PORT/',
  'http://evil.outlook.mail365.localhost:PORT/',
  'http://mail365.localhost:PORT/',
  'http://xoutlook.mail365.localhost:PORT/',
  'http://127.0.0.1:PORT/',
  'http://[::1]:PORT/',
  'https://outlook.mail365.localhost:PORT/owa/',
  'ftp://outlook.mail365.localhost:PORT/',
  'ws://outlook.mail365.localhost:PORT/owa/',
  'javascript:alert(1)',
  'JavaScript://outlook.mail365.localhost:PORT/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'http://outlook.mail365.localhost:PORT%2eevil.example/',
  'http://outlook.mail365.localhost%00.evil.example:PORT/',
  'http://outlook.mail365.localhost:99999/',
  'http://login.idp.localhost:PORT/login.srf',
  '/owa/',
  '?',
  ' ',
  '\u0000',
  '"><script>alert(1)</script>',
];
const withPort = (spelling: string, { port }: Rig) => spelling.replaceAll('PORT', String(port));

for (const spelling of foreign)
  test(`[O-07, O-08] wreply ${JSON.stringify(spelling)} is refused, at sign-in and sign-out, and ends nothing`, async (t) => {
    const rig = await startOffice365(t);
    const alice = rig.browser();
    await alice.openAll(rig.at);
    const wreply = withPort(spelling, rig);
    const { search } = new URL(rig.signInUrl('owa', { wreply }));
    for (const path of [
      `/login.srf${search}`,
      `/logout.srf?${query({ wreply })}`,
      `/login.srf?${query({ wa: 'wsignout1.0', wreply })}`,
    ])
      isRefused(t, await alice.get(rig.at('login', path)), /wreply leads to/);
    isRefused(t, await rig.browser().post(rig.at('login', `/ppsecure/post.srf${search}`), ALICE), /wreply leads to/);
    t.is(alice.cookies.save().length, 8);
    for (const place of services) t.is((await alice.get(rig.at(place))).status, 200);
  });

for (const spelling of foreign.filter((address) => !address.includes('login.idp')))
  test(`[O-08] a clean-up does not lead to ${JSON.stringify(spelling)}, and then ends nothing`, async (t) => {
    const rig = await startOffice365(t);
    const alice = rig.browser();
    await alice.open(rig.at('portal'), ALICE);
    const cleanUp = query({ wa: 'wsignoutcleanup1.0', wreply: withPort(spelling, rig) });
    isRefused(t, await alice.get(rig.at('portal', `/landing.aspx?${cleanUp}`)), /wreply leads away/);
    t.is((await alice.get(rig.at('portal'))).status, 200);
  });

test('[O-07] at the port that browsers do not write, too, a wreply has to be a service’s from beginning to end', async (t) => {
  const { port, signInUrl } = await startOffice365(t);
  for (const [wreply, taken] of [
    ['http://outlook.mail365.localhost/', true],
    ['http://outlook.mail365.localhost:80/', true],
    ['http://outlook.mail365.localhost.evil.example/', false],
    ['http://outlook.mail365.localhost:8083/', false],
    ['http://outlook.mail365.localhost@evil.example/', false],
  ] as const) {
    const { pathname, search } = new URL(signInUrl('owa', { wreply }));
    const answer = await send(port, 'GET', pathname + search, { Host: 'login.idp.localhost' });
    if (taken) t.is(answer.status, 200);
    else isRefused(t, answer, /wreply leads to/);
  }
});

test('a wreply of more than 8,192 characters is refused', async (t) => {
  const { browser, at, signInUrl } = await startOffice365(t);
  const wreply = at('owa', `/owa/?${'x'.repeat(8_192)}`);
  isRefused(t, await browser().get(signInUrl('owa', { wreply })), /wreply has 8\d+ characters/);
  isRefused(t, await browser().get(at('login', `/logout.srf?${query({ wreply })}`)), /wreply has 8\d+ characters/);
});

/** Other spellings of OWA itself: a page or a Location must hold what every reader takes for it. */
for (const spelling of [
  'HTTP://Outlook.Mail365.LocalHost:PORT/owa/?wa=wsignin1.0',
  ' http://outlook.mail365.localhost:PORT/owa/?wa=wsignin1.0',
  'http:outlook.mail365.localhost:PORT/owa/?wa=wsignin1.0',
  'http:\\\\outlook.mail365.localhost:PORT\\owa\\?wa=wsignin1.0',
  'http://out\tlook.mail365.local\r\nhost:PORT/owa/?wa=wsignin1.0',
  'http://outlook.mail365.localhost:PORT/x/../owa/?wa=wsignin1.0',
  'http://outlook。mail365.localhost:PORT/owa/?wa=wsignin1.0',
])
  test(`[O-07, O-08] wreply ${JSON.stringify(spelling)} is OWA, and is written out as its address`, async (t) => {
    const rig = await startOffice365(t, { profile: 'literal' });
    const wreply = withPort(spelling, rig);
    const page = await rig.browser().tokenPage(rig.signInUrl('owa', { wreply }));
    t.is(page.action, rig.at('owa', '/owa/?wa=wsignin1.0'));
    t.is((await rig.browser().get(rig.at('login', `/logout.srf?${query({ wreply })}`))).location, page.action);
    const cleanUp = query({ wa: 'wsignoutcleanup1.0', wreply });
    t.is((await rig.browser().get(rig.at('portal', `/landing.aspx?${cleanUp}`))).location, page.action);
  });

const noPaths = [
  '//evil.example/',
  '/\\evil.example/',
  '\\\\evil.example',
  '/\t/evil.example/',
  '/\n/evil.example/',
  '/owa/\r\nSet-Cookie: a=b',
  '/owa/\r\n\r\n<script>alert(1)</script>',
  '/\u0000/evil.example',
  'http://evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'owa/',
  '?a',
  ' /owa/',
  '\u00a0//evil.example',
  '/owa/\u0085x',
];
for (const wctx of noPaths)
  test(`[O-07] wctx ${JSON.stringify(wctx)} is no path: refused by the service, and the token is good afterwards`, async (t) => {
    const { at, browser } = await startOffice365(t);
    for (const place of ['owa', 'contoso'] as const) {
      const alice = browser();
      const { action, fields } = await alice.tokenPage(at(place));
      isRefused(t, await alice.post(action, { ...fields, wctx }), /wctx is no path of this site/);
      t.is((await alice.post(action, fields)).status, 302);
    }
  });

test('[O-07] whatever wreply is: refused, or the token goes to a service, for a browser that reads it on the page', async (t) => {
  const rig = await startOffice365(t);
  const own = services.map((place) => new URL(rig.at(place)).origin);
  const alice = rig.browser();
  await alice.open(rig.at('portal'), ALICE);
  const part = fc.constantFrom(
    'http:',
    'https:',
    'HTTP:',
    '//',
    '/',
    '\\',
    '@',
    ':',
    '.',
    '%2f',
    '%00',
    '\t',
    '\r\n',
    ' ',
    '#',
    '?',
    'javascript:',
    'evil.example',
    'outlook.mail365.localhost',
    `:${rig.port}`,
    ...own,
    `${own[1]}/owa/`,
    'login.idp.localhost',
    'x',
  );
  const address = fc.oneof(
    fc.array(part, { maxLength: 7 }).map((parts) => parts.join('')),
    fc.webUrl(),
    fc.string({ unit: 'binary', maxLength: 20 }).map((tail) => own[1] + tail),
  );
  let [taken, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(address, async (wreply) => {
      const asked = rig.signInUrl('owa', { wreply });
      const { status, body, location } = await alice.get(asked);
      const form = formOf(body, 'tokenForm');
      if (status === 400) refused++;
      else taken++;
      t.deepEqual([location, form === null], ['', status === 400]);
      if (form) t.true(own.includes(new URL(form.action, asked).origin), form.action);
      const out = await rig.browser().get(rig.at('login', `/logout.srf?${query({ wreply })}`));
      t.is(out.status, form ? 302 : 400);
      if (form) t.true(own.includes(new URL(out.location, asked).origin), out.location);
    }),
    {
      numRuns: 300,
      examples: [
        ...own.map((origin): [string] => [`${origin}/`]),
        ...foreign.map((spelling): [string] => [withPort(spelling, rig)]),
      ],
    },
  );
  t.true(taken >= 4 && refused >= foreign.length, `${taken} taken, ${refused} refused`);
});

test('[O-07] whatever wctx is: refused, or the browser stays at the service', async (t) => {
  const { at, browser } = await startOffice365(t);
  const alice = browser();
  await alice.open(at('portal'), ALICE);
  const part = fc.constantFrom(
    '/',
    '\\',
    '//',
    '.',
    '..',
    '%2f',
    '%5c',
    '\t',
    '\n',
    '\r\n',
    '\u0000',
    ' ',
    '@',
    ':',
    '?',
    '#',
    'http:',
    'evil.example',
    'owa',
    'ö',
    '\ud800',
  );
  const wctx = fc.oneof(
    fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('')}`),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  let [taken, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(wctx, async (text) => {
      const { action, fields } = await alice.tokenPage(at('owa'));
      const thief = browser();
      const { status, location, cookies } = await thief.post(action, { ...fields, wctx: text });
      if (status === 302) taken++;
      else refused++;
      t.deepEqual([status, cookies.length], location === '' ? [400, 0] : [302, 2]);
      t.is(new URL(location, at('owa')).origin, new URL(at('owa')).origin, location);
    }),
    { numRuns: 300, examples: noPaths.map((path): [string] => [path]) },
  );
  t.true(taken >= 20 && refused >= noPaths.length, `${taken} taken, ${refused} refused`);
});
