import { startRedis } from '../../src/regression/ends/start-redis.ts';
import { type Bench, type FigureMaker, type Row, rowOf } from './figure.ts';
import { measureLogons } from './measure-logons.ts';
import { measureManager, measureStore, type Rates } from './measure-store.ts';
import { openManager } from './open-manager.ts';

const all = [1, 64] as const;

/** The same calls that a gateway makes, without HTTP around them. */
export const storeOperations: FigureMaker = {
  name: 'store',
  title: () => 'Store operations per second',
  async measure(bench) {
    const redis = await startRedis();
    bench.teardown(() => redis.stop());
    const memory = await measureOne(bench, 'memory', 'memory?limit=1000000');
    const shared = await measureOne(bench, 'Redis', `redis://${redis.host}:${redis.port}`);
    const rows = [...rowsOf('memory', memory), ...rowsOf('Redis', shared, rowsOf('memory', memory))];
    return { rows: [...rows, ...(await measureLogons(bench))] };
  },
};

async function measureOne(bench: Bench, where: string, sessions: string): Promise<Map<number, Rates>> {
  const { store, manager } = await openManager(sessions);
  bench.teardown(() => store.close());
  const rates = new Map<number, Rates>();
  for (const atOnce of all) {
    bench.say(`${where}, ${atOnce} at once`);
    const size = (bench.quick ? 1 / 10 : 1) * (where === 'memory' ? 20_000 : atOnce === 1 ? 1_000 : 5_000);
    const rounds = bench.quick ? 2 : 7;
    const found = await measureManager(manager, { atOnce, size, rounds });
    rates.set(atOnce, new Map([...(await measureStore(store, { atOnce, size, rounds })), ...found]));
  }
  return rates;
}

function rowsOf(where: string, rates: ReadonlyMap<number, Rates>, peers: readonly Row[] = []): Row[] {
  return [...rates].flatMap(([atOnce, byName]) =>
    [...byName].map(([name, samples]) => {
      const what = `${name}, ${atOnce === 1 ? 'one after the other' : `${atOnce} at once`}`;
      const peer = peers.find((row) => row.what === `memory: ${what.replace(/^read[^,]*/, 'read')}`);
      return rowOf(`${where}: ${what}`, 'a second', samples, peer && { name: 'memory', row: peer });
    }),
  );
}
