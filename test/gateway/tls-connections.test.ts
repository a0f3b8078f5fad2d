import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { createClientServer } from '../../src/gateway/client-server.ts';
import { createTlsServer } from '../../src/gateway/tls-server.ts';
import { listen } from '../../src/listen.ts';
import { createLog, silentLog } from '../../src/log.ts';
import { idleMeter, type Sources } from '../../src/metrics/meter.ts';
import { defaultLimits, type Limits } from '../../src/rules/limits-schema.ts';
import { certificateFor, createAuthority } from '../tls-authority.ts';
import { listen as listenFor, Wire } from './forward-rig.ts';
import { type Change, startRig } from './gateway-rig.ts';

const authority = await createAuthority();
const certificate = await certificateFor(authority, ['site.test']);
const host = 'Host: site.test';
/** How a handshake begins. */
const BEGUN = '\x16\x03\x01\x02\x00\x01';

function startTls(t: ExecutionContext, change: Change = {}, respond?: RequestListener) {
  return startRig(t, { ca: authority.cert, ...change, listener: { tls: certificate, ...change.listener } }, respond);
}

/** A client whose handshake is done, or has failed. */
async function dial(port: number, options: ConnectionOptions = {}): Promise<Wire & { socket: TLSSocket }> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'site.test', ca: authority.cert, ...options });
  await once(socket, 'secureConnect');
  return new Wire(socket) as Wire & { socket: TLSSocket };
}

/** What went wrong with a handshake. */
async function refused(port: number, options: ConnectionOptions): Promise<string | undefined> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'site.test', ca: authority.cert, ...options });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
}

const bare = (port: number) => new Wire(connect({ port, host: '127.0.0.1' }));
const shownTo = ({ socket }: { socket: TLSSocket }) => socket.getPeerX509Certificate()?.fingerprint256;

for (const [status, refusals] of [
  [400, 'precise'],
  [502, 'tmg'],
] as const)
  test(`what comes in plain HTTP to a port with TLS gets a page that says so, with ${status}, and is traced`, async (t) => {
    const { port, recorder } = await startTls(t, { listener: { refusals } });
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const client = bare(port).send(`${method} / HTTP/1.1`, host, '', '');
      await client.closed;
      t.regex(client.received, new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\nConnection: close\\r\\n[\\s\\S]*</html>\\n$`));
      t.is(/begin the address with https:/.test(client.received), status === 400);
    }
    t.like(recorder.read().events, { length: 3, 0: { kind: 'connection', status, facts: ['T-22'] } });
    t.regex(recorder.read().events[0]?.sentence ?? '', /plain HTTP to a port that speaks TLS/);
  });

test('what is no TLS at all, and who leaves in the handshake, is dropped without a word in the log, and harms nobody', async (t) => {
  const lines: string[] = [];
  const rig = await startTls(t, { log: createLog({ write: (line) => lines.push(line) }) });
  for (const text of ['GARBAGE', '\x16\x03\x01\x00\x05\xff\xff\xff\xff\xff']) {
    const client = bare(rig.port).send(text);
    await client.closed;
    t.false(client.received.startsWith('HTTP'), `${text}: ${client.received}`);
  }
  const left = bare(rig.port);
  await once(left.socket, 'connect');
  left.socket.write(Buffer.from([0x16, 3, 1]), () => left.socket.resetAndDestroy());
  await left.closed;
  t.is(await refused(rig.port, { ca: [] }), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  t.is((await rig.ask('GET', '/app/')).status, 302);
  t.deepEqual(lines, []);
  t.deepEqual(
    rig.recorder.read().events.filter(({ kind }) => kind === 'connection'),
    [],
  );
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`${version} is spoken, with HTTP/1.1 in it, whatever else the client would like`, async (t) => {
    const { port } = await startTls(t);
    const client = await dial(port, { maxVersion: version, ALPNProtocols: ['h2', 'http/1.1'] });
    t.is(client.socket.getProtocol(), version);
    t.is(client.socket.alpnProtocol, 'http/1.1');
    client.socket.destroy();
  });

test('a client that knows nothing newer than TLS 1.1, or HTTP/2 alone, is refused', async (t) => {
  const { port } = await startTls(t);
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  t.is(await refused(port, old), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  t.is(await refused(port, { ALPNProtocols: ['h2'] }), 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
});

test('a client that wants another handshake within a connection is refused', async (t) => {
  const { port } = await startTls(t);
  const client = await dial(port, { maxVersion: 'TLSv1.2' });
  const answered = new Promise<Error | null>((resolve) => client.socket.renegotiate({ rejectUnauthorized: false }, resolve));
  const failed = new Promise<Error | null>((resolve) => client.socket.on('error', resolve));
  t.regex(String(await Promise.race([answered, failed])), /renegotiation/i);
  client.socket.destroy();
});

/** A server with a limit for the handshake alone. */
function startBareTls(t: ExecutionContext, handshakeTime: number): Promise<number> {
  const options = { headersTimeout: 0, requestTimeout: 0 };
  const take: RequestListener = (_, response) => response.end('content');
  return listenFor(t, createTlsServer(options, certificate, () => handshakeTime, take).server);
}

test('clients that do not finish the handshake in time are cut off, be they many', async (t) => {
  const port = await startBareTls(t, 300);
  const slow = Array.from({ length: 200 }, (_, index) => bare(port).send(index % 2 ? '' : BEGUN));
  await Promise.all(slow.map(({ closed }) => closed));
  t.deepEqual(new Set(slow.map(({ received }) => received)), new Set(['']));
});

test('over TLS, too, each connection is counted as one', async (t) => {
  const sources: Partial<Sources> = {};
  const meter = { ...idleMeter, ask: (more: Partial<Sources>) => void Object.assign(sources, more) };
  const { port } = await startTls(t, { meter });
  const clients = [await dial(port), await dial(port)];
  for (const client of clients) await client.send('GET / HTTP/1.1', host, '', '').until(/HTTP\/1\.1 302 /);
  t.is(sources.clientConnections?.(), 2);
  for (const { socket } of clients) socket.destroy();
});

test('a client that has finished the handshake is not late', async (t) => {
  const port = await startBareTls(t, 300);
  let client: Wire | undefined;
  // On a busy machine it may itself take longer; in TLS 1.2 the server is the first to be done.
  while (!client) client = await dial(port, { maxVersion: 'TLSv1.2' }).catch(() => undefined);
  await bare(port).closed;
  client.send('GET / HTTP/1.1', host, '', '');
  t.regex(await client.until(/content/), /^HTTP\/1\.1 200 /);
});

test('while two hundred clients are in the handshake, others are served', async (t) => {
  const rig = await startTls(t);
  const slow = Array.from({ length: 200 }, (_, index) => bare(rig.port).send(index % 2 ? '' : BEGUN));
  await Promise.all(slow.map(({ socket }) => once(socket, 'connect')));
  t.is((await rig.ask('GET', '/app/', { Cookie: await rig.logOn() })).status, 200);
  t.true(slow.every(({ socket }) => !socket.destroyed));
  for (const { socket } of slow) socket.destroy();
});

test('the limit for a handshake is headerTime, as it is from now on', async (t) => {
  const { gateway, port } = await startTls(t);
  const { rules, setRules } = gateway.gateway;
  const { listener } = rules();
  await setRules({ ...rules(), listener: { ...listener, limits: { ...defaultLimits, headerTime: 200 } } });
  const slow = bare(port).send(BEGUN);
  await slow.closed;
  t.is(slow.received, '');
});

/** A client that has been answered, and what it needs to resume its TLS session later. */
async function dialFirst(port: number) {
  const before = await dial(port);
  const session = new Promise<Buffer>((resolve) => before.socket.once('session', resolve));
  before.send('GET / HTTP/1.1', host, '', '');
  await before.until(/HTTP\/1\.1 302 /);
  return { before, session };
}

test('rules that are read again with the certificate that there is let clients resume their TLS sessions', async (t) => {
  const { port, gateway } = await startTls(t);
  const { before, session } = await dialFirst(port);
  const { rules, setRules } = gateway.gateway;
  const again = { certificate: `${certificate.certificate}`, key: () => certificate.key() };
  await setRules({ ...rules(), listener: { ...rules().listener, tls: again } });
  const after = await dial(port, { session: await session });
  t.true(after.socket.isSessionReused());
  for (const { socket } of [before, after]) socket.destroy();
});

test('another certificate is for the connections to come, also for who would resume an earlier one', async (t) => {
  const rig = await startTls(t);
  const { before, session } = await dialFirst(rig.port);
  const renewed = await certificateFor(authority, ['site.test']);
  const { rules, setRules } = rig.gateway.gateway;
  await setRules({ ...rules(), listener: { ...rules().listener, tls: renewed } });
  const after = await dial(rig.port, { session: await session });
  t.false(after.socket.isSessionReused());
  t.not(shownTo(after), shownTo(before));
  before.received = '';
  before.send('GET / HTTP/1.1', host, '', '');
  await before.until(/HTTP\/1\.1 302 /);
  t.is((await rig.ask('GET', '/app/', { Cookie: await rig.logOn() })).status, 200);
  for (const { socket } of [before, after]) socket.destroy();
});

test('rules without a certificate leave a listener with TLS as it is, and rules with one a listener without', async (t) => {
  const secure = await startTls(t);
  const plain = await startRig(t);
  for (const [rig, tls] of [
    [secure, null],
    [plain, certificate],
  ] as const) {
    const { rules, setRules } = rig.gateway.gateway;
    await setRules({ ...rules(), listener: { ...rules().listener, tls } });
    t.is((await rig.ask('GET', '/app/')).status, 302);
  }
});

const within = (limits: Partial<Limits>): Change => ({ limits });

test('over TLS a client that takes nothing of a page is cut off', async (t) => {
  const { server, close } = createClientServer({
    ...{ limits: () => ({ ...defaultLimits, streamTime: 300 }), tls: () => certificate, log: silentLog(), refusal: () => '' },
    handle: (_, response) => response.end(Buffer.alloc(32 * 2 ** 20)),
  });
  const came = once(server, 'secureConnection');
  const client = await dial(await listen(server, 0, '127.0.0.1'));
  const [socket] = (await came) as [TLSSocket];
  // Not `once` of node:events, which would listen for errors as well.
  const gone = new Promise<unknown>((resolve) => socket.once('close', resolve));
  client.socket.pause();
  client.send('GET / HTTP/1.1', host, '', '');
  await gone;
  t.is(await new Promise((resolve) => server.getConnections((_, count) => resolve(count))), 0);
  client.socket.destroy();
  await close(0, async () => {});
});

test('over TLS a client that sends more requests ahead than a hundred is cut off', async (t) => {
  const rig = await startTls(t, {}, () => {});
  const client = await dial(rig.port);
  client.send(`GET /app/ HTTP/1.1\r\n${host}\r\nCookie: ${await rig.logOn()}\r\n\r\n`.repeat(102));
  await client.closed;
  t.is(client.received, '');
});

test('over TLS a body that does not go on is answered with 408, or with a reset where the answer has begun', async (t) => {
  const rig = await startTls(t, within({ bodyTime: 200 }), (_, response) => response.writeHead(200).write('begun'));
  const late = (await dial(rig.port)).send('POST /CookieAuth.dll?Logon HTTP/1.1', host, 'Content-Length: 9', '', 'half');
  await late.until(/^HTTP\/1\.1 408 /);
  await late.closed;
  const fields = [host, `Cookie: ${await rig.logOn()}`, 'Content-Length: 99999999'];
  const client = (await dial(rig.port)).send('POST /app/ HTTP/1.0', ...fields, '', '');
  const cut = once(client.socket, 'error');
  for (; !client.received.endsWith('begun'); await setImmediate()) client.send('x');
  t.is((await cut)[0].code, 'ECONNRESET');
});

test('over TLS an HTTP/1.0 answer that breaks off ends with a reset', async (t) => {
  const rig = await startTls(t, {}, (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('begun', () => (response.socket as Socket).destroySoon());
  });
  const client = (await dial(rig.port)).send('GET /app/ HTTP/1.0', host, `Cookie: ${await rig.logOn()}`, '', '');
  t.is((await once(client.socket, 'error'))[0].code, 'ECONNRESET');
});

test('a gateway that stops lets a request over TLS finish', async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const rig = await startTls(t, {}, (_, response) => asked.resolve(response));
  const [Cookie, idle] = [await rig.logOn(), await dial(rig.port)];
  idle.send('GET / HTTP/1.1', host, '', '');
  await idle.until(/^HTTP\/1\.1 302 /);
  const client = (await dial(rig.port)).send('GET /app/ HTTP/1.1', host, `Cookie: ${Cookie}`, '', '');
  const response = await asked.promise;
  const closed = rig.gateway.close(60_000);
  await idle.closed;
  response.end('to its end');
  t.regex(await client.until(/to its end$/), /^HTTP\/1\.1 200 /);
  await Promise.all([client.closed, closed]);
});

test('a gateway that stops cuts what has not even finished the handshake', async (t) => {
  const rig = await startTls(t);
  const unfinished = bare(rig.port).send(BEGUN);
  await once(unfinished.socket, 'connect');
  await Promise.all([rig.gateway.close(1), unfinished.closed]);
  t.is(unfinished.received, '');
});

test('the private key is in no log, trace or error, nor in what rules look like when they are printed', async (t) => {
  const lines: string[] = [];
  const rig = await startTls(t, { log: createLog({ write: (line) => lines.push(line) }, 'debug') });
  await rig.logOn();
  await bare(rig.port).send('GET / HTTP/1.1', host, '', '').closed;
  await bare(rig.port).send('GARBAGE').closed;
  const { rules } = rig.gateway.gateway;
  const said = [
    lines.join(),
    JSON.stringify(rig.recorder.read()),
    inspect(rules(), { depth: 9 }),
    JSON.stringify(rules()),
  ].join();
  t.true(said.includes('no TLS could be agreed upon') && said.includes('BEGIN CERTIFICATE'));
  const [, secret = ''] = certificate.key().split('\n');
  t.false(said.includes(secret.slice(0, 30)) || said.includes('PRIVATE KEY'));
});
