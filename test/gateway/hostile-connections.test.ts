import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { type ClientServerParts, createClientServer } from '../../src/gateway/client-server.ts';
import { listen } from '../../src/listen.ts';
import { silentLog } from '../../src/log.ts';
import { defaultLimits, type Limits } from '../../src/rules/limits-schema.ts';
import { Wire } from './forward-rig.ts';
import { startRig } from './gateway-rig.ts';

const host = 'Host: site.test';
const opening = ['GET /app/ws HTTP/1.1', host, 'Connection: Upgrade', 'Upgrade: websocket', '', ''];
const connecting = ['CONNECT site.test:443 HTTP/1.1', host, '', ''];

/** What clients connect to, with one of them, which never closes its side by itself; `socket` is the gateway's end of its connection. */
async function meet(t: ExecutionContext, handle: ClientServerParts['handle'], limits: Partial<Limits> = {}) {
  const inForce = { ...defaultLimits, ...limits };
  const clients = createClientServer({
    limits: () => inForce,
    log: silentLog(),
    handle,
    refusal: () => 'HTTP/1.1 400 No\r\n\r\n',
  });
  const port = await listen(clients.server, 0, '127.0.0.1');
  const came = once(clients.server, 'connection');
  const client = new Wire(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
  const [socket] = (await came) as [Socket];
  t.teardown(async () => {
    client.socket.destroy();
    socket.destroy();
    await clients.close(0, async () => {});
  });
  // Not `once` of node:events, which would listen for errors as well.
  const gone = new Promise<unknown>((resolve) => socket.once('close', resolve));
  return { ...clients, client, gone };
}

for (const [what, event, lines] of [
  ['CONNECT', 'connect', connecting],
  ['a WebSocket', 'upgrade', opening],
] as const)
  test(`a client that asks for ${what} and resets the connection does not end the process`, async (t) => {
    const { server, client, gone } = await meet(t, () => {});
    server.on(event, (_, socket) => socket.destroy(Object.assign(new Error('write ECONNRESET'), { code: 'ECONNRESET' })));
    client.send(...lines);
    await gone;
    // An error that nobody listens for comes in the same turn as the end.
    await new Promise((resolve) => setImmediate(resolve));
    t.pass();
  });

test('a WebSocket that is refused is gone with its answer, whatever the client still sends or leaves open', async (t) => {
  const { client, gone } = await meet(t, (_request, response) => response.writeHead(302, { Location: '/' }).end());
  client.send(...opening);
  await client.until(/302 /);
  client.send('what nobody reads');
  await gone;
  t.regex(client.received, /^HTTP\/1\.1 302 /);
});

test('a client that takes nothing of a page of the gateway’s own is cut off', async (t) => {
  const { client, gone } = await meet(t, (_request, response) => response.end(Buffer.alloc(32 * 2 ** 20)), { streamTime: 300 });
  client.socket.pause();
  client.send('GET / HTTP/1.1', host, '', '');
  await gone;
  t.pass();
});

test('a gateway that stops cuts a CONNECT that stands behind an answer which never comes', async (t) => {
  const { server, client, close, gone } = await meet(t, () => {});
  const asked = once(server, 'connect');
  client.send('GET / HTTP/1.1', host, '', ...connecting);
  await asked;
  await Promise.all([close(0, async () => {}), gone]);
  t.pass();
});

test('a client may send a hundred requests ahead, and each is answered', async (t) => {
  const rig = await startRig(t);
  const client = new Wire(connect({ port: rig.port, host: '127.0.0.1' }));
  const request = `GET /app/ HTTP/1.1\r\n${host}\r\nCookie: ${await rig.logOn()}\r\n`;
  client.send(`${`${request}\r\n`.repeat(100)}${request}Connection: close\r\n\r\n`);
  await client.closed;
  t.is(client.received.split('HTTP/1.1 200 ').length - 1, 101);
});

test('a client that sends more requests ahead is cut off, and none of them goes to the back end', async (t) => {
  const rig = await startRig(t, {}, () => {});
  const client = new Wire(connect({ port: rig.port, host: '127.0.0.1' }));
  client.send(`GET /app/ HTTP/1.1\r\n${host}\r\nCookie: ${await rig.logOn()}\r\n\r\n`.repeat(102));
  await client.closed;
  t.is(client.received, '');
  t.true(rig.seen.length <= 1);
});

test('an upgrade that is none to a WebSocket is answered as if it were none, and the connection closes with all that follows it', async (t) => {
  const rig = await startRig(t, { limits: { idleTime: 300 } });
  const client = new Wire(connect({ port: rig.port, host: '127.0.0.1' }));
  const cookie = `Cookie: ${await rig.logOn()}`;
  const other = ['POST /app/one HTTP/1.1', host, cookie, 'Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 4', '', 'body'];
  client.send(`${other.join('\r\n')}GET /app/two HTTP/1.1\r\nX-Begun: `);
  await client.until(/content/);
  client.send('GET /app/three HTTP/1.1', host, cookie, '', '');
  await client.closed;
  t.deepEqual(
    rig.seen.map(({ url }) => url),
    ['/app/one'],
  );
  t.regex(client.received, /^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n/);
});

test('an answer to a WebSocket that refuses it and stops half-way is cut off', async (t) => {
  const rig = await startRig(t, { limits: { streamTime: 300 } });
  rig.backEnd.on('upgrade', (_, socket) =>
    socket.on('error', () => {}).write('HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nhalf'),
  );
  const client = new Wire(connect({ port: rig.port, host: '127.0.0.1' }));
  client.send(...opening.slice(0, -2), `Cookie: ${await rig.logOn()}`, '', '');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 403 [\s\S]*half$/);
});
