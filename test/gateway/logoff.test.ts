import { once } from 'node:events';
import test from 'ava';
import { generate } from 'selfsigned';
import { WebSocket, WebSocketServer } from 'ws';
import { createLog } from '../../src/log.ts';
import { startRig } from './gateway-rig.ts';

test('[T-01, T-04] a hit ends the session and is answered with the gateway’s page; the back end is not told', async (t) => {
  const { logOn, ask, seen, gateway } = await startRig(t);
  const Cookie = await logOn();
  const answer = await ask('GET', '/app/bye?x=1', { Cookie });
  t.is(answer.status, 200);
  t.regex(answer.body, /You are signed out/);
  t.is(answer.headers['cache-control'], 'no-store');
  t.regex(answer.cookies[0] ?? '', /^cadataTMG=; Path=\/; HttpOnly; Max-Age=0/);
  t.is(seen.length, 0);
  t.deepEqual(await gateway.sessions.list(), []);
  t.regex((await ask('GET', '/app/', { Cookie })).headers.location ?? '', /reason=1/);
});

test('[T-03] an ordinary link that holds the string fires too, in contains mode alone', async (t) => {
  for (const [match, status] of [
    ['contains', 302],
    ['exact', 200],
  ] as const) {
    const { logOn, ask } = await startRig(t, { logoff: { match, url: '/app/bye' } });
    const Cookie = await logOn();
    await ask('GET', '/app/?returnUrl=/app/bye', { Cookie });
    t.is((await ask('GET', '/app/', { Cookie })).status, status);
  }
});

test('an escaped logoff URL is the logoff URL, for gateway and back end alike', async (t) => {
  const { logOn, ask, seen } = await startRig(t, { logoff: { onLogoff: 'pass-through', forwardToBackend: true } });
  const Cookie = await logOn();
  await ask('GET', '/app/%62ye', { Cookie });
  t.is((await ask('GET', '/app/', { Cookie })).status, 302);
  t.is(seen[0]?.url, '/app/bye');
});

test('redirect: the browser is sent where the rule says', async (t) => {
  const { logOn, ask } = await startRig(t, { logoff: { onLogoff: 'redirect', redirectTo: 'https://www.example/out' } });
  const answer = await ask('GET', '/app/bye', { Cookie: await logOn() });
  t.is(answer.headers.location, 'https://www.example/out');
  t.is(answer.headers['cache-control'], 'no-store');
  t.regex(answer.cookies[0] ?? '', /^cadataTMG=;/);
});

test('pass-through: the back end’s answer is the user’s, with our cookie deleted, and its session is told with credentials', async (t) => {
  const respond = (_: unknown, response: import('node:http').ServerResponse) =>
    response.writeHead(302, { Location: '/app/done', 'Set-Cookie': ['sid=; Max-Age=0', 'cadataTMG=evil'] }).end();
  const { logOn, ask, seen } = await startRig(t, { logoff: { onLogoff: 'pass-through', forwardToBackend: true } }, respond);
  const Cookie = await logOn();
  const answer = await ask('GET', '/app/bye', { Cookie });
  t.is(answer.headers.location, '/app/done');
  t.deepEqual(
    answer.cookies.map((cookie) => cookie.split(';', 1)[0]),
    ['sid=', 'cadataTMG='],
  );
  t.regex(seen[0]?.headers.authorization ?? '', /^Basic /);
  t.is((await ask('GET', '/app/', { Cookie })).status, 302);
});

test('page with forwardToBackend: the back end is told, the page is ours, its cookie deletions arrive before ours', async (t) => {
  const respond = (_: unknown, response: import('node:http').ServerResponse) =>
    response.writeHead(200, { 'Set-Cookie': 'sid=; Max-Age=0' }).end('theirs');
  const { logOn, ask, seen } = await startRig(t, { logoff: { forwardToBackend: true } }, respond);
  const answer = await ask('GET', '/app/bye', { Cookie: await logOn() });
  t.regex(answer.body, /You are signed out/);
  t.is(seen.length, 1);
  t.deepEqual(
    answer.cookies.map((cookie) => cookie.split('=', 1)[0]),
    ['sid', 'cadataTMG'],
  );
});

test('a back end that is away does not keep the session alive', async (t) => {
  for (const onLogoff of ['page', 'pass-through'] as const) {
    const { logOn, ask, backEnd } = await startRig(t, { logoff: { onLogoff, forwardToBackend: true } });
    const Cookie = await logOn();
    backEnd.close();
    t.is((await ask('GET', '/app/bye', { Cookie })).status, 200);
    t.is((await ask('GET', '/app/', { Cookie })).status, 302);
  }
});

test('without a session the logoff URL shows the page too, and nobody is sent there after the next logon', async (t) => {
  const { ask, seen } = await startRig(t);
  t.regex((await ask('GET', '/app/bye')).body, /href="\/app\/">Sign in again/);
  t.is(seen.length, 0);
});

test('the published server gets the user’s credentials, and neither our cookie nor what the client claims', async (t) => {
  const { logOn, ask, seen } = await startRig(t);
  const Cookie = `a=1; ${await logOn()}; b=2`;
  await ask('GET', '/app/x?y', {
    Cookie,
    Authorization: 'Bearer forged',
    'X-Forwarded-For': '10.0.0.1',
    Forwarded: 'for=10.0.0.1',
    'Front-End-Https': 'On',
  });
  const { headers, url } = seen[0] as { headers: import('node:http').IncomingHttpHeaders; url: string };
  t.is(url, '/app/x?y');
  t.is(headers.cookie, 'a=1; b=2');
  t.is(headers.authorization, `Basic ${Buffer.from('corp\\anna:secret pass').toString('base64')}`);
  t.is(headers.host, 'site.test');
  t.is(headers['x-forwarded-for'], '127.0.0.1');
  t.is(headers.forwarded, undefined);
  t.is(headers['front-end-https'], undefined);
  t.regex(String(headers['x-request-id']), /^[\w-]{36}$/);
});

test('delegation none sends no credentials at all', async (t) => {
  const { logOn, ask, seen } = await startRig(t, { rule: { delegation: 'none' } });
  await ask('GET', '/app/', { Cookie: await logOn(), Authorization: 'Basic Zm9yZ2Vk' });
  t.is(seen[0]?.headers.authorization, undefined);
});

test('the published server can neither set our cookie nor challenge the client', async (t) => {
  const { logOn, ask } = await startRig(t, {}, (_, response) =>
    response.writeHead(401, { 'Set-Cookie': ['cadataTMG=evil; Path=/', 'ok=1'], 'WWW-Authenticate': 'Basic realm="x"' }).end(),
  );
  const answer = await ask('GET', '/app/', { Cookie: await logOn() });
  t.is(answer.status, 401);
  t.deepEqual(answer.cookies, ['ok=1']);
  t.is(answer.headers['www-authenticate'], undefined);
});

for (const [what, sent, got] of [
  ['a page', { 'Content-Type': 'text/html', 'Cache-Control': 'public, max-age=60', Expires: 'tomorrow' }, 'no-store'],
  ['an answer that says nothing', { 'Content-Type': 'application/json' }, 'no-store'],
  ['a cacheable script', { 'Content-Type': 'text/javascript', 'Cache-Control': 'max-age=60' }, 'max-age=60'],
] as const)
  test(`behind a session ${what} is sent with Cache-Control: ${got}`, async (t) => {
    const { logOn, ask } = await startRig(t, {}, (_, response) => response.writeHead(200, sent).end('x'));
    t.is((await ask('GET', '/app/', { Cookie: await logOn() })).headers['cache-control'], got);
  });

test('a published server that is away is a 502 page with the request id, and the gateway stays up', async (t) => {
  const { logOn, ask, backEnd } = await startRig(t);
  const Cookie = await logOn();
  backEnd.close();
  const answer = await ask('GET', '/app/', { Cookie });
  t.is(answer.status, 502);
  t.true(answer.body.includes(String(answer.headers['x-request-id'])));
  t.is((await ask('GET', '/app/bye', { Cookie })).status, 200);
});

test('a request under way when the session ends is cut', async (t) => {
  const arrived = Promise.withResolvers<void>();
  const { logOn, ask } = await startRig(t, {}, (request, response) => {
    if (request.url === '/app/slow') arrived.resolve();
    else response.end();
  });
  const Cookie = await logOn();
  const slow = ask('GET', '/app/slow', { Cookie });
  await arrived.promise;
  await ask('GET', '/app/bye', { Cookie });
  await t.throwsAsync(slow, { message: /socket hang up|ECONNRESET/ });
});

test('a WebSocket goes through with credentials, and ends with its session', async (t) => {
  const { logOn, ask, backEnd, seen, port } = await startRig(t);
  const server = new WebSocketServer({ server: backEnd });
  const offered = once(server, 'connection');
  const Cookie = await logOn();
  const client = new WebSocket(`ws://127.0.0.1:${port}/app/live?x=%2F`, { headers: { Host: 'site.test', Cookie } });
  const [peer, request] = (await offered) as [WebSocket, import('node:http').IncomingMessage];
  t.is(request.url, '/app/live?x=%2F');
  t.regex(request.headers.authorization ?? '', /^Basic /);
  t.is(request.headers.cookie, undefined);
  peer.on('message', (data) => peer.send(data));
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  client.send('hello');
  t.is(String((await once(client, 'message'))[0]), 'hello');
  const ended = once(client, 'close');
  await ask('GET', '/app/bye', { Cookie });
  await ended;
  t.is(seen.length, 0);
});

test('a WebSocket without a session is sent to the form, and one to the logoff URL gets the page', async (t) => {
  const { port } = await startRig(t);
  for (const [path, status] of [
    ['/app/live', 302],
    ['/app/bye', 200],
  ] as const) {
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { Host: 'site.test' } });
    const [, answer] = (await once(client, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage];
    t.is(answer.statusCode, status);
    answer.destroy();
  }
});

test('a back end over https is verified with a CA of one’s own, and without it once a reload takes that away', async (t) => {
  const { createServer } = await import('node:https');
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const secure = createServer({ key: pems.private, cert: pems.cert }, (_, response) => response.end('over TLS'));
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  t.teardown(() => secure.close());
  const url = `https://localhost:${(secure.address() as { port: number }).port}`;
  const { logOn, ask, gateway } = await startRig(t, { to: { url } });
  const Cookie = await logOn();
  const { rules, setRules } = gateway.gateway;
  for (const [ca, status] of [
    [pems.cert, 200],
    [null, 502],
  ] as const) {
    await setRules({ ...rules(), rules: rules().rules.map((rule) => ({ ...rule, to: { ...rule.to, ca } })) });
    t.is((await ask('GET', '/app/', { Cookie })).status, status);
  }
  secure.closeAllConnections();
});

test('no secret is in the trace of a logon, a visit and a logoff', async (t) => {
  const { logOn, ask, recorder } = await startRig(t);
  const Cookie = await logOn();
  await ask('GET', '/app/', { Cookie });
  await ask('GET', '/app/bye', { Cookie });
  const trace = JSON.stringify(recorder.read().events);
  for (const secret of ['secret pass', 'secret+pass', Buffer.from('corp\\anna:secret pass').toString('base64'), Cookie.slice(33)])
    t.false(trace.includes(secret));
  t.true(trace.includes('"did":"cleared"'));
});

for (const [who, path, decided, shown] of [
  ['somebody signed in', '/app/', ['alive'], 'alive'],
  ['somebody signed in', '/app/bye', ['ending'], undefined],
  ['nobody', '/app/bye', [undefined], undefined],
  ['nobody', '/app/', [], undefined],
] as const)
  test(`the trace of ${path}, asked for by ${who}, says ${decided.length ? 'whether that is the logoff URL' : 'nothing of a logoff URL'}`, async (t) => {
    const { logOn, ask, recorder } = await startRig(t);
    const Cookie = who === 'nobody' ? '' : await logOn();
    const since = recorder.next();
    await ask('GET', path, { Cookie });
    const { events } = recorder.read(since);
    const decisions = events.filter(({ kind }) => kind === 'decision');
    t.deepEqual(
      decisions.map(({ session }) => session?.state),
      [...decided],
    );
    const response = events.find(({ kind }) => kind === 'response');
    t.is(response?.session?.state, shown);
    t.is(response?.identity, shown && 'corp\\anna');
  });

test('at level debug the log says of each request of a session why it was the sign-out or not, without secrets', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const rig = await startRig(t, { log: createLog({ write: (line) => lines.push(JSON.parse(line)) }, 'debug') });
  const Cookie = await rig.logOn();
  await rig.ask('GET', '/app/mail?token=hush', { Cookie });
  await rig.ask('GET', '/app/bye', { Cookie });
  const [miss, hit] = lines.filter(({ level }) => level === 20 || level === 'debug');
  t.like(miss, { msg: '"/app/mail?token=…" does not contain the published server logoff URL "/bye"' });
  t.like(hit, { msg: '"/app/bye" contains the published server logoff URL "/bye"' });
  t.true(typeof miss?.['request'] === 'string' && miss['request'] !== hit?.['request']);
});
