import test from 'ava';
import { standingClock } from '../../src/clock.ts';
import { loadProfiles } from '../../src/exchange/profile.ts';
import type { Office365Input } from '../../src/regression/cell.ts';
import { keepEvents } from '../../src/runs/kept-events.ts';
import { knownCells } from '../../src/runs/known-cells.ts';
import { type ExchangeWatch, watchExchange, watched } from '../../src/runs/watch-exchange.ts';
import { type Office365Watch, watchedOffice365, watchOffice365 } from '../../src/runs/watch-office365.ts';
import { createRecorder } from '../../src/trace/recorder.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

const cells = knownCells(await loadProfiles());
const NAME = 'mail.localhost';
let seq = 0;
const event = (exchange: string, more: Partial<TraceEvent>): TraceEvent => ({
  ...{ seq: ++seq, at: 1, run: 'run-1', exchange, party: 'gateway', kind: 'request', method: 'GET', host: `${NAME}:8080` },
  ...more,
});
const asked = (exchange: string, target: string) => event(exchange, { target });
const answered = (exchange: string, target: string, status = 200) => event(exchange, { target, status, kind: 'response' });
const mail = (exchange: string) => {
  const session = { id: 'uc-1', state: 'alive' };
  return event(exchange, { target: '/owa/', status: 200, kind: 'response', party: 'mailbox', identity: 'lab\\alice', session });
};
const after = (events: readonly TraceEvent[], watch = watchExchange({ name: NAME, sessionCookies: ['UC'] })): ExchangeWatch =>
  events.reduce(watched, watch);
const signedIn = () => after([asked('a', '/owa/'), mail('a'), answered('a', '/owa/')]);

test('what was asked before the sign-out and is answered after it is none of its requests', (t) => {
  const clicked = after([asked('slow', '/owa/attachment'), asked('out', '/owa/logoff.owa')], signedIn());
  t.is(clicked.state, 'signing out');
  const late = after([answered('slow', '/owa/attachment')], clicked);
  t.is(late.state, 'signing out');
  t.is(after([answered('out', '/owa/logoff.owa')], late).state, 'waiting for next visit');
});

test('requests that are never answered are not kept for ever', (t) => {
  const many = Array.from({ length: 250 }, (_, at) => asked(`x${at}`, '/owa/'));
  t.is(after(many).open.size, 100);
});

for (const target of ['//', '//[::', 'http://[', '*', ''])
  test(`a sign-out that comes to rest at "${target}", which is no address, is judged like any other`, (t) => {
    const rests = [asked('out', '/owa/logoff.owa'), answered('out', '/owa/logoff.owa', 302), asked('odd', target)];
    const waits = after([...rests, answered('odd', target, 400)], signedIn());
    t.is(waits.state, 'waiting for next visit');
    const judged = after([asked('b', '/owa/'), mail('b'), answered('b', '/owa/')], waits);
    t.is(judged.state, 'judged');
    t.is(typeof judged.seen?.landing, 'string');
  });

test('what somebody else asks for without a session is no part of the sign-out, and begins none', (t) => {
  const own = { id: 's', state: 'alive' };
  const logon = [event('l', { kind: 'session', session: { id: 's', state: 'started' } })];
  const begun = after(
    [asked('l', '/CookieAuth.dll?Logon'), ...logon, answered('l', '/CookieAuth.dll?Logon', 302)],
    watchExchange({ name: NAME, sessionCookies: ['UC'] }),
  );
  const inside = after([asked('a', '/owa/'), mail('a'), { ...answered('a', '/owa/'), session: own }], begun);
  const stranger = after([asked('x', '/owa/logoff.owa')], inside);
  t.is(stranger.state, 'signing out');
  const back = after([answered('x', '/owa/logoff.owa', 302)], stranger);
  t.deepEqual([back.state, back.click], ['signed in', null]);
  const out = after([asked('o', '/owa/logoff.owa'), asked('y', '/elsewhere'), answered('y', '/elsewhere', 400)], back);
  t.is(out.state, 'signing out');
  const ended = after([{ ...answered('o', '/owa/logoff.owa'), session: own }], out);
  t.is(ended.state, 'waiting for next visit');
  const judged = after([asked('b', '/owa/'), mail('b'), answered('b', '/owa/')], ended);
  t.deepEqual(
    judged.seen?.requests.map(({ target }) => target),
    ['/owa/logoff.owa'],
  );
});

test('a mailbox page that the back end has refused, or shown to nobody, is no sign-in', (t) => {
  for (const wrong of [
    { status: 403 },
    { identity: undefined },
    { session: undefined },
    { target: '/owa/other' },
    { party: 'front-end' as const },
  ])
    t.is(
      after([asked('a', '/owa/'), { ...mail('a'), ...wrong } as TraceEvent, answered('a', '/owa/')]).state,
      'waiting for sign-in',
    );
  t.is(signedIn().state, 'signed in');
});

test('the gateway accepts no cookie when its last session of the run has ended, with whatever request', (t) => {
  const logon = [
    event('l', { method: 'POST', target: '/CookieAuth.dll?Logon' }),
    event('l', { kind: 'session', session: { id: 's', state: 'started' } }),
  ];
  const begun = after([...logon, answered('l', '/CookieAuth.dll?Logon', 302)]);
  t.deepEqual(begun.alive, ['s']);
  t.deepEqual(after([event('', { kind: 'session', session: { id: 's', state: 'ended' } })], begun).alive, []);
  t.deepEqual(after([event('other', { kind: 'session', session: { id: 'z', state: 'started' } })], begun).alive, ['s']);
});

test('a clean-up of the service signed out of is not its page coming back', (t) => {
  const input = cells.get('office365/literal/7b') as Office365Input;
  const told = (party: TraceEvent['party'], target: string, state: string, status = 200) =>
    event('x', {
      ...{
        party,
        target,
        status,
        kind: 'response',
        host: `${party === 'sharepoint' ? 'contoso' : party}.localhost`,
        identity: 'lab\\alice',
      },
      session: { id: `${party}-1`, state },
    });
  const open = [told('portal', '/', 'alive'), told('owa', '/owa/', 'alive'), told('sharepoint', '/', 'alive')];
  const leaves = [event('y', { party: 'owa', target: '/owa/logoff.owa' }), told('owa', '/owa/logoff.owa', 'cookie-cleared', 302)];
  const begun = [...open, ...leaves].reduce(watchedOffice365, watchOffice365(input) as Office365Watch);
  t.is(begun.state, 'signing out');
  t.not(watchedOffice365(begun, told('owa', '/owa/?wa=wsignoutcleanup1.0', 'cookie-cleared')).state, 'judged');
  t.is(watchedOffice365(begun, told('owa', '/owa/', 'alive')).state, 'judged');
});

test('of the events of a long run the last are kept, and of other runs none', (t) => {
  const recorder = createRecorder(standingClock(), 100);
  const seen: number[] = [];
  const kept = keepEvents(recorder, 'mine', ({ seq }) => seen.push(seq));
  for (let at = 0; at < 6_000; at++) {
    recorder.setRun(at % 2 === 0 && at < 100 ? 'other' : 'mine');
    recorder.record({ exchange: 'x', party: 'gateway', kind: 'request' });
    if (at % 50 === 49) kept.catchUp();
  }
  kept.close();
  recorder.record({ exchange: 'x', party: 'gateway', kind: 'request' });
  kept.catchUp();
  t.is(kept.read().length, 5_000);
  t.is(kept.read().at(-1)?.seq, 6_000);
  t.is(seen.length, 5_950);
});
