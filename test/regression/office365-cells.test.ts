import test from 'ava';
import { differencesOffice365 } from '../../src/regression/office365/judge-office365.ts';
import { office365Inputs } from '../../src/regression/office365/office365-inputs.ts';
import { parseOnly, selectCells } from '../../src/regression/only.ts';
import { findingOf } from '../../src/regression/report/describe-cell.ts';
import { githubAnnotations } from '../../src/regression/report/github-annotations.ts';
import { formatReport } from '../../src/regression/report/report.ts';
import { cell, differing, differingOffice365, hit, many, notRun, notRunOffice365, office365, report } from './hand-made-cells.ts';
import { ends, notRunEnds } from './hand-made-ends.ts';

const table = (cells: Parameters<typeof report>[0], width = 100) => formatReport(report(cells), 'table', { width });
const [alive, silent, prompt] = ['session-alive', 'silent-relogin', 'prompt'] as const;

test('an id is suite, profile, row and step; the options are in it where several cells share these', (t) => {
  const page = { logoutStyle: 'page', invalidation: 'on' };
  const cases = [office365(), office365({ options: page }), office365({ row: 21, step: 'a', profile: 'literal', options: page })];
  t.deepEqual(
    office365Inputs(cases.map(({ id: _, ...tried }) => tried)).map(({ id }) => id),
    ['office365/zones/1', 'office365/zones/1/logoutStyle=page/invalidation=on', 'office365/literal/21a'],
  );
});

const seen = {
  ...office365(),
  user: { portal: 'a', owa: 'b', sharepoint: 'a' },
  userOfOrdinaryWindow: 'a',
  gatewaySession: 'alive',
  replayed: { portal: null, owa: 'accepted', sharepoint: 'refused', logonServer: 'accepted' },
} as const;
const { after } = seen;
for (const [expected, differs] of [
  [{}, []],
  [{ after: { portal: prompt, owa: silent, sharepoint: prompt } }, ['after.portal', 'after.sharepoint']],
  [{ user: seen.user, replayed: seen.replayed, newSession: true, landing: '/owa/' }, []],
  [{ user: { portal: 'a', owa: 'a', sharepoint: 'a' } }, ['user.owa']],
  [{ user: 'a' }, ['user']],
  [{ userOfOrdinaryWindow: 'b' }, ['userOfOrdinaryWindow']],
  [{ newSession: false }, ['newSession']],
  [{ landing: '/owa/auth/signout.aspx' }, ['landing']],
  [{ gatewaySession: 'ended' }, ['gatewaySession']],
  [{ replayed: { ...seen.replayed, portal: 'refused', logonServer: null } }, ['replayed.portal', 'replayed.logonServer']],
] as const)
  test(`what is expected as ${JSON.stringify(expected)} differs in ${differs.join(', ') || 'nothing'}`, (t) => {
    t.deepEqual(differencesOffice365(seen, { after, ...expected }), [...differs]);
  });

test('one user at all services is as expected if each is to see the same', (t) => {
  const user = { portal: 'a', owa: 'a', sharepoint: 'a' };
  t.deepEqual(differencesOffice365({ ...seen, user: 'a' }, { after, user }), []);
  t.deepEqual(differencesOffice365({ ...seen, user: null }, { after, user }), ['user.portal', 'user.owa', 'user.sharepoint']);
});

test('--only selects from cells of both kinds; a key that one kind has selects none of the other', (t) => {
  const cells = [
    cell({ id: 'e', signOutKind: { feOwa: null, beOwa: 'LegacyLogOff', beEcp: null } }),
    cell({ id: 'f', options: { landing: '' } }),
    office365({ id: 'o1' }),
    office365({ id: 'o10a', row: 10, step: 'a', keepMeSignedIn: true, ttl: { portal: '10m' }, options: { invalidation: 'on' } }),
    office365({ id: 'o10b', row: 10, step: 'b', signOutKind: null, identity: 'federated', profile: 'literal' }),
  ];
  const ids = (...pairs: string[]) => selectCells(cells, parseOnly(pairs)).map(({ id }) => id);
  for (const [pairs, wanted] of [
    ['suite=office365 suite=exchange', 'e f o1 o10a o10b'],
    ['row=10', 'o10a o10b'],
    ['row=10 step=b', 'o10b'],
    ['step=null', 'o1'],
    ['profile=literal profile=2013-cu1', 'e f o10b'],
    ['keepMeSignedIn=true', 'o10a'],
    ['identity=federated', 'o10b'],
    ['ttl=null', 'o1 o10b'],
    ['ttl.portal=10m', 'o10a'],
    ['options.invalidation=on', 'o10a'],
    ['options=null', 'e o1 o10b'],
    ['installOrder=null', 'e f'],
    ['signOutKind.beOwa=LegacyLogOff', 'e o1 o10a'],
    ['signOutKind.beOwa=null', 'f o10b'],
    ['signOutKind.feOwa=null', 'e f'],
    ['options.landing=', 'f'],
  ] as const)
    t.is(ids(...pairs.split(' ')).join(' '), wanted, pairs);
  t.deepEqual(ids('action=sign out of OWA', 'row=1'), ['o1']);
  t.throws(() => ids('row='), { message: /no cell fits --only row=;.*\n {2}row: 1, 10$/ });
  const { message } = t.throws(() => ids('stepp=a'), { message: /did you mean step\?/ });
  for (const key of ['vdirAuth', 'row', 'action', 'keepMeSignedIn', 'identity', 'ttl.portal', 'signOutKind.beOwa'])
    t.regex(message, new RegExp(`known keys: .*\\b${key}(,|\\))`));
  t.notRegex(message, /steps/);
});

type Fields = Record<string, unknown>;

test('in JSON every cell has the fields of all kinds, null where its suite needs none', (t) => {
  const cells = [
    ...[cell(), office365(), notRun('n', 'no nginx'), notRunOffice365('o', 'no nginx'), differingOffice365()],
    ...[ends(), notRunEnds('p', 'no nginx', 'nginx')],
  ];
  const shown = (JSON.parse(formatReport(report(cells), 'json')) as { cells: Fields[] }).cells;
  const [exchange, cloud, , missing, odd, end, missingEnd] = shown as [Fields, Fields, Fields, Fields, Fields, Fields, Fields];
  const keys = Object.keys(exchange);
  t.deepEqual(keys.slice(0, 2), ['id', 'suite']);
  for (const one of shown) t.deepEqual(Object.keys(one).slice(0, keys.length), keys);
  t.deepEqual(keys.sort(), [...new Set([cell(), office365(), ends()].flatMap((one) => Object.keys(one)))].sort());
  const { id: _, signOutKind, ...own } = office365();
  t.like(cloud, { ...own, signOutKind: { feOwa: null, beOwa: signOutKind, beEcp: null } });
  t.like(exchange, JSON.parse(JSON.stringify(cell())) as Fields);
  const nulls = (one: Fields, other: Fields) => Object.keys(one).every((key) => key in other || one[key] === null);
  t.true(nulls(exchange, cell()) && nulls(cloud, office365()) && nulls(end, ends()));
  t.like(end, JSON.parse(JSON.stringify(ends())) as Fields);
  t.like(missingEnd, { store: 'redis', profile: null, missingProgram: 'nginx', oldCookie: null, signOutKind: null });
  t.like(missing, { row: 1, notRun: true, notRunBecause: 'no nginx', after: null, vdirAuth: null, agrees: false });
  t.deepEqual(Object.keys(odd['expected'] as Fields).sort(), ['after', 'because', 'facts', 'mark', 'newSession', 'user']);
  t.is((odd['trace'] as unknown[]).length, 5);
});

test('a row of Office 365 says what was done, what each service had then, the codes and the mark', (t) => {
  const text = table([office365(), differingOffice365({ row: 10, step: 'c' }), notRunOffice365('o', 'no nginx')]);
  const [shared, head, ...rows] = text.split('\n') as [string, string, ...string[]];
  t.is(shared, 'suite office365 · profile zones');
  t.regex(head, /^ +row +action +portal +owa +sharepoint +SO +known$/);
  t.regex(rows[0] as string, /^✓ {3}1 {2}1 +sign out of OWA {2}silent {2}silent {2}alive {7}01 04 {2}\[doc\]$/);
  t.regex(rows[1] as string, /^✗ {3}2 {2}10c +sign out of OWA {2}silent {2}prompt {2}alive {7}01 04 {2}\[doc\]$/);
  t.regex(rows[2] as string, /^\? {3}3 {2}1 +sign out of OWA {2}– +– +–$/);
  t.true(text.includes('Did not run\nno nginx\n? o\n'), text);
  t.true(text.endsWith('\n3 cells: 1 as expected, 1 not as expected, 1 not run\n'));
});

for (const [said, changes] of [
  ['', {}],
  [' (keep me signed in)', { keepMeSignedIn: true }],
  [' (federated, logoff URL (none))', { identity: 'federated' }],
  [' (federated, logoff URL wa=wsignout1.0)', { identity: 'federated', logoffUrl: 'wa=wsignout1.0' }],
  [' (SignOutKind absent)', { signOutKind: null }],
  [
    ' (ttl.portal=10m; ttl.owaIdle=1h; invalidation=on)',
    { ttl: { portal: '10m', owaIdle: '1h' }, options: { invalidation: 'on' } },
  ],
] as const)
  test(`an action is told with what is unusual about it:${said || ' nothing'}`, (t) => {
    t.true(table([office365(changes)], 150).includes(`  sign out of OWA${said}  silent`));
  });

test('a long action takes several lines, and a profile that does not fit stands over its rows', (t) => {
  const action = 'clear cookies and cache, close the browser and open it again, open each service, sign in as bob';
  const cells = [
    office365({ action, profile: 'single-sign-out', codes: ['SO-01', 'SO-04', 'SO-08'] }),
    office365({ action, options: { cookieAfterSignOut: 'as-flagged' } }),
  ];
  const [narrow, wide] = [80, 120].map((width) => table(cells, width).split('\n')) as [string[], string[]];
  t.true(narrow.includes('profile single-sign-out') && narrow.includes('profile zones'));
  t.false(wide.some((line) => line.startsWith('profile ')));
  t.regex(wide[2] as string, /^✓ {3}1 {2}single-sign-out {2}1 +clear cookies and/);
  for (const [width, lines] of [
    [80, narrow],
    [120, wide],
  ] as const) {
    t.deepEqual(
      lines.filter((line) => line.length > width),
      [],
    );
    const column = lines.find((line) => line.includes('action'))?.indexOf('action') ?? 0;
    const until = lines.find((line) => line.includes('action'))?.indexOf('portal') ?? 0;
    const told = lines.slice(2, lines.indexOf('')).map((line) => (line.startsWith('profile') ? '' : line.slice(column, until)));
    const words = told.join(' ').replace(/\s+/g, ' ').replace('= ', '=');
    t.true(words.includes(`${action} ${action} (cookieAfterSignOut=as-flagged)`), words);
  }
});

test('cells of both kinds have a table each; their numbers go on, and the sentences refer to them', (t) => {
  const because = 'The same sentence.';
  const text = table([cell({ because }), office365({ because }), cell(hit), office365({ because, row: 2 })]);
  const [exchange, cloud, why] = text.split('\n\n') as [string, string, string];
  t.regex(exchange, /^suite exchange .*\n.*next visit.*\n✓ {3}1 .*\n✓ {3}3 .*$/);
  t.regex(cloud, /^suite office365 .*\n.*sharepoint.*\n✓ {3}2 +1 .*\n✓ {3}4 +2 .*$/);
  t.true(why.startsWith('Why\n1–2, 4: The same sentence. [seen: E-16, E-03] [doc: O-01, O-05]\n3: The client'), why);
  t.true(text.endsWith('\n4 cells: 4 as expected, 0 not as expected, 0 not run\n'));
});

test('the words of the services are explained if they occur', (t) => {
  t.true(
    table([office365()], 160).includes(
      '\nportal, owa, sharepoint: alive = the session goes on; silent = a new session, without asking\n',
    ),
  );
  t.true(table([office365({ after: { portal: prompt, owa: prompt, sharepoint: alive } })]).includes('prompt = a form asks'));
  t.notRegex(table([cell(), notRunOffice365('o', 'no nginx')]), /sharepoint: /);
  t.regex(
    table([cell(), office365()]),
    /SO-01 idp-session-survives \(1\): [\s\S]*\[doc\] documented by the vendor \(1\), \[seen\]/,
  );
});

test('hundreds of cells of both kinds are counted in one table; next visits are Exchange’s', (t) => {
  const cloud = (count: number) => Array.from({ length: count }, () => office365());
  const lines = table([...many(5), ...cloud(300), differingOffice365(), notRunOffice365('o', 'no nginx')]).split('\n');
  t.regex(lines[0] as string, /^ +suite +profile +cells .* Exchange asks$/);
  t.regex(lines[1] as string, /^✓ {2}exchange +2010 +1 +1 +0 +0 +0 +1 +0 +0$/);
  t.regex(lines[6] as string, /^✗ {2}office365 +zones +302 +300 +1 +1 +– +– +– +–$/);
  t.is(lines[0]?.length, lines[6]?.length);
  t.notRegex(lines.join('\n'), /sharepoint: /);
  t.regex(table(cloud(300)), /^ +suite +profile +cells +agree +differ +not run\n✓ {2}office365 +zones +300 +300 +0 +0\n/);
});

test('a differing cell of Office 365 says each field by its service, and the trace with the hosts', (t) => {
  const lines = table([differing(), differingOffice365()], 160).split('\n');
  const at = lines.indexOf('✗ office365/zones/1');
  t.deepEqual(lines.slice(at + 1, lines.indexOf('', at)), [
    '    after.owa: expected "silent-relogin" [doc: O-01, O-05], got "prompt"',
    '    user: expected "lab\\\\alice" [doc: O-01, O-05], got {"portal":"lab\\\\alice","owa":"lab\\\\bob","sharepoint":"lab\\\\alice"}',
    '    OWA asks.',
    '    expected because: OWA reloads the same page, signed in.',
    '    trace:',
    '      owa           GET outlook.mail365.localhost/owa/logoff.owa → 302 http://login.idp.localhost:40124/logout.srf; session s1 ended',
    '      logon-server  GET login.idp.localhost/logout.srf',
    '      logon-server  decision: no authentication cookie in this jar [O-05]',
    '      logon-server  GET login.idp.localhost/logout.srf → 200; clears MSPAuth',
  ]);
  t.true(lines.includes('      gateway    GET /owa/logoff.owa'));
});

test('of a user that is to be another at each service, the one that differs is named', (t) => {
  const user = { portal: 'a', owa: 'b', sharepoint: 'a' };
  const expected = { after, user, mark: 'doc', facts: ['O-04'], because: 'b signs in.' } as const;
  const [difference] = findingOf(differingOffice365({ user: 'a', expected, differs: ['user.owa'] })).differences;
  t.is(difference, 'user.owa: expected "b" [doc: O-04], got "a"');
});

test('markdown has a table of its own for Office 365', (t) => {
  const head =
    '| Row | Profile | Action | Portal | OWA | SharePoint | As expected |\n| --- | --- | --- | --- | --- | --- | --- |';
  const said = 'signed in again, silently';
  const row = `| 1 | zones | sign out of OWA | ${said} | ${said} | still signed in | yes [doc] |`;
  t.is(formatReport(report([office365()]), 'markdown'), `${head}\n${row}\n`);
  const cells = [
    cell(),
    differingOffice365({ row: 10, step: 'a', options: { a: 'x|y' } }),
    notRunOffice365('o', 'no nginx\nin PATH'),
  ];
  const [exchange, cloud] = formatReport(report(cells), 'markdown').split('\n\n') as [string, string];
  t.is(`${exchange}\n`, formatReport(report([cell()]), 'markdown'));
  t.is(
    cloud,
    `${head}
| 10a | zones | sign out of OWA (a=x\\|y) | ${said} | asked for credentials | still signed in | **no** [doc] |
| 1 | zones | sign out of OWA | did not run: no nginx in PATH |  |  | **not run** |
`,
  );
});

test('junit, tap and annotations tell of cells of both kinds', (t) => {
  const cells = report([differing(), office365(), differingOffice365(), notRunOffice365('o', 'no nginx')]);
  const junit = formatReport(cells, 'junit');
  t.true(junit.includes('<testsuites name="logoff-lab matrix" tests="4" failures="2" errors="0" skipped="1">'));
  t.true(junit.includes('<testsuite name="office365/zones" tests="3" failures="1" errors="0" skipped="1">'));
  t.true(junit.includes('<testcase classname="office365.zones" name="office365/zones/1">'));
  t.true(
    junit.includes(
      '<failure message="after.owa: expected &quot;silent-relogin&quot; [doc: O-01, O-05], got &quot;prompt&quot;; user',
    ),
  );
  t.true(
    junit.includes('logon-server  GET login.idp.localhost/logout.srf → 200') && junit.includes('<skipped message="no nginx"/>'),
  );

  const tap = formatReport(cells, 'tap').split('\n');
  t.deepEqual(tap.filter((line) => /^(not )?ok /.test(line)).slice(1), [
    'ok 2 - office365/zones/1',
    'not ok 3 - office365/zones/1',
    'ok 4 - o # SKIP no nginx',
  ]);
  t.true(tap.includes('    - "after.owa: expected \\"silent-relogin\\" [doc: O-01, O-05], got \\"prompt\\""'));

  const { id, differences } = findingOf(differingOffice365());
  t.regex(
    githubAnnotations([{ title: id, message: differences.join('\n') }])[0] as string,
    /^::error title=office365\/zones\/1::after\.owa: expected "silent-relogin" .*%0Auser: expected/,
  );
});
