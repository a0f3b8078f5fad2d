import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { createClientServer } from '../../src/gateway/client-server.ts';
import { createLog } from '../../src/log.ts';
import { defaultLimits } from '../../src/rules/limits-schema.ts';
import { listen, Wire } from './forward-rig.ts';
import { startRig } from './gateway-rig.ts';

const host = 'Host: site.test';
const upgrade = ['GET /app/ws HTTP/1.1', host, 'Connection: Upgrade', 'Upgrade: websocket'];
const dial = (port: number, allowHalfOpen = false) => new Wire(connect({ port, host: '127.0.0.1', allowHalfOpen }));

function logLines() {
  const lines: unknown[] = [];
  return { lines, log: createLog({ write: (line) => lines.push(JSON.parse(line)) }) };
}

test('a client that resets its connection after its WebSocket was refused harms nobody', async (t) => {
  const rig = await startRig(t);
  const client = dial(rig.port, true).send(...upgrade, '', '');
  await once(client.socket, 'end');
  t.regex(client.received, /^HTTP\/1\.1 302 [\s\S]*\r\nConnection: close\r\n/);
  client.socket.resetAndDestroy();
  await client.closed;
  // Whose answers come later, the gateway has heard of the reset before.
  for (let time = 1; time <= 2; time++) t.is((await rig.ask('GET', '/')).status, 302);
});

async function answered(port: number): Promise<Wire> {
  const client = dial(port).send('GET / HTTP/1.1', host, '', '');
  await client.until(/ok$/);
  return client;
}

test('that connections are closed as they come is logged once, and again only after there was room', async (t) => {
  const { lines, log } = logLines();
  const limits = { ...defaultLimits, connections: 2 };
  const { server } = createClientServer({
    ...{ limits: () => limits, log, refusal: () => '' },
    handle: (_, response) => response.end('ok'),
  });
  const port = await listen(t, server);
  const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  for (const warnings of [1, 2]) {
    const taken = [await answered(port), await answered(port)];
    for (let dropped = 0; dropped < 3; dropped++) await dial(port).closed;
    taken.pop()?.socket.destroy();
    while ((await open()) > 1) await setImmediate();
    taken.push(await answered(port));
    await dial(port).closed;
    t.is(lines.length, warnings);
    for (const client of taken) client.socket.destroy();
    while ((await open()) > 0) await setImmediate();
    t.like(lines.at(-1), { level: 40, connections: 2 });
  }
});

test('a shortage of file descriptors is logged, and nothing ends by it', (t) => {
  const { lines, log } = logLines();
  const { server } = createClientServer({ limits: () => defaultLimits, log, handle() {}, refusal: () => '' });
  server.emit('listening');
  server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
  t.like(lines, { length: 1, 0: { level: 50, code: 'EMFILE' } });
});

test('what is no request gets a whole page, and the trace says that it was refused', async (t) => {
  const { port, recorder } = await startRig(t);
  const client = dial(port).send('GARBAGE', '', '');
  await client.closed;
  const [head = '', body = ''] = client.received.split('\r\n\r\n');
  const fields = new Map(head.split('\r\n').map((line) => line.toLowerCase().split(': ', 2) as [string, string]));
  t.is(fields.get('content-type'), 'text/html; charset=utf-8');
  t.is(fields.get('content-length'), `${body.length}`);
  t.regex(body, /<\/html>\n$/);
  t.like(recorder.read().events, { length: 1, 0: { exchange: fields.get('x-request-id'), status: 400, facts: ['T-22'] } });
});

test('a connection may be idle for as long as idleTime says, from now on', (t) => {
  let limits = { ...defaultLimits, idleTime: 7_000 };
  const { log } = logLines();
  const { server, applyLimits } = createClientServer({ limits: () => limits, log, handle() {}, refusal: () => '' });
  t.is(server.keepAliveTimeout, 7_000);
  limits = { ...limits, idleTime: 8_000 };
  applyLimits();
  t.is(server.keepAliveTimeout, 8_000);
});

/** Resolves when a body that does not go on has been found to be late, and so whatever else is late since then. */
async function untilOthersAreLate(port: number): Promise<void> {
  const late = dial(port).send('POST /CookieAuth.dll?Logon HTTP/1.1', host, 'Content-Length: 9', '', 'half');
  await late.until(/^HTTP\/1\.1 408 /);
}

test('a client whose body has come is not late, however long its answer takes, and keeps its connection', async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const rig = await startRig(t, { limits: { bodyTime: 200 } }, (request, response) => {
    request.resume().on('end', () => asked.resolve(response));
  });
  const fields = [host, `Cookie: ${await rig.logOn()}`, 'Content-Length: 4'];
  const client = dial(rig.port).send('POST /app/ HTTP/1.1', ...fields, '', 'body');
  const answer = await asked.promise;
  await untilOthersAreLate(rig.port);
  answer.end('slow');
  await client.until(/slow/);
  client.send('GET /none HTTP/1.1', host, '', '');
  t.regex(await client.until(/HTTP\/1\.1 403 /), /^HTTP\/1\.1 200 /);
});

test('an HTTP/1.0 client whose body does not go on while its answer has begun is cut off by a reset', async (t) => {
  const rig = await startRig(t, { limits: { bodyTime: 200 } }, (_, response) => response.writeHead(200).write('begun'));
  const fields = [host, `Cookie: ${await rig.logOn()}`, 'Content-Length: 99999999'];
  const client = dial(rig.port).send('POST /app/ HTTP/1.0', ...fields, '', '');
  const cut = once(client.socket, 'error');
  // Not late before.
  for (; !client.received.endsWith('begun'); await setImmediate()) client.send('x');
  t.is((await cut)[0].code, 'ECONNRESET');
  t.regex(client.received, /begun$/);
});
