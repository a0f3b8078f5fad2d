import type { Session } from '../../src/sessions/session.ts';
import { type Bench, type Row, rowOf } from './figure.ts';
import { openManager } from './open-manager.ts';
import { realisticSession } from './realistic-session.ts';
import { rateOf, rounds } from './rounds.ts';

const BUDGET = 3_000;

/** Whether logging on and off takes longer when many are logged on already. */
export async function measureLogons(bench: Bench): Promise<Row[]> {
  const { manager, store } = await openManager('memory?limit=1000000');
  bench.teardown(() => store.close());
  const few = Array.from({ length: bench.quick ? 200 : 2_000 }, (_, n) => n);
  const many = Array.from({ length: bench.quick ? 5_000 : 100_000 }, (_, n) => n);
  const held = many.length.toLocaleString('en-GB');

  async function measure(when: string, peers: readonly Row[] = []): Promise<Row[]> {
    bench.say(`memory: logging on and off ${when}`);
    const [on, off]: [number[], number[]] = [[], []];
    for (const round of rounds(bench.quick ? 3 : 8, BUDGET, 2)) {
      const sessions: Session[] = [];
      const rate = await rateOf(few, 1, async (n) => sessions.push((await manager.create(realisticSession(n))).session));
      const ended = await rateOf(sessions, 1, (session) =>
        manager.end(session, { reason: 'logoff', rule: 'Mail', request: null }),
      );
      if (round === 0) continue;
      on.push(rate);
      off.push(ended);
    }
    const row = (what: string, samples: readonly number[], peer?: Row) =>
      rowOf(`memory: ${what} ${when}`, 'a second', samples, peer && { name: 'nobody on', row: peer });
    return [row('log on', on, peers[0]), row('log off', off, peers[1])];
  }

  const alone = await measure('with nobody logged on');
  await rateOf(many, 1, (n) => manager.create(realisticSession(n)));
  return [...alone, ...(await measure(`with ${held} logged on`, alone))];
}
