import test, { type ExecutionContext } from 'ava';
import { createJar } from '../../src/browser/cookie-jar.ts';
import type { BrowserOptions } from '../../src/browser/memory.ts';
import { isThirdParty } from '../../src/browser/third-party.ts';
import { standingClock } from '../../src/clock.ts';
import { type Hosts, startHosts, type World } from './hosts.ts';

const [A, B, MAIL] = ['a.idp.localhost', 'b.idp.localhost', 'mail365.localhost'];
const HOUR = 3_600_000;

/** A world whose browser has the cookie `a`, `b` or `m` of each host. */
async function startWithCookies(t: ExecutionContext, hosts: Hosts, options: BrowserOptions = {}): Promise<World> {
  const given = {
    [`${A}/set`]: { set: 'a=1; Path=/' },
    [`${B}/set`]: { set: 'b=1; Path=/' },
    [`${MAIL}/set`]: { set: 'm=1; Path=/' },
  };
  const world = await startHosts(t, { ...given, ...hosts }, options);
  for (const host of [A, B, MAIL]) await world.browser.visit(world.at(`${host}/set`));
  world.seen();
  return world;
}

for (const [url, page, isThird] of [
  ['http://a.idp.localhost/', 'http://b.idp.localhost/', false],
  ['http://idp.localhost/', 'http://a.b.idp.localhost/', false],
  ['http://idp.localhost/', 'http://mail365.localhost/', true],
  ['http://contoso.sharepoint.localhost/', 'http://team.sharepoint.localhost:8083/', false],
  ['http://idp.localhost/', 'http://localhost/', true],
  ['http://a.idp.localhost:1/x', 'https://a.idp.localhost:2/', false],
  ['http://127.0.0.1:1/', 'http://127.0.0.1:2/', false],
  ['http://127.0.0.1/', 'http://127.0.0.2/', true],
  ['http://[::1]/', 'http://127.0.0.1/', true],
] as const)
  test(`${url} is ${isThird ? 'a third party to' : 'of the same site as'} ${page}`, (t) => {
    t.is(isThirdParty(url, page), isThird);
  });

const embedding: Hosts = {
  [`${A}/`]: { body: `<img src="http://${B}:2/p"><img src="http://${MAIL}/p"><iframe src="http://${B}/f"></iframe>` },
  [`${MAIL}/p`]: { set: 'p=1; Path=/' },
  [`${B}/f`]: { location: `http://${MAIL}/f` },
  [`${MAIL}/f`]: { location: `http://${A}/f`, set: 'f=1; Path=/' },
};

for (const [thirdPartyCookies, image, frame, after] of [
  ['allowed', ' m=1', ' m=1; p=1', ' m=1; p=1; f=1'],
  [undefined, ' m=1', ' m=1; p=1', ' m=1; p=1; f=1'],
  ['blocked', '', '', ' m=1'],
] as const)
  test(`[O-06] images and frames, each redirect on its own, with third-party cookies ${thirdPartyCookies ?? 'as they are by default'}`, async (t) => {
    const { browser, at, seen } = await startWithCookies(t, embedding, thirdPartyCookies ? { thirdPartyCookies } : {});
    for (const one of [browser, browser.clone()]) {
      await one.visit(at(`${A}/`));
      const frames = [`GET ${B}/f b=1`, `GET ${MAIL}/f${frame}`, `GET ${A}/f a=1`];
      t.deepEqual(seen(), [`GET ${A}/ a=1`, `GET ${B}:2/p b=1`, `GET ${MAIL}/p${image}`, ...frames]);
      await one.visit(at(`${MAIL}/`));
      t.deepEqual(seen(), [`GET ${MAIL}/${after}`]);
    }
  });

test('[O-06] with third-party cookies blocked another site’s script comes without, but navigations and redirects go with cookies', async (t) => {
  const hosts = {
    [`${A}/`]: { body: `<script id="page-decide" src="http://${MAIL}/decide.js"></script>` },
    [`${MAIL}/decide.js`]: { body: 'globalThis.decide = () => ({do: "navigate", url: "/out"})' },
    [`${A}/out`]: { location: `http://${MAIL}/` },
  };
  const { browser, at, seen } = await startWithCookies(t, hosts, { thirdPartyCookies: 'blocked' });
  await browser.visit(at(`${A}/`));
  t.deepEqual(seen(), [`GET ${A}/ a=1`, `GET ${MAIL}/decide.js`, `GET ${A}/out a=1`, `GET ${MAIL}/ m=1`]);
});

test('[O-06] what is of another site is judged by the page shown, not by the one that led to it', async (t) => {
  const hosts = {
    [`${A}/out`]: { location: `http://${MAIL}/` },
    [`${MAIL}/`]: { body: `<img src="/p"><img src="http://${A}/p">` },
  };
  const { browser, at, seen } = await startWithCookies(t, hosts, { thirdPartyCookies: 'blocked' });
  await browser.visit(at(`${A}/out`));
  t.deepEqual(seen(), [`GET ${A}/out a=1`, `GET ${MAIL}/ m=1`, `GET ${MAIL}/p m=1`, `GET ${A}/p`]);
});

test('SameSite is not known: cookies with any value of it are kept and go with another site’s images', async (t) => {
  const set = ['a', 'b=Lax', 'c=Strict', 'd=None', 'e=None; Secure'].map((text) =>
    text.replace(/(=|$)/, '=1; Path=/; SameSite$1'),
  );
  const hosts = { [`${MAIL}/same`]: { set }, [`${A}/`]: { body: `<img src="http://${MAIL}/p">` } };
  const { browser, at, seen } = await startHosts(t, hosts);
  for (const place of [`${MAIL}/same`, `${A}/`]) await browser.visit(at(place));
  t.is(seen().at(-1), `GET ${MAIL}/p a=1; b=1; c=1; d=1; e=1`);
});

const zones = { trustedSites: ['*.idp.localhost'], localIntranet: [] };
const asking: Hosts = {
  [`${A}/in`]: (_, authorization) => ({ status: authorization === '' ? 401 : 200 }),
};
const BASIC = `Basic ${Buffer.from('u:p').toString('base64')}`;

test('[O-04] a private window has neither cookies nor credentials, gives none back, and is set like its browser', async (t) => {
  const { browser, at, seen } = await startWithCookies(t, { ...asking, ...embedding }, { thirdPartyCookies: 'blocked' });
  await browser.visit(at(`${A}/in`), { user: 'u', password: 'p' });
  const window = browser.privateWindow();
  seen();
  t.is(window.page(), null);
  t.is((await window.visit(at(`${A}/in`))).status, 401);
  for (const host of [MAIL, A]) await window.visit(at(`${host}/set`));
  t.deepEqual(seen(), [`GET ${A}/in`, `GET ${MAIL}/set`, `GET ${A}/set`]);
  await window.visit(at(`${A}/`));
  t.deepEqual(seen().slice(2, 3), [`GET ${MAIL}/p`]);
  t.is((await window.probe('GET', at(`${MAIL}/`))).status, 200);
  t.deepEqual(seen(), [`GET ${MAIL}/ m=1`]);
  window.clearCookies();
  for (const one of [browser, window]) await one.probe('GET', at(`${A}/in`));
  t.deepEqual(seen(), [`GET ${A}/in a=1 ${BASIC}`, `GET ${A}/in`]);
});

test('[O-04] a private window has the zone lists that its browser has when it is opened, and goes its own way', async (t) => {
  const { browser, at, seen } = await startHosts(t, { [`${MAIL}/go`]: { location: `http://${A}/` } }, { zones });
  const [before, changed] = [browser.privateWindow(), browser.privateWindow()];
  changed.takeOutOfZones('trusted-sites');
  for (const one of [changed, changed.privateWindow(), before, browser]) {
    await one.visit(at(`${MAIL}/go`));
    const fetchedAgain = one === before || one === browser ? [`GET ${A}/`] : [];
    t.deepEqual(seen(), [`GET ${MAIL}/go`, `GET ${A}/`, ...fetchedAgain]);
  }
});

test('[O-04] clearing the cookies clears those of every zone, and nothing else', async (t) => {
  const { browser, at, seen } = await startWithCookies(t, asking, { zones });
  await browser.visit(at(`${A}/in`), { user: 'u', password: 'p' });
  const before = browser.clone();
  seen();
  browser.clearCookies();
  t.is(browser.page()?.url, at(`${A}/in`));
  for (const place of [`${MAIL}/`, `${A}/in`]) await browser.probe('GET', at(place));
  t.deepEqual(seen(), [`GET ${MAIL}/`, `GET ${A}/in ${BASIC}`]);
  await before.probe('GET', at(`${MAIL}/`));
  t.deepEqual(seen(), [`GET ${MAIL}/ m=1`]);
});

test('[O-03] closing and reopening leaves the persistent cookies of every zone, until they expire by the lab’s clock', async (t) => {
  const set = ['session=1', 'hour=1; Max-Age=3600', `two=1; Expires=${new Date(standingClock().now() + 2 * HOUR).toUTCString()}`];
  const hosts = { [`${A}/keep`]: { set }, [`${MAIL}/keep`]: { set } };
  const { browser, clock, at, seen } = await startWithCookies(t, { ...asking, ...hosts }, { zones });
  for (const host of [A, MAIL]) await browser.visit(at(`${host}/keep`));
  await browser.visit(at(`${A}/in`), { user: 'u', password: 'p' });
  const open = browser.clone();
  browser.closeAndReopen();
  t.is(browser.page(), null);
  for (const [later, kept] of [
    [0, ' hour=1; two=1'],
    [HOUR, ' two=1'],
    [HOUR, ''],
  ] as const) {
    clock.advance(later);
    seen();
    for (const host of [A, MAIL]) await browser.probe('GET', at(`${host}/`));
    t.is((await browser.probe('GET', at(`${A}/in`))).status, 401);
    t.deepEqual(seen(), [`GET ${A}/${kept}`, `GET ${MAIL}/${kept}`, `GET ${A}/in${kept}`]);
  }
  await open.probe('GET', at(`${A}/in`));
  t.deepEqual(seen(), [`GET ${A}/in a=1; session=1 ${BASIC}`]);
});

test('the zone lists stay when a browser is closed and reopened', async (t) => {
  const { browser, at, seen } = await startHosts(t, { [`${A}/keep`]: { set: 'a=1; Max-Age=9' } }, { zones });
  await browser.visit(at(`${A}/keep`));
  browser.closeAndReopen();
  await browser.probe('GET', at(`${A}/`));
  t.deepEqual(seen(), [`GET ${A}/keep`, `GET ${A}/ a=1`]);
});

for (const [cookies, inTrusted, inInternet] of [
  ['persistent-only', ' stay=1; long=1', ' stay=1; long=1'],
  ['any-cookie', ' a=1; stay=1; long=1', ' m=1; stay=1; long=1'],
] as const)
  test(`[O-03] an Office client with ${cookies} takes these from the zone of the address, and leaves and follows nothing`, async (t) => {
    const set = ['stay=1; Path=/; Max-Age=3600', 'long=1; Path=/; Expires=Thu, 01 Jan 2099 00:00:00 GMT'];
    const document = { location: '/elsewhere', set: 'office=1; Path=/' };
    const hosts = { [`${A}/keep`]: { set }, [`${MAIL}/keep`]: { set }, [`${A}/doc?x`]: document, [`${MAIL}/doc?x`]: document };
    const { browser, clock, at, seen } = await startWithCookies(t, { ...hosts, ...asking }, { zones });
    for (const host of [A, MAIL]) await browser.visit(at(`${host}/keep`));
    await browser.visit(at(`${A}/in`), { user: 'u', password: 'p' });
    seen();
    for (const host of [A, MAIL]) t.is((await browser.openDocument(at(`${host}/doc?x`), { cookies })).status, 302);
    await browser.openDocument(at(`${A}/in`), { cookies });
    t.deepEqual(seen(), [`GET ${A}/doc?x${inTrusted}`, `GET ${MAIL}/doc?x${inInternet}`, `GET ${A}/in${inTrusted}`]);
    t.is(browser.page()?.url, at(`${A}/in`));
    await browser.probe('GET', at(`${MAIL}/`));
    t.deepEqual(seen(), [`GET ${MAIL}/ m=1; stay=1; long=1`]);
    clock.advance(HOUR);
    await browser.openDocument(at(`${MAIL}/`), { cookies: 'persistent-only' });
    t.deepEqual(seen(), [`GET ${MAIL}/ long=1`]);
  });

test('a cookie without a name is kept, as browsers do', (t) => {
  const jar = createJar(standingClock());
  jar.store('nameless', 'http://site.localhost/');
  t.is(jar.header('http://site.localhost/'), 'nameless');
});

test('Max-Age counts from when a cookie was last set, and may be as long as it likes', (t) => {
  const clock = standingClock();
  const jar = createJar(clock);
  const url = 'http://site.localhost/';
  const store = (...fields: string[]) => {
    for (const field of fields) jar.store(field, url);
  };
  store('a=1; Max-Age=3600', 'for=ever; Max-Age=99999999999999999999', 'b=1; Max-Age=-99999999999999999999', '');
  clock.advance(HOUR - 1);
  store('a=2; Max-Age=3600');
  clock.advance(HOUR - 1);
  for (const one of [jar, jar.copy(), jar.copy('persistent-only')]) t.is(one.header(url), 'a=2; for=ever');
  clock.advance(1);
  t.is(jar.header(url), 'for=ever');
  store('a=3', 'for=; Max-Age=0');
  for (const one of [jar, jar.copy()]) t.is(one.header(url), 'a=3');
  t.is(jar.copy('persistent-only').header(url), '');
});
