import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test from 'ava';
import { WebSocket, WebSocketServer } from 'ws';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import { startRig } from './gateway-rig.ts';

function dial(port: number, text: string, allowHalfOpen = false): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen });
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

const upgrade = 'GET /app/live HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

for (const kind of ['idle', 'absolute'] as const)
  test(`a session that times out (${kind}) takes its stream and its WebSocket along, without another request`, async (t) => {
    const timeouts = { kind, public: 600_000, private: 600_000 };
    const { logOn, backEnd, port, clock, recorder } = await startRig(t, { listener: { timeouts } }, (_, response) =>
      response.write('first'),
    );
    new WebSocketServer({ server: backEnd });
    const Cookie = await logOn();
    const client = new WebSocket(`ws://127.0.0.1:${port}/app/live`, { headers: { Host: 'site.test', Cookie } });
    await once(client, 'open');
    const stream = dial(port, `GET /app/events HTTP/1.1\r\nHost: site.test\r\nCookie: ${Cookie}\r\n\r\n`);
    await once(stream, 'data');
    const ended = Promise.all([once(client, 'close'), once(stream, 'close')]);
    clock.advance(600_000);
    await ended;
    const ends = recorder.read().events.filter((event) => event.session?.state === 'ended');
    t.is(ends.length, 1);
    t.like(ends[0], { session: { reason: 'timed-out' }, identity: 'corp\\anna' });
    stream.destroy();
  });

test('an idle time-out counts from the last request, whichever connection is open', async (t) => {
  const { logOn, ask, backEnd, port, clock, gateway } = await startRig(t);
  new WebSocketServer({ server: backEnd });
  const Cookie = await logOn();
  const client = new WebSocket(`ws://127.0.0.1:${port}/app/live`, { headers: { Host: 'site.test', Cookie } });
  await once(client, 'open');
  clock.advance(400_000);
  t.is((await ask('GET', '/app/', { Cookie })).status, 200);
  clock.advance(400_000);
  t.is((await gateway.sessions.list()).length, 1);
  t.is(client.readyState, WebSocket.OPEN);
  const ended = once(client, 'close');
  clock.advance(200_000);
  await ended;
});

test('a request that was found alive while the session ended does not reach the back end', async (t) => {
  const renewing = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let late = false;
  const { logOn, ask, seen } = await startRig(t, {
    sessions: (clock) => {
      const store = createMemoryStore(clock);
      const replace: typeof store.replace = async (...args) => {
        const done = await store.replace(...args);
        if (late) {
          late = false;
          renewing.resolve();
          await goOn.promise;
        }
        return done;
      };
      return createSessionManager({ store: { ...store, replace }, clock, random: randomBytes });
    },
  });
  const Cookie = await logOn();
  late = true;
  const poll = ask('GET', '/app/poll', { Cookie });
  await renewing.promise;
  t.is((await ask('GET', '/app/bye', { Cookie })).status, 200);
  goOn.resolve();
  t.is((await poll).status, 302);
  t.is(seen.length, 0);
});

for (const first of ['GET /x HTTP/1.1\r\nHost: site.test\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n'])
  test(`a WebSocket pipelined behind ${JSON.stringify(first)} does no harm`, async (t) => {
    const { port, ask } = await startRig(t);
    const socket = dial(port, first + upgrade);
    await once(socket.resume(), 'close');
    t.is((await ask('GET', '/app/')).status, 302);
  });

test('a client that keeps its half of an anonymous WebSocket open does not keep the gateway from closing', async (t) => {
  const { port, gateway } = await startRig(t);
  const socket = dial(port, upgrade, true).resume();
  await once(socket, 'end');
  await gateway.close(10);
  socket.destroy();
  t.pass();
});

test('two cookies that open two sessions sign nobody in, and signing out ends both', async (t) => {
  const { logOn, ask, seen } = await startRig(t);
  const [one, two] = [await logOn(), await logOn()];
  t.is((await ask('GET', '/app/', { Cookie: `${one}; ${two}` })).status, 302);
  t.is((await ask('GET', '/app/', { Cookie: `cadataTMG=stale; ${two}` })).status, 200);
  await ask('GET', '/app/bye', { Cookie: `${one}; ${two}` });
  for (const Cookie of [one, two]) t.is((await ask('GET', '/app/', { Cookie })).status, 302);
  t.is(seen.length, 1);
});

test('the cookie of a session that has ended hinders neither the use of one that lives nor its sign-out', async (t) => {
  const { logOn, ask, gateway } = await startRig(t);
  const [old, live] = [await logOn(), await logOn()];
  t.is((await ask('GET', '/app/bye', { Cookie: old })).status, 200);
  const Cookie = `${old}; ${live}`;
  t.is((await ask('GET', '/app/', { Cookie })).status, 200);
  t.is((await ask('GET', '/app/bye', { Cookie })).status, 200);
  t.deepEqual(await gateway.sessions.list(), []);
});

for (const [what, method, headers, status] of [
  ['TRACE, which would show the credentials', 'TRACE', {}, 405],
  ['a transfer coding besides chunked', 'POST', { 'Transfer-Encoding': 'gzip, chunked' }, 501],
] as const)
  test(`${what}, is refused with ${status}`, async (t) => {
    const { logOn, ask, seen } = await startRig(t);
    t.is((await ask(method, '/app/', { ...headers, Cookie: await logOn() })).status, status);
    t.is(seen.length, 0);
  });

for (const [what, head] of [
  ['two Hosts', 'Host: site.test\r\nHost: other.test'],
  ['a Host with a path', 'Host: site.test/x'],
  ['a Host with a user', 'Host: a@site.test'],
  ['an empty Host', 'Host:'],
] as const)
  test(`a request with ${what} is refused`, async (t) => {
    const { port, logOn, seen } = await startRig(t);
    const socket = dial(port, `GET /app/ HTTP/1.1\r\n${head}\r\nCookie: ${await logOn()}\r\nConnection: close\r\n\r\n`);
    t.regex(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 400 /);
    t.is(seen.length, 0);
  });

test('fields that name another target or fold to one of ours are not forwarded', async (t) => {
  const { logOn, ask, seen } = await startRig(t);
  const forged = { 'X-Original-URL': '/admin', 'X-Rewrite-URL': '/admin', X_Forwarded_For: '10.0.0.1', Front_End_Https: 'On' };
  await ask('GET', '/app/', { ...forged, Cookie: await logOn() });
  for (const name of Object.keys(forged)) t.is(seen[0]?.headers[name.toLowerCase()], undefined, name);
});

test('credentials that somebody puts into the address of the form stay out of the trace', async (t) => {
  const { ask, recorder } = await startRig(t);
  for (const address of ['/CookieAuth.dll?Logon', '/%43ookieAuth.dll?Logon', '/CookieAuth.dll?GetLogonX'])
    await ask('POST', `${address}&user=a&pw=hunter3`, { Cookie: 'nameless-secret' });
  const trace = JSON.stringify(recorder.read().events);
  t.false(trace.includes('hunter3'));
  t.false(trace.includes('nameless-secret'));
  t.true(trace.includes('/CookieAuth.dll?Logon'));
});

test('an event of the trace is bounded, however much a request brings', async (t) => {
  const { ask, recorder } = await startRig(t);
  await ask('GET', `/app/?${'~'.repeat(15_000)}`, { Cookie: 'a=;'.repeat(4_000) });
  const { events } = recorder.read();
  t.true(events.length >= 2);
  for (const event of events) t.true(JSON.stringify(event).length < 20_000);
});

test('an address too long for a Location is not asked for again after logon', async (t) => {
  const { ask } = await startRig(t);
  const after = async (length: number) => (await ask('GET', `/app/?${'~'.repeat(length - 6)}`)).headers.location ?? '';
  t.regex(await after(2_048), /\?GetLogon\?curl=Z2FappZ2FZ3F(Z7E){2042}&reason=0/);
  for (const length of [2_049, 4_100]) t.regex(await after(length), /\?GetLogon\?curl=Z2F&reason=0/);
});

for (const [what, listener] of [
  ['name', { name: 'Other' }],
  ['cookie', { cookie: 'cadataOther' }],
] as const)
  test(`sessions of a listener that gets another ${what} end with their connections, and their records are returned`, async (t) => {
    const { logOn, ask, backEnd, port, gateway } = await startRig(t);
    new WebSocketServer({ server: backEnd });
    const Cookie = await logOn();
    const client = new WebSocket(`ws://127.0.0.1:${port}/app/live`, { headers: { Host: 'site.test', Cookie } });
    await once(client, 'open');
    const closed = once(client, 'close');
    const rules = gateway.gateway.rules();
    t.deepEqual(await gateway.gateway.setRules({ ...rules }), []);
    const ended = await gateway.gateway.setRules({ ...rules, listener: { ...rules.listener, ...listener } });
    t.like(ended, { length: 1, 0: { user: 'corp\\anna', reason: 'rule-removed', connectionsClosed: 1 } });
    await closed;
    await gateway.gateway.setRules(rules);
    t.is((await ask('GET', '/app/', { Cookie })).status, 302);
  });

for (const [path, status, then] of [
  ['/app/', 503, 200],
  ['/app/bye', 200, 302],
] as const)
  test(`${path}, looked up while the store was away for a moment, gets ${status}: the session lives, and no sign-out seems done that is not`, async (t) => {
    const { logOn, ask, store, seen } = await startRig(t);
    const Cookie = await logOn();
    const { reached, goOn } = store.stop('read', 'after');
    const asked = ask('GET', path, { Cookie });
    await reached;
    store.tell({ kind: 'away' });
    store.tell({ kind: 'back' });
    goOn();
    const answer = await asked;
    t.deepEqual([answer.status, answer.headers['retry-after']], [status, status === 503 ? '2' : undefined]);
    t.is(seen.length, 0);
    t.is((await ask('GET', '/app/', { Cookie })).status, then);
  });

test('a reload ends what it takes away, and no session of another gateway on the same store', async (t) => {
  const { sessions, gateway: served } = (await startRig(t)).gateway;
  const elsewhere = { stamp: 's', clientAddress: '::1', bindToClientAddress: true, trusted: false, password: 'x', user: 'zoe' };
  const lifetime = { kind: 'idle', length: 600_000 } as const;
  await sessions.create({ ...elsewhere, lifetime, listener: 'Other', publicName: 'site.test' });
  await sessions.create({ ...elsewhere, lifetime, listener: 'Test', publicName: 'unknown.test' });
  t.deepEqual(await served.setRules({ ...served.rules(), rules: [] }), []);
  t.is((await sessions.list()).length, 2);
});

for (const way of ['sign-out', 'logon'])
  test(`a ${way} from another address than the session's ends it, though nobody is let in from there`, async (t) => {
    const { ask, logOn, store, gateway } = await startRig(t);
    const lifetime = { kind: 'idle', length: 600_000 } as const;
    const bound = { clientAddress: '10.9.9.9', bindToClientAddress: true, trusted: false, lifetime };
    const anna = { user: 'corp\\anna', password: 'secret pass', stamp: 's', listener: 'Test', publicName: 'site.test' };
    const { session, cookie } = await gateway.sessions.create({ ...anna, ...bound });
    const [Cookie, { id }] = [`cadataTMG=${cookie}`, session];
    t.is((await ask('GET', '/app/', { Cookie })).status, 302);
    t.is((await store.read(id)).state, 'live');
    if (way === 'logon') await logOn({}, { Cookie });
    else t.is((await ask('GET', '/app/bye', { Cookie })).status, 200);
    t.is((await store.read(id)).state, 'ended');
  });

test('a sign-out does not seem done because its cookie stands behind many others', async (t) => {
  const { ask, logOn, store } = await startRig(t);
  const Cookie = await logOn();
  const [{ id }] = (await store.list()) as [{ id: string; record: string }];
  const others = (shape: (n: number) => string) => Array.from({ length: 8 }, (_, n) => `cadataTMG=${shape(n)}; `).join('');
  const wellShaped = others((n) => `${'a'.repeat(21)}${n}.${'b'.repeat(43)}`);
  t.is((await ask('GET', '/app/bye', { Cookie: wellShaped + Cookie })).status, 400);
  t.is((await store.read(id)).state, 'live');
  t.is((await ask('GET', '/app/bye', { Cookie: others(String) + Cookie })).status, 200);
  t.is((await store.read(id)).state, 'ended');
});
