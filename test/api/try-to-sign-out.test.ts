import test from 'ava';
import type { ExchangeOptions } from '../../src/api/start-exchange.ts';
import { startExchange, tryToSignOut, type Verdict } from '../../src/index.ts';
import { type Manners, startOwnProxy } from './own-proxy.ts';

/** New sign-out, so that the client asks the proxy: what is tried here is the proxy. */
const NEW = '2013-cu9-announced';

type Row = { title: string; manners: Manners; exchange?: ExchangeOptions; probePath?: string; verdict: Partial<Verdict> };
const kept = { outcome: 'silent-relogin', codes: ['SO-02', 'SO-09'], detected: false, detectedBy: null } as const;
const asked = { outcome: 'prompt', promptedBy: 'gateway', proxySession: 'ended', detected: true } as const;

const rows: Row[] = [
  {
    title: 'a proxy that ends its session has signed the user out',
    manners: { signOut: 'ends' },
    verdict: { ...asked, codes: ['SO-03'], detectedBy: '/owa/logoff.owa', landing: '/owa/logoff.owa', backendSession: 'alive' },
  },
  {
    title: 'one that ends its session and passes the request on has signed the user out on both sides',
    manners: { signOut: 'passes' },
    verdict: { ...asked, codes: [], detectedBy: '/owa/logoff.owa', backendSession: 'ended' },
  },
  {
    title: 'one that takes the cookie only is found out by the old cookie',
    manners: { signOut: 'forgets' },
    verdict: { ...asked, codes: ['SO-06'], detectedBy: '/owa/logoff.owa' },
  },
  {
    title: 'one that misses the sign-out signs the user in again',
    manners: { signOut: 'misses' },
    verdict: { ...kept, proxySession: 'alive', backendSession: 'recreated', landing: '/owa/auth/signout.aspx' },
  },
  {
    title: '[E-16] behind none does a client sign out that shows a dialog',
    manners: { signOut: 'ends' },
    exchange: { profile: '2013-cu1' },
    verdict: { outcome: 'session-alive', clientAction: 'dialog', requests: [], landing: null, codes: ['SO-02', 'SO-09'] },
  },
  {
    title: 'one that asks by a Basic challenge is answered, and the browser goes on answering',
    manners: { asks: 'basic', signOut: 'misses' },
    verdict: { ...kept, proxySession: 'alive' },
  },
  {
    title: 'one whose form asks for an e-mail address, with types in capitals, is filled in',
    manners: { fields: '<input type="EMAIL" name="who"><input type="PASSWORD" name="word">' },
    verdict: asked,
  },
  {
    title: 'one that asks nobody is no gateway: the browser itself keeps the credentials',
    manners: { asks: 'nothing' },
    verdict: { outcome: 'silent-relogin', proxySession: 'none', codes: ['SO-19'] },
  },
  {
    title: 'without a gateway Exchange asks by its own form',
    manners: { asks: 'nothing' },
    exchange: { vdirAuth: 'fba' },
    verdict: { outcome: 'prompt', promptedBy: 'backend', proxySession: 'none', codes: [] },
  },
  {
    title: '[E-20] AD FS is reached at its own name, and asks',
    manners: { asks: 'nothing' },
    exchange: { vdirAuth: 'adfs' },
    verdict: { outcome: 'prompt', promptedBy: 'backend', landing: '/adfs/ls/', proxySession: 'none' },
  },
  {
    title: 'a proxy that looks after the health of Exchange by itself is not taken for the browser',
    manners: { signOut: 'ends', looksAfter: '/owa/healthcheck.htm' },
    verdict: { ...asked, codes: ['SO-03'] },
  },
  {
    title: 'a health page that everybody may see says nothing about sessions; another path does',
    manners: { signOut: 'ends', open: '/owa/healthcheck.htm' },
    probePath: '/owa/auth/signout.aspx',
    verdict: { ...asked, codes: ['SO-03'] },
  },
];

for (const { title, manners, exchange: options, probePath, verdict } of rows)
  test(title, async (t) => {
    const exchange = await startExchange({ profile: NEW, ...options });
    t.teardown(exchange.close);
    const url = await startOwnProxy(t, exchange.port, manners);
    const seen = await tryToSignOut({ url, exchange, ...(probePath && { probePath }) });
    t.like(seen, verdict, seen.because);
    if (seen.detectedBy !== null)
      t.deepEqual([seen.requests.at(-1)?.target, seen.landing], [seen.detectedBy, seen.detectedBy.replace(/\?.*/, '')]);
  });

const failures: [title: string, manners: Manners, password: string, sentence: RegExp][] = [
  [
    'a wrong password is said to be the likely reason',
    {},
    'wrong',
    /asked lab\\bob for a password 4 times.*is it the right one\?/,
  ],
  [
    'an error page after the sign-out is no outcome',
    { afterwards: 500 },
    'Passw0rd!',
    /after the sign-out, .* \(500\): no mailbox, and no form/,
  ],
  [
    'a proxy that lets nobody get to a mailbox is said to',
    { stranger: 503 },
    'Passw0rd!',
    /came to http:.* \(503\): no Sign out there/,
  ],
];

for (const [title, manners, password, message] of failures)
  test(title, async (t) => {
    const exchange = await startExchange({ profile: NEW });
    t.teardown(exchange.close);
    const url = await startOwnProxy(t, exchange.port, manners);
    const error = await t.throwsAsync(tryToSignOut({ url, exchange, as: { user: 'lab\\bob', password } }), { message });
    t.like(error, { name: 'LabError', code: 'backend-broken' });
    t.notRegex(String(error), /wrong|Passw0rd/);
  });

test('a mock Exchange that is not the one behind the proxy is no witness', async (t) => {
  const [exchange, other] = [await startExchange({ profile: NEW }), await startExchange({ profile: NEW })];
  t.teardown(() => Promise.all([exchange.close(), other.close()]));
  const url = await startOwnProxy(t, other.port);
  const error = await t.throwsAsync(tryToSignOut({ url, exchange }), { message: /has seen nobody: is it the one behind/ });
  t.like(error, { code: 'usage' });
});

test('the trace may come from another process', async (t) => {
  const exchange = await startExchange({ profile: '2013-cu1' });
  t.teardown(exchange.close);
  const url = await startOwnProxy(t, exchange.port);
  const remote = { port: exchange.port, vdirAuth: 'basic', trace: async (since?: number) => exchange.trace(since) } as const;
  t.is((await tryToSignOut({ url, exchange: remote })).outcome, 'session-alive');
});

test('a health page that everybody may see makes a proxy look like none', async (t) => {
  const exchange = await startExchange({ profile: NEW });
  t.teardown(exchange.close);
  const url = await startOwnProxy(t, exchange.port, { open: '/owa/healthcheck.htm' });
  t.is((await tryToSignOut({ url, exchange })).proxySession, 'none');
});

test('ECP, OWA Light and bob are tried as they are named', async (t) => {
  const exchange = await startExchange({ profile: '2013-cu1' });
  t.teardown(exchange.close);
  const url = await startOwnProxy(t, exchange.port);
  const as = { user: 'lab\\bob', password: 'Passw0rd!' };
  const ecp = await tryToSignOut({ url, exchange, as, signOutAt: '/ecp/' });
  t.like(ecp, { clientAction: 'dialog', outcome: 'session-alive' });
  const light = await tryToSignOut({ url, exchange, as, signOutAt: '/owa/?layout=light' });
  t.like(light, { clientAction: 'navigate', detectedBy: '/owa/logoff.owa', outcome: 'prompt' });
  t.deepEqual([...new Set(exchange.trace().events.flatMap(({ identity }) => identity ?? []))], ['lab\\bob']);
});

test('a verdict says what the proxy watches for if that is known', async (t) => {
  const exchange = await startExchange({ profile: NEW });
  t.teardown(exchange.close);
  const url = await startOwnProxy(t, exchange.port, { signOut: 'misses' });
  const silent = await tryToSignOut({ url, exchange });
  t.regex(silent.because, /signout\.aspx: the gateway took nothing of that for a sign-out; the next visit/);
  t.regex((await tryToSignOut({ url, exchange, logoffUrl: '?Cmd=logoff' })).because, /none matches "\?Cmd=logoff"/);
  t.regex((await tryToSignOut({ url, exchange, logoffUrl: null })).because, /watches for no logoff URL/);
});
