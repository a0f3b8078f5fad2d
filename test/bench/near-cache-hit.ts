import { setImmediate as turn } from 'node:timers/promises';
import { startRedis } from '../../src/regression/ends/start-redis.ts';
import { RedisConnection } from '../../src/sessions/redis-connection.ts';
import type { SessionStore } from '../../src/sessions/session-store.ts';
import type { RedisAddress } from '../../src/sessions/store-address.ts';
import { type Bench, type FigureMaker, type Row, rowOf } from './figure.ts';
import { openManager } from './open-manager.ts';
import { rateOf, rounds } from './rounds.ts';

/** A way to the record, and how often it is gone in a round. */
type Way = { what: string; read: () => Promise<unknown>; times: number };

const BUDGET = 3_000;
const HOUR = 3_600_000;
const ID = 'KioqKioqKioqKioqKioqKg';
const RECORD = 'x'.repeat(450);

/** What is read is always the same record, so that nothing but the way to it differs. */
export const nearCacheHit: FigureMaker = {
  name: 'near',
  title: () => 'Time of a read: in memory, near, from Redis itself',
  async measure(bench) {
    const redis = await startRedis();
    bench.teardown(() => redis.stop());
    const memory = await openManager('memory');
    const shared = await openManager(`redis://${redis.host}:${redis.port}`);
    bench.teardown(() => shared.store.close());
    const ways: Way[] = [
      { what: 'memory', read: await readerOf(memory.store), times: 50_000 },
      { what: 'Redis, near', read: await readerOf(shared.store), times: 50_000 },
      { what: 'of which a turn of the event loop', read: () => turn(), times: 50_000 },
      { what: 'Redis, not near', read: await openGet(bench, shared.address as RedisAddress), times: 3_000 },
    ];
    const [alone, together] = [await measureWays(bench, ways, 1), await measureWays(bench, ways, 64)];
    const gain = (rows: readonly Row[]) => ((rows[3]?.median ?? 0) / (rows[1]?.median ?? 0)).toPrecision(2);
    const remark = `What is near comes ${gain(alone)} times as fast as from Redis itself, ${gain(together)} times with 64 reads at once.`;
    return { rows: [...alone, ...together], remarks: [remark] };
  },
};

async function measureWays(bench: Bench, ways: readonly Way[], atOnce: number): Promise<Row[]> {
  bench.say(`${atOnce} at once`);
  const samples = ways.map((): number[] => []);
  // In turn, so that whatever else the machine does meets all of them.
  for (const round of rounds(bench.quick ? 3 : 16, BUDGET, 2))
    for (const [at, { read, times }] of ways.entries()) {
      const reads = Array.from({ length: bench.quick ? times / 10 : times }, () => ID);
      const rate = await rateOf(reads, atOnce, read);
      if (round > 0) samples[at]?.push(1e9 / rate);
    }
  const when = atOnce === 1 ? 'one after the other' : `${atOnce} at once`;
  const row = (at: number, peer?: Row) =>
    rowOf(`${ways[at]?.what}, ${when}`, 'ns', samples[at] as number[], peer && { name: 'memory', row: peer });
  const peer = row(0);
  return [peer, ...ways.slice(1).map((_, at) => row(at + 1, peer))];
}

async function readerOf(store: SessionStore): Promise<() => Promise<unknown>> {
  await store.create(ID, RECORD, Date.now() + HOUR);
  return () => store.read(ID);
}

/** Over a connection of the same kind, without the near cache before it; the server keeps account of it all the same. */
async function openGet(bench: Bench, address: RedisAddress): Promise<() => Promise<unknown>> {
  const key = `{${address.prefix}}:${ID}`;
  const connection = new RedisConnection(address, `{${address.prefix}}:reign`, { invalidated() {}, away() {}, back() {} });
  await connection.open();
  bench.teardown(() => connection.close());
  return () => connection.send(['GET', key]);
}
