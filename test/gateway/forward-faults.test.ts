import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import test from 'ava';
import type { ForwardOutcome } from '../../src/gateway/forward-types.ts';
import { rawBackEnd, startGateway, startPair, type Wire } from './forward-rig.ts';

const get = ['GET /a HTTP/1.1', 'Host: h', '', ''];
const end = /\r\n\r\n/;
const size = 100 * 1024 * 1024;

/** How far an exchange has come when something happens to it: each waits until both sides are there. */
const stages = {
  waiting: { request: get, reach: (_client: Wire, server: Wire) => server.until(end) },
  downloading: {
    request: get,
    reach: (client: Wire, server: Wire) =>
      server.send('HTTP/1.1 200 OK', 'Content-Length: 99', '', 'part') && client.until(/part$/),
  },
  uploading: {
    request: ['POST /a HTTP/1.1', 'Host: h', 'Content-Length: 99', '', 'part'],
    reach: (_client: Wire, server: Wire) => server.until(/part$/),
  },
};

for (const [stage, { request, reach }] of Object.entries(stages)) {
  for (const way of ['destroy', 'resetAndDestroy'] as const) {
    test(`a client that leaves (${way}) while ${stage} closes the back end’s connection`, async (t) => {
      const { gateway, backEnd } = await startPair(t);
      const client = gateway.client(...request);
      const server = await backEnd.connection();
      await reach(client, server);
      client.socket[way]();
      await server.closed;
      t.deepEqual(await gateway.outcome(), { kind: 'client-gone' });
    });
  }

  test(`an abort of the signal while ${stage} closes both sides`, async (t) => {
    const session = new AbortController();
    const { gateway, backEnd } = await startPair(t, { signal: session.signal });
    const client = gateway.client(...request);
    const server = await backEnd.connection();
    await reach(client, server);
    session.abort();
    await Promise.all([client.closed, server.closed]);
    t.deepEqual(await gateway.outcome(), { kind: 'aborted' });
  });

  test(`close() while ${stage} ends both sides`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    const client = gateway.client(...request);
    const server = await backEnd.connection();
    await reach(client, server);
    await gateway.close();
    await Promise.all([client.closed, server.closed]);
    t.deepEqual(await gateway.outcome(), { kind: 'aborted' });
  });
}

test('a client that leaves with an answer half read is gone, though the back end has sent all of it', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client(...get);
  const server = await backEnd.connection();
  client.socket.pause();
  await server.until(end);
  server.send('HTTP/1.1 200 OK', 'Connection: close', 'Content-Length: 4000000', '', 'x'.repeat(4_000_000)).socket.end();
  await once(client.socket, 'readable');
  client.socket.resetAndDestroy();
  await server.closed;
  t.deepEqual(await gateway.outcome(), { kind: 'client-gone' });
});

test('a signal that has aborted already lets nothing be sent', async (t) => {
  const { gateway, backEnd } = await startPair(t, { signal: AbortSignal.abort() });
  await gateway.client(...get).closed;
  t.deepEqual(await gateway.outcome(), { kind: 'aborted' });
  t.is(backEnd.count(), 0);
});

test('without a response, a client that leaves half-way through its body stops the request, and one that leaves later does not', async (t) => {
  const { gateway, backEnd } = await startPair(t, { noResponse: true });
  const half = gateway.client('POST / HTTP/1.1', 'Host: h', 'Content-Length: 9', '', 'part');
  const first = await backEnd.connection();
  await first.until(/part$/);
  half.socket.destroy();
  await first.closed;
  t.deepEqual(await gateway.outcome(), { kind: 'client-gone' });
  const whole = gateway.client(...get);
  const second = await backEnd.connection();
  await second.until(end);
  whole.socket.destroy();
  await whole.closed;
  second.send('HTTP/1.1 200 OK', 'Content-Length: 0', '', '');
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 200 });
});

/** What a back end does with a request, and how that is called. */
const failures: Record<string, { act(server: Wire): void; code: string }> = {
  'says nothing': { act: () => {}, code: 'backend-slow' },
  'answers garbage': { act: (server) => server.send('SMTP ready', ''), code: 'backend-broken' },
  resets: { act: (server) => server.socket.resetAndDestroy(), code: 'backend-broken' },
  'ends before the head': { act: (server) => server.socket.end(), code: 'backend-broken' },
  'ends within the head': { act: (server) => server.send('HTTP/1.1 200 OK', 'A: b').socket.end(), code: 'backend-broken' },
  'sends two lengths': {
    act: (server) => server.send('HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2', '', 'ab'),
    code: 'backend-broken',
  },
  'switches protocols unasked': {
    act: (server) => server.send('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket', '', ''),
    code: 'backend-broken',
  },
};

for (const [what, { act, code }] of Object.entries(failures)) {
  test(`a back end that ${what} is ${code}, and the caller can still answer`, async (t) => {
    const { gateway, backEnd } = await startPair(t, code === 'backend-slow' ? { limits: { responseTime: 100 } } : {});
    const client = gateway.client('POST / HTTP/1.1', 'Host: h', 'Content-Length: 2', '', 'ab');
    const server = await backEnd.connection();
    await server.until(/ab$/);
    act(server);
    await client.until(new RegExp(`^HTTP/1.1 502 [\\s\\S]*${code}`));
    const outcome = await gateway.outcome();
    t.like(outcome, { kind: 'failed', code, headersSent: false });
    await server.closed;
    t.is(backEnd.count(), 1, 'a POST is never sent twice');
  });
}

test('a back end that is down is backend-unreachable, and the client that waits for 100 Continue is not asked for its body', async (t) => {
  const gateway = await startGateway(t, { to: { url: 'http://127.0.0.1:1' } });
  const client = gateway.client('POST / HTTP/1.1', 'Host: h', 'Expect: 100-continue', 'Content-Length: 2', '', '');
  t.regex(await client.until(/backend-unreachable/), /^HTTP\/1\.1 502/);
  const outcome = (await gateway.outcome()) as ForwardOutcome & { kind: 'failed' };
  t.like(outcome, { kind: 'failed', code: 'backend-unreachable', headersSent: false });
  t.regex(String(outcome.cause), /ECONNREFUSED/);
});

test('an editResponse that throws fails the request, not the process', async (t) => {
  const editResponse = () => {
    throw new Error('edit');
  };
  const { gateway, backEnd } = await startPair(t, { editResponse });
  const client = gateway.client(...get);
  const server = await backEnd.connection();
  server.send('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
  await client.until(/backend-broken/);
  t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: false });
  await server.closed;
});

for (const [framing, fields, body, version] of [
  ['length', ['Content-Length: 99'], 'part', '1.1'],
  ['chunks', ['Transfer-Encoding: chunked'], '63\r\npart', '1.1'],
  ['chunks but no last one', ['Transfer-Encoding: chunked'], '4\r\npart\r\n', '1.1'],
  ['length, client HTTP/1.0', ['Content-Length: 99'], 'part', '1.0'],
  ['chunks, client HTTP/1.0', ['Transfer-Encoding: chunked'], '4\r\npart\r\n', '1.0'],
] as const) {
  for (const way of ['end', 'resetAndDestroy'] as const) {
    test(`an answer cut short never looks whole: ${framing}, ${way}`, async (t) => {
      const { gateway, backEnd } = await startPair(t);
      const client = gateway.client(`GET / HTTP/${version}`, 'Host: h', '', '');
      const failed = once(client.socket, 'error');
      const server = await backEnd.connection();
      server.send('HTTP/1.1 200 OK', ...fields, '', body);
      const answer = await client.until(/part/);
      server.socket[way]();
      await client.closed;
      if (version === '1.0') t.is(((await failed)[0] as NodeJS.ErrnoException).code, 'ECONNRESET');
      else t.notRegex(answer, /\r\n0\r\n\r\n$/);
      t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: true });
    });
  }
}

test('an answer that lasts until the connection ends is whole when it ends and cut short when it is reset', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  for (const [way, last, kind] of [
    ['end', /\r\n0\r\n\r\n$/, 'sent'],
    ['resetAndDestroy', /part\r\n$/, 'failed'],
  ] as const) {
    const client = gateway.client('GET / HTTP/1.1', 'Host: h', 'Connection: close', '', '');
    const server = await backEnd.connection();
    server.send('HTTP/1.1 200 OK', '', 'part');
    await client.until(/part/);
    server.socket[way]();
    await client.closed;
    t.regex(client.received, last);
    t.is((await gateway.outcome()).kind, kind);
  }
});

for (const way of ['end', 'destroySoon'] as const) {
  test(`an answer that comes while the body is still coming reaches the client (${way})`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    const client = gateway.client('POST / HTTP/1.1', 'Host: h', 'Content-Length: 8000000', '', 'part');
    const server = await backEnd.connection();
    await server.until(/part$/);
    server.send('HTTP/1.1 413 Too Large', 'Connection: close', 'Content-Length: 3', '', 'big').socket[way]();
    t.regex(await client.until(/big$/), /^HTTP\/1\.1 413/);
    t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 413 });
    client.send('x'.repeat(8_000_000 - 4), ...get);
    const second = await backEnd.connection();
    await second.until(/GET \/a HTTP/);
    t.is(backEnd.count(), 2, 'the rest of the body is dropped, and the connection serves on');
  });
}

/** Sends 100 MiB as fast as they are taken, and tells how many were. */
function pump({ socket }: Wire): { taken: number; done: Promise<void> } {
  const pieces = function* () {
    for (const piece = Buffer.alloc(64 * 1024); upload.taken < size; upload.taken += piece.length) yield piece;
  };
  const upload = { taken: 0, done: Promise.resolve() };
  upload.done = pipeline(pieces, socket, { end: false });
  upload.done.catch(() => {});
  return upload;
}

test('a client that writes all of its body before it reads comes to read an answer that came while it was held up', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client('POST / HTTP/1.1', 'Host: h', `Content-Length: ${size}`, '', '');
  client.socket.pause();
  const upload = pump(client);
  const server = await backEnd.connection();
  server.socket.pause();
  for (let idle = 0, taken = -1; idle < 100; await new Promise(setImmediate)) {
    idle = upload.taken === taken ? idle + 1 : 0;
    taken = upload.taken;
  }
  t.true(upload.taken < size / 2);
  server.send('HTTP/1.1 413 Too Large', 'Content-Length: 3', '', 'big');
  await upload.done;
  client.socket.resume();
  await t.notThrowsAsync(client.until(/^HTTP\/1\.1 413 [\s\S]*big$/));
});

test('a client that writes all of its body before it reads comes to read that the back end is down', async (t) => {
  const gateway = await startGateway(t, { to: { url: 'http://127.0.0.1:1' } });
  const client = gateway.client('POST / HTTP/1.1', 'Host: h', `Content-Length: ${size}`, '', '');
  client.socket.pause();
  await new Promise((resolve) => client.socket.write(Buffer.alloc(size), resolve));
  client.socket.resume();
  await t.notThrowsAsync(client.until(/^HTTP\/1\.1 502 [\s\S]*backend-unreachable/));
});

test('a body that gets too large when its answer has begun cuts that off', async (t) => {
  const { gateway, backEnd } = await startPair(t, { limits: { bodyBytes: 4 } });
  const client = gateway.client('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked', '', '4', 'part', '');
  const server = await backEnd.connection();
  await server.until(/part/);
  server.send('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '5', 'begun', '');
  await client.until(/begun/);
  client.send('1', 'x', '');
  await client.closed;
  t.like(await gateway.outcome(), { kind: 'failed', code: 'too-large', headersSent: true });
});

test('after close() nothing is sent', async (t) => {
  const backEnd = await rawBackEnd(t);
  const gateway = await startGateway(t, { to: { url: backEnd.url } });
  await gateway.close();
  await gateway.client(...get).closed;
  t.deepEqual(await gateway.outcome(), { kind: 'aborted' });
  t.is(backEnd.count(), 0);
});

test('a back end that does not read holds the client up', async (t) => {
  const { gateway, backEnd } = await startPair(t, { limits: { responseTime: 300 } });
  const client = gateway.client('POST / HTTP/1.1', 'Host: h', `Content-Length: ${size}`, '', '');
  const upload = pump(client);
  (await backEnd.connection()).socket.pause();
  t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-slow' });
  t.true(upload.taken < size / 2, `${upload.taken} bytes were taken`);
});

const left = (request: IncomingMessage) => new Promise((resolve) => request.socket.once('close', resolve));

for (const [what, request, noResponse] of [
  ['', get, false],
  [', without a response and with half of its body missing too', stages.uploading.request, true],
] as const) {
  test(`a client that has left before the forwarding starts is gone${what}`, async (t) => {
    const { gateway, backEnd } = await startPair(t, { before: left, noResponse });
    const client = gateway.client(...request);
    await once(client.socket, 'connect');
    client.socket.end();
    t.deepEqual(await gateway.outcome(), { kind: 'client-gone' });
    t.is(backEnd.count(), 0);
  });
}

test('a body that the caller has read already fails the request instead of hanging it', async (t) => {
  const { gateway, backEnd } = await startPair(t, { before: (request) => request.toArray() });
  await gateway.client('POST / HTTP/1.1', 'Host: h', 'Content-Length: 2', '', 'ab').until(/backend-broken/);
  t.is(backEnd.count(), 0);
});
