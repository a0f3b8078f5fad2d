import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { startLab } from '../../src/lab/lab.ts';
import type { ExchangeCell, ExchangeInput } from '../../src/regression/cell.ts';
import { allCells, caseOf } from '../../src/regression/cells.ts';
import { expectationFor } from '../../src/regression/expectation-for.ts';
import { differences, judge, type Observation } from '../../src/regression/judge.ts';
import { parseOnly, selectCells } from '../../src/regression/only.ts';
import { hasRun } from '../../src/regression/report/describe-cell.ts';
import { formatReport } from '../../src/regression/report/report.ts';
import { runExchangeCell } from '../../src/regression/run-exchange-cell.ts';
import { runMatrix } from '../../src/regression/run-matrix.ts';
import { exchangeExpectations } from '../../src/scenarios/exchange-expectations.ts';
import { facts } from '../../src/scenarios/facts.ts';
import { office365Expectations } from '../../src/scenarios/office365-expectations.ts';

const cells = allCells(await loadProfiles());
const cellNamed = (id: string) => cells.find((cell) => cell.id === id) as ExchangeInput;

test('some 7,000 cells, each with an id of its own', (t) => {
  t.true(cells.length > 7_000);
  t.is(new Set(cells.map((cell) => cell.id)).size, cells.length);
  for (const id of [
    'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff',
    'exchange/2010/fba/owa/premium/direct/shipped',
    'exchange/2013-cu8/fba/ecp/premium/gateway/absent-LegacyLogOff-absent/signout',
    'exchange/2013-cu9-announced@2013-cu6/fba/owa/premium/direct/shipped/mixedFarm=logon-then-logoff-loop',
    'install-order/mailboxes-first/step-1/cas-1-to-mbx-1/direct',
    'co-existence/2010@2013-cu8/basic/owa/premium/gateway/shipped/owa-logoff',
    'add-in/2013-cu9-announced/fba/owa/add-in/direct/shipped/addIn=expects-logon',
  ])
    t.truthy(cellNamed(id), id);
});

test('every cell has an expectation, which cites facts that are known', (t) => {
  const known = new Set(facts.map((fact) => fact.id));
  const wrong = cells.filter((cell) => {
    const expected = expectationFor(caseOf(cell));
    return !expected || expected.facts.length === 0 || !expected.facts.every((id) => known.has(id));
  });
  t.deepEqual(
    wrong.map((cell) => cell.id),
    [],
  );
});

test('every row of the expectations is the first match of some cell', (t) => {
  const used = new Set(cells.map((cell) => expectationFor(caseOf(cell))?.because));
  t.deepEqual(
    [...exchangeExpectations, ...office365Expectations].filter((row) => !used.has(row.because)).map((row) => row.because),
    [],
  );
});

test('the whole matrix comes out as documented', async (t) => {
  t.timeout(300_000);
  const report = await runMatrix();
  t.deepEqual(
    report.cells.filter((cell) => !cell.agrees).map((cell) => (hasRun(cell) ? { [cell.id]: cell.differs } : cell)),
    [],
  );
  t.deepEqual(report.summary, { cells: cells.length, agree: cells.length, differ: 0, notRun: 0 });
  const cell = report.cells.find(
    ({ id }) => id === 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff',
  ) as ExchangeCell;
  t.like(cell, {
    suite: 'exchange',
    frontEnd: '2013-cu1',
    signOutKind: { feOwa: null, beOwa: null, beEcp: null },
    clientAction: 'dialog',
    requests: [],
    detected: false,
    detectedBy: null,
    proxySession: 'alive',
    backendSession: 'alive',
    landing: null,
    outcome: 'session-alive',
    codes: ['SO-02', 'SO-09'],
    options: null,
    agrees: true,
  });
  t.like(cell.expected, { clientAction: 'dialog', mark: 'seen', facts: ['E-16', 'E-03'] });
  t.is((JSON.parse(formatReport(report, 'json')) as typeof report).schema, 'logoff-lab/matrix@1');
});

test('a changed behaviour turns its cell red, and the report says what was expected and what came', async (t) => {
  const lab = await startLab();
  t.teardown(() => lab.close());
  const input = cellNamed('exchange/2013-cu8/basic/owa/premium/gateway/shipped/owa-logoff');
  const removed = { signOutKind: { feOwa: null, beOwa: null, beEcp: null }, signOutKindSource: 'changed' } as const;
  const result = judge(input, await runExchangeCell(lab, { ...input, ...removed }));
  const expected = expectationFor(caseOf(input));
  t.truthy(expected);
  if (!expected) return;
  const differs = differences(result, expected);
  t.deepEqual(differs, ['detected', 'clientAction', 'requests', 'proxySession', 'landing', 'outcome', 'promptedBy']);
  const cell = { ...input, ...result, expected, differs, agrees: false };
  const table = formatReport(
    { schema: 'logoff-lab/matrix@1', summary: { cells: 1, agree: 0, differ: 1, notRun: 0 }, cells: [cell] },
    'table',
  );
  t.regex(table, /clientAction: expected "dialog" .*got "navigate"/);
});

const quiet: Observation = {
  clientAction: 'navigate',
  requests: [{ method: 'GET', target: '/owa/logoff.owa', status: 200, location: null }],
  detectedBy: null,
  proxyAccepts: true,
  proxyAcceptsOldCookie: true,
  sessionBefore: 'uc-1',
  sessionAfter: 'uc-1',
  sessionOfFreshVisit: 'uc-1',
  promptedBy: null,
  landing: '/owa/logoff.owa',
  addIn: null,
};
const gateway = cellNamed('exchange/2010/basic/owa/premium/gateway/shipped/owa-logoff');
const direct = cellNamed('exchange/2010/basic/owa/premium/direct/shipped');
const hit = {
  detectedBy: '/owa/logoff.owa',
  proxyAccepts: false,
  proxyAcceptsOldCookie: false,
  sessionOfFreshVisit: null,
  promptedBy: 'gateway',
} as const;

/** DOMAIN §5: what amounts to which code and outcome. */
const verdicts: [
  what: string,
  cell: typeof gateway,
  seen: Partial<Observation>,
  codes: string[],
  outcome: string,
  backEnd: string,
][] = [
  ['missed, all alive', gateway, {}, ['SO-02', 'SO-09'], 'session-alive', 'alive'],
  [
    'missed, new session',
    gateway,
    { sessionAfter: null, sessionOfFreshVisit: 'uc-2' },
    ['SO-02', 'SO-09'],
    'silent-relogin',
    'recreated',
  ],
  [
    'missed, back end asks',
    gateway,
    { sessionAfter: null, sessionOfFreshVisit: null, promptedBy: 'backend' },
    ['SO-02', 'SO-09'],
    'prompt',
    'ended',
  ],
  ['hit, back end not told', gateway, hit, ['SO-03'], 'prompt', 'alive'],
  ['hit, back end ended', gateway, { ...hit, sessionAfter: null }, [], 'prompt', 'ended'],
  [
    'hit, old cookie replayable',
    gateway,
    { ...hit, sessionAfter: null, proxyAcceptsOldCookie: true },
    ['SO-06'],
    'prompt',
    'ended',
  ],
  [
    'direct, ambient Basic',
    direct,
    { proxyAccepts: null, proxyAcceptsOldCookie: null, sessionAfter: null, sessionOfFreshVisit: 'uc-2' },
    ['SO-19'],
    'silent-relogin',
    'recreated',
  ],
];
for (const [what, cell, seen, codes, outcome, backendSession] of verdicts)
  test(`verdict: ${what} is ${outcome} with ${codes.join(', ') || 'no code'}`, (t) => {
    t.like(judge(cell, { ...quiet, ...seen }), { codes, outcome, backendSession });
  });

test('a verdict is explained in one sentence', (t) => {
  t.is(
    judge({ ...gateway, logoffUrl: '/owa/logoff.owa' }, { ...quiet, clientAction: 'dialog', requests: [] }).because,
    'The client showed its dialog "close all browser windows" and requested nothing, so nothing could match "/owa/logoff.owa"; the next visit finds the same session, still signed in.',
  );
});

test('requests agree by prefix, case ignored, and by number', (t) => {
  const result = judge(gateway, quiet);
  const expected = { ...result, requests: ['/OWA/logoff'] };
  t.deepEqual(differences(result, expected), []);
  t.deepEqual(differences(result, { ...expected, requests: [] }), ['requests']);
  t.deepEqual(differences(result, { ...expected, requests: ['/ecp/'] }), ['requests']);
});

test('whoever else knocks at the ports of a lab turns no cell red', async (t) => {
  const lab = await startLab();
  t.teardown(() => lab.close());
  const cell = cellNamed('exchange/2010/basic/owa/premium/gateway/shipped/owa-logoff');
  let knocking = true;
  t.teardown(() => (knocking = false));
  const knock = async () => {
    while (knocking) {
      for (const port of Object.values(lab.ports)) await fetch(`http://127.0.0.1:${port}/owa/`, { redirect: 'manual' });
      const { events } = lab.recorder.read();
      if (events.length > 0) lab.recorder.record({ exchange: 'x', party: 'mailbox', kind: 'request', host: '127.0.0.1:1' });
    }
  };
  const stranger = knock();
  const result = judge(cell, await runExchangeCell(lab, cell));
  knocking = false;
  await stranger;
  const expected = expectationFor(caseOf(cell));
  t.deepEqual(expected && differences(result, expected), []);
});

test('--only: the same key means or, different keys mean and, nested keys are dotted', (t) => {
  const count = (...pairs: string[]) => selectCells(cells, parseOnly(pairs)).length;
  const asShipped = [
    'suite=exchange',
    'signOutKindSource=shipped',
    'options=null',
    'app=owa',
    'client=premium',
    'logoffUrl=null',
  ];
  t.is(count(...asShipped, 'profile=2010', 'profile=2013-cu1'), 2 * 4);
  t.is(count(...asShipped, 'profile=2010', 'vdirAuth=fba'), 1);
  t.is(count(...asShipped, 'profile=2013-cu8', 'frontEnd=2013-cu8', 'signOutKind.beOwa=LegacyLogOff'), 5);
  t.is(count('installOrder.order=rolling-pool', 'installOrder.step=1', 'via=direct'), 3);
  t.throws(() => count('profil=2010'), { message: /did you mean profile.*known keys: id, suite, .*installOrder.step/ });
  t.throws(() => count('profile=2011'), { message: /no cell fits --only profile=2011.*\n.*2013-cu9-shipped/ });
  t.throws(() => count('profile=2013-CU8', 'vdirAuth=basic'), {
    message: /profile: 2007.*\(did you mean 2013-cu8\?\)\n {2}vdirAuth: fba/,
  });
  t.throws(() => count('signOutKind.beOwa=absent'), { message: /beOwa: .*"DefaultSignOut, LegacyLogOff".*, ""/ });
  t.throws(() => count('profile'), { message: /expects KEY=VALUE/ });
});
