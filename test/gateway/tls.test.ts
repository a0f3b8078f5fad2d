import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { WebSocket, WebSocketServer } from 'ws';
import type { Listener, ServerCertificate } from '../../src/rules/publishing-rule.ts';
import { certificateFor, createAuthority } from '../tls-authority.ts';
import { type Change, startRig } from './gateway-rig.ts';

const authority = await createAuthority();
const certificate = await certificateFor(authority, ['site.test']);

/** A gateway with a certificate, asked by TLS. */
function startTls(t: ExecutionContext, change: Change = {}) {
  return startRig(t, { ca: authority.cert, ...change, listener: { tls: certificate, ...change.listener } });
}

/** A published server that speaks TLS, with a certificate of the same authority. */
async function startTlsBackEnd(t: ExecutionContext, { certificate, key }: ServerCertificate, respond: RequestListener) {
  const server = createServer({ cert: certificate, key: key() }, respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close(() => {}).closeAllConnections());
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, ca: authority.cert };
}

test('people sign in and out over TLS, before a server that speaks TLS too and learns that they came by it', async (t) => {
  const seen: unknown[] = [];
  const to = await startTlsBackEnd(t, await certificateFor(authority, ['localhost']), ({ url, headers }, response) => {
    seen.push([url, headers['x-forwarded-proto'], headers['front-end-https'], headers.host]);
    response.end('mail');
  });
  const { ask, post, recorder } = await startTls(t, { to, logoff: { forwardToBackend: true } });
  const form = { curl: 'Z2FappZ2F', flags: '0', username: 'corp\\anna', password: 'secret pass' };
  const { cookies, headers } = await post(form);
  t.is(headers.location, '/app/');
  t.regex(cookies[0] ?? '', /^cadataTMG=[^;]+; Path=\/; HttpOnly; Secure$/);
  const Cookie = (cookies[0] ?? '').split(';', 1)[0] as string;
  t.like(await ask('GET', '/app/', { Cookie }), { status: 200, body: 'mail' });
  const left = await ask('GET', '/app/bye', { Cookie });
  t.regex(left.body, /You are signed out/);
  t.regex(left.cookies[0] ?? '', /^cadataTMG=; Path=\/; HttpOnly; Secure; Max-Age=0/);
  t.like(await ask('GET', '/app/', { Cookie }), { status: 302 });
  t.deepEqual(seen, [
    ['/app/', 'https', 'On', 'site.test'],
    ['/app/bye', 'https', 'On', 'site.test'],
  ]);
  t.is(recorder.read().events.filter(({ session }) => session?.state === 'ended').length, 1);
});

test('a WebSocket over TLS goes through, and ends with the session', async (t) => {
  const rig = await startTls(t);
  const echo = new WebSocketServer({ server: rig.backEnd });
  echo.on('connection', (socket) => socket.on('message', (text) => socket.send(`back: ${text}`)));
  const Cookie = await rig.logOn();
  const agent = new Agent({ ca: authority.cert, servername: 'site.test' });
  const client = new WebSocket(`wss://127.0.0.1:${rig.port}/app/live`, { headers: { Host: 'site.test', Cookie }, agent });
  await once(client, 'open');
  client.send('here');
  t.is(String((await once(client, 'message'))[0]), 'back: here');
  t.is(rig.seen.length, 0);
  const closed = once(client, 'close');
  await rig.ask('GET', '/app/bye', { Cookie });
  t.is((await closed)[0], 1006);
});

const refusing = { crossSite: { cookie: 'unset', logon: 'refuse', logoff: 'allow', framedBy: [] } } as const;

for (const [origin, status] of [
  ['https://site.test', 302],
  ['http://site.test', 403],
] as const)
  test(`over TLS a logon form from ${origin} is answered with ${status} where other sites’ are refused`, async (t) => {
    const { post } = await startTls(t, { listener: refusing });
    const fields = { username: 'corp\\anna', password: 'secret pass' };
    t.is((await post(fields, '/CookieAuth.dll?Logon', { Origin: origin })).status, status);
  });

test('the page for an unknown site leads to the others by https', async (t) => {
  const { ask } = await startTls(t, { lab: true });
  const { body } = await ask('GET', '/', { Host: 'nobody.test:8443' });
  t.regex(body, /<a href="https:\/\/site\.test:8443\/">/);
});

const loopback = { trustedProxies: ['127.0.0.0/8'] };
const rows: [what: string, listener: Partial<Listener>, fields: Record<string, string>, proto: string][] = [
  ['a trusted proxy that says http is believed', loopback, { 'X-Forwarded-Proto': 'http' }, 'http'],
  ['a trusted proxy that says https is believed', loopback, { 'X-Forwarded-Proto': 'https' }, 'https'],
  ['of a trusted proxy that says nothing the connection counts', loopback, { 'X-Forwarded-For': '192.0.2.1' }, 'https'],
  ['of anybody else the connection counts', {}, { 'X-Forwarded-Proto': 'http' }, 'https'],
];
for (const [what, listener, fields, proto] of rows)
  test(`over TLS, ${what}`, async (t) => {
    const { logOn, post, ask, seen } = await startTls(t, { listener });
    const Cookie = await logOn({}, fields);
    await ask('GET', '/app/', { Cookie, ...fields });
    t.is(seen[0]?.headers['x-forwarded-proto'], proto);
    t.is(seen[0]?.headers['front-end-https'], proto === 'https' ? 'On' : undefined);
    const { cookies } = await post({ username: 'corp\\anna', password: 'secret pass' }, '/CookieAuth.dll?Logon', fields);
    t.is(/; Secure/.test(cookies[0] ?? ''), proto === 'https');
  });
