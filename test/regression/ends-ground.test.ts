import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { closeServer, listen } from '../../src/listen.ts';
import { findProgram, MissingProgram } from '../../src/regression/ends/find-program.ts';
import { DOWNLOAD_SIZE, FIRST_EVENT, NEXT_EVENT, startHeldServer } from '../../src/regression/ends/held-server.ts';
import {
  type ConnectionKind,
  FIRST_UPLOAD,
  type OpenConnection,
  openConnection,
} from '../../src/regression/ends/open-connection.ts';
import { type BalancerKind, type Replicas, startBalancer } from '../../src/regression/ends/start-balancer.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { programTest } from '../program-test.ts';

const kinds = ['poll', 'events', 'download', 'upload', 'socket'] as const;

async function held(t: ExecutionContext) {
  const server = await startHeldServer();
  t.teardown(server.close);
  const open = (kind: ConnectionKind, port = server.port) => {
    const connection = openConnection(kind, { port, host: 'site.test', cookie: 'sid=1; tab=2', path: `/app/${kind}` });
    t.teardown(connection.close);
    return connection;
  };
  return { ...server, open };
}

/** Answers with what it was asked, and ends the connection at /cut. Resolves to its port. */
async function echo(t: ExecutionContext): Promise<number> {
  const server = createServer(({ method, headers, url, socket }, response) => {
    if (url === '/cut') socket.destroy();
    else response.end(`${method} ${headers.host} ${url}`);
  });
  t.teardown(() => closeServer(server));
  return listen(server, 0, '127.0.0.1');
}

async function balancer(t: ExecutionContext, kind: BalancerKind, replicas: Replicas) {
  const started = await startBalancer({ kind, replicas });
  t.teardown(started.close);
  return started;
}

async function balanced(t: ExecutionContext, kind: BalancerKind) {
  const [a, b] = [await held(t), await held(t)];
  const { port } = await balancer(t, kind, [a.port, b.port]);
  return { a, b, port, open: (what: ConnectionKind) => a.open(what, port) };
}

async function ask(port: number, { body, ...options }: RequestOptions & { body?: string | undefined } = {}) {
  const method = body === undefined ? 'GET' : 'POST';
  const at = { host: '127.0.0.1', port, method, path: '/app/page', headers: { Host: 'site.test' }, agent: false };
  const sent = request({ ...at, ...options }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers } = answer;
  return {
    status: statusCode,
    body: await text(answer),
    replica: headers['x-replica'] ?? null,
    setCookie: headers['set-cookie']?.[0],
  };
}

test('a program is looked for in PATH under all its names, then beside it; one that is missing says what to install', (t) => {
  const folder = makeTemporaryFolder('programs').path;
  writeFileSync(join(folder, 'data-of-nobody'), '');
  writeFileSync(join(folder, 'program-of-nobody'), '');
  chmodSync(join(folder, 'program-of-nobody'), 0o700);
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    t.is(findProgram('data-of-nobody', 'program-of-nobody'), join(folder, 'program-of-nobody'));
    t.is(findProgram('data-of-nobody'), null);
  } finally {
    process.env['PATH'] = before;
  }
  t.is(
    new MissingProgram('redis').message,
    'no redis-server or valkey-server on this machine: install Debian’s package redis-server',
  );
});

for (const kind of ['haproxy', 'nginx'] as const) {
  programTest(kind, `${kind} takes the replicas in turn, also on one connection, and keeps Host and target`, async (t) => {
    const [a, b] = [await echo(t), await echo(t)];
    const { port } = await balancer(t, kind, [a, b]);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.teardown(() => agent.destroy());
    const path = '/app//%2f/%7e?q=%41';
    const replicas: unknown[] = [];
    for (const one of [false, false, agent, agent, agent, agent] as const) {
      const answer = await ask(port, { path, agent: one });
      t.is(answer.body, `GET site.test ${path}`);
      replicas.push(answer.replica);
    }
    t.deepEqual(replicas, ['a', 'b', 'a', 'b', 'a', 'b']);
  });

  programTest(kind, `${kind} passes bytes on as they come, both ways`, async (t) => {
    const { a, b, open } = await balanced(t, kind);
    const events = open('events');
    t.like(await events.opened, { status: 200, replica: 'a' });
    a.tell();
    t.true(await events.received(FIRST_EVENT.length + NEXT_EVENT.length));
    const download = open('download');
    t.true(await download.received(DOWNLOAD_SIZE / 2));
    const socket = open('socket');
    t.like(await socket.opened, { status: 101, replica: 'a' });
    socket.send('hello');
    t.true(await socket.received(5));
    const upload = open('upload');
    await b.arrived('/app/upload');
    upload.finish();
    t.is(await upload.over, 'answered');
    b.release();
    t.is(await download.over, 'answered');
    t.like(download.answer(), { replica: 'b', bytes: DOWNLOAD_SIZE });
  });

  programTest(kind, `${kind} passes on that a replica has cut a connection, and asks no other replica`, async (t) => {
    const { a, b, port, open } = await balanced(t, kind);
    const opened: OpenConnection[] = [];
    for (const what of kinds) {
      opened.push(open(what));
      await Promise.all([opened.at(-1)?.opened, a.arrived(`/app/${what}`)]);
      t.is((await ask(port)).replica, 'b');
    }
    await a.close();
    const overs = await Promise.all(opened.map(async (one) => [await one.over, one.answer().status, one.answer().replica]));
    const unanswered = ['answered', 502, null];
    t.deepEqual(overs, [unanswered, ['cut', 200, 'a'], ['cut', 200, 'a'], unanswered, ['cut', 101, 'a']]);
    t.deepEqual(new Set(b.journal().map(({ path }) => path)), new Set(['/app/page']));
  });

  programTest(kind, `${kind} goes on with a replica that has cut a connection`, async (t) => {
    const { port } = await balancer(t, kind, [await echo(t), await echo(t)]);
    const replicas: unknown[] = [];
    for (const path of ['/cut', '/', '/', '/']) replicas.push((await ask(port, { path })).replica);
    t.deepEqual(replicas, [null, 'b', 'a', 'b']);
  });

  programTest(kind, `${kind} tells a replica that the client has gone`, async (t) => {
    const { a, open } = await balanced(t, kind);
    const poll = open('poll');
    await a.arrived('/app/poll');
    poll.close();
    t.like(await a.cut('/app/poll'), { state: 'cut', cookies: ['sid', 'tab'] });
  });

  programTest(kind, `${kind} passes over a replica that is dead`, async (t) => {
    const [a, b] = [await held(t), await echo(t)];
    const { port } = await balancer(t, kind, [a.port, b]);
    await a.close();
    for (const body of [undefined, 'name=value']) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(port, { body })));
      for (const { replica, body: text } of answers) t.is(`${replica} ${text}`, `b ${body ? 'POST' : 'GET'} site.test /app/page`);
    }
  });

  programTest(kind, `${kind} in front of dead replicas only answers in nobody’s name`, async (t) => {
    const { a, b, port } = await balanced(t, kind);
    await a.close();
    await b.close();
    const { status, replica } = await ask(port);
    t.true(status === 502 || status === 503);
    t.is(replica, null);
  });
}

test('a held server answers pages at once, and polls when released', async (t) => {
  const { open, arrived, release, journal, port } = await held(t);
  t.is((await ask(port)).setCookie, 'held=1; Path=/');
  t.is((await ask(port)).setCookie, 'held=2; Path=/');
  const poll = open('poll');
  t.like(await poll.opened, { status: 0, cookies: [] });
  await arrived('/app/poll');
  release();
  t.is(await poll.over, 'answered');
  t.deepEqual(poll.answer(), { status: 200, setCookies: ['late'], replica: null, bytes: 4 });
  t.deepEqual(
    journal().map(({ path, state }) => `${path} ${state}`),
    ['/app/page answered', '/app/page answered', '/app/poll answered'],
  );
});

test('a held server sends an event when told, and the rest of a download when released', async (t) => {
  const { open, tell: tellAll, release } = await held(t);
  const [events, download] = [open('events'), open('download')];
  t.like(await events.opened, { status: 200 });
  t.true(await events.received(FIRST_EVENT.length));
  tellAll();
  t.true(await events.received(FIRST_EVENT.length + NEXT_EVENT.length));
  t.true(await download.received(DOWNLOAD_SIZE / 2));
  t.is(download.answer().bytes, DOWNLOAD_SIZE / 2);
  release();
  t.is(await download.over, 'answered');
  events.close();
  t.is(await events.over, 'cut');
  t.false(await events.received(DOWNLOAD_SIZE));
});

test('a held server counts the bytes of an upload, and echoes those of a WebSocket', async (t) => {
  const { open, arrived, port } = await held(t);
  const upload = open('upload');
  await upload.opened;
  await arrived('/app/upload');
  upload.send('more');
  upload.finish();
  t.is(await upload.over, 'answered');
  t.like(upload.answer(), { status: 200, bytes: String(FIRST_UPLOAD.length + 4).length });
  const client = new WebSocket(`ws://127.0.0.1:${port}/app/socket`);
  await once(client, 'open');
  client.terminate();
  const socket = open('socket');
  t.like(await socket.opened, { status: 101 });
  socket.send('hello');
  t.true(await socket.received(5));
});

test('a held server notes who asked, with which request and cookies, and never the password', async (t) => {
  const { arrived, journal, port } = await held(t);
  const Authorization = `Basic ${Buffer.from('corp\\anna:secret:pass').toString('base64')}`;
  const poll = get({
    host: '127.0.0.1',
    port,
    path: '/poll?x',
    headers: { Authorization, 'X-Request-Id': 'r1', Cookie: 'a=b; c' },
  });
  poll.on('error', () => {});
  t.teardown(() => poll.destroy());
  const entry = { request: 'r1', path: '/poll', user: 'corp\\anna', cookies: ['a', 'c'], state: 'open' } as const;
  t.deepEqual(await arrived('/poll', 'r1'), entry);
  t.deepEqual(journal(), [entry]);
});

test('a held server tells when the other side has cut a connection; who waits when it is closed is told that', async (t) => {
  const { open, arrived, cut, close, journal } = await held(t);
  for (const kind of kinds) {
    const connection = open(kind);
    await arrived(`/app/${kind}`);
    const told = cut(`/app/${kind}`);
    connection.close();
    t.is((await told).state, 'cut');
    t.is(await connection.over, 'cut');
  }
  const waiting = cut('/app/page');
  await close();
  await t.throwsAsync(waiting, { message: /closed while somebody waited for \/app\/page to be cut/ });
  await t.throwsAsync(arrived('/app/page'), { message: /closed/ });
  t.is(journal().length, 5);
});

test('every kind of connection is cut when the server ends it, and when nobody listens', async (t) => {
  const { open, arrived, close, port } = await held(t);
  const opened = kinds.map((kind) => open(kind));
  await Promise.all(kinds.map((kind) => arrived(`/app/${kind}`)));
  await close();
  for (const { over } of opened) t.is(await over, 'cut');
  for (const kind of kinds) {
    const connection = open(kind, port);
    t.is(await connection.over, 'cut');
    t.deepEqual(await connection.opened, { status: 0, cookies: [], replica: null });
  }
});

test('a connection that is refused with a page was answered', async (t) => {
  const port = await echo(t);
  const { open } = await held(t);
  for (const kind of kinds) {
    const connection = open(kind, port);
    if (kind === 'upload') connection.finish();
    t.is(await connection.over, 'answered', kind);
    t.is(connection.answer().status, 200);
  }
});
