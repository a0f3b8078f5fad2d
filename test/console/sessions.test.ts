import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import type { Clock } from '../../src/clock.ts';
import { LabError } from '../../src/errors.ts';
import { hashPassword } from '../../src/rules/password-hash.ts';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import { run } from '../cli/processes.ts';
import { startRig } from '../gateway/gateway-rig.ts';
import { askConsole, startConsole } from './console-rig.ts';

const hash = await hashPassword('secret pass');
const users = ['corp\\anna', 'corp\\Ben'].map((name) => ({ name, hash }));

/** A gateway whose sessions the console lists and ends; anna and ben may sign in. */
async function startSessions(t: ExecutionContext, change: Parameters<typeof startRig>[1] = {}) {
  const listener = { validate: { kind: 'users', users } } as const;
  const rig = await startRig(t, { listener, ...change }, (request, response) =>
    request.url === '/app/events' ? response.write('first') : response.end('content'),
  );
  const { gateway, sessions } = rig.gateway;
  const api = await askConsole(t, { sessions, admin: { gateway, clock: rig.clock } });
  const logOnBen = () => rig.logOn({ username: 'corp\\ben' });
  /** A download that goes on. */
  const stream = async (Cookie: string): Promise<IncomingMessage> => {
    const sent = get({ port: rig.port, path: '/app/events', headers: { Host: 'site.test', Cookie }, agent: false });
    return ((await once(sent, 'response')) as [IncomingMessage])[0].resume();
  };
  /** `isIn(cookie)`: the gateway does not send that browser to its form. */
  const isIn = async (Cookie: string) => (await rig.ask('GET', '/app/', { Cookie })).status === 200;
  const listed = async (query = '') =>
    (await api.ask('GET', `/api/sessions${query}`)).json['sessions'] as Record<string, unknown>[];
  return { ...rig, ...api, ask: rig.ask, admin: api.ask, logOnBen, stream, isIn, listed };
}

test('sessions are listed by logon time with who, where and how long, and with nothing that would open one', async (t) => {
  const { logOn, logOnBen, stream, clock, admin, listed, gateway } = await startSessions(t);
  const ben = await logOnBen();
  clock.advance(90_500);
  const anna = await logOn({ flags: '4' });
  clock.advance(30_000);
  await stream(ben);
  clock.advance(1_000);
  const known = await gateway.sessions.list();
  const idOf = (user: string) => known.find((session) => session.user === user)?.publicId;
  const iso = (ago: number) => new Date(clock.now() - ago).toISOString();
  const both = { listener: 'Test', publicName: 'site.test', clientAddress: '127.0.0.1' };
  t.deepEqual(await listed(), [
    {
      ...{ publicId: idOf('corp\\Ben'), user: 'corp\\Ben', ...both, computer: 'public', connections: 1 },
      ...{ loggedOnAt: iso(121_500), lastUsedAt: iso(1_000), expiresAt: iso(1_000 - 600_000), ageSeconds: 121, idleSeconds: 1 },
    },
    {
      ...{ publicId: idOf('corp\\anna'), user: 'corp\\anna', ...both, computer: 'private', connections: 0 },
      ...{ loggedOnAt: iso(31_000), lastUsedAt: iso(31_000), expiresAt: iso(31_000 - 21_600_000) },
      ...{ ageSeconds: 31, idleSeconds: 31 },
    },
  ]);
  const { text } = await admin('GET', '/api/sessions');
  const [annasId = '', annasSecret = ''] = anna.replace('cadataTMG=', '').split('.');
  for (const secret of [annasId, annasSecret, known[0]?.id, known[0]?.stamp, 'secret pass', 'stamp', 'sealed'])
    t.false(text.includes(secret as string), secret);
  t.is(anna.length, 'cadataTMG='.length + annasId.length + 1 + annasSecret.length);
});

test('?user= lists one user’s sessions, whatever the case of the name', async (t) => {
  const { logOn, logOnBen, listed } = await startSessions(t);
  await logOn();
  await logOnBen();
  const names = async (query: string) => (await listed(query)).map(({ user }) => user);
  t.deepEqual(await names('?user=CORP%5CBEN'), ['corp\\Ben']);
  t.deepEqual(await names('?user=corp%5Ccarol'), []);
});

test('one session is ended by its public id, and its connections with it', async (t) => {
  const { logOn, logOnBen, stream, isIn, admin, listed } = await startSessions(t);
  const [anna, ben] = [await logOn(), await logOnBen()];
  const open = await stream(ben);
  const cut = new Promise((resolve) => open.on('error', () => {}).on('close', resolve));
  const { publicId } = (await listed('?user=corp%5Cben'))[0] as { publicId: string };
  const { status, json } = await admin('DELETE', `/api/sessions/${publicId}`);
  t.is(status, 200);
  const record = { publicId, user: 'corp\\Ben', reason: 'admin', connectionsClosed: 1, msToEffect: 0 };
  t.deepEqual(json, { ended: 1, records: [record] });
  await cut;
  t.deepEqual([await isIn(anna), await isIn(ben)], [true, false]);
  const again = await admin('DELETE', `/api/sessions/${publicId}`);
  t.deepEqual(
    [again.status, again.json['error']],
    [404, `there is no session "${publicId}"; GET /api/sessions lists them by publicId`],
  );
});

test('all sessions of one user are ended, and nobody else’s', async (t) => {
  const { logOn, logOnBen, isIn, admin } = await startSessions(t);
  const [anna, ben, bensOther] = [await logOn(), await logOnBen(), await logOnBen()];
  const { json } = await admin('DELETE', '/api/sessions?user=corp%5CBEN');
  t.is(json['ended'], 2);
  t.like(json['records'], { length: 2, 0: { user: 'corp\\Ben', reason: 'admin' }, 1: { user: 'corp\\Ben' } });
  t.deepEqual([await isIn(anna), await isIn(ben), await isIn(bensOther)], [true, false, false]);
});

test('all sessions are ended', async (t) => {
  const { logOn, logOnBen, isIn, admin } = await startSessions(t);
  const cookies = [await logOn(), await logOnBen()];
  t.is((await admin('DELETE', '/api/sessions')).json['ended'], 2);
  for (const cookie of cookies) t.false(await isIn(cookie));
  t.deepEqual((await admin('DELETE', '/api/sessions')).json, { ended: 0, records: [] });
});

test('a user without a session is answered with 404 and those who have one', async (t) => {
  const { logOn, logOnBen, isIn, admin } = await startSessions(t);
  const said = async () => {
    const { status, json } = await admin('DELETE', '/api/sessions?user=corp%5Ccarol');
    return [status, json['error']];
  };
  t.deepEqual(await said(), [404, '"corp\\carol" has no session; nobody has']);
  const anna = await logOn();
  await logOnBen();
  t.deepEqual(await said(), [404, '"corp\\carol" has no session; there are sessions of corp\\Ben and corp\\anna']);
  t.true(await isIn(anna));
});

for (const [method, address, body, says] of [
  ['DELETE', '?usr=corp%5Canna', '', 'there is no query parameter "usr"; there is user'],
  ['DELETE', '?user=corp%5Canna&force', '', 'there is no query parameter "force"; there is user'],
  ['DELETE', '?USER=corp%5Canna', '', 'there is no query parameter "USER"; there is user'],
  ['DELETE', '?user=', '', 'user: expected a name, for example ?user=lab%5Calice'],
  ['DELETE', '?user=corp%5Canna&user=corp%5Cben', '', 'user is given twice; ask for one user at a time'],
  ['DELETE', '', '{"user":"corp\\\\anna"}', 'expected no body; a user is named in the address: ?user=lab%5Calice'],
  ['DELETE', '/x?user=corp%5Canna', '', 'there is no query parameter "user"; there is none here'],
  ['GET', '?usr=corp%5Canna', '', 'there is no query parameter "usr"; there is user'],
] as const)
  test(`${method} /api/sessions${address} ${body} is refused with a sentence, and nobody’s session ends`, async (t) => {
    const { logOn, isIn, admin } = await startSessions(t);
    const anna = await logOn();
    const { status, json } = await admin(method, `/api/sessions${address}`, body, { 'Content-Length': String(body.length) });
    t.deepEqual([status, json], [400, { error: says }]);
    t.true(await isIn(anna));
  });

test('a page of another site ends no session: it is neither let in under its own name nor allowed to send DELETE', async (t) => {
  const { logOn, isIn, admin, listed } = await startSessions(t);
  const anna = await logOn();
  const [{ publicId } = { publicId: '' }] = await listed();
  const Origin = 'http://evil.example';
  for (const path of ['/api/sessions', `/api/sessions/${publicId}`, '/api/sessions?user=corp%5Canna']) {
    t.is((await admin('DELETE', path, '', { Origin, Host: 'evil.example' })).status, 403);
    const preflight = await admin('OPTIONS', path, '', { Origin, 'Access-Control-Request-Method': 'DELETE' });
    t.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [404, undefined]);
    for (const method of ['POST', 'GET']) await admin(method, path, '', { Origin });
  }
  t.true(await isIn(anna));
});

/** Sessions whose store can be taken away. */
function store() {
  let away = false;
  const gone = () => Promise.reject(new LabError('store-away', 'The session store cannot be asked now.'));
  const sessions = (clock: Clock) => {
    const memory = createMemoryStore(clock);
    const stub = { list: () => (away ? gone() : memory.list()), ping: () => (away ? gone() : memory.ping()) };
    return createSessionManager({ store: { ...memory, ...stub, shared: true }, clock, random: randomBytes });
  };
  return { sessions, take: () => (away = true), giveBack: () => (away = false) };
}

test('while the store is away sessions are answered with 503 and a sentence, and the process is alive but not ready', async (t) => {
  const { sessions, take, giveBack } = store();
  const { admin, consolePort } = await startSessions(t, { sessions });
  t.deepEqual([(await admin('GET', '/readyz')).status, (await admin('GET', '/livez')).status], [200, 200]);
  take();
  for (const [method, path] of [
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions'],
    ['DELETE', '/api/sessions/x'],
    ['DELETE', '/api/sessions?user=x'],
  ] as const) {
    const { status, headers, json } = await admin(method, path);
    t.deepEqual(
      [status, headers['retry-after'], json],
      [503, '2', { error: 'the session store cannot be asked: try again when /readyz is 200' }],
    );
  }
  const ready = await admin('GET', '/readyz', '', { Host: 'health.example' });
  t.deepEqual([ready.status, ready.headers['retry-after']], [503, '2']);
  t.is(ready.text, 'The session store cannot be asked, so nobody can be let in.\n');
  t.is((await admin('GET', '/livez')).status, 200);
  const { code, output } = await run(t, ['healthcheck', '--console-port', String(consolePort)]);
  t.is(code, 0, `no restart brings the store back: ${output}`);
  giveBack();
  t.is((await admin('GET', '/readyz')).text, 'ready\n');
});

test('without the admin API there is health and nothing else', async (t) => {
  const { gateway } = await startRig(t);
  const { ask } = await askConsole(t, { sessions: gateway.sessions });
  for (const [method, path] of [
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions'],
    ['GET', '/'],
    ['GET', '/api'],
    ['GET', '/sessions'],
    ['GET', '/console.css'],
  ] as const) {
    const { status, text } = await ask(method, path);
    t.is(status, 404);
    t.regex(text, /^There is no \w+ \S+ here\. There is:\n {2}GET {4}\/livez .*\n {2}GET {4}\/readyz .*\n$/);
  }
});

test('the lab’s overview names sessions and all the rest, and a gateway’s alone its sessions, there and at its root', async (t) => {
  const { ask } = await startConsole(t);
  const { text } = await ask('GET', '/api');
  for (const path of ['/livez', '/api/sessions?user=NAME', '/api/lab', '/api/trace']) t.true(text.includes(path), path);
  const { admin } = await startSessions(t);
  const alone = await admin('GET', '/api');
  t.is((await admin('GET', '/')).text, alone.text);
  t.regex(alone.text, /DELETE \/api\/sessions\/:publicId/);
  t.notRegex(alone.text, /\/api\/lab/);
});

test('ages go by the lab’s clock', async (t) => {
  const { lab, ask, json } = await startConsole(t);
  const cause = { reason: 'admin', rule: null, request: null } as const;
  await lab.sessions.create({
    ...{ user: 'lab\\alice', password: 'x', stamp: 'x', listener: 'Lab', publicName: 'mail.localhost' },
    ...{ clientAddress: '127.0.0.1', bindToClientAddress: true, trusted: true },
    lifetime: { kind: 'idle', length: 21_600_000 },
  });
  await json('POST', '/api/clock', { advance: '2h' });
  const [session] = (await ask('GET', '/api/sessions')).json['sessions'] as { ageSeconds: number; idleSeconds: number }[];
  t.true((session?.ageSeconds ?? 0) >= 7_200 && session?.ageSeconds === session?.idleSeconds);
  await lab.sessions.endAll(cause);
});
