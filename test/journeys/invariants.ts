import { LONGEST_ANSWER, type Note, type Session, type Traffic } from './traffic.ts';
import { type Arrival, pageFor } from './two-gateways.ts';

/** What must never be, whoever is killed; a sentence for each time that it was. `outlive`: what was killed holds no sessions. */
export function faultsIn(
  { notes, sessions }: Pick<Traffic, 'notes' | 'sessions'>,
  arrivals: readonly Arrival[],
  { outlive }: { outlive: boolean },
): string[] {
  const owners = new Map(sessions.map((session) => [session.mark, session]));
  return [
    ...notes.flatMap((note) => (mayBe(note, outlive) ? [] : `${describe(note)}, which must not be`)),
    ...notes.flatMap((note) => (note.seenAt - note.sentAt < LONGEST_ANSWER ? [] : `${describe(note)}: no answer in time`)),
    ...arrivals.flatMap((arrival) => faultsOf(arrival, owners)),
  ];
}

/** With the store away from `from` until `to` (performance.now()): who brings a cookie or a password is told to come again. */
export function faultsWhileAway(notes: readonly Note[], from: number, to: number): string[] {
  const inside = notes.filter((note) => note.from !== null && from <= note.sentAt && note.seenAt <= to);
  const wrong = inside.filter((note) => !(note.deed === 'stroll' ? isSentToForm(note) : isToldToComeAgain(note)));
  return wrong.map((note) => `${describe(note)} while the store was away`);
}

function mayBe(note: Note, outlive: boolean): boolean {
  const { deed, status, from } = note;
  if (status === 0 || isToldToComeAgain(note)) return deed !== 'stroll' || status === 0;
  // A gateway that is gone: the balancer has nobody to ask, or one broke off.
  if (from === null) return status === 502 || status === 503;
  if (deed === 'log-on') return status === 302 && note.location.startsWith('/app');
  if (deed === 'sign-out') return status === 200 && note.body.includes('You are signed out');
  if (deed !== 'visit') return isSentToForm(note);
  return (
    (status === 200 && note.body === pageFor(note.user, note.path)) || (isSentToForm(note) && !(outlive && note.expectsPage))
  );
}

function faultsOf({ user, path, at }: Arrival, owners: ReadonlyMap<string, Session>): string[] {
  const [, mark = '', page] = /^\/app\/([\w-]+)\/(\w+)$/.exec(path) ?? [];
  const owner = owners.get(mark);
  if (!owner || owner.since > at) return [`${path} arrived for ${user}, and nobody had logged on for it`];
  if (user !== owner.user) return [`${path} arrived in the name of ${user}`];
  if (page !== 'page') return [`${path} arrived`];
  if (owner.endedAt !== null && owner.endedAt < at)
    return [`${path} arrived ${at - owner.endedAt} ms after the sign-out was seen`];
  return [];
}

export function isSentToForm({ status, location }: Note): boolean {
  return status === 302 && location.startsWith('/CookieAuth.dll?GetLogon?');
}

export function isToldToComeAgain({ status, retryAfter, from }: Note): boolean {
  return status === 503 && from !== null && retryAfter !== null;
}

function describe({ deed, user, path, via, from, status, location, body }: Note): string {
  const answer =
    status === 0 ? 'a broken connection' : `${status} ${location}${status === 200 ? JSON.stringify(body.slice(0, 60)) : ''}`;
  return `${deed} of ${user} (${path}) by ${via}: ${answer}${via === 'balancer' && from ? ` from ${from}` : ''}`;
}
