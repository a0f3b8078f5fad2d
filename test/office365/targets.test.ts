import test from 'ava';
import { send } from '../send-request.ts';
import { isRefused, servesStill } from './refused.ts';
import { type Place, services, startOffice365 } from './rig.ts';

for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'POST'])
  test(`${method} does nothing where nobody expects it, and ends nothing`, async (t) => {
    const rig = await startOffice365(t);
    const alice = rig.browser();
    await alice.openAll(rig.at);
    const asked: [Place, string][] = [
      ['login', '/logout.srf'],
      ['portal', '/'],
      ['portal', '/signout.aspx'],
      ['owa', '/owa/logoff.owa'],
      ['owa', '/owa/auth/logoff.aspx'],
      ['contoso', '/_layouts/15/SignOut.aspx'],
      ['team', '/Shared%20Documents/Plan.docx'],
      ['owa', '/static/page.css'],
    ];
    const formsToo: [Place, string][] = [
      ['login', '/ppsecure/post.srf'],
      ['login', '/login.srf?wa=wsignout1.0'],
      ['login', `/login.srf${new URL(rig.signInUrl('owa')).search}`],
      ['portal', '/landing.aspx?wa=wsignoutcleanup1.0'],
      ['owa', '/owa/?wa=wsignoutcleanup1.0'],
      ['contoso', '/_forms/default.aspx?wa=wsignoutcleanup1.0'],
    ];
    for (const [place, path] of [...asked, ...(method === 'POST' ? [] : formsToo)])
      isRefused(t, await alice.ask(method, rig.at(place, path)), new RegExp(`${method} does nothing at /.*Expected GET`));
    t.is(alice.cookies.save().length, 8);
    for (const place of services) t.is((await alice.get(rig.at(place))).status, 200);
  });

test('HEAD is answered as GET, without a body', async (t) => {
  const { at, browser } = await startOffice365(t);
  const alice = browser();
  await alice.openAll(at);
  for (const place of services)
    t.deepEqual((({ status, body }) => [status, body])(await alice.ask('HEAD', at(place))), [200, '']);
});

for (const host of [
  'evil.example',
  'localhost',
  '127.0.0.1',
  'outlook.mail365.localhost.',
  'outlook.mail365.localhost.evil.example',
  'evil.outlook.mail365.localhost',
  'outlook.mail365.localhost:99999',
  'outlook.mail365.localhost:x',
  'outlook.mail365.localhost@evil.example',
  'evil.example@outlook.mail365.localhost',
  'outlook.mail365.localhost, evil.example',
  'constructor',
  '__proto__',
  '"><script>alert(1)</script>',
  '',
])
  test(`[O-12] nobody answers at the host "${host}", and a page says who does`, async (t) => {
    const rig = await startOffice365(t);
    for (const path of ['/', '/owa/', '/login.srf?wa=wsignin1.0']) {
      const answer = await send(rig.port, 'GET', path, { Host: host });
      isRefused(t, answer, /http:\/\/outlook\.mail365\.localhost[:\d]*\/owa\//, 404);
      t.notRegex(answer.body, /evil|:99999/);
    }
  });

test('[O-12] hosts are known whatever their case, and keep the port that they were asked at', async (t) => {
  const { port } = await startOffice365(t);
  const { status, location } = await send(port, 'GET', '/owa/', { Host: 'OutLook.Mail365.LOCALHOST:8083' });
  t.deepEqual([status, new URL(location).origin], [302, 'http://login.idp.localhost:8083']);
  t.is(new URL(location).searchParams.get('wreply'), 'http://outlook.mail365.localhost:8083/owa/?wa=wsignin1.0');
});

for (const target of ['http://evil.example/owa/', 'http://outlook.mail365.localhost/owa/', 'http://a:b:c/', '*'])
  test(`a request for "${target}" is refused: a path is expected`, async (t) => {
    const rig = await startOffice365(t);
    for (const place of ['login', 'owa'] as const)
      isRefused(t, await send(rig.port, 'GET', target, { Host: new URL(rig.at(place)).host }), /Expected a path/);
    await servesStill(t, rig);
  });

for (const [place, path] of [
  ['login', '/'],
  ['login', '/ppsecure/post.srf'],
  ['login', '/login.srf/'],
  ['login', '/logout.srf%00'],
  ['portal', '/%00'],
  ['portal', '//evil.example/'],
  ['portal', '/"><script>alert(1)</script>'],
  ['portal', '/landing.aspx'],
  ['portal', '/%'],
  ['owa', '/owa/auth/'],
  ['owa', '/owa/logoff.owa/'],
  ['owa', '/_layouts/15/SignOut.aspx'],
  ['contoso', '/_forms/default.aspx?wa=wsignin1.0'],
  ['contoso', '/owa/logoff.owa'],
  ['team', '/Shared%20Documents/../../etc/passwd'],
  ['portal', '/static/..%2fportal.ts'],
  ['portal', '/static/../portal.ts'],
  ['portal', '/static/constructor'],
  ['portal', '/static/'],
] as const)
  test(`${place}${path} is a page that there is not, and ends nothing`, async (t) => {
    const { at, browser, port } = await startOffice365(t);
    const alice = browser();
    await alice.openAll(at);
    const Cookie = alice.cookies.header(new URL(at(place)).hostname);
    const answer = await send(port, 'GET', path.replaceAll(' ', '%20'), { Host: new URL(at(place)).host, Cookie });
    isRefused(t, answer, place === 'login' ? /answers at/ : /has no page/, 404);
    for (const other of services) t.is((await alice.get(at(other))).status, 200);
  });

test('a request of 200 KB is answered like any other, and the mock goes on', async (t) => {
  const rig = await startOffice365(t);
  for (const path of [`/?&${'token'.repeat(40_000)}`, `/?a=%3F${'token'.repeat(40_000)}`])
    t.is((await rig.browser().ask('GET', rig.at('portal', path), { Referer: `http://x${path}`.slice(0, 20_000) })).status, 302);
  await servesStill(t, rig);
});
