import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import type { Logger } from '../../src/log.ts';
import { Wire } from './forward-rig.ts';
import { startRig } from './gateway-rig.ts';

const credentials = { username: 'corp\\anna', password: 'secret pass' };

for (const [reason, says] of [
  ['0', null],
  ['1', 'You are signed out'],
  ['2', 'could not be logged on'],
  ['3', 'timed out'],
  ['4', null],
  ['', null],
] as const)
  test(`the form asked for with reason=${reason} says ${says ?? 'nothing'}`, async (t) => {
    const { ask } = await startRig(t);
    const { body } = await ask('GET', `/CookieAuth.dll?GetLogon?curl=Z2F&reason=${reason}&formdir=3`);
    t.is(/role="(?:status|alert)"[^>]*>([^<]*)</.exec(body)?.[1]?.includes(says ?? '-') ?? null, says && true);
  });

for (const [formdir, kept] of [
  ['formdir=12', '12'],
  ['formdir=0001', '0001'],
  ['formdir=12345', '3'],
  ['formdir=x', '3'],
  ['formdir=', '3'],
  ['', '3'],
])
  test(`the form asked for with "${formdir}" is that of form set ${kept}`, async (t) => {
    const { ask } = await startRig(t);
    const { body } = await ask('GET', `/CookieAuth.dll?GetLogon?curl=Z2F&reason=0&${formdir}`);
    t.true(body.includes(`name="formdir" value="${kept}"`));
  });

test('[T-07] a logon that is not a POST leads to the form, where nothing is said to be wrong', async (t) => {
  const { ask, gateway } = await startRig(t);
  const { status, headers } = await ask('GET', `/CookieAuth.dll?Logon&${new URLSearchParams(credentials)}`);
  t.is(status, 302);
  t.is(headers.location, '/CookieAuth.dll?GetLogon?curl=Z2F&reason=0&formdir=3');
  t.deepEqual(await gateway.sessions.list(), []);
});

test('an empty name or password is wrong, whatever the server says that is asked about passwords, and is not asked about', async (t) => {
  const passwords = await startRig(t, {}, ({ headers: { authorization } }, response) =>
    response.writeHead(authorization ? 200 : 401, { 'WWW-Authenticate': 'Basic realm="x"' }).end(),
  );
  const url = `http://127.0.0.1:${(passwords.backEnd.address() as AddressInfo).port}/`;
  const { post } = await startRig(t, { listener: { validate: { kind: 'basic', url, ca: null } } });
  for (const wrong of [{ username: '' }, { username: ' ' }, { password: '' }])
    t.regex((await post({ ...credentials, ...wrong })).headers.location ?? '', /reason=2/);
  t.is(passwords.seen.length, 0);
  t.is((await post(credentials)).cookies.length, 1);
});

for (const [what, password] of [
  ['succeeds', 'secret pass'],
  ['fails', 'wrong'],
] as const)
  test(`the answer to a logon that ${what} is stored nowhere`, async (t) => {
    const { post } = await startRig(t);
    t.is((await post({ ...credentials, password })).headers['cache-control'], 'no-store');
  });

for (const [trusted, computer] of [
  ['0', 'public'],
  ['4', 'private'],
] as const)
  test(`a logon from a ${computer} computer is in trace and log, once each`, async (t) => {
    const lines: unknown[][] = [];
    const log = { info: (...line: unknown[]) => lines.push(line), warn() {}, error() {} } as unknown as Logger;
    const { logOn, recorder, gateway } = await startRig(t, { log });
    await logOn({ trusted });
    const [session] = await gateway.sessions.list();
    const { publicId, user } = session as { publicId: string; user: string };
    const events = recorder.read().events.filter(({ kind }) => kind === 'session');
    const about = { session: publicId, user, publicName: 'site.test', clientAddress: '127.0.0.1', computer };
    t.deepEqual(lines, [[{ request: events[0]?.exchange, ...about }, 'logged on']]);
    const sentence = `corp\\anna is logged on from a ${computer} computer`;
    t.like(events, { length: 1, 0: { identity: user, session: { id: publicId, state: 'started' }, sentence } });
  });

test('a client that does not expect 100 Continue gets none', async (t) => {
  const { port } = await startRig(t);
  const client = new Wire(connect(port, '127.0.0.1'));
  client.send('POST /CookieAuth.dll?Logon HTTP/1.1', 'Host: site.test', 'Content-Length: 3', 'Connection: close', '', 'a=b');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 302 /);
});

test('a form that is too large is refused as such, and its connection closed', async (t) => {
  const { port } = await startRig(t);
  const client = new Wire(connect(port, '127.0.0.1'));
  client.send('POST /CookieAuth.dll?Logon HTTP/1.1', 'Host: site.test', 'Content-Length: 16385', '', 'username=a');
  await client.until(/at most 16384 bytes/);
  t.regex(client.received, /^HTTP\/1\.1 413 .*\r\nConnection: close\r\n/s);
  client.socket.destroy();
});

test('a form that breaks off is answered to nobody, and logs nobody on', async (t) => {
  const { port, recorder, gateway } = await startRig(t);
  const client = new Wire(connect(port, '127.0.0.1'));
  client.send('POST /CookieAuth.dll?Logon HTTP/1.1', 'Host: site.test', 'Content-Length: 99', '', 'username=corp%5Canna');
  const events = () => recorder.read().events;
  while (events().length === 0) await setImmediate();
  client.socket.resetAndDestroy();
  while (!events().some(({ kind }) => kind === 'response')) await setImmediate();
  t.like(events().at(-1), { kind: 'response', status: undefined, outcome: 'client-gone' });
  t.deepEqual(await gateway.sessions.list(), []);
});
