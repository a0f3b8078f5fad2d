import { startRedis } from '../../src/regression/ends/start-redis.ts';
import { type Bench, type FigureMaker, rowOf } from './figure.ts';
import type { Held } from './hold-sessions.ts';
import { rounds } from './rounds.ts';
import { runChild } from './run-child.ts';

const BUDGET = 8_000;
const LONGEST_RUN = 120_000;

const numberOf = ({ quick }: Pick<Bench, 'quick'>) => (quick ? 5_000 : 100_000);

/** A process of its own, which holds nothing else and collects its garbage before it looks. */
export const bytesPerSession: FigureMaker = {
  name: 'bytes',
  title: (bench) => `Bytes per session, of ${numberOf(bench).toLocaleString('en-GB')} sessions`,
  async measure(bench) {
    const number = numberOf(bench);
    const redis = await startRedis();
    bench.teardown(() => redis.stop());
    const memory = await hold(bench, 'memory?limit=1000000', number, 0);
    const near = number / 2;
    const shared = await hold(bench, `redis://${redis.host}:${redis.port}`, number, near);
    const inGateway = ({ gateway }: Held) => gateway;
    const inRedis = ({ redis }: Held) => redis ?? Number.NaN;
    const row = (
      what: string,
      runs: readonly Held[][],
      when: Held['when'],
      where: (held: Held) => number,
      since: Held['when'],
      each: number,
    ) =>
      rowOf(
        what,
        'bytes',
        runs.map((run) => (where(at(run, when)) - where(at(run, since))) / each),
      );
    return {
      rows: [
        row('memory: a session, in the gateway', memory, 'held', inGateway, 'empty', number),
        row('memory: what a sign-out leaves for a day, in the gateway', memory, 'ended', inGateway, 'empty', number),
        row('Redis: a session, in Redis', shared, 'held', inRedis, 'empty', number),
        row('Redis: a session, in the gateway that waits for its time-out', shared, 'held', inGateway, 'empty', number),
        row('Redis: one that is near as well, in that gateway', shared, 'near', inGateway, 'held', near),
        row('Redis: one that is near, in Redis, which knows who has it', shared, 'near', inRedis, 'held', near),
        row('Redis: what a sign-out leaves for a day, in Redis', shared, 'ended', inRedis, 'empty', number),
      ],
    };
  },
};

async function hold(bench: Bench, sessions: string, number: number, near: number): Promise<Held[][]> {
  const runs: Held[][] = [];
  for (const round of rounds(bench.quick ? 1 : 3, BUDGET)) {
    bench.say(`${number} sessions in ${sessions.replace(/[:?].*/, '')}, run ${round + 1}`);
    // The next finds what this one has left in Redis; what is added is counted.
    runs.push(await runChild<Held>('hold-sessions.ts', ['--expose-gc'], [sessions, String(number), String(near)], LONGEST_RUN));
  }
  return runs;
}

function at(run: readonly Held[], when: Held['when']): Held {
  const held = run.find((one) => one.when === when);
  if (!held) throw new Error(`a run was over before its sessions were ${when}`);
  return held;
}
