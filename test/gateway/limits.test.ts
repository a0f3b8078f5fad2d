import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { defaultLimits, type Limits } from '../../src/rules/limits-schema.ts';
import { agree, Wire } from './forward-rig.ts';
import { type Change, type Rig, startRig } from './gateway-rig.ts';

/** More than what lies in the buffers on the way. */
const SIZE = 32 * 2 ** 20;
const host = ['Host: site.test'];
const form = ['POST /CookieAuth.dll?Logon HTTP/1.1', ...host, 'Content-Type: application/x-www-form-urlencoded'];

const within = (limits: Partial<Limits>): Change => ({ listener: { limits: { ...defaultLimits, ...limits } } });
const wire = ({ port }: Pick<Rig, 'port'>, ...lines: string[]) => new Wire(connect({ port, host: '127.0.0.1' })).send(...lines);
const requestId = ({ received }: Wire) => /\r\nX-Request-Id: ([\w-]+)\r\n/i.exec(received)?.[1] ?? '';

/** An upload that the back end has begun to get. */
async function startUpload(t: ExecutionContext, change: Change, fields: string[], ...body: string[]) {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<boolean>();
  const rig = await startRig(t, change, (request, response) => {
    request.once('data', () => begun.resolve());
    request.once('close', () => ended.resolve(request.complete));
    request.once('end', () => response.end('stored'));
  });
  const cookie = await rig.logOn();
  const client = wire(rig, 'POST /app/upload HTTP/1.1', ...host, `Cookie: ${cookie}`, ...fields, '', body.join(''));
  return { rig, client, begun: begun.promise, backEndGotAll: ended.promise };
}

for (const [what, lines, limits] of [
  ['a client that says nothing', [], { headerTime: 300 }],
  ['a header that never ends', ['GET /app/ HTTP/1.1', ...host, 'X-A: '], { headerTime: 300 }],
  ['a logon form that stops half-way', [...form, 'Content-Length: 100', '', 'username='], { bodyTime: 300 }],
  ['a logon form that goes on for too long', [...form, 'Content-Length: 100', '', 'username='], { requestTime: 300 }],
] as const)
  test(`${what} is answered with 408, an id and the end of the connection`, async (t) => {
    const rig = await startRig(t, within(limits));
    const since = performance.now();
    const client = wire(rig, ...lines);
    await client.closed;
    t.true(performance.now() - since >= 300);
    t.regex(client.received, /^HTTP\/1\.1 408 Request Timeout\r\n/);
    t.regex(client.received, /\r\nConnection: close\r\n/);
    const tells = () => rig.recorder.read().events.some((event) => event.exchange === requestId(client) && event.status === 408);
    while (!tells()) await new Promise((resolve) => setImmediate(resolve));
    t.is(rig.seen.length, 0);
  });

test('an upload that stops half-way is answered with 408, and its connection to the back end closed', async (t) => {
  const { client, begun, backEndGotAll } = await startUpload(t, within({ bodyTime: 300 }), ['Content-Length: 9'], 'half');
  await begun;
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 408 /);
  t.false(await backEndGotAll);
});

test('a client that is held up by the back end is not late', async (t) => {
  const held = Promise.withResolvers<IncomingMessage>();
  const rig = await startRig(t, within({ bodyTime: 50, responseTime: 500 }), (request) => {
    request.pause();
    held.resolve(request);
  });
  const cookie = await rig.logOn();
  const client = wire(rig, 'POST /app/upload HTTP/1.1', ...host, `Cookie: ${cookie}`, `Content-Length: ${SIZE}`, '', '');
  client.socket.write(Buffer.alloc(SIZE));
  await held.promise;
  // Far later than the limit for a pause, the back end has still not taken it all, and it is the back end that is said to be late.
  await client.until(/^HTTP\/1\.1 504 /);
  t.is(rig.seen.length, 1);
});

test('a chunked body that gets too large is answered with 413, and does not look whole to the back end', async (t) => {
  const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
  const { client, backEndGotAll } = await startUpload(
    t,
    within({ bodyBytes: 3_000 }),
    ['Transfer-Encoding: chunked'],
    ...[chunk, chunk, chunk, '0\r\n\r\n'],
  );
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 413 /);
  t.regex(client.received, /\r\nConnection: close\r\n/i);
  t.false(await backEndGotAll);
});

test('what is no HTTP is answered with 400, what the parser says of it, an id and a page without a script', async (t) => {
  const rig = await startRig(t);
  const client = wire(rig, 'GET /app/ HTTP/1.1', ...host, 'Content-Length: 3', 'Transfer-Encoding: chunked', '', '');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 400 Bad Request\r\n/);
  t.regex(client.received, /Content-Security-Policy: default-src 'none';/);
  t.regex(client.received, /not a well-formed HTTP\/1\.1 request: (?!Parse)[^<]*Transfer-Encoding/);
  t.truthy(requestId(client));
});

test('a header larger than all limits together is answered with 431', async (t) => {
  const rig = await startRig(t);
  const client = wire(rig, 'GET /app/ HTTP/1.1', ...host, `X-Large: ${'x'.repeat(60_000)}`, '', '');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 431 /);
});

test('chunk extensions beyond all measure are answered with 413', async (t) => {
  const rig = await startRig(t);
  const client = wire(rig, ...form, 'Transfer-Encoding: chunked', '', `5;${'x'.repeat(30_000)}`, '');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 413 /);
});

test('an upload that turns to garbage while its answer has begun is cut off without a word more', async (t) => {
  const rig = await startRig(t, {}, (_, response) => response.writeHead(200).write('begun'));
  const fields = [...host, `Cookie: ${await rig.logOn()}`, 'Transfer-Encoding: chunked'];
  const client = wire(rig, 'POST /app/ HTTP/1.1', ...fields, '', '1', 'x', '');
  await client.until(/begun/);
  client.send('no chunk size\r\n');
  await client.closed;
  t.notRegex(client.received, /begun[\s\S]*HTTP/);
  t.notRegex(client.received, /\r\n0\r\n\r\n$/);
});

test('garbage behind a request that is being answered neither replaces nor cuts its answer', async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const rig = await startRig(t, {}, (_, response) => asked.resolve(response));
  const cookie = await rig.logOn();
  const client = wire(rig, 'GET /app/slow HTTP/1.1', ...host, `Cookie: ${cookie}`, '', 'GARBAGE\r\n\r\n');
  const answer = await asked.promise;
  await new Promise((resolve) => setImmediate(resolve));
  answer.end('the whole answer');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 200 [\s\S]*the whole answer/);
  t.notRegex(client.received, /400/);
});

test('connections beyond the limit are closed as they come, and there is room again when others leave', async (t) => {
  const rig = await startRig(t, within({ connections: 2 }));
  const [one] = [wire(rig), wire(rig)];
  await Promise.all([one?.send('GET / HTTP/1.1', ...host, '', '').until(/302/)]);
  const third = wire(rig, 'GET / HTTP/1.1', ...host, '', '');
  await third.closed;
  t.is(third.received, '');
  const left = once(one?.socket as Wire['socket'], 'close');
  one?.socket.destroy();
  await left;
  const answers = async (): Promise<string> => {
    const next = wire(rig, 'GET / HTTP/1.1', ...host, 'Connection: close', '', '');
    await next.closed;
    return next.received || answers();
  };
  t.regex(await answers(), /^HTTP\/1\.1 302 /);
});

test('a connection without a request is closed', async (t) => {
  const rig = await startRig(t, within({ idleTime: 300 }));
  const client = wire(rig, 'GET / HTTP/1.1', ...host, '', '');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 302 /);
});

test('limits that a reload brings hold from then on', async (t) => {
  const rig = await startRig(t, within({ headerTime: 86_400_000, requestTime: 86_400_000 }));
  const { rules } = rig.gateway.gateway;
  await rig.gateway.gateway.setRules({
    ...rules(),
    listener: { ...rules().listener, limits: { ...defaultLimits, headerTime: 300 } },
  });
  const client = wire(rig, 'GET / HTTP/1.1');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 408 /);
});

test('a back end that does not begin to answer in time is answered with 504 and an id', async (t) => {
  const rig = await startRig(t, within({ responseTime: 300 }), () => {});
  const answer = await rig.ask('GET', '/app/', { Cookie: await rig.logOn() });
  t.is(answer.status, 504);
  t.truthy(answer.headers['x-request-id']);
});

test('an answer that stops half-way is cut off, and the trace says so', async (t) => {
  const rig = await startRig(t, within({ streamTime: 300 }), (_, response) => {
    response.writeHead(200, { 'Content-Length': 9 }).write('half');
  });
  const client = wire(rig, 'GET /app/ HTTP/1.1', ...host, `Cookie: ${await rig.logOn()}`, '', '');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 200 [\s\S]*half$/);
  const { events } = rig.recorder.read();
  t.like(
    events.findLast(({ kind }) => kind === 'response'),
    { status: 200, outcome: 'cut-off' },
  );
});

test('a client that takes nothing of its answer is given up, and the back end’s connection with it', async (t) => {
  const over = Promise.withResolvers<void>();
  const rig = await startRig(t, within({ streamTime: 300 }), (_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more).on('close', over.resolve);
    more();
  });
  const client = wire(rig, 'GET /app/ HTTP/1.1', ...host, `Cookie: ${await rig.logOn()}`, '', '');
  client.socket.pause();
  await over.promise;
  client.socket.resume();
  await client.closed;
  const { events } = rig.recorder.read();
  t.like(
    events.findLast(({ kind }) => kind === 'response'),
    { outcome: 'client-gone' },
  );
});

/** A WebSocket that stands. */
async function openWebSocket(t: ExecutionContext, change: Change = {}) {
  const rig = await startRig(t, change);
  const joined = Promise.withResolvers<Wire>();
  rig.backEnd.on('upgrade', (_, socket) => {
    socket.on('end', () => socket.end());
    joined.resolve(new Wire(socket as Wire['socket']).send(...agree()));
  });
  const opening = ['GET /app/ws HTTP/1.1', ...host, 'Connection: Upgrade', 'Upgrade: websocket'];
  const client = wire(rig, ...opening, `Cookie: ${await rig.logOn()}`, '', '');
  await client.until(/101 [\s\S]*\r\n\r\n/);
  t.truthy(requestId(client));
  return { rig, client, server: await joined.promise };
}

test('a WebSocket on which nothing comes from either side is closed', async (t) => {
  const { client, server } = await openWebSocket(t, within({ upgradeTime: 300 }));
  await Promise.all([client.closed, server.closed]);
  t.pass();
});

test('a gateway that stops ends WebSockets at once, each with what is on its way, and lets a request finish', async (t) => {
  const { rig, client, server } = await openWebSocket(t);
  const asked = Promise.withResolvers<ServerResponse>();
  rig.backEnd.removeAllListeners('request').on('request', (_, response) => asked.resolve(response));
  const slow = wire(rig, 'GET /app/slow HTTP/1.1', ...host, `Cookie: ${await rig.logOn()}`, '', '');
  const answer = await asked.promise;
  server.send('last words');
  await client.until(/last words$/);
  const closed = rig.gateway.close(60_000);
  await Promise.all([client.closed, server.closed]);
  answer.end('finished');
  await slow.until(/finished/);
  await Promise.all([closed, slow.closed]);
  t.regex(slow.received, /^HTTP\/1\.1 200 /);
});

test('a gateway that stops closes kept connections when their request is answered, and takes no new one', async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const rig = await startRig(t, {}, (_, response) => asked.resolve(response));
  const kept = wire(rig, 'GET / HTTP/1.1', ...host, '', '');
  await kept.until(/302/);
  const slow = wire(rig, 'GET /app/slow HTTP/1.1', ...host, `Cookie: ${await rig.logOn()}`, '', '');
  const answer = await asked.promise;
  const closed = rig.gateway.close(60_000);
  await kept.closed;
  const late = wire(rig, 'GET / HTTP/1.1', ...host, '', '');
  await late.closed;
  t.is(late.received, '');
  answer.end('finished');
  await slow.closed;
  await closed;
  t.regex(slow.received, /finished/);
});

test('a gateway that stops says on a kept connection that it is the last answer', async (t) => {
  const asked: ServerResponse[] = [];
  const second = Promise.withResolvers<void>();
  const rig = await startRig(t, {}, (_, response) => {
    if (asked.push(response) === 2) second.resolve();
  });
  const get = ['GET /app/ HTTP/1.1', ...host, `Cookie: ${await rig.logOn()}`, '', ''];
  const client = wire(rig, ...get);
  while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const closed = rig.gateway.close(60_000);
  client.send(...get);
  asked[0]?.end('first');
  await second.promise;
  asked[1]?.end('second');
  await Promise.all([client.closed, closed]);
  t.regex(client.received, /first[\s\S]*\r\nConnection: close\r\n[\s\S]*second/);
});

test('a gateway that stops lets a WebSocket that is asked for get its answer', async (t) => {
  const rig = await startRig(t);
  const asked = Promise.withResolvers<Duplex>();
  rig.backEnd.on('upgrade', (_, socket) => asked.resolve(socket));
  const opening = ['GET /app/ws HTTP/1.1', ...host, 'Connection: Upgrade', 'Upgrade: websocket'];
  const client = wire(rig, ...opening, `Cookie: ${await rig.logOn()}`, '', '');
  const answer = await asked.promise;
  const closed = rig.gateway.close(60_000);
  answer.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
  await Promise.all([client.closed, closed]);
  t.regex(client.received, /^HTTP\/1\.1 403 [\s\S]*no$/);
});
