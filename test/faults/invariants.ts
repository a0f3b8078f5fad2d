import type { TraceEvent } from '../../src/trace/trace-event.ts';
import { contentFor, isKind, lengths } from './content.ts';
import type { Arrival } from './journal.ts';
import { isLoggedOffPage, type Note, type Session, type Traffic } from './traffic.ts';

/** All that the three parties wrote down; `trace` null: the gateway's was not kept. */
export type World = Pick<Traffic, 'notes' | 'sessions'> & { arrivals: readonly Arrival[]; trace: readonly TraceEvent[] | null };

/** As if nothing were wrong. */
export function isFlawless(note: Note): boolean {
  const { deed, end, status, location } = note;
  if (end !== 'whole') return false;
  if (deed === 'log-on') return status === 302 && location.startsWith('/app') && note.headers['set-cookie'] !== undefined;
  if (deed === 'sign-out') return isLoggedOffPage(note);
  return isKind(deed) ? isOwn(note) : isSentToForm(note);
}

/** What the published server had for this very request, all of it. */
export function isOwn({ deed, user, id, end, status, body }: Note): boolean {
  const wanted = isKind(deed) ? contentFor(user, id, lengths[deed]) : null;
  return end === 'whole' && status === (deed === 'socket' ? 101 : 200) && body === wanted;
}

export function isSentToForm({ end, status, location }: Note): boolean {
  return end === 'whole' && status === 302 && location.startsWith('/CookieAuth.dll?GetLogon?');
}

/** The gateway's own page for a failure. */
export function isProblem({ end, status, headers }: Note, ...wanted: number[]): boolean {
  return end === 'whole' && wanted.includes(status) && /^text\/html/.test(String(headers['content-type']));
}

/** What must never be, whatever fails; a sentence for each time that it was. `mayFail`: notes that need not be flawless. */
export function faultsIn(world: World, mayFail: (note: Note) => boolean = () => false): string[] {
  const { notes, sessions, arrivals, trace } = world;
  const byId = Map.groupBy(arrivals, ({ id }) => id);
  const owners = new Map(sessions.map((session) => [session.mark, session]));
  const asked = new Map(notes.map((note) => [note.id, note]));
  return [
    ...notes.flatMap((note) => faultsOfNote(note, byId.get(note.id) ?? [])),
    ...notes.filter((note) => !isFlawless(note) && !mayFail(note)).map((note) => `${describe(note)}, though nothing was wrong`),
    ...arrivals.flatMap((arrival) => faultsOfArrival(arrival, owners.get(markOf(arrival.id)), asked.get(arrival.id))),
    ...(trace ? faultsOfTrace(world, trace) : []),
  ];
}

/** Each answer came in time, is nobody else's, and looks whole only if it is; the published server did what it says, and did it once. */
function faultsOfNote(note: Note, arrivals: readonly Arrival[]): string[] {
  const { deed, user, id, end, status, body } = note;
  const faults: string[] = [];
  if (end === 'late') faults.push(`${describe(note)}: it hung`);
  if (isKind(deed) && (status === 200 || status === 101)) {
    const wanted = contentFor(user, id, lengths[deed]);
    if (!wanted.startsWith(body)) faults.push(`${describe(note)}: that is nobody's, or somebody else's`);
    else if (end === 'whole' && body !== wanted) faults.push(`${describe(note)}: cut short, but it looks whole`);
  }
  const executed = arrivals.filter((one) => one.executed).length;
  if (isOwn(note) && executed !== 1) faults.push(`${describe(note)}, and it was carried out ${executed} times`);
  if (['post', 'upload', 'chunked'].includes(deed) && arrivals.length > 1)
    faults.push(`${describe(note)}: it arrived ${arrivals.length} times`);
  if (!isKind(deed) && arrivals.length > 0) faults.push(`${describe(note)}: it arrived`);
  return faults;
}

/** Nothing arrives that nobody asked for, in another name, or after the sign-out was seen. */
function faultsOfArrival({ id, kind, user, at }: Arrival, owner: Session | undefined, note: Note | undefined): string[] {
  if (!owner || !note) return [`${kind} ${id} arrived for ${user}, and nobody had asked for it`];
  if (user !== owner.user) return [`${kind} ${id} arrived in the name of ${user}`];
  if (owner.endedAt !== null && owner.endedAt < at)
    return [`${kind} ${id} arrived ${at - owner.endedAt} ms after the sign-out was seen`];
  return [];
}

/** The trace has one request and one answer for each that clients know of, and no other; what it says came of it is what they saw. */
function faultsOfTrace({ notes, sessions, arrivals }: World, trace: readonly TraceEvent[]): string[] {
  const requests = ofKind(trace, 'request');
  const answers = Map.groupBy(ofKind(trace, 'response'), ({ exchange }) => exchange);
  const known = new Set(requests.map(({ exchange }) => exchange));
  const byId = new Map(requests.map(({ exchange, target = '' }) => [/[^/]*$/.exec(target)?.[0], exchange]));
  const exchangeOf = (note: Note) => note.exchange ?? byId.get(note.id) ?? '';
  const asked = new Map(notes.map((note) => [exchangeOf(note), note]));
  const arrived = new Set(arrivals.map(({ exchange }) => exchange));
  return [
    ...(known.size === requests.length ? [] : ['two requests have one id in the trace']),
    ...requests.flatMap(({ exchange, target }) => {
      const [first, another] = answers.get(exchange) ?? [];
      const note = asked.get(exchange);
      if (!first || another) return [`${target} (${exchange}) has ${first ? 'more than one answer' : 'no answer'} in the trace`];
      if (note) return faultsOfOutcome(note, first, arrived.has(exchange));
      // A logon whose answer was lost on the way has nothing by which to tell whose it was.
      return target?.endsWith('?Logon') ? [] : [`${target} is in the trace, and nobody had asked for it`];
    }),
    ...arrivals.filter(({ exchange }) => !known.has(exchange)).map(({ id }) => `${id} arrived, and is not in the trace`),
    ...notes
      .filter((note) => note.status !== 0 && !known.has(exchangeOf(note)))
      .map((note) => `${describe(note)}, and it is not in the trace`),
    ...sessions.flatMap((session) => faultsOfEnd(session, trace)),
  ];
}

/** What the trace says came of it. */
const outcomes = {
  whole: 'answered',
  cut: 'cut-off',
  refused: undefined,
  late: undefined,
  left: 'client-gone',
  slow: 'answered',
} as const;

function faultsOfOutcome(note: Note, answer: TraceEvent, arrived: boolean): string[] {
  if (answer.status !== note.status && note.end === 'whole') return [`${describe(note)}: the trace says ${answer.status}`];
  if (answer.outcome !== outcomes[note.end]) return [`${describe(note)}: the trace says ${answer.outcome}`];
  return isOwn(note) && !arrived ? [`${describe(note)}, and it never arrived`] : [];
}

/** A sign-out that was seen is recorded once. */
function faultsOfEnd({ mark, exchange, endedAt }: Session, trace: readonly TraceEvent[]): string[] {
  const events = ofKind(trace, 'session');
  const id = events.find((event) => event.exchange === exchange)?.session?.id;
  const ends = events
    .filter(({ session }) => session?.id === id && session?.state === 'ended')
    .map(({ session }) => session?.reason);
  const wanted = endedAt === null ? ends.length <= 1 : ends.length === 1 && ends[0] === 'logoff';
  return id !== undefined && wanted
    ? []
    : [`${mark}, whose sign-out was ${endedAt === null ? 'not ' : ''}seen: ends ${ends} in the trace`];
}

const ofKind = (trace: readonly TraceEvent[], kind: TraceEvent['kind']) => trace.filter((event) => event.kind === kind);

/** ada-3-17 → ada-3. */
const markOf = (id: string) => id.replace(/-[^-]*$/, '');

export function describe({ deed, user, id, end, status, location, body }: Note): string {
  const text = status === 200 || status === 101 ? ` ${JSON.stringify(body.slice(0, 40))} (${body.length} bytes)` : '';
  return `${deed} ${id} of ${user}: ${end}, ${status} ${location}${text}`;
}
