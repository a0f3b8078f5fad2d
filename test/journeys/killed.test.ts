import type { ExecutionContext } from 'ava';
import { findProgram, programs } from '../../src/regression/ends/find-program.ts';
import { FIRST_EVENT, NEXT_EVENT } from '../../src/regression/ends/held-server.ts';
import { type OpenConnection, openConnection } from '../../src/regression/ends/open-connection.ts';
import type { Redis } from '../../src/regression/ends/start-redis.ts';
import { connectRedis } from '../../src/sessions/redis-client.ts';
import { programTest } from '../program-test.ts';
import { send } from '../send-request.ts';
import { redisAddress } from '../sessions/stores.ts';
import { faultsIn, faultsWhileAway, isSentToForm, isToldToComeAgain } from './invariants.ts';
import { inTime, type Note, type Session, startTraffic, type Traffic } from './traffic.ts';
import { HOST, startTwoGateways, type TwoGateways } from './two-gateways.ts';

type Name = 'a' | 'b';
type Scene = TwoGateways & { traffic: Traffic };

const clients = ['ada', 'ben', 'cem', 'dora', 'emil', 'fay', 'gus', 'hal'];
/** Whose sessions a test itself looks after. */
const WITNESS = 'wim';
/** Milliseconds until whoever is back lets people in. */
const LONGEST_RETURN = 5_000;
const FREEZE = 2_000;

const LONGEST_JOURNEY = 60_000;

/** Of the journey before: one at a time, for each is a handful of busy processes. */
let before: Promise<void> = Promise.resolve();

const missing = (['redis', 'haproxy'] as const).find((name) => findProgram(...programs[name].names) === null);

/** A test with two gateways and people at work there. At its end, nobody must have seen anything that must not be. */
function journey(
  title: string,
  { persistence = 'none', outlive }: { persistence?: 'none' | 'snapshot' | 'append-only'; outlive: boolean },
  body: (t: ExecutionContext, scene: Scene) => Promise<void>,
): void {
  const run = async (t: ExecutionContext) => {
    t.timeout(LONGEST_JOURNEY);
    const site = await startTwoGateways(t, [...clients, WITNESS], { persistence });
    const traffic = startTraffic(site.ports, clients);
    const scene = { ...site, traffic };
    try {
      await body(t, scene);
    } finally {
      await traffic.stop();
    }
    const last = await replayAll(scene);
    t.deepEqual(faultsIn(traffic, site.arrivals, { outlive }), []);
    t.true(last.length > 0 && last.every(isSentToForm));
  };
  programTest(missing ?? 'redis', title, (t) => {
    const done = before.then(() => run(t));
    before = done.catch(() => {});
    return done;
  });
}

/** Redis comes back: its sessions of before are none any more, and everybody is let in at once. */
async function everybodySignsInAgain(t: ExecutionContext, scene: Scene, staying: Session, away: number): Promise<void> {
  const { redis, traffic } = scene;
  const restart = performance.now();
  await redis.restart();
  await Promise.all([logOn(scene, 'a'), logOn(scene, 'b')]);
  for (const via of ['a', 'b'] as const) t.true(isSentToForm(await told(() => traffic.visit(staying, via))));
  await traffic.signOuts(12);
  t.deepEqual(faultsWhileAway(traffic.notes, away, restart), []);
}

for (const persistence of ['none', 'snapshot', 'append-only'] as const)
  journey(
    `Redis is killed in mid-traffic and comes back (${persistence}): who is signed out stays so, and nobody gets in meanwhile`,
    { persistence, outlive: false },
    async (t, scene) => {
      const { redis, traffic } = scene;
      const [leaving, staying, late] = [await logOn(scene, 'a'), await logOn(scene, 'b'), await logOn(scene, 'a')];
      const stream = await openStream(t, scene, 'b', staying);
      await traffic.signOuts(10);
      if (persistence === 'snapshot') await save(redis);
      t.is((await told(() => traffic.signOut(leaving, 'a'))).status, 200);
      await traffic.signOuts(12);
      await redis.kill();
      t.is(await inTime(stream.over, 'the end of a stream'), 'cut');
      const away = await refuseEverybody(t, scene, late, ['a', 'b']);
      await everybodySignsInAgain(t, scene, staying, away);
    },
  );

journey(
  'a gateway is killed in mid-traffic and comes back: the other goes on with its sessions, what was open at it breaks',
  { outlive: true },
  async (t, scene) => {
    const { gateways, traffic, held } = scene;
    const session = await logOn(scene, 'a');
    const [here, there] = [await openStream(t, scene, 'a', session), await openStream(t, scene, 'b', session)];
    const socket = await openStream(t, scene, 'a', session, 'socket');
    await traffic.signOuts(12);
    await gateways[0].kill();
    for (const connection of [here, socket]) t.is(await inTime(connection.over, 'the end of a stream'), 'cut');
    t.is((await told(() => traffic.visit(session, 'b'))).status, 200);
    held.tell();
    t.true(await inTime(there.received(FIRST_EVENT.length + NEXT_EVENT.length), 'an event'));
    await traffic.signOuts(12);
    await gateways[0].start();
    t.is((await told(() => traffic.visit(session, 'a'))).status, 200);
    t.is((await told(() => traffic.signOut(session, 'a'))).status, 200);
    t.is(await inTime(there.over, 'the end of a stream'), 'cut');
    await traffic.signOuts(12);
  },
);

journey(
  'Redis and a gateway are killed at once: the gateway comes back first, lets nobody in, and everybody when Redis is there',
  { persistence: 'append-only', outlive: false },
  async (t, scene) => {
    const { redis, gateways, traffic } = scene;
    const [staying, late] = [await logOn(scene, 'a'), await logOn(scene, 'b')];
    await traffic.signOuts(12);
    await Promise.all([redis.kill(), gateways[0].kill()]);
    await refuseEverybody(t, scene, late, ['b']);
    await gateways[0].start();
    const away = await refuseEverybody(t, scene, late, ['a', 'b']);
    await everybodySignsInAgain(t, scene, staying, away);
  },
);

journey(
  'Redis stands still for two seconds: nobody is let in or out meanwhile, and then sessions go on',
  { outlive: true },
  async (t, scene) => {
    const { redis, traffic } = scene;
    const [staying, leaving, late] = [await logOn(scene, 'a'), await logOn(scene, 'a'), await logOn(scene, 'a')];
    const stream = await openStream(t, scene, 'b', staying);
    await traffic.signOuts(12);
    redis.freeze();
    const end = performance.now() + FREEZE;
    t.true(isToldToComeAgain(await traffic.signOut(leaving, 'a')));
    t.is(await inTime(stream.over, 'the end of a stream'), 'cut');
    const away = await refuseEverybody(t, scene, late, ['a', 'b']);
    while (performance.now() < end) t.true(isToldToComeAgain(await traffic.visit(staying, 'a')));
    const restart = performance.now();
    redis.thaw();
    await Promise.all([logOn(scene, 'a'), logOn(scene, 'b')]);
    for (const via of ['a', 'b'] as const) t.is((await told(() => traffic.visit(staying, via))).status, 200);
    await traffic.signOuts(12);
    t.deepEqual(faultsWhileAway(traffic.notes, away, restart), []);
  },
);

/** Asks until it comes out as `wanted`, and no longer than whoever is back may need. */
async function until<Answer>(ask: () => Promise<Answer>, wanted: (answer: Answer) => boolean): Promise<Answer> {
  const deadline = performance.now() + LONGEST_RETURN;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || performance.now() > deadline) return answer;
  }
}

/** The first answer that is not "come again". */
const told = (ask: () => Promise<Note>) => until(ask, (note) => !isToldToComeAgain(note));

async function logOn({ traffic }: Scene, via: Name): Promise<Session> {
  const session = await until(
    () => traffic.logOn(WITNESS, via),
    (found) => found !== null,
  );
  if (!session) throw new Error(`for ${LONGEST_RETURN / 1000} s nobody could log on at ${via}`);
  const { status } = await told(() => traffic.visit(session, via));
  if (status !== 200) throw new Error(`a new session gets ${status} at ${via}`);
  return session;
}

/** With the store away: each of `gateways` is alive, says so, and lets nobody in or out. Returns since when they know. */
async function refuseEverybody(t: ExecutionContext, scene: Scene, session: Session, gateways: readonly Name[]): Promise<number> {
  const { traffic } = scene;
  for (const via of gateways) t.true(isToldToComeAgain(await until(() => traffic.visit(session, via), isToldToComeAgain)));
  const since = performance.now();
  for (const via of gateways) {
    t.is(await traffic.logOn(WITNESS, via), null);
    t.true(isToldToComeAgain(await traffic.signOut(session, via)));
    t.true(isSentToForm(await traffic.stroll(WITNESS, via)));
    const { healthPort } = scene.gateways[via === 'a' ? 0 : 1];
    const health = (path: string) => send(healthPort, 'GET', path, { Host: '127.0.0.1' });
    t.deepEqual([(await health('/livez')).status, (await health('/readyz')).status], [200, 503]);
  }
  return since;
}

/** What each gateway says, in the end, to each cookie whose sign-out was seen. */
async function replayAll({ traffic }: Scene): Promise<Note[]> {
  const last: Note[] = [];
  for (const session of traffic.sessions.filter(({ endedAt }) => endedAt !== null))
    for (const via of ['a', 'b'] as const) last.push(await told(() => traffic.replay(session, via)));
  return last;
}

async function openStream(
  t: ExecutionContext,
  { ports }: Scene,
  via: Name,
  { cookie }: Session,
  kind: 'events' | 'socket' = 'events',
): Promise<OpenConnection> {
  const connection = openConnection(kind, { port: ports[via], host: HOST, cookie, path: `/live/${kind}` });
  t.teardown(() => connection.close());
  t.is((await connection.opened).status, kind === 'socket' ? 101 : 200);
  return connection;
}

/** Now, as a snapshot that is due would be. */
async function save(redis: Redis): Promise<void> {
  const client = await connectRedis(redisAddress(redis.port), redis, { lost() {} });
  await client.send(['SAVE']);
  client.destroy();
}
