import test from 'ava';
import type { EndsCell } from '../../src/regression/cell.ts';
import { parseOnly, selectCells } from '../../src/regression/only.ts';
import { findingOf } from '../../src/regression/report/describe-cell.ts';
import { githubAnnotations } from '../../src/regression/report/github-annotations.ts';
import { formatReport } from '../../src/regression/report/report.ts';
import { summaryLine } from '../../src/regression/report/summary-line.ts';
import { cell, many, office365, report } from './hand-made-cells.ts';
import { alone, differingEnds, ends, notRunEnds } from './hand-made-ends.ts';

const table = (cells: Parameters<typeof report>[0], width = 100) => formatReport(report(cells), 'table', { width });

test('--only selects by what is tried with a session that ends; an unknown value gives the known ones', (t) => {
  const cells = [
    cell({ id: 'e' }),
    office365({ id: 'o' }),
    ends({ id: 'a' }),
    ends({ id: 'b', ...alone, endedBy: 'new-logon', tried: 'identity-switch', vdirAuth: 'fba' }),
    ends({ id: 'c', endedBy: 'store-restart', tried: 'replay', options: { snapshot: 'before-logoff' } }),
  ];
  const ids = (...pairs: string[]) => selectCells(cells, parseOnly(pairs)).map(({ id }) => id);
  for (const [pairs, wanted] of [
    ['suite=ends', 'a b c'],
    ['suite=ends endedBy=logoff', 'a'],
    ['endedBy=logoff endedBy=new-logon', 'a b'],
    ['store=memory', 'b'],
    ['replicas=2', 'a c'],
    ['balancer=nginx tried=replay', 'c'],
    ['at=second-replica', 'a c'],
    ['vdirAuth=fba', 'b'],
    ['vdirAuth=null', 'a c'],
    ['options.snapshot=before-logoff', 'c'],
    ['options=null', 'e o a b'],
  ] as const)
    t.is(ids(...pairs.split(' ')).join(' '), wanted, pairs);
  t.throws(() => ids('suite=ends', 'endedBy=logof'), {
    message: /\n {2}suite: exchange, office365, ends\n {2}endedBy: logoff, new-logon, store-restart \(did you mean logoff\?\)$/,
  });
  t.throws(() => ids('endetBy=logoff'), { message: /did you mean endedBy\?/ });
});

test('a row says what ended the session and what came of what was tried; what all share stands above', (t) => {
  const cells = [
    ends(),
    ends({ tried: 'in-flight', connection: 'answered', lateCookie: true }),
    ends({
      tried: 'replay',
      connection: null,
      oldCookie: 'unavailable',
      bobsSession: 'unavailable',
      endRecords: 0,
      reason: null,
    }),
    ends({ tried: 'websocket', endRecords: 2 }),
    differingEnds({ tried: 'sse' }),
    notRunEnds('n', 'nginx is not in PATH', 'nginx'),
  ];
  const [shared, head, ...rows] = table(cells).split('\n') as [string, string, ...string[]];
  t.is(shared, 'suite ends · store redis · gateways 2, nginx · tried at the other · ended by logoff');
  t.regex(head, /^ +tried +cookie +came of it +late +record +bob +SO +known$/);
  for (const [at, row] of [
    /^✓ {3}1 +long-poll +refused +cut +logoff +alive +\[infer\]$/,
    /^✓ {3}2 +in-flight +refused +answered +yes +logoff +alive +\[infer\]$/,
    /^✓ {3}3 +replay +503 +none +503 +\[infer\]$/,
    /^✓ {3}4 +websocket +refused +cut +2 × logoff +alive +\[infer\]$/,
    /^✗ {3}5 +sse +accepted +open +logoff +alive +06 +\[infer\]$/,
    /^\? {3}6 +long-poll +–$/,
  ].entries())
    t.regex(rows[at] as string, row);
  t.regex(table([ends()]), /^suite ends .* at the other\n +ended by +tried +cookie .*\n✓ {3}1 {2}logoff +long-poll +refused/);
});

test('of a new user in the same browser it is told whom the published server takes that user for', (t) => {
  const identity = { ...alone, tried: 'identity-switch', connection: null } as const;
  const text = table([
    ends({ ...identity, vdirAuth: 'fba', seenAs: 'alice' }),
    ends({ ...identity, vdirAuth: 'basic', seenAs: null }),
  ]);
  t.regex(text, /✓ {3}1 {2}fba +refused +alice +logoff/);
  t.regex(text, /✓ {3}2 {2}basic +refused +asked +logoff/);
  t.regex(text, /^suite ends · store memory · gateways 1 · ended by logoff · tried identity-switch\n/);
});

/** Four times the same rows, at several gateways; the ways to end take turns. */
const everywhere = (['haproxy', 'nginx'] as const).flatMap((balancer) =>
  (['replay', 'in-flight', 'websocket'] as const).flatMap((tried) =>
    (['same-replica', 'second-replica'] as const).flatMap((at) =>
      (['session-time-out', 'password-changed'] as const).map((endedBy) =>
        ends({ id: [balancer, tried, at, endedBy].join('/'), balancer, at, tried, endedBy, reason: endedBy }),
      ),
    ),
  ),
);

test('rows that share a heading stand under it together, whatever the order of the cells, and no line is too long', (t) => {
  for (const [width, headings] of [
    [80, 8],
    [100, 2],
    [120, 0],
  ] as const) {
    const lines = table(everywhere, width).split('\n');
    const rows = lines.slice(2, lines.indexOf(''));
    const said = rows.filter((line) => !line.startsWith('✓'));
    t.is(new Set(said).size, headings, lines.join('\n'));
    t.is(said.length, headings);
    t.is(rows.length, headings + everywhere.length);
    t.deepEqual(
      lines.filter((line) => line.length > width),
      [],
    );
  }
  const narrow = table(everywhere, 80).split('\n');
  t.is(narrow[2], 'gateways 2, haproxy · tried at the same · ended by session-time-out');
  t.regex(table(everywhere, 100), / password-… +alive/);
});

test('the words of the rows are explained if they occur', (t) => {
  const words = (cells: EndsCell[]) => table(cells, 160).split('\n');
  t.true(words([ends()]).includes('came of it: cut = it ended with the session'));
  t.true(words([ends()]).includes("cookie: refused = the old cookie opens nothing, the gateway's form asks"));
  t.false(words([ends()]).some((line) => /^(late|record): /.test(line)));
  t.true(words([ends({ endRecords: 0, reason: null })]).includes('record: none = nobody recorded an end'));
  t.true(words([ends({ oldCookie: 'unavailable' })]).includes('cookie: 503 = an error page, while nobody can say'));
});

test('hundreds of cells are counted by store and number of gateways; next visits are Exchange’s', (t) => {
  const cells = [...many(5), ...Array.from({ length: 300 }, () => ends()), differingEnds(), ends(alone)];
  const lines = table(cells).split('\n');
  t.regex(lines[6] as string, /^✗ {2}ends +redis-2-gateways +301 +300 +1 +0 +– +– +– +–$/);
  t.regex(lines[7] as string, /^✓ {2}ends +memory-1-gateway +1 +1 +0 +0 +– +– +– +–$/);
  t.notRegex(lines.join('\n'), /came of it/);
});

test('markdown has a table of its own, with further columns only if they say something', (t) => {
  t.is(
    formatReport(report([ends()]), 'markdown'),
    `| Store | Gateways | Ended by | Tried | Old cookie | Connection | End record | Bob | As expected |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| redis | 2, nginx | logoff | long-poll | refused | cut | logoff | alive | yes [infer] |
`,
  );
  const cells = [
    cell(),
    differingEnds(),
    ends({ ...alone, tried: 'identity-switch', connection: null, vdirAuth: 'fba', seenAs: 'bob' }),
    notRunEnds('n', 'nginx is not in PATH', 'nginx'),
  ];
  const [exchange, own] = formatReport(report(cells), 'markdown').split('\n\n') as [string, string];
  t.is(`${exchange}\n`, formatReport(report([cell()]), 'markdown'));
  const [head, , ...rows] = own.split('\n') as [string, string, ...string[]];
  t.regex(head, /\| Gateways \| Tried at \| Virtual directory \| Ended by .* \| Bob \| Seen as \| As expected \|$/);
  t.is(
    rows[0],
    '| redis | 2, nginx | the other | – | logoff | long-poll | accepted | open | logoff | alive |  | **no** [infer] |',
  );
  t.is(rows[1], '| memory | 1 | – | fba | logoff | identity-switch | refused |  | logoff | alive | bob | yes [infer] |');
  t.regex(rows[2] as string, /\| long-poll \| did not run: nginx is not in PATH \| {2}\| {2}\| {2}\| {2}\| \*\*not run\*\* \|$/);
});

test('junit, tap and annotations tell of these cells as of others', (t) => {
  const cells = report([cell(), ends(), differingEnds(), notRunEnds('n', 'nginx is not in PATH', 'nginx')]);
  const junit = formatReport(cells, 'junit');
  t.true(junit.includes('<testsuite name="ends/redis-2-gateways" tests="3" failures="1" errors="0" skipped="1">'));
  t.true(junit.includes(`<testcase classname="ends.redis-2-gateways" name="${ends().id}">`));
  t.true(
    junit.includes('<failure message="oldCookie: expected &quot;refused&quot; [infer: T-05], got &quot;accepted&quot;; conn'),
  );
  t.true(junit.includes('gateway  session: session a1 ended (logoff)'));
  t.true(junit.includes('<skipped message="nginx is not in PATH"/>'));

  const tap = formatReport(cells, 'tap').split('\n');
  t.true(tap.includes(`ok 2 - ${ends().id}`) && tap.includes(`not ok 3 - ${ends().id}`));
  t.true(tap.includes('    - "connection: expected \\"cut\\" [infer: T-05], got \\"open\\""'));
  t.true(tap.includes('ok 4 - n # SKIP nginx is not in PATH'));

  const { id: title, differences } = findingOf(differingEnds());
  t.regex(
    githubAnnotations([{ title, message: differences.join('\n') }])[0] as string,
    /^::error title=ends\/redis-2-gateways\/.*::oldCookie: expected "refused" .*%0Aconnection: expected/,
  );
});

test('the summary says of cells that did not run how many of them only lacked a program', (t) => {
  const lacking = (program: string) => notRunEnds('n', `${program} is not in PATH`, program);
  t.is(summaryLine(report([ends(), notRunEnds('n', 'a fault')])), '2 cells: 1 as expected, 0 not as expected, 1 not run');
  t.is(
    summaryLine(report([lacking('haproxy'), lacking('nginx'), lacking('haproxy'), notRunEnds('n', 'a fault')])),
    '4 cells: 0 as expected, 0 not as expected, 4 not run (2 for want of haproxy, 1 for want of nginx)',
  );
});

test('the sentences of these cells are told once each, with the rows they belong to', (t) => {
  t.true(table([ends(), cell(), ends()]).includes('\n1, 3: The session ended at once at both gateways. [infer: T-05]\n'));
});
