import test from 'ava';
import { startRig } from './gateway-rig.ts';

const loopback = ['127.0.0.0/8'];
const farm = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'];

type Fields = Record<string, string | string[]>;
type Row = { what: string; trusted: string[]; fields: Fields; address: string; onwards: string; proto?: string };

/** The tests connect from 127.0.0.1. `address`: whom the gateway takes the client for. */
const rows: Row[] = [
  {
    what: 'an untrusted peer’s list',
    trusted: [],
    fields: { 'X-Forwarded-For': '192.0.2.1' },
    address: '127.0.0.1',
    onwards: '127.0.0.1',
  },
  {
    what: 'an untrusted peer’s scheme',
    trusted: ['10.0.0.0/8'],
    fields: { 'X-Forwarded-Proto': 'https' },
    address: '127.0.0.1',
    onwards: '127.0.0.1',
  },
  {
    what: 'an untrusted peer’s garbage',
    trusted: [],
    fields: { 'X-Forwarded-For': 'x', 'X-Forwarded-Proto': 'x' },
    address: '127.0.0.1',
    onwards: '127.0.0.1',
  },
  {
    what: 'a trusted proxy’s one address',
    trusted: loopback,
    fields: { 'X-Forwarded-For': '192.0.2.1' },
    address: '192.0.2.1',
    onwards: '192.0.2.1, 127.0.0.1',
  },
  {
    what: 'an address that the client itself has written',
    trusted: loopback,
    fields: { 'X-Forwarded-For': '10.9.9.9, 192.0.2.1' },
    address: '192.0.2.1',
    onwards: '10.9.9.9, 192.0.2.1, 127.0.0.1',
  },
  {
    what: 'two fields',
    trusted: farm,
    fields: { 'X-Forwarded-For': ['10.9.9.9 ,192.0.2.1', '10.0.0.9'] },
    address: '192.0.2.1',
    onwards: '10.9.9.9, 192.0.2.1, 10.0.0.9, 127.0.0.1',
  },
  {
    what: 'trusted addresses alone',
    trusted: farm,
    fields: { 'X-Forwarded-For': '10.0.0.1, 10.0.0.2' },
    address: '10.0.0.1',
    onwards: '10.0.0.1, 10.0.0.2, 127.0.0.1',
  },
  { what: 'no list', trusted: loopback, fields: {}, address: '127.0.0.1', onwards: '127.0.0.1' },
  {
    what: 'a list in a spelling that CGI folds',
    trusted: loopback,
    fields: { X_Forwarded_For: '192.0.2.1' },
    address: '127.0.0.1',
    onwards: '127.0.0.1',
  },
  {
    what: 'IPv6',
    trusted: farm,
    fields: { 'X-Forwarded-For': '2001:DB8::1, fd00::2' },
    address: '2001:db8::1',
    onwards: '2001:db8::1, fd00::2, 127.0.0.1',
  },
  {
    what: 'IPv4 in IPv6',
    trusted: farm,
    fields: { 'X-Forwarded-For': '::FFFF:192.0.2.1, ::ffff:10.0.0.1' },
    address: '192.0.2.1',
    onwards: '192.0.2.1, 10.0.0.1, 127.0.0.1',
  },
  {
    what: 'https',
    trusted: loopback,
    fields: { 'X-Forwarded-Proto': 'HTTPS' },
    address: '127.0.0.1',
    onwards: '127.0.0.1',
    proto: 'https',
  },
  {
    what: 'https, said twice',
    trusted: loopback,
    fields: { 'X-Forwarded-Proto': ['https', 'https, https'] },
    address: '127.0.0.1',
    onwards: '127.0.0.1',
    proto: 'https',
  },
  { what: 'http', trusted: loopback, fields: { 'X-Forwarded-Proto': 'http' }, address: '127.0.0.1', onwards: '127.0.0.1' },
];
for (const { what, trusted, fields, address, onwards, proto = 'http' } of rows)
  test(`${what}: the client is at ${address}, by ${proto}, and ${onwards} goes on`, async (t) => {
    const { ask, logOn, seen } = await startRig(t, { listener: { trustedProxies: trusted } });
    // Bound to this address: only a client that is read as this one is let in.
    const Cookie = await logOn({}, { 'X-Forwarded-For': address });
    const answer = await ask('GET', '/app/x', { Cookie, ...fields });
    t.is(answer.status, 200);
    const { headers } = seen[0] as { headers: import('node:http').IncomingHttpHeaders };
    t.is(headers['x-forwarded-for'], onwards);
    t.is(headers['x-forwarded-proto'], proto);
    t.is(headers['front-end-https'], proto === 'https' ? 'On' : undefined);
    t.is(headers['x-forwarded-host'], 'site.test');
    t.is(headers['x_forwarded_for'], undefined);
  });

const garbage: Fields[] = [
  ...[
    'unknown',
    '192.0.2.1:4711',
    '[2001:db8::1]:80',
    '',
    '192.0.2.1,',
    '192.0.2.1,,10.0.0.1',
    '999.0.0.1',
    'fe80::1%eth0',
    '192.0.2.1 10.0.0.1',
  ].map((value) => ({ 'X-Forwarded-For': value })),
  { 'X-Forwarded-For': ['192.0.2.1', 'x'] },
  ...['ftp', '', 'https, http', 'https;', 'on'].map((value) => ({ 'X-Forwarded-Proto': value })),
  { 'X-Forwarded-Proto': ['http', 'https'] },
];
for (const fields of garbage)
  test(`a trusted proxy that says ${JSON.stringify(fields)} gets 400`, async (t) => {
    const { ask, logOn, seen, recorder } = await startRig(t, {
      listener: { trustedProxies: loopback, bindToClientAddress: false },
    });
    const Cookie = await logOn();
    const { status, headers } = await ask('GET', '/app/x', { Cookie, ...fields });
    t.is(status, 400);
    t.is(headers.connection, 'close');
    t.is(seen.length, 0);
    const decision = recorder.read().events.findLast(({ kind }) => kind === 'decision');
    t.regex(decision?.sentence ?? '', /^Expected X-Forwarded-(For|Proto) to be /);
  });

test('[T-11] behind a trusted proxy a session is bound to the client’s address, whatever the client writes before it', async (t) => {
  const { ask, logOn } = await startRig(t, { listener: { trustedProxies: loopback } });
  const Cookie = await logOn({}, { 'X-Forwarded-For': '192.0.2.1' });
  const from = async (list: string) => (await ask('GET', '/app/x', { Cookie, 'X-Forwarded-For': list })).status;
  t.is(await from('192.0.2.1'), 200);
  t.is(await from('192.0.2.2, 192.0.2.1'), 200);
  t.is(await from('192.0.2.1, 192.0.2.2'), 302);
  t.is(await from('192.0.2.2'), 302);
});

test('[T-11] clients in a trusted network are told apart by the left-most address', async (t) => {
  const { ask, logOn } = await startRig(t, { listener: { trustedProxies: farm } });
  const Cookie = await logOn({}, { 'X-Forwarded-For': '10.0.0.1' });
  const from = async (list: string) => (await ask('GET', '/app/x', { Cookie, 'X-Forwarded-For': list })).status;
  t.is(await from('10.0.0.1, 10.0.0.9'), 200);
  t.is(await from('10.0.0.2, 10.0.0.1'), 302);
});

test('the session cookie is Secure where a trusted proxy says that the client came by https, and only there', async (t) => {
  const cookieFrom = async (trustedProxies: string[]) => {
    const { post } = await startRig(t, { listener: { trustedProxies } });
    const fields = { curl: 'Z2FappZ2F', username: 'corp\\anna', password: 'secret pass' };
    const { cookies } = await post(fields, '/CookieAuth.dll?Logon', { 'X-Forwarded-Proto': 'https' });
    return cookies.find((cookie) => cookie.startsWith('cadataTMG='));
  };
  t.regex((await cookieFrom(loopback)) ?? '', /; Secure/);
  t.notRegex((await cookieFrom([])) ?? 'Secure', /Secure/);
});

test('a reload that trusts nobody any more is heeded by the next request', async (t) => {
  const { ask, logOn, gateway, seen } = await startRig(t, { listener: { trustedProxies: loopback, bindToClientAddress: false } });
  const Cookie = await logOn();
  const { listener, rules } = gateway.gateway.rules();
  await ask('GET', '/app/x', { Cookie, 'X-Forwarded-For': '192.0.2.1' });
  await gateway.gateway.setRules({ listener: { ...listener, trustedProxies: [] }, rules });
  await ask('GET', '/app/x', { Cookie, 'X-Forwarded-For': '192.0.2.1' });
  t.deepEqual(
    seen.map(({ headers }) => headers['x-forwarded-for']),
    ['192.0.2.1, 127.0.0.1', '127.0.0.1'],
  );
});
