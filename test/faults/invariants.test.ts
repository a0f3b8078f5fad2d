import test from 'ava';
import type { TraceEvent } from '../../src/trace/trace-event.ts';
import { contentFor, type Kind, lengths } from './content.ts';
import { faultsIn, type World } from './invariants.ts';
import type { Arrival } from './journal.ts';
import type { Note, Session } from './traffic.ts';

/** Ada signs in, posts, signs out and tries the old cookie; nothing is wrong. */
function soundWorld() {
  const session: Session = { user: 'ada', mark: 'ada-0', cookie: '', exchange: 'x0', ending: true, endedAt: 30 };
  const form = { status: 302, location: '/CookieAuth.dll?GetLogon?curl=Z2F' };
  const notes = {
    logOn: noteOf('log-on', '', 0, { status: 302, location: '/app/', headers: { 'set-cookie': [''] } }),
    post: noteOf('post', 'ada-0-1', 10, { status: 200, body: content('post', 'ada-0-1') }),
    signOut: noteOf('sign-out', 'ada-0-2', 20, { status: 200, body: 'You are signed out' }),
    replay: noteOf('replay', 'ada-0-3', 40, form),
  };
  const arrival: Arrival = {
    ...{ id: 'ada-0-1', kind: 'post', user: 'ada', exchange: 'x10', at: 11, executed: true, fault: null },
    over: Promise.resolve(),
  };
  const trace = Object.values(notes).flatMap(({ exchange, id, status }) => [
    eventOf('request', { exchange: exchange ?? '', target: id === '' ? '/CookieAuth.dll?Logon' : `/app/post/${id}` }),
    eventOf('response', { exchange: exchange ?? '', status, outcome: 'answered' }),
  ]);
  const started = eventOf('session', { exchange: 'x0', session: { id: 's', state: 'started' } });
  const ended = eventOf('session', { exchange: 'x20', session: { id: 's', state: 'ended', reason: 'logoff' } });
  return { session, notes, arrival, trace: [...trace, started, ended], ended };
}

type Sound = ReturnType<typeof soundWorld>;

const content = (kind: Kind, id: string) => contentFor('ada', id, lengths[kind]);

function noteOf(deed: Note['deed'], id: string, sentAt: number, more: Partial<Note>): Note {
  const nothing = { status: 0, headers: {}, body: '', location: '' };
  return { deed, user: 'ada', id, end: 'whole', exchange: `x${sentAt}`, sentAt, seenAt: sentAt + 5, ...nothing, ...more };
}

function eventOf(kind: TraceEvent['kind'], more: Partial<TraceEvent>): TraceEvent {
  return { seq: 0, at: 0, run: null, exchange: '', party: 'gateway', kind, ...more };
}

const arrivalsAnd = (more: Partial<Arrival>) => (world: Sound) => ({ arrivals: [world.arrival, { ...world.arrival, ...more }] });
const arrivalWith = (more: Partial<Arrival>) => (world: Sound) => ({ arrivals: [{ ...world.arrival, ...more }] });
const noteWith = (name: keyof Sound['notes'], more: Partial<Note>) => (world: Sound) => ({
  notes: Object.values({ ...world.notes, [name]: { ...world.notes[name], ...more } }),
});
const traceWithout = (which: (event: TraceEvent) => boolean) => (world: Sound) => ({
  trace: world.trace.filter((event) => !which(event)),
});
const eventWith = (which: (event: TraceEvent) => boolean, more: Partial<TraceEvent>) => (world: Sound) => ({
  trace: world.trace.map((event) => (which(event) ? { ...event, ...more } : event)),
});
const isAnswer = ({ kind, exchange }: TraceEvent) => kind === 'response' && exchange === 'x10';

const rows: [title: string, spoil: (world: Sound) => Partial<World>, fault: RegExp][] = [
  ['an answer that never came', noteWith('post', { end: 'late' }), /it hung/],
  ['an answer of somebody else', noteWith('post', { body: contentFor('ben', 'ben-0-1', 80) }), /somebody else's/],
  [
    'a cut answer that looks whole',
    noteWith('post', { body: content('post', 'ada-0-1').slice(0, 40) }),
    /cut short, but it looks whole/,
  ],
  ['a cut answer with somebody else’s bytes', noteWith('post', { end: 'cut', body: 'ben' }), /somebody else's/],
  ['a failure for no reason', noteWith('post', { status: 502, body: '' }), /^post ada-0-1 .*nothing was wrong/],
  ['a logon that failed', noteWith('logOn', { headers: {} }), /^log-on .*nothing was wrong/],
  ['a sign-out that was not confirmed', noteWith('signOut', { body: '' }), /^sign-out .*nothing was wrong/],
  ['an old cookie that opens', noteWith('replay', { status: 200 }), /^replay .*nothing was wrong/],
  ['a request that was carried out twice', arrivalsAnd({ exchange: 'x10' }), /arrived 2 times/],
  ['an answer without a deed', arrivalWith({ executed: false }), /carried out 0 times/],
  ['a request that nobody sent', arrivalsAnd({ id: 'eve-0-1' }), /eve-0-1 arrived for ada, and nobody had asked for it/],
  ['a request in another name', arrivalWith({ user: 'ben' }), /arrived in the name of ben/],
  ['a request after the sign-out', arrivalWith({ at: 31 }), /arrived 1 ms after the sign-out was seen/],
  ['a sign-out that reached the published server', arrivalsAnd({ id: 'ada-0-2' }), /^sign-out .*it arrived/],
  ['an arrival that the trace does not know', arrivalWith({ exchange: 'x99' }), /ada-0-1 arrived, and is not in the trace/],
  ['an answer that the trace does not know', traceWithout(({ exchange }) => exchange === 'x40'), /^replay .*not in the trace/],
  ['a request without an answer in the trace', traceWithout(isAnswer), /no answer in the trace/],
  [
    'two answers in the trace',
    ({ trace }) => ({ trace: [...trace, ...trace.filter(isAnswer)] }),
    /more than one answer in the trace/,
  ],
  [
    'two requests of one id in the trace',
    ({ trace }) => ({ trace: [...trace, ...trace.filter(({ target }) => target?.includes('ada-0-1'))] }),
    /two requests have one id/,
  ],
  [
    'a request in the trace that nobody sent',
    ({ notes, ...world }) => ({ notes: [notes.logOn, notes.post, notes.signOut], trace: world.trace }),
    /ada-0-3 is in the trace, and nobody had asked/,
  ],
  ['another status in the trace', eventWith(isAnswer, { status: 502 }), /the trace says 502/],
  ['another outcome in the trace', eventWith(isAnswer, { outcome: 'client-gone' }), /the trace says client-gone/],
  ['an answer that never arrived', () => ({ arrivals: [] }), /it never arrived/],
  [
    'a sign-out that is not recorded',
    ({ trace, ended }) => ({ trace: trace.filter((one) => one !== ended) }),
    /ends {2}in the trace/,
  ],
  ['a sign-out that is recorded twice', ({ trace, ended }) => ({ trace: [...trace, ended] }), /ends logoff,logoff in the trace/],
  [
    'a sign-out that is recorded as something else',
    eventWith(({ session }) => session?.state === 'ended', { session: { id: 's', state: 'ended', reason: 'timed-out' } }),
    /ends timed-out in the trace/,
  ],
];

const worldOf = (world: Sound): World => ({
  notes: Object.values(world.notes),
  sessions: [world.session],
  arrivals: [world.arrival],
  trace: world.trace,
});

test('a day on which nothing is wrong has no faults', (t) => {
  t.deepEqual(faultsIn(worldOf(soundWorld())), []);
});

for (const [title, spoil, fault] of rows)
  test(`the invariants notice ${title}`, (t) => {
    const world = soundWorld();
    t.true(faultsIn({ ...worldOf(world), ...spoil(world) }).some((sentence) => fault.test(sentence)));
  });
