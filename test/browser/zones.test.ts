import test, { type ExecutionContext } from 'ava';
import { readZoneLists, type ZoneLists, zoneOf } from '../../src/browser/zones.ts';
import { acting, type Hosts, startHosts, type World } from './hosts.ts';

const PORTAL = 'portal.office.localhost';
const LOGIN = 'login.idp.localhost';
const zones = { trustedSites: ['*.idp.localhost'], localIntranet: [] };

/** A world whose browser has the cookie `i` of the portal in one jar, and `t` of the logon server in that of its zone. */
async function startSignedIn(t: ExecutionContext, hosts: Hosts, lists: ZoneLists | null = zones): Promise<World> {
  const more = { [`${PORTAL}/set`]: { set: 'i=1; Path=/' }, [`${LOGIN}/set`]: { set: 't=1; Path=/' } };
  const world = await startHosts(t, { ...more, ...hosts }, lists ? { zones: lists } : {});
  for (const host of [PORTAL, LOGIN]) await world.browser.visit(world.at(`${host}/set`));
  world.seen();
  return world;
}

for (const [entry, host, zone] of [
  ['*.idp.localhost', 'login.idp.localhost', 'trusted'],
  ['*.IDP.localhost', 'a.login.idp.localhost', 'trusted'],
  ['*.idp.localhost', 'idp.localhost', 'trusted'],
  ['*.idp.localhost:1', 'login.idp.localhost', 'trusted'],
  ['login.idp.localhost', 'LOGIN.idp.localhost', 'trusted'],
  ['*.idp.localhost', 'notidp.localhost', 'internet'],
  ['login.idp.localhost', 'a.login.idp.localhost', 'internet'],
  ['*.idp.localhost', 'login.idp.localhost.example', 'internet'],
] as const)
  test(`[rule Z] with ${entry} in either list ${host} is in the zone ${zone}`, (t) => {
    const [listed, other] = [[entry], ['other.localhost']];
    t.is(zoneOf(`http://${host}:8083/x`, readZoneLists({ trustedSites: listed, localIntranet: other })), zone);
    t.is(zoneOf(`http://${host}/`, readZoneLists({ trustedSites: other, localIntranet: listed })), zone);
  });

for (const entry of ['', '*', 'http://login.idp.localhost', 'login.*.localhost', 'login.idp.localhost/'])
  test(`[rule Z] the entry "${entry}" is refused, for it would never match`, async (t) => {
    for (const lists of [
      { trustedSites: [entry], localIntranet: [] },
      { trustedSites: [], localIntranet: [entry] },
    ])
      await t.throwsAsync(startHosts(t, {}, { zones: lists }), {
        message: `a zone list holds "${entry}"; expected a host as in "login.idp.localhost" or "*.idp.localhost"`,
      });
  });

test('[rule Z] redirects stay in the jar in which the navigation started: they neither see nor reach the other zone’s cookies', async (t) => {
  const { browser, at, seen } = await startSignedIn(t, {
    [`${PORTAL}/out`]: { location: `http://${LOGIN}/logout` },
    [`${LOGIN}/logout`]: { location: `http://${PORTAL}/done`, set: ['t=; Max-Age=0; Path=/', 'left=1; Path=/'] },
  });
  t.is((await browser.visit(at(`${PORTAL}/out`))).url, at(`${PORTAL}/done`));
  t.deepEqual(seen(), [`GET ${PORTAL}/out i=1`, `GET ${LOGIN}/logout`, `GET ${PORTAL}/done i=1`]);
  await browser.visit(at(`${LOGIN}/`));
  await browser.visit(at(`${PORTAL}/out`));
  t.deepEqual(seen().slice(0, 3), [`GET ${LOGIN}/ t=1`, `GET ${PORTAL}/out i=1`, `GET ${LOGIN}/logout left=1`]);
});

test('[rule Z] a document of the other zone is fetched again in its own jar, each answer’s cookies staying where it was fetched', async (t) => {
  let times = 0;
  const { browser, at, seen } = await startSignedIn(t, {
    [`${PORTAL}/`]: { location: `http://${LOGIN}/form?a=b` },
    [`${LOGIN}/form?a=b`]: () => ({ set: `n=${++times}; Path=/`, body: `<p>${times}</p>` }),
  });
  const page = await browser.visit(at(`${PORTAL}/`));
  t.is(page.root.querySelector('p')?.text, '2');
  await browser.visit(at(`${PORTAL}/`));
  t.deepEqual(seen(), [
    `GET ${PORTAL}/ i=1`,
    `GET ${LOGIN}/form?a=b`,
    `GET ${LOGIN}/form?a=b t=1`,
    `GET ${PORTAL}/ i=1`,
    `GET ${LOGIN}/form?a=b n=1`,
    `GET ${LOGIN}/form?a=b t=1; n=2`,
  ]);
});

test('[rule Z] what a document leads to in its own jar is a chain of its own, and may cross zones again', async (t) => {
  const { browser, at, seen } = await startSignedIn(t, {
    [`${PORTAL}/`]: { location: `http://${LOGIN}/` },
    [`${LOGIN}/`]: (cookies) => (cookies === '' ? { body: 'sign in' } : { location: `http://${PORTAL}/home` }),
  });
  t.is((await browser.visit(at(`${PORTAL}/`))).url, at(`${PORTAL}/home`));
  const chain = [`GET ${PORTAL}/ i=1`, `GET ${LOGIN}/`, `GET ${LOGIN}/ t=1`, `GET ${PORTAL}/home`, `GET ${PORTAL}/home i=1`];
  t.deepEqual(seen(), chain);
});

test('[rule Z] zones that send the browser to and fro are given up', async (t) => {
  const { browser, at, seen } = await startSignedIn(t, {
    [`${PORTAL}/`]: (cookies) => (cookies === '' ? {} : { location: `http://${LOGIN}/` }),
    [`${LOGIN}/`]: (cookies) => (cookies === '' ? {} : { location: `http://${PORTAL}/` }),
  });
  await t.throwsAsync(browser.visit(at(`${PORTAL}/`)), { message: /led through more than 20 hops/ });
  t.is(seen().length, 20);
});

for (const [status, requests] of [
  [200, 2],
  [204, 1],
  [205, 1],
  [300, 2],
  [401, 2],
  [404, 2],
  [440, 2],
  [500, 2],
] as const)
  test(`[rule Z] an answer of status ${status} is ${requests === 2 ? 'shown, and so fetched again' : 'not shown, and so not fetched again'}`, async (t) => {
    const { browser, at, seen } = await startSignedIn(t, {
      [`${PORTAL}/`]: { location: `http://${LOGIN}/` },
      [`${LOGIN}/`]: { status },
    });
    t.is((await browser.visit(at(`${PORTAL}/`))).status, status);
    t.deepEqual(seen().slice(1), [`GET ${LOGIN}/`, `GET ${LOGIN}/ t=1`].slice(0, requests));
  });

const form = (host: string) =>
  `<form name="f" method="post" action="http://${host}/token"><input type="hidden" name="x" value="1"></form>`;

for (const by of ['person', 'load', 'click'] as const)
  test(`[rule Z] a form that crosses zones is a new navigation in the jar of its address: submitted by ${by}`, async (t) => {
    const decision = by === 'person' ? null : { do: 'submit', form: 'f' };
    const hosts = acting(LOGIN, decision, by === 'load' ? 'load' : 'click', form(PORTAL));
    const { browser, at, seen } = await startSignedIn(t, hosts);
    await browser.visit(at(`${LOGIN}/`));
    if (by === 'person') await browser.submit('f', {});
    if (by === 'click') await browser.click('click');
    t.is(seen().at(-1), `POST ${PORTAL}/token i=1 x=1`);
  });

test('[rule Z] an address to which a script goes is a new navigation as well', async (t) => {
  for (const on of ['load', 'click'] as const) {
    const hosts = acting(PORTAL, { do: 'navigate', url: `http://${LOGIN}/` }, on);
    const { browser, at, seen } = await startSignedIn(t, hosts);
    await browser.visit(at(`${PORTAL}/`));
    if (on === 'click') await browser.click('click');
    t.deepEqual(seen().slice(3), [`GET ${LOGIN}/ t=1`]);
  }
});

test('[rule Z] a form that a redirect carried into the other zone is not posted twice: its document is asked for', async (t) => {
  const { browser, at, seen } = await startSignedIn(t, {
    [`${PORTAL}/`]: { body: form(PORTAL) },
    [`${PORTAL}/token`]: { status: 307, location: `http://${LOGIN}/in` },
  });
  await browser.visit(at(`${PORTAL}/`));
  await browser.submit('f', {});
  t.deepEqual(seen().slice(1), [`POST ${PORTAL}/token i=1 x=1`, `POST ${LOGIN}/in x=1`, `GET ${LOGIN}/in t=1`]);
});

for (const [page, other, own] of [
  [PORTAL, LOGIN, 'i=1'],
  [LOGIN, PORTAL, 't=1'],
] as const)
  test(`[rule Z] script, data, images and frames of ${page} use its jar, whatever zone they are in`, async (t) => {
    const embedded = `<img src="http://${other}/pixel"><iframe src="http://${other}/frame"></iframe>`;
    const { browser, at, seen } = await startSignedIn(t, {
      ...acting(page, null, 'click', embedded),
      [`${other}/pixel`]: { location: `http://${page}/back`, set: 'p=1; Path=/' },
    });
    await browser.visit(at(`${page}/`));
    const embeddedRequests = [`GET ${other}/pixel`, `GET ${page}/back ${own}`, `GET ${other}/frame p=1`];
    t.deepEqual(seen(), [`GET ${page}/ ${own}`, `GET ${page}/decide.js ${own}`, `GET ${page}/data ${own}`, ...embeddedRequests]);
  });

test('[rule Z] what a page embeds uses the jar of that page, not of the navigation that led to it', async (t) => {
  const { browser, at, seen } = await startSignedIn(t, {
    [`${PORTAL}/`]: { location: `http://${LOGIN}/` },
    [`${LOGIN}/`]: { body: '<img src="/pixel">' },
  });
  await browser.visit(at(`${PORTAL}/`));
  t.deepEqual(seen().slice(2), [`GET ${LOGIN}/ t=1`, `GET ${LOGIN}/pixel t=1`]);
});

test('[rule Z] a probe takes the cookies of its address’s zone', async (t) => {
  const { browser, at, seen } = await startSignedIn(t, {});
  for (const host of [PORTAL, LOGIN]) await browser.probe('GET', at(`${host}/`));
  t.deepEqual(seen(), [`GET ${PORTAL}/ i=1`, `GET ${LOGIN}/ t=1`]);
});

for (const [where, lists] of [
  ['both lists', { trustedSites: ['*.idp.localhost'], localIntranet: ['*.idp.localhost'] }],
  ['trusted sites only', { trustedSites: ['*.idp.localhost'], localIntranet: ['other.localhost'] }],
  ['local intranet only', { trustedSites: ['other.localhost'], localIntranet: ['*.idp.localhost'] }],
] as const)
  test(`[rule Z, O-04] a host in ${where} is out of its zone when each list that holds it is emptied`, async (t) => {
    const world = () => startSignedIn(t, {}, lists);
    for (const list of ['trusted-sites', 'local-intranet'] as const) {
      const { browser, at, seen } = await world();
      browser.takeOutOfZones(list);
      await browser.visit(at(`${LOGIN}/`));
      t.deepEqual(seen(), [where === `${list.replace('-', ' ')} only` ? `GET ${LOGIN}/` : `GET ${LOGIN}/ t=1`]);
    }
    const { browser, at, seen } = await world();
    browser.takeOutOfZones('trusted-sites', 'local-intranet');
    await browser.visit(at(`${LOGIN}/`));
    t.deepEqual(seen(), [`GET ${LOGIN}/`]);
  });

test('[rule Z, O-05] with the lists emptied one jar is in use: a redirect reaches the cookies of every host', async (t) => {
  const { browser, at, seen } = await startSignedIn(t, {
    [`${PORTAL}/out`]: { location: `http://${LOGIN}/logout` },
    [`${LOGIN}/logout`]: { set: 't=; Max-Age=0; Path=/' },
  });
  browser.takeOutOfZones('trusted-sites', 'local-intranet');
  await browser.visit(at(`${LOGIN}/set`));
  await browser.visit(at(`${PORTAL}/out`));
  await browser.visit(at(`${LOGIN}/`));
  const chain = [`GET ${PORTAL}/out i=1`, `GET ${LOGIN}/logout t=1`];
  t.deepEqual(seen(), [`GET ${LOGIN}/set`, ...chain, `GET ${LOGIN}/`]);
});

test('without zone lists there is one jar, and nothing is fetched twice', async (t) => {
  const hosts = { [`${PORTAL}/out`]: { location: `http://${LOGIN}/` } };
  const { browser, at, seen } = await startSignedIn(t, hosts, null);
  await browser.visit(at(`${PORTAL}/out`));
  t.deepEqual(seen(), [`GET ${PORTAL}/out i=1`, `GET ${LOGIN}/ t=1`]);
});

test('clones have the jars and zone lists of their browser, and go their own ways from there', async (t) => {
  const { browser, at, seen } = await startSignedIn(t, { [`${LOGIN}/more`]: { set: 'more=1; Path=/' } });
  const [early, changed] = [browser.clone(), browser.clone()];
  changed.takeOutOfZones('trusted-sites');
  await browser.visit(at(`${LOGIN}/more`));
  seen();
  for (const one of [browser, early, changed, changed.clone()]) await one.probe('GET', at(`${LOGIN}/`));
  t.deepEqual(seen(), [`GET ${LOGIN}/ t=1; more=1`, `GET ${LOGIN}/ t=1`, `GET ${LOGIN}/`, `GET ${LOGIN}/`]);
  browser.takeOutOfZones('trusted-sites');
  for (const one of [browser, early]) await one.probe('GET', at(`${LOGIN}/`));
  t.deepEqual(seen(), [`GET ${LOGIN}/`, `GET ${LOGIN}/ t=1`]);
});

test('the lists that a browser was made with may change without it', async (t) => {
  const own = { trustedSites: ['*.idp.localhost'], localIntranet: [] };
  const { browser, at, seen } = await startSignedIn(t, {}, own);
  own.trustedSites.pop();
  await browser.probe('GET', at(`${LOGIN}/`));
  t.deepEqual(seen(), [`GET ${LOGIN}/ t=1`]);
});
