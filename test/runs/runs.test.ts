import test from 'ava';
import { startLab } from '../../src/lab/lab.ts';
import type { ExchangeCell, ExchangeInput, Office365Cell } from '../../src/regression/cell.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { knownCells } from '../../src/runs/known-cells.ts';
import type { Run, RunInput } from '../../src/runs/run.ts';
import { openBrowser, playByHand } from './person.ts';

const lab = await startLab();
const cells = knownCells(lab.profiles);
const runs = createRuns(lab, cells);
test.after.always(async () => {
  await runs.close();
  await lab.close();
});

const cellNamed = (id: string) => cells.get(id) as RunInput;
const CU1 = 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff';
const CU9 = 'exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/owa-logoff';
const drive = async (id: string) => runs.ended((await runs.drive(cellNamed(id), id)).id);
const verdictOf = (run: Run) => run.verdict as NonNullable<Run['verdict']>;
const cellOf = (run: Run) => verdictOf(run).cell as ExchangeCell;
const partsOf = (run: Run) => run.parts.map(({ part }) => part);

test.serial('a driven run tells its parts while they happen, and keeps its events when the lab forgets them', async (t) => {
  const { next: before } = lab.recorder.read();
  const begun = await runs.drive(cellNamed(CU9), 'kept');
  const told: string[] = [];
  const stop = runs.follow((run) => told.push(partsOf(run).at(-1) ?? 'none'));
  const run = await runs.ended(begun.id);
  stop();
  t.is(begun.state, 'running');
  t.deepEqual([...new Set(told)], ['sign-in', 'sign-out', 'probes', 'next-visit']);
  await lab.reset();
  const events = runs.eventsOf(run.id);
  t.true(events.length > 10);
  t.true(events.every((event) => event.run === run.id && event.seq >= before));
  const from = new Map(run.parts.map((part) => [part.part, part.from]));
  const first = (part: 'sign-out' | 'probes' | 'next-visit') => events.find(({ seq }) => seq >= (from.get(part) as number));
  t.is(first('sign-out')?.target, '/owa/logoff.owa');
  t.is(first('probes')?.target, '/owa/healthcheck.htm');
  t.is(first('next-visit')?.target, '/owa/');
});

for (const id of [CU9, 'office365/zones/1'])
  test.serial(`${id}, run again, takes the same way: no browser has a script of the one before`, async (t) => {
    const wayOf = async () => {
      const events = runs.eventsOf((await drive(id)).id);
      const hops = events.flatMap(({ party, kind, method, target }) =>
        kind === 'request' ? `${party} ${method} ${target?.replace(/\?.*/, '')}` : [],
      );
      return hops.sort(); // a page asks for its images and frames at once
    };
    const first = await wayOf();
    t.true(first.some((hop) => hop.endsWith('.js')));
    t.deepEqual(await wayOf(), first);
  });

// By the facts in DOMAIN: what decides is the hit (T-01), nothing (E-16), the last request that did not match, Exchange's own end of the
// session where it asks itself (E-10, E-13), or the token that the logon server issues without a question (O-02).
const deciding: readonly [id: string, party: string | null, target: string, state: string | null][] = [
  [CU9, 'gateway', '/owa/logoff.owa', 'ending'],
  ['exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/signout', 'gateway', '/owa/auth/signout.aspx', 'ending'],
  [CU1, null, '', null],
  ['exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/cmd', 'gateway', '/owa/auth/signout.aspx', null],
  ['exchange/2013-cu8/fba/owa/premium/gateway/shipped/cmd', 'mailbox', '/owa/logoff.owa', 'ended'],
  ['exchange/2013-cu8/fba/ecp/premium/gateway/shipped/cmd', 'front-end', '/ecp/logoff.aspx', null],
  ['exchange/2013-cu8/fba/owa/premium/gateway/shipped/logon', 'gateway', '/owa/auth/logon.aspx', 'ending'],
  ['exchange/2013-cu9-announced/basic/owa/premium/direct/shipped', 'front-end', '/owa/auth/signout.aspx', null],
  ['office365/zones/1', 'logon-server', '/login.srf', 'alive'],
  ['office365/literal/7c', 'logon-server', '/login.srf', 'alive'],
  ['office365/single-sign-out/22b', 'logon-server', '/logout.srf', 'cookie-cleared'],
  ['office365/single-sign-out/24b', 'gateway', '/adfs/ls/', 'ending'],
  ['office365/zones/13', null, '', null],
];
for (const [id, party, target, state] of deciding)
  test.serial(
    `what decides ${id} is ${party === null ? 'no event' : `${target} at the ${party}${state ? `: ${state}` : ''}`}`,
    async (t) => {
      const run = await drive(id);
      const { deciding, cell } = verdictOf(run);
      t.true(cell.agrees, cell.differs.join());
      if (party === null) return void t.is(deciding, null);
      const event = runs.eventsOf(run.id).find(({ seq }) => seq === deciding);
      t.is(event?.party, party as never);
      t.true(event?.target?.toLowerCase().startsWith(target.toLowerCase()), event?.target);
      if (state !== null) t.is(event?.session?.state, state);
      else t.is(event?.session?.state === 'ending', false);
    },
  );

test.serial('cells in which nobody gets to Sign out, and add-ins, have fewer parts', async (t) => {
  t.deepEqual(partsOf(await drive('exchange/2013-cu8/fba/owa/premium/gateway/shipped/logon')), [
    'sign-in',
    'probes',
    'next-visit',
  ]);
  t.deepEqual(partsOf(await drive('add-in/2013-cu8/fba/owa/add-in/direct/shipped/addIn=expects-logon')), ['sign-in', 'sign-out']);
  t.deepEqual(partsOf(await drive('office365/zones/1')), ['sign-in', 'sign-out', 'probes', 'next-visit']);
});

test.serial('a second driven run waits for the first, and each has its own events', async (t) => {
  const [first, second] = await Promise.all([runs.drive(cellNamed(CU1), 'first'), runs.drive(cellNamed(CU9), 'second')]);
  t.is(runs.get(first.id)?.state, 'judged');
  const ended = await runs.ended(second.id);
  t.true(cellOf(await runs.ended(first.id)).clientAction === 'dialog');
  t.true(cellOf(ended).detected);
  for (const { id } of [first, second]) t.true(runs.eventsOf(id).every(({ run }) => run === id));
  const last = runs.eventsOf(first.id).at(-1)?.seq as number;
  t.true((runs.eventsOf(second.id)[0]?.seq as number) > last);
});

test.serial('a run by hand that waits is given up for the next one, and a driven run is waited for', async (t) => {
  const waiting = await runs.beginByHand(cellNamed(CU1), 'waits');
  const next = await runs.drive(cellNamed(CU9), 'next');
  t.is((await runs.ended(waiting.id)).state, 'given up');
  const after = await runs.beginByHand(cellNamed(CU1), 'after');
  t.is(runs.get(next.id)?.state, 'judged');
  t.is(runs.current()?.id, after.id);
  t.throws(() => runs.visitAgain(waiting.id), { message: /does not wait for anybody/ });
});

test.serial('a set-up that fails is a failed run with its sentence, and the lab goes on', async (t) => {
  const wrong = { ...(cellNamed(CU1) as ExchangeInput), id: 'wrong', options: { signoutPage: 'elsewhere' } };
  for (const begin of [runs.drive, runs.beginByHand]) {
    const run = await runs.ended((await begin(wrong, 'wrong')).id);
    t.is(run.state, 'failed');
    t.regex(run.failure ?? '', /signoutPage/);
    t.is(run.verdict, null);
  }
  const { id } = await runs.beginByHand(cellNamed(CU1), 'afterwards');
  t.is((await playByHand(openBrowser(t, lab), runs, runs.get(id) as Run)).state, 'judged');
});

test.serial('a choice that is no cell is judged, and compared with nothing', async (t) => {
  const own = { ...(cellNamed(CU9) as ExchangeInput), id: 'own', logoffUrl: '/nowhere' };
  const run = await runs.ended((await runs.drive(own, 'own')).id);
  const cell = cellOf(run);
  t.like(cell, { outcome: 'silent-relogin', expected: null, differs: [], agrees: true });
  t.is(run.verdict?.advice[0]?.sentence, 'Set the published server logoff URL to "/owa/logoff.owa".');
});

test.serial('the id of a cell with something else in it is compared with nothing', async (t) => {
  const run = await runs.ended((await runs.drive({ ...(cellNamed(CU9) as ExchangeInput), logoffUrl: '/nowhere' }, 'false')).id);
  t.is(run.verdict?.cell.expected, null);
});

test.serial('a rule that watches for nothing is told so', async (t) => {
  const own = { ...(cellNamed(CU9) as ExchangeInput), id: 'nothing', logoffUrl: null, match: null };
  const run = await runs.ended((await runs.drive(own, 'nothing')).id);
  t.regex(cellOf(run).because, /signout\.aspx, and the rule watches for no logoff URL; the next visit makes/);
});

test.serial('by AD FS the advice is the rule in front of it', async (t) => {
  const { cell, advice } = verdictOf(await drive('office365/single-sign-out/24a'));
  t.is((cell as Office365Cell).gatewaySession, 'alive');
  t.is(advice[0]?.input.id, 'office365/single-sign-out/24b');
});

test.serial('the last twenty runs are kept, and no run that is not there is found', async (t) => {
  const first = await drive(CU1);
  for (let more = 0; more < 20; more++) await drive(CU1);
  t.is(runs.list().length, 20);
  t.is(runs.get(first.id), null);
  t.throws(() => runs.eventsOf(first.id), { message: /the last 20 are kept/ });
  await t.throwsAsync(runs.ended('run-0'), { message: /there is no run "run-0"/ });
});

test.serial('of runs that are begun all at once ten wait, and those beyond are refused', async (t) => {
  const begun = Array.from({ length: 13 }, (_, at) => runs.drive(cellNamed(CU1), `at once ${at}`));
  const told = await Promise.allSettled(begun);
  const refused = told.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  t.deepEqual(
    refused.map(({ code }) => code),
    ['busy', 'busy', 'busy'],
  );
  const last = told.findLast((one) => one.status === 'fulfilled') as PromiseFulfilledResult<Run>;
  t.is((await runs.ended(last.value.id)).state, 'judged');
});

test.serial('a fault while a run by hand is watched fails that run, and nothing else', async (t) => {
  const wrong = () => {
    throw new Error('the expectations cannot be read');
  };
  const faulty = createRuns(lab, { ...cells, expectationFor: wrong });
  const { id } = await faulty.beginByHand(cellNamed(CU1), 'faulty');
  const { state, failure } = await playByHand(openBrowser(t, lab), faulty, faulty.get(id) as Run);
  t.deepEqual([state, failure], ['failed', 'the expectations cannot be read']);
  t.is((await faulty.beginByHand(cellNamed(CU1), 'next')).state, 'waiting for sign-in');
  await faulty.close();
});

test.serial(
  'with rules of one’s own a run at a site that they do not publish is refused with a sentence, and others begin',
  async (t) => {
    const { listener, rules } = lab.gateway.rules();
    const own = await startLab({
      rules: { listener, rules: rules.filter((rule) => !rule.publicNames.includes('mail.localhost')) },
    });
    const of = createRuns(own, cells);
    t.teardown(async () => {
      await of.close();
      await own.close();
    });
    for (const begin of [of.drive, of.beginByHand])
      await t.throwsAsync(begin(cellNamed(CU1), 'refused'), {
        code: 'conflict',
        message: /do not publish mail\.localhost: start it without/,
      });
    t.is(of.current(), null);
    const direct = await of.drive(cellNamed('exchange/2013-cu9-announced/basic/owa/premium/direct/shipped'), 'direct');
    const office365 = await of.drive(cellNamed('office365/literal/7b'), 'Office 365');
    for (const { id } of [direct, office365]) t.is((await of.ended(id)).state, 'judged');
  },
);

test.serial('after the end no run begins', async (t) => {
  const closing = createRuns(lab, cells);
  const { id } = await closing.beginByHand(cellNamed(CU1), 'open');
  const ended = closing.ended(id);
  await closing.close();
  t.is((await ended).state, 'given up');
  await t.throwsAsync(closing.drive(cellNamed(CU1), 'late'), { message: /no run begins any more/ });
});
