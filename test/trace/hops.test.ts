import test from 'ava';
import fc from 'fast-check';
import { createHops, hopsOf, hopWith } from '../../src/trace/hops.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';
import { answered, asked, inExchange, type Told, told, withSession } from './told.ts';

/** A sign-out that the gateway misses and the back end carries out, as the parties write it down: innermost first. */
const missedSignOut = told(
  { ...asked('gateway', '/owa/logoff.owa'), cookies: [{ name: 'cadataTMG', did: 'sent' }] },
  withSession(
    { party: 'gateway', kind: 'decision', sentence: 'no match', facts: ['T-01'], identity: 'lab\\alice' },
    'g',
    'alive',
  ),
  withSession({ ...asked('mailbox', '/owa/logoff.owa'), identity: 'lab\\alice' }, 'uc-1', 'ended'),
  withSession({ ...answered('mailbox', 302, '/owa/auth/logon.aspx'), facts: ['E-10'] }, 'uc-1', 'ended'),
  { ...asked('front-end', '/owa/logoff.owa'), cookies: [{ name: 'UC', did: 'sent' }] },
  {
    ...answered('front-end', 302, '/owa/auth/logon.aspx'),
    cookies: [
      { name: 'UC', did: 'cleared' },
      { name: 'X-BackEndCookie', did: 'set' },
    ],
  },
  withSession(answered('gateway', 302, '/owa/auth/logon.aspx'), 'g', 'alive'),
);

test('a request is one hop with a leg of each server, the outermost first, in whatever order they wrote it down', (t) => {
  const [hop, ...others] = hopsOf(missedSignOut);
  t.deepEqual(others, []);
  t.like(hop, { key: 'hop-1', first: 1, last: 7, isNoise: false });
  t.deepEqual(
    hop?.legs.map(({ party }) => party),
    ['gateway', 'front-end', 'mailbox'],
  );
  t.like(hop?.legs[0], { method: 'GET', target: '/owa/logoff.owa', status: 302, identity: 'lab\\alice' });
  t.deepEqual(hop?.legs[0]?.sent, ['cadataTMG']);
  t.deepEqual(hop?.legs[0]?.notes, [{ seq: 2, kind: 'decision', sentence: 'no match', facts: ['T-01'] }]);
  t.like(hop?.legs[1], { location: '/owa/auth/logon.aspx', identity: null });
  t.deepEqual([hop?.legs[1]?.sent, hop?.legs[1]?.set, hop?.legs[1]?.cleared], [['UC'], ['X-BackEndCookie'], ['UC']]);
  t.deepEqual(hop?.legs[2]?.facts, ['E-10']);
  t.deepEqual(hop?.legs[2]?.session, { id: 'uc-1', state: 'ended' });
  t.deepEqual(hop?.sessions, [
    { party: 'gateway', id: 'g', state: 'alive', told: true },
    { party: 'mailbox', id: 'uc-1', state: 'ended', told: true },
  ]);
});

test('an id that a client uses again is another hop', (t) => {
  const once = [asked('front-end', '/a'), answered('front-end', 200)];
  t.deepEqual(
    hopsOf(told(...once, ...once)).map(({ key }) => key),
    ['hop-1', 'hop-3'],
  );
});

test('an answer that nobody got to its end says why', (t) => {
  const { status: _, ...unsent } = answered('gateway', 200);
  const events = told(asked('gateway', '/'), { ...unsent, outcome: 'client-gone' });
  t.like(hopsOf(events)[0]?.legs[0], { status: null, outcome: 'client-gone' });
  t.false('outcome' in (hopsOf(told(asked('gateway', '/'), answered('gateway', 200)))[0]?.legs[0] ?? {}));
});

for (const [target, isNoise] of [
  ['/owa/15.0.1104.5/scripts/sign-out.js', true],
  ['/favicon.ico', true],
  ['/owa/healthcheck.htm', true],
  ['/owa/sessiondata.ashx', true],
  ['/owa/bob@lab.example/sessiondata.ashx?a=1', true],
  ['/owa/keepalive.owa', true],
  ['/CookieAuth.dll?GetPic?formdir=3&image=gateway.css', true],
  ['/CookieAuth.dll?GetLogon?curl=Z2FowaZ2F', false],
  ['/owa/logoff.owa', false],
  ['/owa/?url=/owa/sessiondata.ashx.', false],
] as const)
  test(`a request for ${target} is ${isNoise ? '' : 'not '}noise`, (t) => {
    t.is(hopsOf(told(asked('front-end', target)))[0]?.isNoise, isNoise);
  });

const anyEvent = fc.record({
  party: fc.constantFrom('gateway', 'front-end', 'mailbox', 'portal'),
  kind: fc.constantFrom('request', 'response', 'session', 'decision'),
  exchange: fc.constantFrom('', 'a', 'b', 'c'),
  host: fc.constantFrom('mail.localhost', 'portal.office.localhost'),
  session: fc.option(
    fc.record({ id: fc.constantFrom('1', '2'), state: fc.constantFrom('started', 'alive', 'ending', 'ended') }),
    {
      nil: undefined,
    },
  ),
}) as fc.Arbitrary<Told>;

test('in whatever pieces events come, the hops are those of all at once, and each piece tells exactly what has changed', (t) => {
  fc.assert(
    fc.property(fc.array(fc.array(anyEvent, { maxLength: 6 }), { maxLength: 8 }), (pieces) => {
      const events = told(...pieces.flat());
      const hops = createHops();
      const shown = new Map<string, string>();
      let at = 0;
      for (const { length } of pieces) {
        const changed = hops.take(events.slice(at, at + length));
        at += length;
        t.deepEqual(
          changed.map(({ first }) => first),
          changed.map(({ first }) => first).sort((a, b) => a - b),
        );
        for (const hop of changed) shown.set(hop.key, JSON.stringify(hop));
        t.deepEqual(
          [...shown.values()],
          hops.all().map((hop) => JSON.stringify(hop)),
        );
      }
      t.deepEqual(hops.all(), hopsOf(events));
    }),
    { numRuns: 60 },
  );
});

test('an event is looked at when it comes and never again', (t) => {
  const hops = createHops();
  const looks = new Map<number, number>();
  const watched = (event: TraceEvent) =>
    new Proxy(event, {
      get(of, name) {
        looks.set(of.seq, (looks.get(of.seq) ?? 0) + 1);
        return Reflect.get(of, name);
      },
    });
  const events = told(...['a', 'b', 'c'].flatMap((id) => inExchange(id, asked('gateway', '/'), answered('gateway', 200))));
  hops.take(events.slice(0, 3).map(watched));
  const before = [...looks];
  hops.take(events.slice(3).map(watched));
  hops.all();
  t.true(before.length === 3);
  t.deepEqual([...looks].slice(0, 3), before);
});

test('of a trace that goes on and on the newest hops are remembered', (t) => {
  const hops = createHops(2);
  const keys = (some: readonly { key: string }[]) => some.map(({ key }) => key);
  const events = told(
    ...['1', '2', '3'].flatMap((id) => inExchange(id, asked('gateway', `/${id}`))),
    ...['1', '3'].flatMap((id) => inExchange(id, answered('gateway', 200))),
  );
  t.deepEqual(keys(hops.take(events.slice(0, 3))), ['hop-2', 'hop-3']);
  t.deepEqual(keys(hops.all()), ['hop-2', 'hop-3']);
  t.deepEqual(keys(hops.take(events.slice(3))), ['hop-3', 'hop-4']);
  t.deepEqual(
    hops.all().map(({ legs: [leg] }) => [leg?.target, leg?.status]),
    [
      ['/3', 200],
      ['', 200],
    ],
  );
});

test('an exchange that began anew is remembered as long as the others that began then', (t) => {
  const hops = createHops(2);
  const twice = [asked('gateway', '/a'), answered('gateway', 200)];
  hops.take(told(...inExchange('a', ...twice), ...inExchange('b', ...twice), ...inExchange('a', asked('gateway', '/a2'))));
  const later = told(...inExchange('c', asked('gateway', '/c')), ...inExchange('a', answered('gateway', 200)));
  const changed = hops.take(later.map((event) => ({ ...event, seq: event.seq + 5 })));
  t.deepEqual(
    changed.map(({ legs: [leg] }) => [leg?.target, leg?.status]),
    [
      ['/a2', 200],
      ['/c', null],
    ],
  );
});

test('of two requests at once with the same id the first is told', (t) => {
  const [hop] = hopsOf(told(asked('gateway', '/first'), asked('gateway', '/second')));
  t.is(hop?.legs[0]?.target, '/first');
});

test('a hop is found by the number of its first event, of what a party noted, or of an event in between', (t) => {
  const events = told(
    ...inExchange('1', asked('gateway', '/a')),
    ...inExchange('2', asked('gateway', '/b')),
    ...inExchange('1', { party: 'gateway', kind: 'decision', sentence: 'no' }, answered('gateway', 200)),
  );
  const found = (seq: number) => hopWith(hopsOf(events), seq)?.key;
  t.deepEqual([found(1), found(2), found(3), found(4), found(5)], ['hop-1', 'hop-2', 'hop-1', 'hop-1', undefined]);
});
