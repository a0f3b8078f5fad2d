import type { IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { Wire } from './forward-rig.ts';
import { endsOf, type Rig, startRig } from './gateway-rig.ts';

/** Where a request is when its session ends: `reached` when it is there, `goOn` lets it go on. */
type Stand = { reached: Promise<unknown>; goOn(): unknown };
type Interleaving = { where: string; stand(rig: Rig): Stand; request?: string; method?: string; got: RegExp };

const toTheForm = /^HTTP\/1\.1 302 Found\r\n.*Location: \/CookieAuth\.dll\?GetLogon/s;
const nothing = /^$/;
const cookies = 'Set-Cookie: sid=late\r\nSet-Cookie: cadataTMG=late; Path=/\r\n';
const answer = `HTTP/1.1 200 OK\r\n${cookies}Content-Length: 4\r\n\r\nlate`;
const agree = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${cookies}\r\n`;

/** The back end has the request; then it says `late`, if it still can. */
function atBackEnd(late: string | null, event: 'request' | 'upgrade' = 'request', begin = '') {
  return ({ backEnd }: Rig): Stand => {
    const reached = Promise.withResolvers<Duplex>();
    backEnd.once(event, ({ socket }: IncomingMessage) => {
      socket.on('error', () => {}).write(begin);
      reached.resolve(socket);
    });
    return { reached: reached.promise, goOn: async () => late !== null && (await reached.promise).write(late) };
  };
}

const interleavings: Interleaving[] = [
  { where: 'that the store has not been asked about', stand: ({ store }) => store.stop('read', 'before'), got: toTheForm },
  { where: 'that was found alive and is not renewed yet', stand: ({ store }) => store.stop('read', 'after'), got: toTheForm },
  { where: 'that was renewed and is not forwarded yet', stand: ({ store }) => store.stop('replace', 'after'), got: toTheForm },
  { where: 'at the back end, which never answers', stand: atBackEnd(null), got: nothing },
  { where: 'at the back end, which answers with cookies then', stand: atBackEnd(answer), got: nothing },
  {
    where: 'whose answer is half sent',
    stand: atBackEnd('late', 'request', 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf'),
    got: /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhalf$/s,
  },
  {
    where: 'whose body is half sent',
    stand: atBackEnd(answer),
    request: 'Content-Length: 8\r\n\r\nhalf',
    method: 'POST',
    got: nothing,
  },
  {
    where: 'for a WebSocket that the back end has not agreed to',
    stand: atBackEnd(agree, 'upgrade'),
    request: 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    got: nothing,
  },
];

/** The old session is over for good: in the store, for its cookie, in the trace. */
async function isOver(t: ExecutionContext, { store, ask, recorder }: Rig, Cookie: string): Promise<void> {
  t.is((await store.read(Cookie.slice('cadataTMG='.length).split('.')[0] as string)).state, 'ended');
  const again = await ask('GET', '/app/', { Cookie });
  t.is(again.status, 302);
  t.regex(again.headers.location ?? '', /GetLogon\?curl=Z2FappZ2F&reason=1/);
  t.like(endsOf(recorder, 'corp\\anna'), { length: 1, 0: { session: { reason: 'logoff' } } });
}

function dial({ port }: Rig, Cookie: string, more = 'Connection: close\r\n\r\n', method = 'GET'): Wire {
  const wire = new Wire(connect(port, '127.0.0.1'));
  return wire.send(`${method} /app/x HTTP/1.1\r\nHost: site.test\r\nCookie: ${Cookie}\r\n${more}`);
}

for (const { where, stand, request, method, got } of interleavings)
  test(`a session that ends with a request ${where} stays ended, and no cookie gets through`, async (t) => {
    const rig = await startRig(t, {}, () => {});
    const Cookie = await rig.logOn();
    const { reached, goOn } = stand(rig);
    const client = dial(rig, Cookie, request, method);
    await reached;
    if (got.source.includes('half')) await client.until(/half/);
    t.is((await rig.ask('GET', '/app/bye', { Cookie })).status, 200);
    goOn();
    await client.closed;
    t.regex(client.received, got);
    t.notRegex(client.received, /set-cookie/i);
    if (got === toTheForm) t.is(rig.seen.length, 0);
    await isOver(t, rig, Cookie);
  });

for (const when of ['before', 'after'] as const)
  test(`of two requests that renew at once while the session ends, ${when} the renewal, neither lives on`, async (t) => {
    const rig = await startRig(t, {}, () => {});
    const Cookie = await rig.logOn();
    const [renewal, arrival] = [rig.store.stop('replace', when), atBackEnd(answer)(rig)];
    const first = dial(rig, Cookie);
    await renewal.reached;
    const second = dial(rig, Cookie);
    await arrival.reached;
    await rig.ask('GET', '/app/bye', { Cookie });
    renewal.goOn();
    arrival.goOn();
    await Promise.all([first.closed, second.closed]);
    t.regex(first.received, toTheForm);
    t.is(second.received, '');
    t.notRegex(first.received, /set-cookie/i);
    await isOver(t, rig, Cookie);
  });

test('a logon whose password is being checked while the session of its browser is logged off: the new one lives, the old does not', async (t) => {
  const checking = Promise.withResolvers<() => void>();
  let holds = false;
  const passwords = await startRig(t, {}, ({ headers: { authorization } }, response) => {
    const say = () => response.writeHead(authorization ? 200 : 401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
    if (holds && authorization) checking.resolve(say);
    else say();
  });
  const url = `http://127.0.0.1:${(passwords.backEnd.address() as AddressInfo).port}/`;
  const rig = await startRig(t, { listener: { validate: { kind: 'basic', url, ca: null } } });
  const Cookie = await rig.logOn();
  holds = true;
  const anew = rig.logOn({}, { Cookie });
  const say = await checking.promise;
  await rig.ask('GET', '/app/bye', { Cookie });
  say();
  t.is((await rig.ask('GET', '/app/', { Cookie: await anew })).status, 200);
  await isOver(t, rig, Cookie);
});

test('two sign-outs at once end the session once, and both get the page', async (t) => {
  const rig = await startRig(t);
  const Cookie = await rig.logOn();
  const { reached, goOn } = rig.store.stop('destroy', 'before');
  const first = rig.ask('GET', '/app/bye', { Cookie });
  await reached;
  const second = await rig.ask('GET', '/app/bye', { Cookie });
  goOn();
  for (const { status, body, cookies } of [await first, second]) {
    t.is(status, 200);
    t.regex(body, /You are signed out/);
    t.deepEqual(
      cookies.map((cookie) => cookie.split(';', 1)[0]),
      ['cadataTMG='],
    );
  }
  await isOver(t, rig, Cookie);
});

test('a sign-out that is being looked up when its rule comes to lead elsewhere ends the session all the same', async (t) => {
  const rig = await startRig(t);
  const Cookie = await rig.logOn();
  const { reached, goOn } = rig.store.stop('read', 'after');
  const bye = rig.ask('GET', '/app/bye', { Cookie });
  await reached;
  const { gateway } = rig.gateway;
  const { listener, rules } = gateway.rules();
  await gateway.setRules({ listener, rules: rules.map((rule) => ({ ...rule, to: { ...rule.to, url: 'http://127.0.0.1:1' } })) });
  goOn();
  t.is((await bye).status, 200);
  await isOver(t, rig, Cookie);
});
