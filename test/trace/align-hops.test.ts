import test from 'ava';
import fc from 'fast-check';
import { alignHops } from '../../src/trace/align-hops.ts';
import type { Hop, Party } from '../../src/trace/hop.ts';
import { hopsOf } from '../../src/trace/hops.ts';
import { asked, inExchange, type Told, told } from './told.ts';

/** One hop for each event. */
const hopsFrom = (...events: Told[]) => hopsOf(told(...events.flatMap((event, at) => inExchange(String(at), event))));
const hop = (target: string, party: Party = 'gateway') => hopsFrom(asked(party, target))[0] as Hop;
const targets = (pairs: [Hop | null, Hop | null][]) => pairs.map((pair) => pair.map((one) => one?.legs[0]?.target ?? null));

test('two runs are put together at what they both do', (t) => {
  const left = ['/owa/', '/owa/logoff.owa', '/owa/auth/logon.aspx', '/owa/'].map((target) => hop(target));
  const right = ['/owa/', '/owa/logoff.owa', '/owa/auth/signout.aspx', '/owa/'].map((target) => hop(target));
  t.deepEqual(targets(alignHops(left, right)), [
    ['/owa/', '/owa/'],
    ['/owa/logoff.owa', '/owa/logoff.owa'],
    ['/owa/auth/logon.aspx', null],
    [null, '/owa/auth/signout.aspx'],
    ['/owa/', '/owa/'],
  ]);
});

test('what lies between is put together as far as it can be', (t) => {
  const hops = (letters: string) => [...letters].map((letter) => hop(`/${letter}`));
  const pairs = targets(alignHops(hops('abcbdab'), hops('bdcaba')));
  t.is(pairs.filter(([one, other]) => one === other).length, 4, JSON.stringify(pairs));
});

for (const [what, one, other] of [
  ['ports of an address to come back to', hop('/a?url=http%3A%2F%2Fh%3A1%2F'), hop('/a?url=http%3A%2F%2Fh%3A2%2F')],
  ['the build of a path', hop('/owa/15.0.847.32/x'), hop('/owa/15.0.1104.5/x')],
  ['an id of a path', hop('/a/0a6dc1c88827/b'), hop('/a/fffffffff000/b')],
  ['whose mailbox was opened', hop('/owa/alice@lab.example/logoff.owa'), hop('/owa/bob@lab.example/logoff.owa')],
  ['the case of a target', hop('/OWA/?CMD=logoff'), hop('/owa/?Cmd=LogOff')],
  ['whether a gateway stands before the server', hop('/owa/', 'gateway'), hop('/owa/', 'front-end')],
] as const)
  test(`the same step is the same, whatever ${what}`, (t) => {
    t.is(alignHops([one], [other]).length, 1);
  });

for (const [what, one, other] of [
  ['paths', hop('/owa/'), hop('/ecp/')],
  ['services', hop('/', 'portal'), hop('/', 'sharepoint')],
  ['commands', hop('/adfs/ls/?wa=wsignin1.0'), hop('/adfs/ls/?wa=wsignout1.0')],
  ['verbs of the gateway', hop('/CookieAuth.dll?GetLogon?curl=a'), hop('/CookieAuth.dll?Logon')],
  ['methods', hop('/'), hopsFrom({ ...asked('gateway', '/'), method: 'POST' })[0] as Hop],
] as const)
  test(`other ${what} are another step`, (t) => {
    t.deepEqual(alignHops([one], [other]), [
      [one, null],
      [null, other],
    ]);
  });

test('what a party does by itself is a step of its own', (t) => {
  const ended = (reason: string): Told => ({
    party: 'gateway',
    kind: 'session',
    session: { id: reason, state: 'ended', reason },
  });
  const [idle, again, admin] = hopsFrom(ended('idle'), ended('idle'), ended('admin')) as [Hop, Hop, Hop];
  t.is(alignHops([idle], [again]).length, 1);
  t.is(alignHops([idle], [admin]).length, 2);
});

test('noise is left out', (t) => {
  t.deepEqual(targets(alignHops([hop('/a.css'), hop('/owa/')], [hop('/owa/'), hop('/livez')])), [['/owa/', '/owa/']]);
});

test('of runs that differ all the way nothing is lost behind the hops that are compared', (t) => {
  const many = (letter: string) => [...Array.from({ length: 700 }, (_, at) => hop(`/${letter}${at}`)), hop(`/${letter}`)];
  const [left, right] = [many('a'), many('b')];
  const pairs = alignHops(left, right);
  t.deepEqual(
    pairs.map(([one]) => one).filter((one) => one !== null),
    left,
  );
  t.deepEqual(
    pairs.map(([, one]) => one).filter((one) => one !== null),
    right,
  );
});

const run = fc
  .array(fc.constantFrom('/a', '/b', '/c', '/d'), { maxLength: 12 })
  .map((steps) => steps.map((target) => hop(target)));

test('whatever the runs, every hop stands there once and in order, only the same steps stand together, and a run fits itself', (t) => {
  fc.assert(
    fc.property(run, run, (left, right) => {
      const pairs = alignHops(left, right);
      t.deepEqual(
        pairs.flatMap(([one]) => one ?? []),
        left,
      );
      t.deepEqual(
        pairs.flatMap(([, one]) => one ?? []),
        right,
      );
      for (const [one, other] of targets(pairs)) t.true(one === null || other === null || one === other);
      t.true(pairs.every(([one, other]) => one !== null || other !== null));
      const together = pairs.filter(([one, other]) => one && other).length;
      t.is(
        together,
        longestCommon(
          targets(left.map((one) => [one, null])).map(([one]) => one),
          targets(right.map((one) => [one, null])).map(([one]) => one),
        ),
      );
      t.true(alignHops(left, [...left]).every(([one, other]) => one === other));
    }),
    { numRuns: 60 },
  );
});

/** By trying everything. */
function longestCommon(a: readonly unknown[], b: readonly unknown[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return 1 + longestCommon(restA, restB);
  return Math.max(longestCommon(restA, b), longestCommon(a, restB));
}
