import { connect } from 'node:net';
import { mock } from 'node:test';
import test from 'ava';
import { Wire } from './forward-rig.ts';
import { type Change, startRig } from './gateway-rig.ts';

const told = { forwardToBackend: true, onLogoff: 'page' } as const;
const passThrough: Change = { logoff: { forwardToBackend: true, onLogoff: 'pass-through' } };

test.serial('the signed-out page does not wait for ever for a published server that does not answer', async (t) => {
  const wait = new AbortController();
  const timeout = mock.method(AbortSignal, 'timeout', () => wait.signal);
  t.teardown(() => timeout.mock.restore());
  const { ask, logOn } = await startRig(t, { logoff: told }, () => wait.abort());
  const answer = await ask('GET', '/app/bye', { Cookie: await logOn() });
  t.regex(answer.body, /You are signed out/);
  t.deepEqual(timeout.mock.calls.at(-1)?.arguments, [5_000]);
});

test('of what a published server sets in answer to a sign-out, a session cookie of ours is left out', async (t) => {
  const { ask, logOn } = await startRig(t, { logoff: told }, (_, response) =>
    response.setHeader('Set-Cookie', ['cadataTMG=theirs', 'other=theirs']).end(),
  );
  const { cookies } = await ask('GET', '/app/bye', { Cookie: await logOn() });
  t.deepEqual(
    cookies.map((cookie) => cookie.split(';', 1)[0]),
    ['other=theirs', 'cadataTMG='],
  );
});

test('a sign-out with a body that waits for 100 Continue gets it, and the published server gets the body', async (t) => {
  const bodies: Promise<string>[] = [];
  const rig = await startRig(t, { logoff: told }, (request, response) => {
    bodies.push(request.toArray().then((chunks) => Buffer.concat(chunks).toString()));
    request.on('end', () => response.end());
  });
  const fields = ['Host: site.test', `Cookie: ${await rig.logOn()}`, 'Content-Length: 4', 'Expect: 100-continue'];
  const client = new Wire(connect(rig.port, '127.0.0.1')).send('POST /app/bye HTTP/1.1', ...fields, '', '');
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
  client.send('body');
  await client.until(/HTTP\/1\.1 200 [\s\S]*You are signed out/);
  t.deepEqual(await Promise.all(bodies), ['body']);
  client.socket.destroy();
});

test('a published server’s answer to a sign-out that breaks off is cut off, and the trace says so', async (t) => {
  const rig = await startRig(t, passThrough, (_, response) => {
    response.writeHead(200, { 'Content-Length': 9 }).write('half', () => response.destroy());
  });
  const client = new Wire(connect(rig.port, '127.0.0.1'));
  client.send('GET /app/bye HTTP/1.1', 'Host: site.test', `Cookie: ${await rig.logOn()}`, '', '');
  await client.closed;
  t.regex(client.received, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\nhalf$/);
  const answer = () => rig.recorder.read().events.findLast(({ kind, method }) => kind === 'response' && method === 'GET');
  while (!answer()) await new Promise((resolve) => setImmediate(resolve));
  t.like(answer(), { status: 200, outcome: 'cut-off' });
});
