import { MOST_SESSIONS } from '../../src/sessions/memory-store.ts';
import { type Bench, type FigureMaker, rowOf } from './figure.ts';
import type { Filled } from './fill-memory.ts';
import { runChild } from './run-child.ts';

const LIMIT = 5_000_000;
const EVERY = 1_000;
const LONGEST_RUN = 120_000;

const megabytesOf = ({ quick }: Pick<Bench, 'quick'>) => (quick ? 32 : 512);

/** A process that may have so much heap logs people on until it dies of that; two at the same time, each with its own. */
export const sessionsInLimit: FigureMaker = {
  name: 'limit',
  title: (bench) => `Sessions in memory that a gateway holds with ${megabytesOf(bench)} MB of heap`,
  async measure(bench) {
    const megabytes = megabytesOf(bench);
    bench.say(`filling ${megabytes} MB until they are full`);
    const fill = () =>
      runChild<Filled>('fill-memory.ts', [`--max-old-space-size=${megabytes}`], [`${LIMIT}`, `${EVERY}`], LONGEST_RUN);
    const runs = await Promise.all(Array.from({ length: bench.quick ? 1 : 2 }, fill));
    const most = runs.map((said) => said.at(-1)?.sessions ?? 0);
    const shares = most.map((sessions) => (MOST_SESSIONS / sessions) * 100);
    const held = rowOf('sessions held when memory ran out', 'sessions', most);
    const share = rowOf(`of that, the default limit of ${MOST_SESSIONS.toLocaleString('en-GB')}`, '%', shares);
    return { rows: [held, share] };
  },
};
