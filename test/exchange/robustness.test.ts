import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { connect, createServer as createNetServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createAdfs } from '../../src/exchange/adfs/adfs.ts';
import { type Asker, createAsker } from '../../src/exchange/ask.ts';
import { createBalancer } from '../../src/exchange/balancer.ts';
import { createChallenges } from '../../src/exchange/challenge.ts';
import { createClientAccess } from '../../src/exchange/client-access.ts';
import { createLogons } from '../../src/exchange/logons.ts';
import { readOptions } from '../../src/exchange/options.ts';
import type { Profile } from '../../src/exchange/profile.ts';
import { createExchangeServer } from '../../src/exchange/server.ts';
import { plainPlan, type SitePlan } from '../../src/exchange/site-plan.ts';
import type { Site } from '../../src/exchange/visit.ts';
import { closeServer, listen } from '../../src/listen.ts';
import { createRecorder } from '../../src/trace/recorder.ts';
import { send } from '../send-request.ts';
import { ALICE, basic, cookiesOf, logonFields, profiles, type Rig, startExchange } from './rig.ts';

const forms: SitePlan = { ...plainPlan('2013-cu8'), vdirAuth: 'fba' };
const farm: SitePlan = {
  servers: [
    { name: 'cas-1', profile: '2013-cu8', roles: ['client-access'] },
    { name: 'cas-2', profile: '2013-cu8', roles: ['client-access'] },
    { name: 'mbx-1', profile: '2013-cu8', roles: ['mailbox'] },
  ],
};
const LIMIT = 4 * 1024 * 1024;
const answersStill = async (t: ExecutionContext, { ask }: Rig) => t.is((await ask('GET', '/owa/', basic(ALICE))).status, 200);

for (const path of [
  '/owa/logoff.owa/',
  '/owa/logoff.owa/x',
  '//owa/logoff.owa',
  '/owa//logoff.owa',
  '/owa/./logoff.owa',
  '/owa/x/../logoff.owa',
  '/owa/logoff%2eowa',
  '/owa/logoff.owa%00',
  '/owa/logoff.owa.',
  '/owa/logoff.owa;x',
  '/owa/auth/logoff.owa',
  '/owa/%zz/logoff.owa',
  '/owa/?url=/owa/logoff.owa',
  '/ecp/logoff.aspx/',
])
  test(`[E-10] ${path} is not the logoff URL: nothing is deleted and the session goes on`, async (t) => {
    const rig = await startExchange(t, forms);
    const client = rig.client();
    await client.logOn();
    const { status, cookies } = await client.get(path);
    t.true(status < 500);
    t.false(cookies.some((field) => field.includes('1970')));
    t.is((await client.get('/owa/')).status, 200);
    t.notRegex((await rig.client().get(path)).location, /signout\.aspx|logon\.aspx\?url=[^&]*%2Fowa%2F&/);
  });

for (const path of ['/OWA/LogOff.OWA', '/Owa/logoff.owa?x=1', '/ECP/Logoff.ASPX'])
  test(`[E-10, E-13] ${path} is a sign-out, whatever the case`, async (t) => {
    const client = (await startExchange(t, forms)).client();
    await client.logOn();
    t.true(cookiesOf(await client.get(path)).deleted.includes('cadata'));
    t.is((await client.get('/owa/')).status, 302);
  });

for (const host of [
  'mail.localhost/@evil.example',
  'mail.localhost:x',
  'mail.localhost:99999',
  'mail."><script>',
  'mail.a b',
  'mail.localhost, evil.example',
])
  test(`a Host field of "${host}" is a bad request, and stands in no address`, async (t) => {
    const { ask } = await startExchange(t, forms);
    for (const path of ['/owa/', '/owa/logoff.owa', '/owa/auth/logon.aspx?replaceCurrent=1']) {
      const answer = await ask('GET', path, { Host: host });
      t.deepEqual([answer.status, answer.location], [400, '']);
      t.notRegex(answer.body, /evil|script/);
    }
  });

const INJECTED = '\r\nX-Injected: yes\r\n\r\n<script>';
/** Where a client's text comes back: in a Location, on a page, in a cookie. */
const reflections: [path: string, host?: string][] = [
  ['/owa/logoff.owa?url='],
  ['/owa/?url='],
  ['/owa/auth/logon.aspx?replaceCurrent=1&url='],
  ['/owa/auth/logon.aspx?reason='],
  ['/owa/auth/errorFE.aspx?httpCode='],
  ['/adfs/ls/?wa=wsignin1.0&wctx=x&wtrealm=http://mail.localhost/', 'sts.corp.localhost'],
  ['/adfs/ls/?wa=wsignin1.0&wtrealm=http://mail.localhost/&wctx=', 'sts.corp.localhost'],
];
for (const [path, host] of reflections)
  test(`line breaks and tags in ${path}… come back in no header field and in no page as they are`, async (t) => {
    const { ask } = await startExchange(t, forms);
    const answer = await ask('GET', path + encodeURIComponent(INJECTED), host ? { Host: host } : {});
    t.true(answer.status < 500);
    t.is(answer.headers['x-injected'], undefined);
    t.false(answer.body.includes(`yes\r\n\r\n<script>`));
  });

test('[E-33] line breaks in the destination of the logon form come back in no header field', async (t) => {
  const rig = await startExchange(t, forms);
  const answer = await rig.client().logOn({ destination: `${rig.origin}/owa/${INJECTED}` });
  t.is(answer.status, 302);
  t.is(answer.headers['x-injected'], undefined);
  t.true(answer.location.startsWith(`${rig.origin}/owa/`));
});

for (const [title, plan] of [
  ['a front end', plainPlan('2013-cu8')],
  ['the balancing pool', farm],
] as const)
  for (const framing of ['with its length', 'in chunks'])
    test(`a body above 4 MiB, sent ${framing} to ${title}, is told 413; one of 4 MiB passes, and so do others afterwards`, async (t) => {
      const rig = await startExchange(t, plan);
      const headers = { ...basic(ALICE), ...(framing === 'in chunks' ? { 'Transfer-Encoding': 'chunked' } : {}) };
      for (const size of [LIMIT + 1, 3 * LIMIT]) {
        const answer = await rig.ask('POST', '/owa/sessiondata.ashx', headers, Buffer.alloc(size));
        t.is(answer.status, 413);
        t.regex(answer.body, /at most 4194304 bytes/);
      }
      t.is((await rig.ask('POST', '/owa/sessiondata.ashx', headers, Buffer.alloc(LIMIT))).status, 200);
      await answersStill(t, rig);
    });

for (const [title, plan] of [
  ['a front end', forms],
  ['the balancing pool', farm],
] as const)
  test(`whoever does not stop sending is cut off by ${title}`, async (t) => {
    const rig = await startExchange(t, plan);
    const socket = connect(rig.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}).resume();
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    const head = `POST /owa/auth.owa HTTP/1.1\r\nHost: mail.localhost\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const send = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', send).once('connect', () => {
      socket.write(head);
      send();
    });
    await closed;
    t.is((await rig.ask('GET', '/owa/healthcheck.htm')).status, 200);
  });

for (const [vdirAuth, path, status] of [
  ['fba', '/owa/auth.owa', 400],
  ['adfs', '/owa/', 403],
] as const)
  test(`a form of 1 MiB at ${path} with ${vdirAuth} is refused with ${status}`, async (t) => {
    const rig = await startExchange(t, { ...forms, vdirAuth });
    const answer = await rig.client().post(path, { ...logonFields(), passwordText: 'x'.repeat(1024 * 1024) });
    t.deepEqual([answer.status, answer.cookies], [status, []]);
    t.is((await rig.ask('GET', '/owa/healthcheck.htm')).status, 200);
  });

/** Sends the head of a request and a part of its body, and is gone. */
async function breakOff(port: number, head: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  await new Promise((resolve) => socket.write(`${head}\r\nContent-Length: 1000\r\n\r\nusername=`, resolve));
  socket.destroy();
}

for (const [title, plan, path] of [
  ['the logon form', forms, '/owa/auth.owa'],
  ['a mailbox server', plainPlan('2013-cu8'), '/owa/sessiondata.ashx'],
] as const)
  test(`a client that goes away in the middle of a request to ${title} is written down, and others are served`, async (t) => {
    t.timeout(20_000, 'the request that broke off was never finished');
    const rig = await startExchange(t, plan);
    await breakOff(rig.port, `POST ${path} HTTP/1.1\r\nHost: mail.localhost\r\nAuthorization: ${basic(ALICE).Authorization}`);
    const broken = () => rig.recorder.read().events.filter(({ kind, target }) => kind === 'response' && target === path);
    while (broken().length === 0) await setImmediate();
    t.deepEqual(
      broken().map(({ party, status }) => [party, status]),
      [['front-end', 400]],
    );
    t.is((await rig.ask('GET', '/owa/healthcheck.htm')).status, 200);
  });

/** Servers that are not what one asks for: what they do with a connection; null: nobody listens. */
const gone: [title: string, answer: ((socket: Socket) => void) | null][] = [
  ['does not listen', null],
  ['hangs up', (socket) => socket.destroy()],
  ['speaks no HTTP', (socket) => socket.end('hello\r\n\r\n')],
  ['breaks off in its answer', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nMail')],
  ['never answers', () => {}],
];

/** A port that nobody listens on and nobody can take meanwhile, for it is this end of a connection. */
async function ownPort(t: ExecutionContext, port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket.localPort as number;
}

async function startGone(t: ExecutionContext, answer: ((socket: Socket) => void) | null): Promise<number> {
  const server: Server = createNetServer((socket) => {
    socket.on('error', () => {});
    t.teardown(() => socket.destroy());
    socket.once('data', () => answer?.(socket));
  });
  const port = await listen(server as Parameters<typeof listen>[0], 0, '127.0.0.1');
  t.teardown(() => server.close());
  return answer ? port : ownPort(t, port);
}

async function serve(t: ExecutionContext, handler: (asker: Asker) => RequestListener): Promise<number> {
  const asker = createAsker(200);
  const http = createHttpServer(handler(asker));
  t.teardown(async () => {
    await closeServer(http);
    asker.close();
  });
  return listen(http, 0, '127.0.0.1');
}

function frontEndBefore(mailboxPort: number, asker: Asker): RequestListener {
  const clock = standingClock();
  const recorder = createRecorder(clock);
  const profile = profiles.get('2013-cu8') as Profile;
  const mailbox = { server: createExchangeServer('mbx-1', ['mailbox'], profile), port: () => mailboxPort };
  const site: Site = {
    vdirAuth: () => 'basic',
    options: () => readOptions(),
    logons: createLogons(clock, randomBytes),
    mailboxOf: () => mailbox,
  };
  const adfs = createAdfs({ clock, random: randomBytes, recorder });
  const challenge = createChallenges(clock, randomBytes(32));
  const tools = { recorder, challenge, asker, secret: 'secret', adfs, issuer: () => '' };
  return createClientAccess(createExchangeServer('cas-1', ['client-access'], profile), site, tools);
}

for (const [title, answer] of gone) {
  test(`a mailbox server that ${title} makes a page with 502`, async (t) => {
    const mailboxPort = await startGone(t, answer);
    const port = await serve(t, (asker) => frontEndBefore(mailboxPort, asker));
    for (const path of ['/owa/', '/owa/logoff.owa']) {
      const { status, body, cookies } = await send(port, 'GET', path, { Host: 'mail.localhost', ...basic(ALICE) });
      t.is(status, 502);
      t.regex(body, /<h1>[^<]+<\/h1>[\s\S]*did not answer/);
      t.deepEqual(cookies, []);
    }
    t.is((await send(port, 'GET', '/owa/healthcheck.htm', { Host: 'mail.localhost' })).status, 200);
  });

  test(`a member of the balancing pool that ${title} makes a sentence with 502 that names it`, async (t) => {
    const memberPort = await startGone(t, answer);
    const port = await serve(t, (asker) => createBalancer(() => [{ name: 'cas-2', port: () => memberPort }], asker));
    const { status, body } = await send(port, 'GET', '/owa/', { Host: 'mail.localhost' });
    t.is(status, 502);
    t.regex(body, /cas-2 did not answer/);
  });
}
