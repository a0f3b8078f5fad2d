import { exchangeFinder, isNoise, ranks } from './exchanges.ts';
import type { Hop, Leg, Party } from './hop.ts';
import { createSessionStates, type ToldSession } from './session-states.ts';
import type { TraceEvent } from './trace-event.ts';

/** The hops of a trace that goes on. */
export type Hops = {
  /** Takes the next events; returns the hops that are new or changed, each whole, in the order in which they began. */
  take(events: readonly TraceEvent[]): Hop[];
  /** All that are remembered, in the order in which they began. */
  all(): readonly Hop[];
};

/** A hop that may still change. */
type Draft = Omit<Hop, 'legs'> & {
  /** Host without its port: what the browser asked for. */
  name: string | null;
  legs: Map<Party, Leg>;
  told: Map<string, ToldSession>;
  /** As it was handed out last; null when it has changed since. */
  shown: Hop | null;
};

const HOPS_KEPT = 10_000;

/** Makes hops of events as they come, each event looked at once; the newest `limit` hops are remembered. */
export function createHops(limit = HOPS_KEPT): Hops {
  const drafts = new Map<string, Draft>();
  const states = createSessionStates();
  const draftOf = exchangeFinder((event) => {
    const draft = begin(event);
    drafts.set(draft.key, draft);
    if (drafts.size > limit) drafts.delete(drafts.keys().next().value as string);
    return draft;
  }, limit);

  function takeOne(event: TraceEvent): Draft {
    const draft = draftOf(event);
    draft.last = event.seq;
    draft.shown = null;
    draft.name ??= event.host === undefined ? null : publicName(event.host);
    draft.isNoise ||= event.kind === 'request' && isNoise(event.target ?? '');
    draft.legs.set(event.party, withEvent(draft.legs.get(event.party) ?? newLeg(event.party), event));
    const session = states.tell(event, draft.name, draft.first);
    if (session) draft.told.set(`${session.party} ${session.name}`, session);
    draft.sessions = states.after(draft.name, [...draft.told.values()]);
    return draft;
  }

  return {
    take(events) {
      const changed = new Set(events.map(takeOne));
      return [...changed]
        .filter((draft) => drafts.get(draft.key) === draft)
        .sort((a, b) => a.first - b.first)
        .map(show);
    },
    all: () => [...drafts.values()].map(show),
  };
}

/** The hops of a whole trace. */
export function hopsOf(events: readonly TraceEvent[]): Hop[] {
  return createHops(Number.POSITIVE_INFINITY).take(events);
}

/** The hop that an event belongs to, by the event's number; null if it is of none of these. */
export function hopWith(hops: readonly Hop[], seq: number): Hop | null {
  const tells = ({ legs }: Hop) => legs.some(({ notes }) => notes.some((note) => note.seq === seq));
  const began = hops.find(({ first }) => first === seq);
  return began ?? hops.find(tells) ?? hops.findLast(({ first, last }) => first <= seq && seq <= last) ?? null;
}

function begin({ seq, at, run }: TraceEvent): Draft {
  const about = { key: `hop-${seq}`, first: seq, last: seq, at, run };
  return { ...about, sessions: [], isNoise: false, name: null, legs: new Map(), told: new Map(), shown: null };
}

function show(draft: Draft): Hop {
  if (draft.shown) return draft.shown;
  const { name: _name, told: _told, shown: _shown, legs, ...hop } = draft;
  // A mock writes its request down only once it is answered, so it is not the numbers that tell who asked whom.
  draft.shown = { ...hop, legs: [...legs.values()].sort((a, b) => ranks[a.party] - ranks[b.party]) };
  return draft.shown;
}

function publicName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function newLeg(party: Party): Leg {
  return {
    ...{ party, method: '', host: '', target: '', status: null, location: null, identity: null, session: null },
    ...{ sent: [], set: [], cleared: [], notes: [], facts: [] },
  };
}

function withEvent(leg: Leg, event: TraceEvent): Leg {
  const told = { ...leg, identity: event.identity ?? leg.identity, session: event.session ?? leg.session };
  if (event.kind === 'request') return asked(told, event);
  if (event.kind === 'response') return answered(told, event);
  const { seq, kind, facts = [] } = event;
  const sentence = event.sentence ?? `session ${event.session?.state ?? 'unknown'}`;
  // The answer to a request that could not be read is a remark with a status.
  return { ...told, status: event.status ?? leg.status, notes: [...leg.notes, { seq, kind, sentence, facts }] };
}

function asked(leg: Leg, event: TraceEvent): Leg {
  if (leg.method !== '') return leg;
  return {
    ...leg,
    method: event.method ?? '?',
    host: event.host ?? '',
    target: event.target ?? '',
    sent: cookies(event, 'sent'),
  };
}

function answered(leg: Leg, event: TraceEvent): Leg {
  const location = event.headers?.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? null;
  const unfinished = event.outcome === 'client-gone' || event.outcome === 'cut-off' ? { outcome: event.outcome } : {};
  const answer = { status: event.status ?? null, location, set: cookies(event, 'set'), cleared: cookies(event, 'cleared') };
  return { ...leg, ...answer, ...unfinished, facts: event.facts ?? [] };
}

function cookies({ cookies = [] }: TraceEvent, did: 'sent' | 'set' | 'cleared'): string[] {
  return cookies.filter((cookie) => cookie.did === did).map(({ name }) => name);
}
