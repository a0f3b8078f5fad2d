import { once } from 'node:events';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { WebSocket, WebSocketServer } from 'ws';
import { createLog } from '../../src/log.ts';
import type { Delegation } from '../../src/rules/publishing-rule.ts';
import { startRig } from './gateway-rig.ts';

/** Of `logoff-lab`, `corp\anna` and `secret pass` with a NUL between each, written out so that no code of ours makes it. */
const token = 'bG9nb2ZmLWxhYgBjb3JwXGFubmEAc2VjcmV0IHBhc3M=';
const basic = 'Y29ycFxhbm5hOnNlY3JldCBwYXNz';
const clientField = 'Basic Y2xpZW50Om93bg==';

/** What reaches the back end when the client sends a field of its own. */
const kinds: [delegation: Delegation, received: string | undefined][] = [
  ['basic', `Basic ${basic}`],
  ['none', undefined],
  ['ntlm', `NTLM ${token}`],
  ['negotiate', `Negotiate ${token}`],
  ['client', clientField],
];

const challenges = ['Negotiate', 'Basic realm="back end", Digest realm="d", nonce="n"'];
const challenge: RequestListener = (_, response) => response.writeHead(401, { 'WWW-Authenticate': challenges }).end();

for (const [delegation, received] of kinds) {
  const passes = delegation === 'client' ? 'passes' : 'is withheld';

  test(`[T-18] delegation ${delegation}: the back end gets ${received ?? 'nothing'}, and its challenge ${passes}`, async (t) => {
    const { logOn, ask, seen } = await startRig(t, { rule: { delegation } }, challenge);
    const answer = await ask('GET', '/app/', { Cookie: await logOn(), Authorization: clientField });
    t.is(seen[0]?.headers.authorization, received);
    t.is(answer.status, 401);
    t.is(answer.headers['www-authenticate'], delegation === 'client' ? challenges.join(', ') : undefined);
  });

  test(`[T-18] delegation ${delegation}: a WebSocket brings the same`, async (t) => {
    const { logOn, backEnd, port } = await startRig(t, { rule: { delegation } });
    const server = new WebSocketServer({ server: backEnd });
    const offered = once(server, 'connection');
    const headers = { Host: 'site.test', Cookie: await logOn(), Authorization: clientField };
    const client = new WebSocket(`ws://127.0.0.1:${port}/app/live`, { headers });
    const [, request] = (await offered) as [WebSocket, { headers: IncomingHttpHeaders }];
    t.is(request.headers.authorization, received);
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
    client.terminate();
  });

  test(`[T-18] delegation ${delegation}: the challenge to a WebSocket ${passes}`, async (t) => {
    const { logOn, backEnd, port } = await startRig(t, { rule: { delegation } });
    backEnd.on('upgrade', (_, socket) =>
      socket.end('HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
    );
    const client = new WebSocket(`ws://127.0.0.1:${port}/app/live`, { headers: { Host: 'site.test', Cookie: await logOn() } });
    const [, answer] = (await once(client, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage];
    t.is(answer.statusCode, 401);
    t.is(answer.headers['www-authenticate'], delegation === 'client' ? 'Negotiate' : undefined);
    answer.destroy();
  });

  test(`[T-18] delegation ${delegation}: a sign-out that is forwarded brings the same`, async (t) => {
    const logoff = { onLogoff: 'pass-through', forwardToBackend: true } as const;
    const { logOn, ask, seen } = await startRig(t, { rule: { delegation }, logoff: { url: '/bye', ...logoff } });
    await ask('GET', '/app/bye', { Cookie: await logOn(), Authorization: clientField });
    t.is(seen[0]?.headers.authorization, received);
  });

  test(`delegation ${delegation}: neither log nor trace shows password, token or the client's own field`, async (t) => {
    const stream = new PassThrough();
    const log = createLog(stream, 'trace');
    const { logOn, ask, recorder, backEnd } = await startRig(t, { rule: { delegation }, log }, challenge);
    const Cookie = await logOn();
    await ask('GET', '/app/', { Cookie, Authorization: clientField });
    backEnd.closeAllConnections();
    backEnd.close();
    await ask('GET', '/app/', { Cookie, Authorization: clientField });
    const written = `${stream.read()}${JSON.stringify(recorder.read().events)}`;
    t.regex(written, /logged on.*forwarding failed.*"Authorization",null/s);
    for (const secret of [token, basic, 'secret pass', clientField.slice(6), 'nonce="n"'])
      t.false(written.includes(secret), secret);
  });
}

test('[T-18] delegation client: nothing is delegated, and credentials instead of a session lead to the form', async (t) => {
  const { logOn, ask, seen } = await startRig(t, { rule: { delegation: 'client' } });
  t.is((await ask('GET', '/app/', { Authorization: clientField })).status, 302);
  t.is(seen.length, 0);
  await ask('GET', '/app/', { Cookie: await logOn() });
  t.is(seen[0]?.headers.authorization, undefined);
});

test('delegation client: of two fields of the client only the first passes', async (t) => {
  const { logOn, ask, seen } = await startRig(t, { rule: { delegation: 'client' } });
  await ask('GET', '/app/', { Cookie: await logOn(), Authorization: [clientField, 'NTLM second'] });
  const fields = seen[0]?.rawHeaders.filter((_, at, raw) => raw[at - 1]?.toLowerCase() === 'authorization');
  t.deepEqual(fields, [clientField]);
});

for (const [scheme, shared] of [
  ['Basic', true],
  ['Digest', true],
  ['Negotiate', false],
  ['NTLM', false],
] as const)
  test(`delegation client: a connection that ${scheme} was sent on ${shared ? 'serves' : 'never serves'} the next request`, async (t) => {
    const ports: (number | undefined)[] = [];
    const { logOn, ask } = await startRig(t, { rule: { delegation: 'client' } }, (request, response) => {
      ports.push(request.socket.remotePort);
      response.end();
    });
    const Cookie = await logOn();
    await ask('GET', '/app/', { Cookie, Authorization: `${scheme} eHh4` });
    await ask('GET', '/app/', { Cookie });
    t.is(ports[0] === ports[1], shared);
  });

for (const delegation of ['ntlm', 'negotiate'] as const)
  test(`delegation ${delegation}: a connection that the gateway's own token was sent on never serves the next request`, async (t) => {
    const ports: (number | undefined)[] = [];
    const { logOn, ask } = await startRig(t, { rule: { delegation } }, (request, response) => {
      ports.push(request.socket.remotePort);
      response.end();
    });
    const Cookie = await logOn();
    await ask('GET', '/app/', { Cookie });
    await ask('GET', '/app/', { Cookie });
    t.is(ports.length, 2);
    t.not(ports[0], ports[1]);
  });
