import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import test from 'ava';
import { type Counts, page, series, startCounted } from './metrics-rig.ts';

type Started = Awaited<ReturnType<typeof startCounted>>;
type Row = {
  title: string;
  change?: Parameters<typeof startCounted>[1];
  act: (rig: Started) => Promise<unknown>;
  counts: Counts;
};

const NONE = '(none)';
const logonRequest = (code = 302) => ({ [series.requests(NONE, 'POST', code)]: 1, [series.times(NONE)]: 1 });
const wrong = { username: 'corp\\anna', password: 'wrong', curl: 'Z2F' };

async function sendRaw({ port }: Started, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const closed = once(socket, 'close');
  socket.resume().end(text);
  await closed;
}

const rows: Row[] = [
  {
    title: 'a logon: the form, what came of it, and the new session',
    act: ({ logOn }) => logOn(),
    counts: { ...logonRequest(), [series.logons('accepted')]: 1, [series.created]: 1 },
  },
  {
    title: 'a wrong password',
    act: ({ post }) => post(wrong),
    counts: { ...logonRequest(), [series.logons('wrong-password')]: 1 },
  },
  {
    title: 'a right password of somebody who is locked out, beside the wrong ones before',
    change: { listener: { lockout: { threshold: 1, resetTime: 60_000, whileLocked: 'ignore' } } },
    async act({ post, logOn }) {
      for (let n = 0; n < 2; n++) await post(wrong);
      await logOn();
    },
    counts: {
      [series.requests(NONE, 'POST', 302)]: 3,
      [series.times(NONE)]: 3,
      [series.logons('wrong-password')]: 2,
      [series.logons('locked-out')]: 1,
    },
  },
  {
    title: 'a logon form of another site that is refused',
    change: { listener: { crossSite: { cookie: 'unset', logon: 'refuse', logoff: 'allow', framedBy: [] } } },
    act: ({ post }) => post(wrong, '/CookieAuth.dll?Logon', { 'Sec-Fetch-Site': 'cross-site' }),
    counts: { ...logonRequest(403), [series.logons('cross-site')]: 1 },
  },
  {
    title: 'a logon form that is too large to be one',
    act: ({ post }) => post({ username: 'x'.repeat(20_000) }),
    counts: { ...logonRequest(413), [series.logons('malformed')]: 1 },
  },
  {
    title: 'a logon while the store is away',
    async act({ store, logOn }) {
      store.away = 'before';
      await logOn();
    },
    counts: { ...logonRequest(503), [series.logons('store-away')]: 1 },
  },
  {
    title: 'a logon that the server asked about passwords cannot answer',
    change: { listener: { validate: { kind: 'basic', url: 'http://127.0.0.1:1/', ca: null } } },
    act: ({ logOn }) => logOn(),
    counts: { ...logonRequest(502), [series.logons('not-checked')]: 1 },
  },
  {
    title: 'a request without a session, by the rule that it was for',
    act: ({ ask }) => ask('GET', '/app/'),
    counts: page(302),
  },
  {
    title: 'a sign-out without a session',
    act: ({ ask }) => ask('GET', '/app/bye'),
    counts: { ...page(200), [series.detected('Site', 'no')]: 1 },
  },
  {
    title: 'a sign-out for which another site has asked, which needs the user’s word, as a mere request',
    change: { listener: { crossSite: { cookie: 'unset', logon: 'allow', logoff: 'ask', framedBy: [] } } },
    act: ({ ask }) =>
      ask('GET', '/app/bye', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }),
    counts: page(200),
  },
  {
    title: 'a request for a name that nobody publishes',
    act: ({ ask }) => ask('GET', '/app/', { Host: 'none.test' }),
    counts: page(404, NONE),
  },
  {
    title: 'a request that is refused for its target',
    act: ({ ask }) => ask('GET', '/app/../x'),
    counts: { ...page(400, NONE), [series.refused(400)]: 1 },
  },
  {
    title: 'a request that is refused for the length of its query, by its rule',
    change: { limits: { queryBytes: 10 } },
    act: ({ ask }) => ask('GET', '/app/?12345678901'),
    counts: { ...page(414), [series.refused(414)]: 1 },
  },
  {
    title: 'what is no request at all, as refused alone',
    act: (rig) => sendRaw(rig, 'NONSENSE\r\n\r\n'),
    counts: { [series.refused(400)]: 1 },
  },
  {
    title: 'a method that nobody knows as one of the others',
    act: ({ ask }) => ask('MKCALENDAR', '/app/'),
    counts: page(302, 'Site', 'other'),
  },
];

for (const { title, change, act, counts } of rows)
  test(`${title}: is counted once, and nothing else`, async (t) => {
    const rig = await startCounted(t, change);
    const before = await rig.values();
    await act(rig);
    t.deepEqual(await rig.growth(before), counts);
  });

test('each method that docs/reference/metrics.md names is counted by its name', async (t) => {
  const [, list = ''] = /^- `method` is (.*) or `other`\.$/m.exec(readFileSync('docs/reference/metrics.md', 'utf8')) ?? [];
  const methods = [...list.matchAll(/`([A-Z]+)`/g)].map(([, method]) => method as string);
  t.true(methods.length >= 10);
  const { ask, values, growth } = await startCounted(t);
  const before = await values();
  for (const method of methods) t.is((await ask(method, '/app/')).status, 302, method);
  const counted = methods.map((method) => [series.requests('Site', method, 302), 1]);
  t.deepEqual(await growth(before), { ...Object.fromEntries(counted), [series.times('Site')]: methods.length });
});

test('a sign-out that is detected counts the request, the detection and the end of the session with its time', async (t) => {
  const { ask, logOn, values, growth } = await startCounted(t);
  const Cookie = await logOn();
  const before = await values();
  t.is(before['logoff_lab_sessions'], 1);
  await ask('GET', '/app/bye', { Cookie });
  t.deepEqual(await growth(before), {
    ...page(200),
    [series.detected('Site', 'yes')]: 1,
    [series.ended('logoff')]: 1,
    [series.endTimes]: 1,
  });
  t.is((await values())['logoff_lab_sessions'], 0);
});

test('statuses that are not registered are counted as one, however many a published server makes up', async (t) => {
  let status = 700;
  const { ask, logOn, values, growth } = await startCounted(t, {}, (_, response) => response.writeHead(status++).end());
  const Cookie = await logOn();
  const before = await values();
  for (let count = 0; count < 20; count++) t.is((await ask('GET', '/app/', { Cookie })).status, 700 + count);
  t.deepEqual(await growth(before), { [series.requests('Site', 'GET', 'other')]: 20, [series.times('Site')]: 20 });
});

test('a session whose time is over is counted as ended by that, without any request', async (t) => {
  const { logOn, values, growth, clock, store } = await startCounted(t);
  await logOn();
  const before = await values();
  const destroyed = store.stop('destroy', 'after');
  clock.advance(600_000);
  await destroyed.reached;
  destroyed.goOn();
  t.deepEqual(await growth(before), { [series.ended('timed-out')]: 1, [series.endTimes]: 1 });
});

test('logons for which there is no room are counted as that, and those that waited as what came of them', async (t) => {
  const challenge = { 'WWW-Authenticate': 'Basic realm="site"' };
  const asked: ServerResponse[] = [];
  const server = createServer((_, response) => asked.push(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close().closeAllConnections());
  const validate = { kind: 'basic', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ca: null } as const;
  const { post, values, growth } = await startCounted(t, { listener: { validate } });
  const before = await values();
  // 32 are asked about at once, and 32 wait for that.
  const logons = Array.from({ length: 66 }, (_, n) => post({ ...wrong, username: `user${n}` }));
  t.deepEqual(
    (await Promise.all(firstOf(logons, 2))).map(({ status }) => status),
    [503, 503],
  );
  server.removeAllListeners('request').on('request', (_, response) => response.writeHead(401, challenge).end());
  for (const response of asked) response.writeHead(401, challenge).end();
  await Promise.all(logons);
  const { [series.times(NONE)]: _, ...counts } = await growth(before);
  t.deepEqual(counts, {
    [series.requests(NONE, 'POST', 503)]: 2,
    [series.logons('busy')]: 2,
    [series.requests(NONE, 'POST', 302)]: 64,
    [series.logons('wrong-password')]: 64,
  });
});

/** The `count` that settle first, each when it does. */
function firstOf<Answer>(coming: readonly Promise<Answer>[], count: number): Promise<Answer>[] {
  const first = Array.from({ length: count }, () => Promise.withResolvers<Answer>());
  let settled = 0;
  for (const one of coming) void one.then((answer) => first[settled++]?.resolve(answer));
  return first.map(({ promise }) => promise);
}

test('times are in seconds: of a request no more than it took, of an end what passed until the store had said so', async (t) => {
  const { ask, logOn, values, clock, store, gateway } = await startCounted(t);
  await logOn();
  const from = performance.now();
  await ask('GET', '/app/');
  const took = (performance.now() - from) / 1_000;
  const seconds = (await values())['logoff_lab_request_duration_seconds_sum{rule=Site}'] ?? 0;
  t.true(seconds > 0 && seconds <= took);

  const { reached, goOn } = store.stop('destroy', 'after');
  const ended = gateway.gateway.endSessions();
  await reached;
  clock.advance(2_000);
  goOn();
  await ended;
  const end = await values();
  t.is(end['logoff_lab_session_end_duration_seconds_sum'], 2);
  t.deepEqual(
    ['1', '5'].map((le) => end[`logoff_lab_session_end_duration_seconds_bucket{le=${le}}`]),
    [0, 1],
  );
});
