import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { startLab } from '../../src/lab/lab.ts';
import type { Cell } from '../../src/regression/cell.ts';
import { allCells } from '../../src/regression/cells.ts';
import { differences, expectationFor, judge, type Observation } from '../../src/regression/judge.ts';
import { parseOnly, selectCells } from '../../src/regression/only.ts';
import { formatReport } from '../../src/regression/report.ts';
import { runExchangeCell } from '../../src/regression/run-exchange-cell.ts';
import { runMatrix } from '../../src/regression/run-matrix.ts';
import { facts } from '../../src/scenarios/facts.ts';

const cells = allCells(await loadProfiles());
const cellNamed = (id: string) => cells.find(({ input }) => input.id === id) as (typeof cells)[number];

test('forty cells, each with an id of its own', (t) => {
  t.is(cells.length, 40);
  t.is(new Set(cells.map(({ input }) => input.id)).size, 40);
  t.truthy(cellNamed('exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff'));
  t.truthy(cellNamed('exchange/2010/fba/owa/premium/direct/shipped'));
});

test('every cell has an expectation, which cites facts that are known', (t) => {
  const known = new Set(facts.map((fact) => fact.id));
  for (const { input, tried } of cells) {
    const expected = expectationFor(tried);
    t.true(expected !== null && expected.facts.length > 0 && expected.facts.every((id) => known.has(id)), input.id);
  }
});

test('the whole matrix comes out as documented', async (t) => {
  const report = await runMatrix();
  t.deepEqual(
    report.cells.filter((cell) => !cell.agrees).map((cell) => cell.id),
    [],
  );
  t.deepEqual(report.summary, { cells: 40, agree: 40, differ: 0, notRun: 0 });
  const cell = report.cells.find(({ id }) => id === 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff') as Cell;
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
  t.like(cell.expected, { mark: 'seen', facts: ['E-16', 'E-03'] });
  t.is((JSON.parse(formatReport(report, 'json')) as typeof report).schema, 'logoff-lab/matrix@1');
});

test('a changed behaviour turns its cell red, and the report says what was expected and what came', async (t) => {
  const lab = await startLab();
  t.teardown(() => lab.close());
  const { input, tried } = cellNamed('exchange/2013-cu8/basic/owa/premium/gateway/shipped/owa-logoff');
  const result = judge(input, await runExchangeCell(lab, { ...input, signOutKind: { feOwa: null, beOwa: null, beEcp: null } }));
  const expected = expectationFor(tried);
  t.truthy(expected);
  if (!expected) return;
  const differs = differences(result, expected);
  t.deepEqual(differs, ['detected', 'clientAction', 'requests', 'proxySession', 'landing', 'outcome', 'promptedBy']);
  const cell = { ...input, ...result, expected, differs, agrees: false };
  const table = formatReport(
    { schema: 'logoff-lab/matrix@1', summary: { cells: 1, agree: 0, differ: 1, notRun: 0 }, cells: [cell] },
    'table',
  );
  t.true(table.includes('clientAction: expected "dialog" [seen: E-16, E-03], got "navigate"'));
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
};
const gateway = cellNamed('exchange/2010/basic/owa/premium/gateway/shipped/owa-logoff').input;
const direct = cellNamed('exchange/2010/basic/owa/premium/direct/shipped').input;
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

test('--only: the same key means or, different keys mean and, nested keys are dotted', (t) => {
  const count = (...pairs: string[]) => selectCells(cells, ({ input }) => input, parseOnly(pairs)).length;
  t.is(count('profile=2010', 'profile=2013-cu1'), 16);
  t.is(count('profile=2010', 'vdirAuth=fba'), 4);
  t.is(count('signOutKind.beOwa=LegacyLogOff'), 16);
  t.is(count('logoffUrl=null'), 10);
  t.throws(() => count('profil=2010'), { message: /known keys: id, suite, profile/ });
  t.throws(() => count('profile=2011'), { message: /no cell fits --only profile=2011.*\n.*2013-cu9-shipped/ });
  t.throws(() => count('profile'), { message: /expects KEY=VALUE/ });
});
