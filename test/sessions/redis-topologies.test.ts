import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { generate } from 'selfsigned';
import { createLog } from '../../src/log.ts';
import { type Redis, type RedisOptions, startRedis } from '../../src/regression/ends/start-redis.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { connectRedis } from '../../src/sessions/redis-client.ts';
import type { SessionStore } from '../../src/sessions/session-store.ts';
import { programTest } from '../program-test.ts';
import { openFor, redisAddress, told } from './stores.ts';

const HOUR = 3_600_000;
/** For servers to find each other, ms. */
const LONGEST = 60_000;

async function start(t: ExecutionContext, options: RedisOptions = {}): Promise<Redis> {
  const redis = await startRedis(options);
  t.teardown(() => redis.stop());
  return redis;
}

async function works(t: ExecutionContext, store: SessionStore): Promise<void> {
  const id = randomUUID();
  t.true(await store.create(id, 'x', Date.now() + HOUR));
  t.is((await store.read(id)).state, 'live');
  t.deepEqual(await store.list(), [{ id, record: 'x' }]);
  t.true(await store.destroy(id, 't'));
  t.is((await store.read(id)).state, 'ended');
}

async function tell(redis: Redis, ...command: string[]): Promise<unknown> {
  const client = await connectRedis(redisAddress(redis.port), redis, { lost() {} });
  try {
    return await client.send(command);
  } finally {
    client.destroy();
  }
}

programTest('redis', 'a server with a password, a user of its own, a database and a password file', async (t) => {
  const needed = '+get +set +eval +scan +mget +ping +info +hello +select +client|setname +client|tracking';
  const redis = await start(t, {
    password: 'of-default',
    users: [`user lab on >of-lab ~{test}:* resetchannels -@all ${needed}`],
  });
  const file = join(makeTemporaryFolder('redis').path, 'password');
  await writeFile(file, 'of-lab\n');
  await works(t, (await openFor(t, redisAddress(redis.port, { password: 'of-default', database: 3 }))).store);
  await works(t, (await openFor(t, redisAddress(redis.port, { username: 'lab', passwordFile: file }))).store);
});

for (const [what, password] of [
  ['no password', null],
  ['a wrong password', 'hunter2-wrong'],
] as const)
  programTest('redis', `with ${what} nobody is let in, and the log says why without it`, async (t) => {
    const redis = await start(t, { password: 'hunter2-right' });
    const lines = new PassThrough();
    const { store } = await openFor(t, redisAddress(redis.port, { password }), { log: createLog(lines) });
    await t.throwsAsync(store.read('a'), { code: 'store-away' });
    await t.throwsAsync(store.ping(), { code: 'store-away' });
    const log = text(lines);
    lines.end();
    t.regex(await log, /NOAUTH|WRONGPASS/);
    t.notRegex(await log, /hunter2/);
  });

programTest(
  'redis',
  'over TLS, with an authority of its own; without that authority nothing is said to the server',
  async (t) => {
    const path = makeTemporaryFolder('redis').path;
    const pem = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const [cert, key] = [join(path, 'cert.pem'), join(path, 'key.pem')];
    await writeFile(cert, pem.cert);
    await writeFile(key, pem.private);
    const redis = await start(t, { tls: { cert, key, ca: cert } });
    await works(t, (await openFor(t, redisAddress(redis.port, { tls: true, ca: cert }))).store);
    const { store } = await openFor(t, redisAddress(redis.port, { tls: true }));
    await t.throwsAsync(store.ping(), { code: 'store-away' });
  },
);

programTest('redis', 'prefixes part what lies in one server', async (t) => {
  const redis = await start(t);
  const [one, two] = [
    (await openFor(t, redisAddress(redis.port, { prefix: 'a' }))).store,
    (await openFor(t, redisAddress(redis.port, { prefix: 'b' }))).store,
  ];
  await one.create('id', 'x', Date.now() + HOUR);
  t.is((await two.read('id')).state, 'unknown');
  t.deepEqual(await two.list(), []);
});

programTest('redis', 'sentinels say which server is the master, and after a fail-over which is it now', async (t) => {
  const master = await start(t);
  const replica = await start(t, { settings: [`replicaof 127.0.0.1 ${master.port}`] });
  const settings = [`sentinel monitor mymaster 127.0.0.1 ${master.port} 1`, 'sentinel down-after-milliseconds mymaster 500'];
  const sentinel = await start(t, { sentinel: true, settings: [...settings, 'sentinel failover-timeout mymaster 3000'] });
  const gone = { host: '127.0.0.1', port: 1 };
  const address = redisAddress(0, { topology: 'sentinel', master: 'mymaster', servers: [gone, sentinel] });
  const { store } = await openFor(t, address);
  await works(t, store);
  await store.create('before', 'x', Date.now() + HOUR);
  await tell(master, 'WAIT', '1', '5000');
  await known(replica, sentinel);
  const back = told(store, 'back');
  await master.kill();
  await back;
  t.is((await store.read('before')).state, 'unknown');
  await works(t, store);
});

programTest('redis', 'a master that was a replica in between brings back nothing that had ended', async (t) => {
  const [first, second] = [await start(t), await start(t)];
  const follow = async (replica: Redis, { port }: Redis) => {
    await tell(replica, 'REPLICAOF', '127.0.0.1', String(port));
    for (const deadline = performance.now() + LONGEST; performance.now() < deadline; await delay(20))
      if (/master_link_status:up/.test(String(await tell(replica, 'INFO', 'replication')))) return;
    throw new Error('the replica did not find its master');
  };
  const { store: before } = await openFor(t, redisAddress(first.port));
  await before.create('id', 'x', Date.now() + HOUR);
  await follow(second, first);
  await tell(second, 'REPLICAOF', 'NO', 'ONE');
  t.true(await before.destroy('id', 't'));
  const { store: between } = await openFor(t, redisAddress(second.port));
  t.is((await between.read('id')).state, 'unknown');
  await follow(first, second);
  await tell(first, 'REPLICAOF', 'NO', 'ONE');
  const { store: after } = await openFor(t, redisAddress(first.port));
  t.is((await after.read('id')).state, 'unknown');
  await works(t, after);
});

/** A Sentinel asks the master for its replicas every ten seconds; until it knows this one it has nobody to promote. */
async function known({ port }: Redis, sentinel: Redis): Promise<void> {
  for (const deadline = performance.now() + LONGEST; performance.now() < deadline; await delay(100)) {
    const replicas = JSON.stringify(await tell(sentinel, 'SENTINEL', 'REPLICAS', 'mymaster'));
    if (replicas.includes(String(port)) && !replicas.includes('disconnected')) return;
  }
  throw new Error('the sentinel has not heard of the replica');
}

programTest('redis', 'of a cluster, any node says which one holds the sessions', async (t) => {
  const nodes = [
    await start(t, { settings: ['cluster-enabled yes'] }),
    await start(t, { settings: ['cluster-enabled yes'] }),
  ] as const;
  await tell(nodes[0], 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await meet(nodes[1], nodes[0]);
  const address = redisAddress(0, { topology: 'cluster', servers: [nodes[1]] });
  await works(t, (await openFor(t, address)).store);
});

/** An introduction that comes to nothing is forgotten, so it is made again. */
async function meet(node: Redis, other: Redis): Promise<void> {
  for (const deadline = performance.now() + LONGEST; performance.now() < deadline; await delay(100)) {
    await tell(node, 'CLUSTER', 'MEET', '127.0.0.1', String(other.port));
    if (/cluster_state:ok/.test(String(await tell(node, 'CLUSTER', 'INFO')))) return;
  }
  throw new Error('the nodes of the cluster did not meet');
}
