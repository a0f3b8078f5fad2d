import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { EndsCell, ExchangeCell, Office365Cell } from '../../src/regression/cell.ts';
import { compareReports, formatComparison, isDifferent } from '../../src/regression/compare-reports.ts';
import { type EarlierReport, readEarlierReport } from '../../src/regression/earlier-report.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { formatReport } from '../../src/regression/report/report.ts';
import { cell, differing, differingOffice365, hit, notRun, notRunOffice365, office365, report } from './hand-made-cells.ts';
import { differingEnds, ends, notRunEnds } from './hand-made-ends.ts';

type AnyCell = Parameters<typeof report>[0][number];

/** As it comes out of a file. */
function earlier(...cells: AnyCell[]): EarlierReport {
  return readEarlierReport(fileWith(formatReport(report(cells), 'json')));
}

function fileWith(text: string): string {
  const file = join(makeTemporaryFolder('report').path, 'before.json');
  writeFileSync(file, text);
  return file;
}

test('the same report is no difference, whatever the committed expectations say of it', (t) => {
  const cells = [cell({ id: 'a' }), differing({ id: 'b' }), notRun('c', 'no nginx at 127.0.0.1:40123')];
  const comparison = compareReports(
    earlier(...cells),
    report([...cells.slice(0, 2), notRun('c', 'no nginx at 127.0.0.1:40777')]),
  );
  t.deepEqual(comparison, { same: 3, changed: [], appeared: [], gone: [] });
  t.false(isDifferent(comparison));
});

for (const [field, changes, before, now] of [
  ['detected', { detected: true }, 'false', 'true'],
  ['clientAction', { clientAction: null }, '"dialog"', 'null'],
  ['requests', { requests: hit.requests }, '(none)', 'GET /owa/logoff.owa → 200'],
  ['proxySession', { proxySession: 'ended' }, '"alive"', '"ended"'],
  ['backendSession', { backendSession: 'recreated' }, '"alive"', '"recreated"'],
  ['landing', { landing: '/owa/' }, 'null', '"/owa/"'],
  ['outcome', { outcome: 'prompt' }, '"session-alive"', '"prompt"'],
  ['promptedBy', { promptedBy: 'backend' }, 'null', '"backend"'],
  ['addIn', { addIn: 'breaks' }, 'null', '"breaks"'],
  ['codes', { codes: ['SO-02'] }, '["SO-02","SO-09"]', '["SO-02"]'],
] as const satisfies [string, Partial<ExchangeCell>, string, string][])
  test(`a cell with another value of ${field} has changed`, (t) => {
    const comparison = compareReports(earlier(cell()), report([cell(changes)]));
    t.true(isDifferent(comparison));
    t.deepEqual(
      comparison.changed.map(({ fields }) => fields),
      [[{ field, before, now }]],
    );
  });

const { before, after } = office365();
const replayed = { portal: null, owa: 'accepted', sharepoint: null, logonServer: 'accepted' } as const;
for (const [field, changes, then, now] of [
  ['before.portal', { before: { ...before, portal: 'prompt' } }, '"session-alive"', '"prompt"'],
  ['after.owa', { after: { ...after, owa: 'prompt' } }, '"silent-relogin"', '"prompt"'],
  ['after.sharepoint', { after: { ...after, sharepoint: 'prompt' } }, '"session-alive"', '"prompt"'],
  ['user', { user: null }, '"lab\\\\alice"', 'null'],
  ['user', { user: { portal: 'a', owa: 'b', sharepoint: 'a' } }, '"lab\\\\alice"', '{"portal":"a","owa":"b","sharepoint":"a"}'],
  ['userOfOrdinaryWindow', { userOfOrdinaryWindow: 'a' }, 'null', '"a"'],
  ['newSession', { newSession: false }, 'true', 'false'],
  ['landing', { landing: '/owa/auth/signout.aspx' }, '"/owa/"', '"/owa/auth/signout.aspx"'],
  ['gatewaySession', { gatewaySession: 'ended' }, 'null', '"ended"'],
  ['replayed.logonServer', { replayed: { ...replayed, owa: null } }, 'null', '"accepted"'],
  ['codes', { codes: [] }, '["SO-01","SO-04"]', '[]'],
] as const satisfies [string, Partial<Office365Cell>, string, string][])
  test(`a cell of Office 365 with another value of ${field} has changed: ${now}`, (t) => {
    const comparison = compareReports(earlier(cell(), office365()), report([cell(), office365(changes)]));
    t.is(comparison.same, 1);
    t.deepEqual(
      comparison.changed.map(({ fields }) => fields),
      [[{ field, before: then, now }]],
    );
  });

for (const [field, changes, then, now] of [
  ['oldCookie', { oldCookie: 'unavailable' }, '"refused"', '"unavailable"'],
  ['connection', { connection: null }, '"cut"', 'null'],
  ['lateCookie', { lateCookie: true }, 'false', 'true'],
  ['endRecords', { endRecords: 2 }, '1', '2'],
  ['reason', { reason: 'timed-out' }, '"logoff"', '"timed-out"'],
  ['bobsSession', { bobsSession: 'ended' }, '"alive"', '"ended"'],
  ['seenAs', { seenAs: 'bob' }, 'null', '"bob"'],
  ['codes', { codes: ['SO-06'] }, '[]', '["SO-06"]'],
] as const satisfies [string, Partial<EndsCell>, string, string][])
  test(`a cell in which a session ends with another value of ${field} has changed`, (t) => {
    const comparison = compareReports(earlier(cell(), ends()), report([cell(), ends(changes)]));
    t.is(comparison.same, 1);
    t.deepEqual(
      comparison.changed.map(({ fields }) => fields),
      [[{ field, before: then, now }]],
    );
  });

test('a report with cells of all kinds is the same as itself', (t) => {
  const cells = [
    cell(),
    office365({ id: 'a', replayed: { ...replayed, logonServer: null } }),
    differingOffice365({ id: 'b' }),
    notRunOffice365('c', 'no nginx'),
    ends({ id: 'd' }),
    differingEnds({ id: 'e' }),
    notRunEnds('f', 'no nginx', 'nginx'),
  ];
  t.deepEqual(compareReports(earlier(...cells), report(cells)), { same: 7, changed: [], appeared: [], gone: [] });
});

test('a key of --only that only Exchange’s cells have makes none of another kind gone', (t) => {
  const earlierCells = earlier(cell({ id: 'a' }), office365({ id: 'b', row: 10 }), office365({ id: 'c' }), ends({ id: 'd' }));
  const goneBy = (key: string, value: string) => compareReports(earlierCells, report([]), new Map([[key, [value]]])).gone;
  t.deepEqual(goneBy('installOrder', 'null'), ['a']);
  t.deepEqual(goneBy('signOutKind.feOwa', 'null'), ['a']);
  t.deepEqual(goneBy('signOutKind.beOwa', 'LegacyLogOff'), ['b', 'c']);
  t.deepEqual(goneBy('row', '10'), ['b']);
  t.deepEqual(goneBy('step', 'null'), ['b', 'c']);
  t.deepEqual(goneBy('profile', 'null'), []);
  t.deepEqual(goneBy('vdirAuth', 'null'), ['d']);
  t.deepEqual(goneBy('replicas', '2'), ['d']);
});

test('sentence, expectation and trace may change: they say nothing about what came out', (t) => {
  const changes = { because: 'Said anew.', expected: null, differs: ['expected'], agrees: false, trace: [] };
  t.false(isDifferent(compareReports(earlier(cell()), report([cell(changes)]))));
});

const targets = (target: string, location: string | null) =>
  cell({ requests: [{ method: 'GET', target, status: 302, location }] });

for (const [what, text] of [
  ['a plain address', (port: number) => `http://mail.localhost:${port}/owa/`],
  ['one in a query', (port: number) => `/x?url=https%3A%2F%2Fmail.localhost%3a${port}%2Fowa%2F`],
  ['one escaped twice', (port: number) => `/x?url=http%253A%252F%252Fmail.localhost%253A${port}%252F`],
  ['one in the logon form’s own escapes', (port: number) => `/C?curl=Z2FxZ3FurlZ3DhttpZ3AZ2FZ2Fmail.localhostZ3A${port}Z2F`],
] as const)
  test(`another free port is no change: ${what}`, (t) => {
    const with1 = targets(text(40123), text(40124));
    t.false(isDifferent(compareReports(earlier(with1), report([targets(text(9), text(33333))]))));
    t.true(isDifferent(compareReports(earlier(with1), report([targets(text(9), text(9).replace('mail', 'sts'))]))));
  });

test('a number that is no port is a change', (t) => {
  t.true(isDifferent(compareReports(earlier(targets('/a:1', null)), report([targets('/a:2', null)]))));
});

test('method, status and location of a request count', (t) => {
  const [request] = hit.requests;
  for (const change of [{ method: 'POST' }, { status: 302 }, { location: '/x' }])
    t.true(isDifferent(compareReports(earlier(cell(hit)), report([cell({ ...hit, requests: [{ ...request, ...change }] })]))));
});

test('a cell that ran in one report only has changed', (t) => {
  const [ran, missing] = [cell({ id: 'a' }), notRun('a', 'no nginx')];
  t.deepEqual(compareReports(earlier(ran), report([missing])).changed[0]?.fields, [
    { field: 'run', before: 'ran', now: 'did not run: no nginx' },
  ]);
  t.deepEqual(compareReports(earlier(missing), report([ran])).changed[0]?.fields, [
    { field: 'run', before: 'did not run: no nginx', now: 'ran' },
  ]);
});

test('cells that are new or gone are differences; gone is only what --only selects', (t) => {
  const before = earlier(cell({ id: 'a' }), cell({ id: 'b' }), cell({ id: 'c', profile: '2010' }));
  const comparison = compareReports(before, report([cell({ id: 'a' }), cell({ id: 'd' })]), new Map([['profile', ['2013-cu1']]]));
  t.deepEqual(comparison, { same: 1, changed: [], appeared: ['d'], gone: ['b'] });
  t.true(isDifferent(comparison));
  t.deepEqual(compareReports(before, report([cell({ id: 'a' })])).gone, ['b', 'c']);
});

test('a comparison is read as - before and + now', (t) => {
  const before = earlier(cell({ id: 'a' }), cell({ id: 'b' }), cell({ id: 'c' }));
  const comparison = compareReports(
    before,
    report([cell({ id: 'a', detected: true, requests: hit.requests }), cell({ id: 'b' }), cell({ id: 'd' })]),
  );
  t.is(
    formatComparison(comparison, 'before.json'),
    `a
  - detected: false
  + detected: true
  - requests: (none)
  + requests: GET /owa/logoff.owa → 200
  now: The client requested nothing; the next visit finds the same session.
+ d (new: before.json does not have it)
- c (gone: only before.json has it)
Compared with before.json, which stands in for the committed expectations: 1 same, 1 changed, 1 new, 1 gone`,
  );
});

test('a report of an older version is read: fields that it did not know are null', (t) => {
  const { addIn, installOrder, ...older } = cell();
  const { userOfOrdinaryWindow, gatewaySession, replayed: _, ...olderToo } = office365();
  const file = fileWith(`\uFEFF${JSON.stringify({ schema: 'logoff-lab/matrix@1', cells: [older, olderToo] })}`);
  t.false(isDifferent(compareReports(readEarlierReport(file), report([cell(), office365()]))));
});

const schema = 'logoff-lab/matrix@1';
for (const [what, text, says] of [
  ['no JSON', 'TAP version 14', /before\.json is not JSON \(.*\); make one with: npx logoff-lab matrix --format json/],
  ['another schema', '{"schema":"other@2","cells":[]}', /names the schema "other@2", expected "logoff-lab\/matrix@1"/],
  ['no schema', '[]', /names no schema, expected/],
  ['null', 'null', /names no schema, expected/],
  ['no cells', JSON.stringify({ schema, cells: {} }), /has no list of cells/],
  ['a cell that is none', JSON.stringify({ schema, cells: [null] }), /cannot be compared.*\n {2}cells\[0\]: /],
  [
    'damaged cells',
    JSON.stringify({ schema, cells: [cell(), { ...cell({ id: 'b' }), detected: 'yes', requests: [{ method: 'GET' }] }] }),
    /\n {2}cells\[1\]\.detected: .*boolean.*\n {2}cells\[1\]\.requests\[0\]\.target: /,
  ],
  [
    'damaged cells of Office 365',
    JSON.stringify({ schema, cells: [{ ...office365(), after: { portal: 'prompt', owa: 1 }, user: 7 }] }),
    /\n {2}cells\[0\]\.after\.owa: .*string.*\n {2}cells\[0\]\.after\.sharepoint: .*\n {2}cells\[0\]\.user: /,
  ],
  [
    'damaged cells in which sessions end',
    JSON.stringify({ schema, cells: [{ ...ends(), lateCookie: 'no', endRecords: null }] }),
    /\n {2}cells\[0\]\.lateCookie: .*boolean.*\n {2}cells\[0\]\.endRecords: .*number/,
  ],
  [
    'a cell that did not run for no reason',
    JSON.stringify({ schema, cells: [{ id: 'a', notRun: true }] }),
    /cells\[0\]\.notRunBecause/,
  ],
  ['cells with one id', JSON.stringify({ schema, cells: [cell({ id: 'a' }), cell({ id: 'a' })] }), /2 cells have the id a/],
  ['very many problems', JSON.stringify({ schema, cells: Array(99).fill({}) }), /… and \d+ more$/],
] as const)
  test(`a file with ${what} is refused with a sentence, as a usage error`, (t) => {
    t.like(
      t.throws(() => readEarlierReport(fileWith(text)), { message: says }),
      { code: 'usage', exitCode: 2 },
    );
  });

test('a file that is missing is refused with a sentence, as a usage error', (t) => {
  const error = t.throws(() => readEarlierReport('/does/not/exist.json'), {
    message: /^--expect: \/does\/not\/exist\.json cannot be read \(ENOENT\)/,
  });
  t.like(error, { exitCode: 2 });
});
