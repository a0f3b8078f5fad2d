import { randomBytes } from 'node:crypto';
import type { SessionManager } from '../../src/sessions/session-manager.ts';
import type { SessionStore } from '../../src/sessions/session-store.ts';
import { beginSession, recordOf } from '../../src/sessions/stored-session.ts';
import { presentationOf, realisticSession } from './realistic-session.ts';
import { doToEach, rateOf, rounds } from './rounds.ts';

/** Operations a second, of each round but the first, by the name of the operation. */
export type Rates = Map<string, number[]>;

type Extent = { atOnce: number; size: number; rounds: number };

const BUDGET = 3_000;
const HOUR = 3_600_000;
const MOST_PEOPLE = 1_000;

/** In each round, so many new records are created, read, read again, replaced and destroyed. */
export async function measureStore(store: SessionStore, { atOnce, size, rounds: count }: Extent): Promise<Rates> {
  const rates: Rates = new Map();
  const { opened } = beginSession(realisticSession(1), Date.now(), randomBytes);
  const [record, until] = [recordOf(opened), Date.now() + HOUR];
  for (const round of rounds(count + 1, BUDGET, 2)) {
    const ids = Array.from({ length: size }, () => randomBytes(16).toString('base64url'));
    const steps: [name: string, act: (id: string) => Promise<unknown>][] = [
      ['create', (id) => store.create(id, record, until)],
      [store.shared ? 'read what is not near' : 'read', (id) => store.read(id)],
      ['read what is near', (id) => store.read(id)],
      ['replace', (id) => store.replace(id, record, until)],
      ['destroy', (id) => store.destroy(id, '{}')],
    ];
    for (const [name, act] of steps.filter(([name]) => store.shared || name !== 'read what is near')) {
      const rate = await rateOf(ids, atOnce, act);
      if (round > 0) rates.set(name, [...(rates.get(name) ?? []), rate]);
    }
  }
  return rates;
}

/** Sessions found by their cookies, as with every request: read, decrypted, and their use written down when that is due. */
export async function measureManager(manager: SessionManager, { atOnce, size, rounds: count }: Extent): Promise<Rates> {
  const people = Array.from({ length: Math.min(size, MOST_PEOPLE) }, (_, n) => realisticSession(n));
  const known: { cookie: string; presented: ReturnType<typeof presentationOf> }[] = [];
  await doToEach(people, atOnce, async (person) => {
    const { cookie } = await manager.create(person);
    known.push({ cookie, presented: presentationOf(person) });
  });
  const asked = Array.from({ length: size }, (_, n) => known[n % known.length] as (typeof known)[number]);
  const found: number[] = [];
  for (const round of rounds(count + 1, BUDGET, 2)) {
    const rate = await rateOf(asked, atOnce, ({ cookie, presented }) => manager.find(cookie, presented));
    if (round > 0) found.push(rate);
  }
  return new Map([['find by cookie, and decrypt', found]]);
}
