import { ranks } from './exchanges.ts';
import type { Hop, Party } from './hop.ts';
import type { TraceEvent } from './trace-event.ts';

type HopSession = Hop['sessions'][number];

/** A session of one party at one public name, as it was told last. */
export type ToldSession = Omit<HopSession, 'told'> & { name: string };

export type SessionStates = {
  /**
   * Takes what an event tells and returns the session as it is now; null: the event speaks of none. `name`: the public name of its hop, null
   * if it has none; `begun`: the number of the hop's first event.
   */
  tell(event: TraceEvent, name: string | null, begun: number): ToldSession | null;
  /** The sessions after a hop in which these were told. */
  after(name: string | null, told: readonly ToldSession[]): HopSession[];
};

/** Public names with a session, and sessions that are over, are remembered in these numbers: the newest. */
const MOST_NAMES = 200;
const MOST_ENDED = 1_000;

/** Parties between whom a sign-out travels from name to name: there a hop at one shows the sessions at all. */
const federated: ReadonlySet<Party> = new Set(['adfs', 'logon-server', 'portal', 'owa', 'sharepoint']);

const order = Object.keys(ranks);

/** Which session each party has at each public name, folded over the events of a trace. Another run begins with nobody signed in. */
export function createSessionStates(): SessionStates {
  const newest = new Map<string, Map<Party, ToldSession>>();
  const federation = new Set<string>();
  const over = new Map<string, { session: ToldSession; seq: number }>();
  let run: string | null = null;

  const nameOf = (party: Party, id: string): string =>
    [...newest].find(([, sessions]) => sessions.get(party)?.id === id)?.[0] ?? '';

  function enterRun(entered: string | null): void {
    if (entered === null || entered === run) return;
    run = entered;
    newest.clear();
    federation.clear();
    over.clear();
  }

  function keep(session: ToldSession, seq: number, key: string): void {
    over.delete(key);
    if (hasEnded(session.state)) over.set(key, { session, seq });
    dropOldest(over, MOST_ENDED);
    if (session.name === '') return;
    const sessions = newest.get(session.name) ?? new Map();
    newest.delete(session.name);
    newest.set(session.name, sessions.set(session.party, session));
    dropOldest(newest, MOST_NAMES);
  }

  return {
    tell({ run: entered, party, seq, session: told }, name, begun) {
      enterRun(entered);
      if (name !== null && federated.has(party)) federation.add(name);
      if (!told) return null;
      const { id, state, reason } = told;
      const at = name ?? nameOf(party, id);
      const key = JSON.stringify([at, party, id]);
      const ended = over.get(key);
      if (ended && isLateNews(state, ended.session.state, begun < ended.seq)) return { ...ended.session, state: 'ended' };
      const session = { name: at, party, id, state, ...(reason !== undefined && { reason }) };
      keep(session, seq, key);
      return session;
    },
    after(name, told) {
      const here = name ?? told[0]?.name ?? '';
      const names = federation.has(here) ? new Set([here, ...federation]) : [here];
      const untold = [...names]
        .flatMap((one) => [...(newest.get(one)?.values() ?? [])])
        .filter(({ name, party }) => !told.some((session) => session.party === party && session.name === name));
      const all = [...told, ...untold.map((session) => ({ ...session, state: settled(session.state) }))];
      return all
        .sort((a, b) => order.indexOf(a.party) - order.indexOf(b.party) || (a.name < b.name ? -1 : 1))
        .map(({ name, ...session }) => ({
          ...session,
          told: told.some((one) => one.party === session.party && one.name === name),
        }));
    },
  };
}

/**
 * A request that was under way when the session ended still tells of it as it began. Once the end is on record nothing revives a session; an
 * end that was only announced may have failed, and then a later request tells.
 */
function isLateNews(state: string, before: string, underWay: boolean): boolean {
  return !hasEnded(state) && !hasBegun(state) && (before === 'ended' || underWay);
}

function hasBegun(state: string): boolean {
  return state === 'started' || state === 'opened';
}

function hasEnded(state: string): boolean {
  return state === 'ending' || state === 'ended';
}

/** What is left of a state when its news is over. */
function settled(state: string): string {
  if (hasBegun(state)) return 'alive';
  return hasEnded(state) ? 'ended' : state;
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size > most) map.delete(map.keys().next().value as string);
}
