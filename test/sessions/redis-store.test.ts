import { randomBytes, randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { type Redis, startRedis } from '../../src/regression/ends/start-redis.ts';
import { connectRedis, type RedisClient } from '../../src/sessions/redis-client.ts';
import type { EndRecord } from '../../src/sessions/session.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import { programTest } from '../program-test.ts';
import { alice } from './sessions-rig.ts';
import { openFor, redisAddress, told } from './stores.ts';

const HOUR = 3_600_000;
const away = { code: 'store-away' };

/** A server of the test's own, two stores on it, and a connection to look at it with. */
async function setUp(t: ExecutionContext, options: Parameters<typeof startRedis>[0] = {}) {
  const redis = await startRedis(options);
  t.teardown(() => redis.stop());
  const address = redisAddress(redis.port, { prefix: randomUUID() });
  const [one, two] = [await openFor(t, address), await openFor(t, address)];
  const later = one.clock.now() + HOUR;
  return {
    redis,
    address,
    a: one.store,
    b: two.store,
    clock: one.clock,
    later,
    key: (id: string) => `{${address.prefix}}:${id}`,
  };
}

async function look<Answer>(redis: Redis, ask: (client: RedisClient) => Promise<Answer>): Promise<Answer> {
  const client = await connectRedis(redisAddress(redis.port), redis, { lost() {} });
  try {
    return await ask(client);
  } finally {
    client.destroy();
  }
}

/** Whether this is known before anything can have come over a connection. */
function isSaidAtOnce(coming: Promise<unknown>): Promise<boolean> {
  const said = () => true;
  return Promise.race([coming.then(said, said), setImmediate(false)]);
}

programTest('redis', 'what one gateway has ended, another refuses at once, though it had it near', async (t) => {
  const { a, b, later } = await setUp(t);
  for (let id = 0; id < 200; id++) {
    await a.create(`${id}`, 'x', later);
    t.is((await b.read(`${id}`)).state, 'live');
    await a.destroy(`${id}`, 't');
    t.is((await b.read(`${id}`)).state, 'ended', `${id}`);
  }
});

programTest('redis', 'a gateway hears that another has ended or renewed what it had read', async (t) => {
  const { a, b, later } = await setUp(t);
  await a.create('id', 'x', later);
  await b.read('id');
  for (const change of [() => a.replace('id', 'y', later), () => a.destroy('id', 't')]) {
    const heard = new Promise((resolve) => b.onEvent((event) => event.kind === 'changed' && resolve(event.id)));
    await change();
    t.is(await heard, 'id');
    await b.read('id');
  }
});

programTest(
  'redis',
  'what is read again does not reach the server; ids that there are not always do, and are not kept',
  async (t) => {
    const { redis, a, later } = await setUp(t);
    await a.create('id', 'x', later);
    const gets = () =>
      look(redis, async (client) =>
        Number(/cmdstat_get:calls=(\d+)/.exec(String(await client.send(['INFO', 'commandstats'])))?.[1] ?? 0),
      );
    const before = await gets();
    for (let n = 0; n < 100; n++) await a.read('id');
    t.is((await gets()) - before, 1);
    for (let n = 0; n < 10; n++) await a.read('made-up');
    t.is((await gets()) - before, 11);
  },
);

programTest(
  'redis',
  'a frozen server: what is near is used for a second, then nothing is known until it answers again',
  async (t) => {
    const { redis, a, b, later } = await setUp(t);
    await a.create('id', 'x', later);
    await b.read('id');
    const [gone, back] = [told(b, 'away'), told(b, 'back')];
    redis.freeze();
    t.true(await isSaidAtOnce(b.ping()));
    t.is((await b.read('id')).state, 'live');
    await t.throwsAsync(a.read('id'), away);
    await gone;
    t.true(await isSaidAtOnce(b.ping()));
    for (const ask of [
      () => b.read('id'),
      () => b.ping(),
      () => b.create('n', 'x', later),
      () => b.destroy('id', 't'),
      () => b.list(),
    ])
      await t.throwsAsync(ask(), away);
    redis.thaw();
    await back;
    await b.ping();
    t.deepEqual(await b.read('id'), { state: 'live', record: 'x' });
  },
);

programTest('redis', 'a connection that says nothing for long is given up for a new one', async (t) => {
  const { redis } = await setUp(t);
  const silent = new Set<Socket>();
  const relay = createServer((client) => {
    const server = connect(redis.port, '127.0.0.1');
    silent.add(client.on('error', () => {}));
    client.pipe(server.on('error', () => {})).pipe(client);
  });
  const port = await new Promise<number>((resolve) =>
    relay.listen(0, '127.0.0.1', () => resolve((relay.address() as AddressInfo).port)),
  );
  t.teardown(() => relay.close());
  const { store } = await openFor(t, redisAddress(port));
  const [gone, back] = [told(store, 'away'), told(store, 'back')];
  for (const client of silent) client.unpipe().pause();
  await gone;
  await back;
  await t.notThrowsAsync(store.ping());
  for (const client of silent) client.destroy();
});

for (const persistence of ['none', 'snapshot', 'append-only'] as const)
  programTest(
    'redis',
    `a server that is killed and comes back (${persistence}) has no session of before, whatever it remembers`,
    async (t) => {
      const { redis, a, b, later, key } = await setUp(t, { persistence });
      for (const id of ['left', 'ended']) await a.create(id, 'x', later);
      if (persistence === 'snapshot') await look(redis, (client) => client.send(['SAVE']));
      await a.destroy('ended', 't');
      const [gone, back] = [told(b, 'away'), told(b, 'back')];
      await redis.kill();
      await gone;
      await t.throwsAsync(b.read('ended'), away);
      await redis.restart();
      await back;
      const kept = await look(redis, (client) => client.send(['GET', key('ended')]));
      t.is(kept === null, persistence === 'none');
      for (const id of ['left', 'ended']) {
        t.not((await b.read(id)).state, 'live', id);
        t.false(await b.replace(id, 'y', later));
      }
      t.deepEqual(await b.list(), []);
      t.true(await b.create('new', 'x', later));
    },
  );

programTest('redis', 'who clears the server signs everybody off', async (t) => {
  const { redis, a, b, later } = await setUp(t);
  await a.create('id', 'x', later);
  await b.read('id');
  const cut = told(b, 'away');
  await look(redis, (client) => client.send(['FLUSHALL']));
  await cut;
  t.is((await b.read('id')).state, 'unknown');
});

programTest('redis', 'a record is kept no longer than it can be of use', async (t) => {
  const { redis, a, clock, key } = await setUp(t);
  await a.create('id', 'x', clock.now() + 5_000);
  const left = Number(await look(redis, (client) => client.send(['PTTL', key('id')])));
  t.true(left > 0 && left <= 5_000, String(left));
});

programTest(
  'redis',
  'a session is written once a second at most, and an idle time-out counts from what was written',
  async (t) => {
    const { redis, a, clock } = await setUp(t);
    const sessions = createSessionManager({ store: a, clock, random: randomBytes });
    const { cookie } = await sessions.create(alice);
    const writes = () =>
      look(redis, async (client) =>
        Number(/cmdstat_eval:calls=(\d+)/.exec(String(await client.send(['INFO', 'commandstats'])))?.[1] ?? 0),
      );
    const before = await writes();
    for (let n = 0; n < 50; n++) {
      clock.advance(100);
      t.is((await sessions.find(cookie, alice)).state, 'alive');
    }
    t.is((await writes()) - before, 5);
    clock.advance(600_000);
    t.deepEqual(await sessions.find(cookie, alice), { state: 'ended', reason: 'timed-out' });
  },
);

programTest(
  'redis',
  'a sign-out that the server was too slow to confirm holds, here at once and there when it answers',
  async (t) => {
    const { redis, a, b, clock } = await setUp(t);
    const here = createSessionManager({ store: a, clock, random: randomBytes });
    const there = createSessionManager({ store: b, clock, random: randomBytes });
    const { session, cookie } = await here.create(alice);
    t.is((await there.find(cookie, alice)).state, 'alive');
    const ends: EndRecord[] = [];
    const ended = new Promise<void>((resolve) => {
      here.listen({
        cut: () => 0,
        isOpen: () => false,
        ended: (record) => resolve(void ends.push(record)),
        endedElsewhere() {},
        away() {},
      });
    });
    const gone = Promise.all([told(a, 'away'), told(b, 'away')]);
    const back = Promise.all([told(a, 'back'), told(b, 'back')]);
    redis.freeze();
    await t.throwsAsync(here.end(session, { reason: 'logoff', rule: null, request: null }), away);
    await gone;
    redis.thaw();
    await Promise.all([back, ended]);
    t.like(ends, [{ reason: 'logoff', user: 'lab\\alice' }]);
    t.deepEqual(await here.find(cookie, alice), { state: 'ended', reason: 'logoff' });
    t.deepEqual(await there.find(cookie, alice), { state: 'ended', reason: 'logoff' });
  },
);

programTest('redis', 'a server that is full lets nobody new in, and still ends what is there', async (t) => {
  const { redis, a, b, later } = await setUp(t);
  await a.create('id', 'x', later);
  t.is((await b.read('id')).state, 'live');
  await look(redis, (client) => client.send(['CONFIG', 'SET', 'maxmemory', '1']));
  await t.throwsAsync(a.create('new', 'x', later), away);
  await t.throwsAsync(a.replace('id', 'y', later), away);
  t.true(await a.destroy('id', 't'));
  t.is((await b.read('id')).state, 'unknown');
});
