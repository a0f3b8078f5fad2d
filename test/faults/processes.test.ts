import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { ask } from './ask.ts';
import { type GatewayProcess, health, rulesOf, type Setting, startGatewayProcess } from './gateway-process.ts';
import { describe, faultsIn, isFlawless, isOwn, isProblem, isSentToForm } from './invariants.ts';
import { type PublishedServer, startPublishedServer } from './published-server.ts';
import { noteOf, RawClient } from './raw-client.ts';
import { USERS, WITNESS } from './start-site.ts';
import { HOST, type Note, type Session, startTraffic, type Traffic } from './traffic.ts';

// What becomes of people when Redis is away, or one of two gateways is killed: journeys/killed.test.ts.

const ROUND = USERS.length;

type Scene = { gateway: GatewayProcess; published: PublishedServer; traffic: Traffic };

async function startScene(t: ExecutionContext, setting: Setting = {}, users: readonly string[] = USERS): Promise<Scene> {
  const published = await startPublishedServer(t);
  const gateway = await startGatewayProcess(t, published, setting);
  return { gateway, published, traffic: startTraffic(gateway.port, published, users) };
}

const cameToNothing = ({ end }: Note) => end === 'cut' || end === 'refused';

async function isWell(
  t: ExecutionContext,
  { traffic, published }: Scene,
  mayFail?: (note: Note) => boolean,
  more: readonly Note[] = [],
): Promise<void> {
  await traffic.stop();
  t.deepEqual(
    faultsIn(
      { notes: [...traffic.notes, ...more], sessions: traffic.sessions, arrivals: published.journal.arrivals, trace: null },
      mayFail,
    ).slice(0, 10),
    [],
  );
}

test.serial(
  'SIGTERM: what is under way gets its time and no more, WebSockets end, nobody is sent there, and it exits with 0',
  async (t) => {
    const scene = await startScene(t, { listener: 'limits: { drainTime: 2s }' });
    const { gateway, published, traffic } = scene;
    await traffic.rounds(ROUND);
    const session = (await traffic.logOn(WITNESS)) as Session;
    const [soon, never] = ['soon', 'never'].map((name) => Array.from({ length: 20 }, (_, at) => `${name}${at}`));
    const polls = [soon, never].map((ids = []) => Promise.all(ids.map((id) => traffic.does(session, 'poll', id))));
    const { closed } = await openSocket(gateway.port, session);
    await published.journal.arrived(({ user, kind }) => user === WITNESS && kind === 'poll', 40);
    const from = performance.now();
    const ended = gateway.end('SIGTERM');
    const calm = traffic.hold();
    await closed;
    t.is(await health(gateway.healthPort, '/readyz'), 503);
    t.is(await health(gateway.healthPort, '/livez'), 200);
    t.is((await ask('GET', '/', { port: gateway.port, agent: false, headers: { Host: HOST } })).end, 'refused');
    for (const id of soon ?? []) published.answerPoll(`${session.mark}-${id}`);
    t.true((await polls[0])?.every(isOwn));
    t.true((await polls[1])?.every(({ end }) => end === 'cut'));
    t.deepEqual(await ended, [0, null]);
    await calm;
    const cut = noteOf('socket', session, 'open', 'cut');
    await isWell(t, scene, (note) => note === cut || note.seenAt > from, [cut]);
    t.deepEqual(traffic.notes.filter((note) => !isFlawless(note) && !cameToNothing(note)).map(describe), []);
  },
);

/** Resolves when it stands, to what resolves when it is closed. */
async function openSocket(port: number, { mark, cookie }: Session): Promise<{ closed: Promise<unknown> }> {
  const headers = { Host: HOST, Cookie: cookie };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/app/socket/${mark}-open`, { headers }).on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'open');
  return { closed };
}

test.serial(
  'SIGKILL and a restart: what was open breaks visibly, sessions are gone, ended ones stay so, and all goes on',
  async (t) => {
    const scene = await startScene(t);
    const { gateway, traffic } = scene;
    const staying = (await traffic.logOn(WITNESS)) as Session;
    await traffic.rounds(2 * ROUND);
    const from = performance.now();
    t.deepEqual(await gateway.end('SIGKILL'), [null, 'SIGKILL']);
    await traffic.hold();
    const before = traffic.sessions.length;
    await gateway.start();
    const to = performance.now();
    traffic.go();
    t.true(isSentToForm(await traffic.does(staying, 'visit')));
    await traffic.rounds(2 * ROUND);
    const lost = new Set(traffic.sessions.slice(0, before).map(({ mark }) => mark));
    const isLost = ({ id, sentAt }: Note) => sentAt > to && lost.has(id.replace(/-[^-]*$/, ''));
    const touched = ({ sentAt, seenAt }: Note) => sentAt < to && seenAt > from;
    for (const ended of traffic.sessions.filter(({ endedAt }) => endedAt !== null)) await traffic.does(ended, 'replay');
    await isWell(t, scene, (note) => touched(note) || isLost(note));
    const wrong = traffic.notes.filter((note) => !isFlawless(note) && !(isLost(note) ? isSentToForm(note) : cameToNothing(note)));
    t.deepEqual(wrong.map(describe), []);
  },
);

test.serial(
  'rules are read again twenty times and once are broken: the old ones stay, the problem is said, nobody notices',
  async (t) => {
    const scene = await startScene(t, { args: ['--log-level', 'silent'] });
    const { gateway, published, traffic } = scene;
    const { child, until } = gateway.program;
    await traffic.rounds(ROUND);
    const read = async (text: string, answer: RegExp) => {
      gateway.saveRules(text);
      child.kill('SIGHUP');
      await until(answer);
    };
    for (let time = 1; time <= 20; time++)
      await read(
        rulesOf(published, '', time % 3),
        new RegExp(`(rules read again: \\d rules?; 0 sessions ended\\n[^]*?){${time}}`),
      );
    await read(rulesOf(published).replace('paths', 'pahts'), /rules cannot be used[\s\S]*rules\.yaml:4:\d+: .*"pahts"/);
    await traffic.rounds(ROUND);
    await read(rulesOf(published, '', 0), /rules read again: 1 rule; 0 sessions ended/);
    await traffic.rounds(ROUND);
    await isWell(t, scene);
  },
);

test.serial('no log line can be written, for the disk is full: nobody notices, and it ends as it should', async (t) => {
  const scene = await startScene(t, { shell: 'exec "$@" 2>/dev/full', mute: true });
  await scene.traffic.rounds(2 * ROUND);
  await isWell(t, scene);
  t.deepEqual(await scene.gateway.end('SIGTERM'), [0, null]);
});

const DESCRIPTORS = 128;

test.serial(
  'file descriptors run out: who comes too late is turned away, nobody gets what is wrong, and then all is as before',
  async (t) => {
    const scene = await startScene(t, { shell: `ulimit -n ${DESCRIPTORS}; exec "$@"` });
    const { gateway, traffic } = scene;
    await traffic.rounds(ROUND);
    const from = performance.now();
    const flood = Array.from({ length: 300 }, () => new RawClient(gateway.port));
    await closings(flood, flood.length - DESCRIPTORS);
    await traffic.rounds(2 * ROUND);
    for (const client of flood) client.leave('RST');
    await Promise.all(flood.map(({ closed }) => closed));
    await traffic.rounds(2 * ROUND);
    const to = performance.now();
    await traffic.rounds(2 * ROUND);
    const touched = ({ sentAt, seenAt }: Note) => sentAt < to && seenAt > from;
    await isWell(t, scene, touched);
    const turnedAway = (note: Note) => cameToNothing(note) || isProblem(note, 502, 503);
    t.deepEqual(traffic.notes.filter((note) => !isFlawless(note) && !turnedAway(note)).map(describe), []);
  },
);

/** Resolves when so many of them are closed. */
function closings(clients: readonly RawClient[], count: number): Promise<void> {
  let left = count;
  return new Promise((resolve, reject) => {
    for (const { closed } of clients) closed.then(() => --left === 0 && resolve(), reject);
  });
}

const HOURS = 8 * 60 * 60 * 1000;
const withClock = (by: number): Setting => ({
  node: ['--import', new URL('move-clock.ts', import.meta.url).href],
  env: { MOVE_CLOCK: `${by}` },
});

test.serial('the clock on the wall is put forward by eight hours: nobody is signed out for that', async (t) => {
  const scene = await startScene(t, withClock(HOURS));
  const { gateway, traffic } = scene;
  const session = (await traffic.logOn(WITNESS)) as Session;
  await traffic.rounds(ROUND);
  gateway.program.child.kill('SIGUSR2');
  await gateway.program.until(/the clock says/);
  t.true(isOwn(await traffic.does(session, 'visit')));
  await traffic.rounds(ROUND);
  t.true(isOwn(await traffic.does(session, 'visit')));
  await isWell(t, scene);
  t.notRegex(gateway.program.output(), /timed-out/);
});

test.serial('the clock on the wall is put back by eight hours: whose time is over is signed out all the same', async (t) => {
  const scene = await startScene(t, { ...withClock(-HOURS), listener: 'timeouts: { kind: absolute, public: 2s }' }, []);
  const { gateway, traffic } = scene;
  const session = (await traffic.logOn(WITNESS)) as Session;
  t.true(isOwn(await traffic.does(session, 'visit')));
  gateway.program.child.kill('SIGUSR2');
  await gateway.program.until(/the clock says/);
  t.true(isOwn(await traffic.does(session, 'visit')));
  await gateway.program.until(/"reason":"timed-out"/);
  t.true(isSentToForm(await traffic.does(session, 'visit')));
});

test.serial('more people sign in than the store has room for: the oldest sessions end, and are said to be evicted', async (t) => {
  const ROOM = 50;
  const scene = await startScene(t, { args: ['--sessions', `memory?limit=${ROOM}`, '--admin-api'] }, []);
  const { gateway, traffic } = scene;
  const sessions: Session[] = [];
  for (let count = 0; count < 4 * ROOM; count++) sessions.push((await traffic.logOn(WITNESS)) as Session);
  const list = await ask('GET', '/api/sessions', { port: gateway.healthPort, agent: false, headers: { Host: '127.0.0.1' } });
  t.is((JSON.parse(list.body) as { sessions: unknown[] }).sessions.length, ROOM);
  const visits = await Promise.all(sessions.map((session) => traffic.does(session, 'visit')));
  t.true(visits.slice(0, -ROOM).every(isSentToForm));
  t.true(visits.slice(-ROOM).every(isOwn));
  const { child, output } = gateway.program;
  const evicted = () => output().match(/"reason":"evicted"/g)?.length ?? 0;
  while (evicted() < 3 * ROOM) await once(child.stderr as NodeJS.EventEmitter, 'data');
  t.is(evicted(), 3 * ROOM);
});
