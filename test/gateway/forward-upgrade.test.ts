import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import test from 'ava';
import { WebSocket, WebSocketServer } from 'ws';
import type { ForwardOutcome } from '../../src/gateway/forward-types.ts';
import { agree, ask, asked, joined, listen, rawBackEnd, startGateway, startPair, takeSlowly, type Wire } from './forward-rig.ts';

const end = /\r\n\r\n/;

test('a message of 1 MiB goes there and back through a real WebSocket', async (t) => {
  const http = createServer();
  new WebSocketServer({ server: http }).on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  const gateway = await startGateway(t, { to: { url: `http://127.0.0.1:${await listen(t, http)}` } });
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws`);
  await once(socket, 'open');
  const message = randomBytes(1024 * 1024);
  socket.send(message);
  const [echo] = await once(socket, 'message');
  t.true(message.equals(echo));
  socket.close(1000);
  const [code] = await once(socket, 'close');
  t.is(code, 1000);
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 101 });
});

test('the request is exactly the target and the client’s end-to-end fields, with the upgrade made anew', async (t) => {
  const target = '/owa/?q=http://x//y&a=%2F|"';
  const { gateway, backEnd } = await startPair(t, { target, replace: { Authorization: 'Basic bmV3' } });
  gateway.client(
    'GET /ws HTTP/1.1',
    'host: mail.example',
    'connection: keep-alive, upgrade, X-Named, Host',
    'UPGRADE: WebSocket',
    'X-Named: gone',
    'Proxy-Authorization: x',
    'authorization: old',
    'Sec-WebSocket-Key: a',
    'X-Two: caf\xe9',
    'X-Two: 2',
    'Content-Length: 0',
    '',
    '',
  );
  const server = await backEnd.connection();
  const request = await server.until(end);
  t.deepEqual(request.split('\r\n\r\n')[0]?.split('\r\n'), [
    `GET ${target} HTTP/1.1`,
    'Host: mail.example',
    'Sec-WebSocket-Key: a',
    'X-Two: caf\xe9',
    'X-Two: 2',
    'Authorization: Basic bmV3',
    'Connection: Upgrade',
    'Upgrade: websocket',
  ]);
});

test('the 101 has the fields that editResponse returns, in their own bytes, with the upgrade made anew', async (t) => {
  const seen: unknown[] = [];
  const { client, server } = await asked(t, {
    editResponse(head) {
      seen.push(head);
      return [...head.headers, ['X-More', 'caf\xe9']];
    },
  });
  server.send(
    ...agree('Connection: X-Hop', 'X-Hop: 1', 'Keep-Alive: 5', 'Sec-WebSocket-Accept: b', 'Set-Cookie: a=1', 'Set-Cookie: b=2'),
  );
  await client.until(end);
  const fields = ['Sec-WebSocket-Accept: b', 'Set-Cookie: a=1', 'Set-Cookie: b=2'];
  t.deepEqual(client.fields, [...fields, 'X-More: caf\xe9', 'Connection: Upgrade', 'Upgrade: websocket']);
  t.deepEqual(seen, [{ status: 101, headers: fields.map((field) => field.split(': ')) }]);
});

test('bytes that come together with the request or with the 101 are delivered', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client(...ask(), 'early client');
  const server = await backEnd.connection();
  t.notRegex(await server.until(end), /early/);
  server.send(...agree(), 'early server');
  await client.until(/\r\n\r\n(\r\n)?early server$/);
  await server.until(/\r\n\r\n(\r\n)?early client$/);
});

for (const [what, answer, body] of [
  ['a length', ['Content-Length: 4', '', 'nope'], /\r\nContent-Length: 4\r\n[\s\S]*\r\n\r\nnope$/],
  [
    'chunks',
    ['Transfer-Encoding: chunked', '', '2\r\nno\r\n2\r\npe\r\n0\r\n\r\n'],
    /\r\n\r\n(2\r\nno\r\n2\r\npe|4\r\nnope)\r\n0\r\n\r\n$/,
  ],
  ['no body', ['Content-Length: 0', '', ''], /\r\n\r\n$/],
] as const) {
  test(`a refusal with ${what} is the client’s answer, edited and delimited, and ends the connection`, async (t) => {
    const { gateway, client, server } = await asked(t, { editResponse: ({ headers }) => [...headers, ['X-Edited', 'caf\xe9']] });
    server.send('HTTP/1.1 403 Not You', 'Connection: X-Hop', 'X-Hop: 1', ...answer);
    await client.closed;
    t.regex(client.received, /^HTTP\/1\.1 403 Not You\r\n[\s\S]*X-Edited: caf\xe9\r\n[\s\S]*Connection: close\r\n/);
    t.notRegex(client.received, /X-Hop/);
    t.regex(client.received, body);
    t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 403 });
    await server.closed;
  });
}

test('a large refusal arrives whole', async (t) => {
  const { client, server } = await asked(t);
  server.send('HTTP/1.1 500 Oops', 'Content-Length: 8000000', '', 'x'.repeat(8_000_000));
  await client.closed;
  t.is(client.received.split('\r\n\r\n')[1]?.length, 8_000_000);
});

for (const way of ['end', 'resetAndDestroy'] as const) {
  test(`a refusal cut short (${way}) does not look whole`, async (t) => {
    const { gateway, client, server } = await asked(t);
    server.send('HTTP/1.1 500 Oops', 'Transfer-Encoding: chunked', '', '4\r\npart\r\n');
    await client.until(/part/);
    server.socket[way]();
    await client.closed;
    t.notRegex(client.received, /0\r\n\r\n$/);
    t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: true });
  });
}

/** What a back end does with the request, and how that is called. */
const failures: Record<string, { act(server: Wire): void; code: string }> = {
  'says nothing': { act: () => {}, code: 'backend-slow' },
  'answers garbage': { act: (server) => server.send('SMTP ready', ''), code: 'backend-broken' },
  resets: { act: (server) => server.socket.resetAndDestroy(), code: 'backend-broken' },
  'ends before the head': { act: (server) => server.socket.end(), code: 'backend-broken' },
  'ends within the head': { act: (server) => server.send('HTTP/1.1 101 OK', 'A: b').socket.end(), code: 'backend-broken' },
  'switches to another protocol': {
    act: (server) => server.send('HTTP/1.1 101 OK', 'Connection: Upgrade', 'Upgrade: h2c', '', ''),
    code: 'backend-broken',
  },
  'switches to no protocol': { act: (server) => server.send('HTTP/1.1 101 OK', '', ''), code: 'backend-broken' },
};

for (const [what, { act, code }] of Object.entries(failures)) {
  test(`a back end that ${what} is ${code}, and the caller can still answer`, async (t) => {
    const { gateway, client, server } = await asked(t, code === 'backend-slow' ? { limits: { responseTime: 100 } } : {});
    act(server);
    await client.closed;
    t.regex(client.received, new RegExp(`^HTTP/1.1 502 [\\s\\S]*${code}$`));
    const outcome = (await gateway.outcome()) as ForwardOutcome & { kind: 'failed' };
    t.like(outcome, { kind: 'failed', code, headersSent: false });
    if (code === 'backend-slow') t.regex(String(outcome.cause), /within 100 ms/);
    await server.closed;
  });
}

test('a back end that is down is backend-unreachable, and the caller can still answer', async (t) => {
  const gateway = await startGateway(t, { to: { url: 'http://127.0.0.1:1' } });
  const client = gateway.client(...ask());
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 502 [\s\S]*backend-unreachable$/);
  t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-unreachable', headersSent: false });
});

for (const [what, value] of [
  ['throws', null],
  ['returns a field that would end its line', 'a\r\nX-Evil: 1'],
] as const) {
  test(`an editResponse that ${what} fails the upgrade, not the process`, async (t) => {
    const editResponse = () => {
      if (value === null) throw new Error('edit');
      return [['X-A', value]] as [string, string][];
    };
    for (const status of ['101 OK', '403 No']) {
      const { gateway, client, server } = await asked(t, { editResponse });
      server.send(`HTTP/1.1 ${status}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 0', '', '');
      await client.closed;
      t.regex(client.received, /^HTTP\/1\.1 502 [\s\S]*backend-broken$/);
      t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: false });
      await server.closed;
    }
  });
}

for (const refused of [ask().with(3, 'Upgrade: h2c'), ask().with(0, 'POST /ws HTTP/1.1')]) {
  test(`only a GET that asks for websocket is forwarded: ${refused[0]}, ${refused[3]}`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    const client = gateway.client(...refused);
    await client.closed;
    t.regex(client.received, /^HTTP\/1\.1 502/);
    t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: false });
    t.is(backEnd.count(), 0);
  });
}

for (const [stage, reach] of Object.entries({ asked, joined })) {
  for (const way of ['end', 'destroy', 'resetAndDestroy'] as const) {
    test(`a client that leaves (${way}) when it has ${stage} closes the back end’s connection`, async (t) => {
      const { gateway, client, server } = await reach(t);
      client.socket[way]();
      await Promise.all([server.closed, client.closed]);
      const gone = stage === 'asked' || way === 'resetAndDestroy';
      t.deepEqual(await gateway.outcome(), gone ? { kind: 'client-gone' } : { kind: 'sent', status: 101 });
    });
  }

  test(`an abort of the signal when the client has ${stage} closes both sides`, async (t) => {
    const session = new AbortController();
    const { gateway, client, server } = await reach(t, { signal: session.signal });
    session.abort();
    await Promise.all([client.closed, server.closed]);
    t.deepEqual(await gateway.outcome(), { kind: 'aborted' });
  });

  test(`close() when the client has ${stage} ends both sides`, async (t) => {
    const { gateway, client, server } = await reach(t);
    await gateway.close();
    await Promise.all([client.closed, server.closed]);
    t.deepEqual(await gateway.outcome(), { kind: 'aborted' });
  });
}

test('a back end that resets takes the client with it', async (t) => {
  const { gateway, client, server } = await joined(t);
  server.socket.resetAndDestroy();
  await client.closed;
  t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: true });
});

test('a client that does not close its side after the back end’s end is closed', async (t) => {
  const { gateway, client, server } = await joined(t);
  client.socket.pause();
  server.socket.end('last words');
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 101 });
  client.socket.resume();
  await client.until(/last words$/);
});

test('a back end that ignores the client’s end is closed after a while', async (t) => {
  const backEnd = await rawBackEnd(t, createTcpServer({ allowHalfOpen: true }));
  const gateway = await startGateway(t, { to: { url: backEnd.url }, limits: { responseTime: 1000 } });
  const client = gateway.client(...ask());
  const server = await backEnd.connection();
  await server.until(end);
  server.send(...agree());
  await client.until(end);
  client.socket.end();
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 101 });
});

test('what either side sends last arrives, though the other is slow to take it', async (t) => {
  const { client, server } = await joined(t);
  client.socket.end('last of the client');
  await server.closed;
  t.regex(server.received, /last of the client$/);
  const other = await joined(t, { before: async ({ socket }) => takeSlowly(socket) });
  other.server.socket.end('last of the back end');
  await other.client.closed;
  t.regex(other.client.received, /last of the back end$/);
});

for (const [way, event] of [
  ['end', 'end'],
  ['resetAndDestroy', 'close'],
] as const) {
  test(`a client that has left (${way}) before the forwarding starts is gone`, async (t) => {
    const before = ({ socket }: IncomingMessage) => new Promise((resolve) => socket.on('error', () => {}).once(event, resolve));
    const { gateway, backEnd } = await startPair(t, { before });
    const client = gateway.client(...ask());
    await once(client.socket, 'connect');
    client.socket[way]();
    t.deepEqual(await gateway.outcome(), { kind: 'client-gone' });
    t.is(backEnd.count(), 0);
  });
}

test('a signal that has aborted already lets no upgrade be sent', async (t) => {
  const { gateway, backEnd } = await startPair(t, { signal: AbortSignal.abort() });
  await gateway.client(...ask()).closed;
  t.deepEqual(await gateway.outcome(), { kind: 'aborted' });
  t.is(backEnd.count(), 0);
});

test('a client that leaves in the middle of a refusal closes the back end’s connection', async (t) => {
  const { gateway, client, server } = await asked(t);
  server.send('HTTP/1.1 500 Oops', 'Content-Length: 99', '', 'part');
  await client.until(/part$/);
  client.socket.resetAndDestroy();
  await server.closed;
  t.deepEqual(await gateway.outcome(), { kind: 'client-gone' });
});

for (const evil of [{ target: '/ HTTP/1.1\r\nX-Evil: 1' }, { replace: { 'X-A': 'a\r\nX-Evil: 1' } }]) {
  test(`a ${Object.keys(evil)} that would end its line fails the upgrade`, async (t) => {
    const { gateway } = await startPair(t, evil);
    const client = gateway.client(...ask());
    await client.closed;
    t.regex(client.received, /^HTTP\/1\.1 502/);
    t.like(await gateway.outcome(), { kind: 'failed', headersSent: false });
  });
}
