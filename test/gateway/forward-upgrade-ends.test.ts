import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { agree, ask, asked, joined, rawBackEnd, type Setting, startGateway } from './forward-rig.ts';

/** More than what lies in the buffers on the way. */
const SIZE = 32 * 2 ** 20;

/** A WebSocket that stands, and the gateway’s side of its client’s connection. */
async function standing(t: ExecutionContext, limits: Setting['limits'] = {}) {
  const side = Promise.withResolvers<Socket>();
  const all = await joined(t, { limits, before: async ({ socket }) => side.resolve(socket) });
  return { ...all, side: await side.promise };
}

test('WebSockets that are ended get what is on its way, and both sides are closed', async (t) => {
  const { gateway, client, server, side } = await standing(t);
  side.cork();
  server.send('last words');
  while (side.writableLength === 0) await setImmediate();
  gateway.endTunnels();
  await Promise.all([client.closed, server.closed]);
  t.regex(client.received, /last words$/);
});

test('a WebSocket that is asked for goes on when those that stand are ended', async (t) => {
  const { gateway, client, server } = await asked(t);
  gateway.endTunnels();
  server.send('HTTP/1.1 403 Forbidden', 'Content-Length: 2', '', 'no');
  await client.until(/no$/);
  t.regex(client.received, /^HTTP\/1\.1 403 /);
});

test('a client that takes nothing of what is on its way does not keep a WebSocket that is ended', async (t) => {
  const { gateway, client, server, side } = await standing(t, { responseTime: 2_000 });
  client.socket.pause();
  server.socket.write(Buffer.alloc(SIZE));
  while (!side.writableNeedDrain) await setImmediate();
  gateway.endTunnels();
  await server.closed;
  await gateway.outcome();
  t.pass();
});

test('connectTime is for the connection: who answers later than that is in time', async (t) => {
  const limits = { connectTime: 2_000 };
  const { client, server } = await asked(t, { limits });
  const deaf = await rawBackEnd(t);
  const other = await startGateway(t, { to: { url: deaf.url.replace('http:', 'https:') }, limits });
  await other.client(...ask()).until(/backend-unreachable/);
  server.send(...agree());
  t.regex(await client.until(/\r\n\r\n/), /^HTTP\/1\.1 101 /);
});

test('a back end may write the name of the protocol in any case', async (t) => {
  const { client, server } = await asked(t);
  server.send('HTTP/1.1 101 Switching Protocols', 'Upgrade: WebSocket', 'Connection: upgrade', '', '');
  t.regex(await client.until(/\r\n\r\n/), /^HTTP\/1\.1 101 /);
});

test('a WebSocket on which nothing comes is ended, not cut', async (t) => {
  const { gateway, client, server } = await joined(t, { limits: { upgradeTime: 300 } });
  await Promise.all([client.closed, server.closed]);
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 101 });
});

test('a client that never takes the back end’s last words is given up after a while', async (t) => {
  const { gateway, server, side } = await standing(t, { responseTime: 2_000 });
  Object.assign(side, { _write: () => {}, _writev: null });
  server.socket.end('last words');
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 101 });
});

test('an editResponse that returns a name which is none fails the upgrade, not the process', async (t) => {
  const { gateway, client, server } = await asked(t, { editResponse: () => [['X-A: 1\r\nX-Evil', '1']] });
  server.send(...agree());
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 502 [\s\S]*backend-broken$/);
  t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: false });
});
