import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test from 'ava';
import { listen, startGateway, startPair } from './forward-rig.ts';

const get = ['GET /a HTTP/1.1', 'Host: h', '', ''];
const end = /\r\n\r\n/;
const size = 100 * 1024 * 1024;

/** undici's coarse clock. A time-out counts from the first tick after it was set. */
const clock: { tick(milliseconds: number): void } = createRequire(import.meta.url)('undici/lib/util/timers.js');

function passHours(): void {
  clock.tick(1000);
  clock.tick(7_200_000);
}

test.serial('an answer and an upload that pause for hours are not cut while the limits allow it', async (t) => {
  const { gateway, backEnd } = await startPair(t, { limits: { streamTime: 24 * 86_400_000 } });
  const client = gateway.client('POST / HTTP/1.1', 'Host: h', 'Content-Length: 4', '', 'up');
  const server = await backEnd.connection();
  await server.until(/up$/);
  passHours();
  client.send('up');
  await server.until(/upup$/);
  server.send('HTTP/1.1 200 OK', 'Content-Length: 4', '', 'do');
  await client.until(/do$/);
  passHours();
  server.send('wn');
  await client.until(/down$/);
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 200 });
});

for (const [method, answer, whole] of [
  ['HEAD', ['HTTP/1.1 200 OK', 'Content-Length: 9', '', ''], /Content-Length: 9\r\n[\s\S]*\r\n\r\n$/],
  ['HEAD', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', ''], /\r\n\r\n$/],
  ['GET', ['HTTP/1.1 204 No Content', 'Content-Length: 9', '', ''], /^(?![\s\S]*content-length)[\s\S]*\r\n\r\n$/i],
  ['GET', ['HTTP/1.1 304 Not Modified', 'Content-Length: 9', '', ''], /Content-Length: 9\r\n[\s\S]*\r\n\r\n$/],
  ['POST', ['HTTP/1.1 204 No Content', '', ''], /\r\n\r\n$/],
] as const) {
  test(`${method} answered with ${answer.slice(0, 2).join(', ')} has no body, and the next request is served`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    const client = gateway.client(`${method} / HTTP/1.1`, 'Host: h', '', '');
    const server = await backEnd.connection();
    await server.until(end);
    server.send(...answer);
    await client.until(whole);
    t.like(await gateway.outcome(), { kind: 'sent' });
    client.send(...get);
    const next = server.socket.closed || method === 'HEAD' || answer[1] !== '' ? await backEnd.connection() : server;
    await next.until(/GET \/a HTTP/);
    next.send('HTTP/1.1 200 OK', 'Content-Length: 4', '', 'next');
    await client.until(/next$/);
  });
}

test('interim answers are the hop’s own; the final one arrives', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client(...get);
  const server = await backEnd.connection();
  await server.until(end);
  server.send(
    'HTTP/1.1 103 Early Hints',
    'Link: </a.css>',
    '',
    'HTTP/1.1 102 Processing',
    '',
    'HTTP/1.1 200 OK',
    'Content-Length: 2',
    '',
    'ok',
  );
  t.regex(await client.until(/ok$/), /^HTTP\/1\.1 200 OK\r\n/);
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 200 });
});

test('the head and each piece go through at once, fields in their own bytes', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client(...get);
  const server = await backEnd.connection();
  await server.until(end);
  server.send('HTTP/1.1 200 OK', 'Content-Type: text/event-stream', 'X-A: caf\xe9', 'Transfer-Encoding: chunked', '', '');
  t.regex(await client.until(/\r\n\r\n$/), /X-A: caf\xe9\r\n/);
  server.send('8\r\ndata: 1\n\r\n');
  await client.until(/data: 1\n\r\n$/);
  server.send('8\r\ndata: 2\n\r\n0\r\n\r\n');
  await client.until(/0\r\n\r\n$/);
});

/** 100 MiB, different in each piece; `hash` of what was given, and the most that was ever on its way to `receive`. */
function bytes() {
  const given = createHash('sha256');
  const got = createHash('sha256');
  const piece = randomBytes(1024 * 1024);
  let onItsWay = 0;
  let most = 0;
  function* pieces() {
    for (let sent = 0; sent < size; sent += piece.length) {
      piece.writeUInt32LE(sent);
      given.update(piece);
      onItsWay += piece.length;
      most = Math.max(most, onItsWay);
      yield Buffer.from(piece);
    }
  }
  return {
    stream: Readable.from(pieces(), { objectMode: false }),
    async receive(message: IncomingMessage) {
      for await (const chunk of message as AsyncIterable<Buffer>) {
        got.update(chunk);
        onItsWay -= chunk.length;
      }
    },
    result: () => ({ same: given.digest('hex') === got.digest('hex'), left: onItsWay, buffered: most > 24 * 1024 * 1024 }),
  };
}

for (const framing of [{ 'Content-Length': size }, { 'Transfer-Encoding': 'chunked' }]) {
  test.serial(
    `100 MiB there and back with ${Object.keys(framing)} are the same bytes, and never in memory at once`,
    async (t) => {
      const up = bytes();
      const down = bytes();
      const server = createServer(async (request, response) => {
        await up.receive(request);
        response.writeHead(200, framing);
        await pipeline(down.stream, response);
      });
      const gateway = await startGateway(t, { to: { url: `http://127.0.0.1:${await listen(t, server)}` } });
      const request = httpRequest({ port: gateway.port, host: '127.0.0.1', method: 'POST', headers: framing });
      const sent = pipeline(up.stream, request);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await Promise.all([sent, down.receive(response)]);
      t.deepEqual(up.result(), { same: true, left: 0, buffered: false });
      t.deepEqual(down.result(), { same: true, left: 0, buffered: false });
      t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 200 });
    },
  );
}

test('a client that does not read holds the back end up, not the gateway’s memory', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client(...get);
  client.socket.pause();
  const server = await backEnd.connection();
  await server.until(end);
  server.send('HTTP/1.1 200 OK', `Content-Length: ${size}`, '', '');
  const piece = Buffer.alloc(1024 * 1024, 'x');
  let written = 0;
  // A write that is not taken in ten turns of the event loop, with all sides idle, is not taken at all.
  for (let idle = 0; idle < 200 && written < size; ) {
    if (server.socket.writableNeedDrain) idle++;
    else {
      idle = 0;
      written += piece.length;
      server.socket.write(piece);
    }
    await new Promise(setImmediate);
  }
  t.true(written < size / 2, `${written} bytes were taken`);
  client.socket.destroy();
  await server.closed;
  t.deepEqual(await gateway.outcome(), { kind: 'client-gone' });
});

for (const way of ['end', 'resetAndDestroy'] as const) {
  test(`a kept connection that the back end closes while idle (${way}) does not break the next request`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    const client = gateway.client(...get);
    const first = await backEnd.connection();
    await first.until(end);
    first.send('HTTP/1.1 200 OK', 'Content-Length: 3', '', 'one');
    await client.until(/one$/);
    await gateway.outcome();
    // In one turn: the next request is on its way when the close arrives.
    first.socket[way]();
    client.send('POST /b HTTP/1.1', 'Host: h', 'Content-Length: 2', '', 'ab');
    const second = await backEnd.connection();
    await second.until(/ab$/);
    second.send('HTTP/1.1 200 OK', 'Content-Length: 3', '', 'two');
    await client.until(/two$/);
    t.notRegex(first.received, /POST/);
  });
}

test('200 requests at once, some of them pipelined, make no warning and leave no listener', async (t) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  t.teardown(() => process.off('warning', onWarning));
  const server = createServer((request, response) => request.pipe(response));
  const session = new AbortController();
  const gateway = await startGateway(t, { to: { url: `http://127.0.0.1:${await listen(t, server)}` }, signal: session.signal });
  const one = (last: boolean) => [
    `POST / HTTP/1.1`,
    'Host: h',
    `Connection: ${last ? 'close' : 'keep-alive'}`,
    'Content-Length: 2',
    '',
    'ab',
  ];
  const clients = Array.from({ length: 20 }, () => {
    const client = gateway.client();
    for (let index = 0; index < 10; index++) client.send(...one(index === 9));
    return client;
  });
  await Promise.all(clients.map((client) => client.closed));
  for (const client of clients) t.is(client.received.match(/ 200 OK/g)?.length, 10);
  await new Promise(setImmediate);
  t.deepEqual(warnings, []);
});
