import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { SaxesParser } from 'saxes';
import { parse } from 'yaml';
import { createProgress } from '../../src/cli/progress-line.ts';
import { githubAnnotations } from '../../src/regression/report/github-annotations.ts';
import { progressText } from '../../src/regression/report/progress-text.ts';
import { formatReport, reportFormats } from '../../src/regression/report/report.ts';
import { verdictCodes } from '../../src/scenarios/verdict-codes.ts';
import { cell, differing, hit, many, notRun, report } from './hand-made-cells.ts';

const table = (...parameters: Parameters<typeof report>) => formatReport(report(...parameters), 'table', { width: 100 });

test('a small selection is one row a cell: what all share stands above, and columns are what varies', (t) => {
  const [shared, head, first, second] = table([
    cell({ logoffUrl: '?Cmd=logoff' }),
    cell({ ...hit, logoffUrl: '/owa/logoff.owa', match: 'exact' }),
  ]).split('\n') as [string, string, string, string];
  t.is(shared, 'suite exchange · Exchange 2013-cu1 · vdir basic · app owa · client premium · SignOutKind shipped');
  t.regex(head, /^ +logoff URL +sign-out, \[hit\] +hit +proxy +backend +next visit +SO +known$/);
  t.regex(first, /^✓ {3}1 {2}\?Cmd=logoff +dialog, no request +no +alive +alive +still in +02 09 +\[seen\]$/);
  t.regex(second, /^✓ {3}2 {2}\/owa\/logoff\.owa \(exact\) +\[logoff\.owa\] +yes +ended +alive +signed out +03 +\[seen\]$/);
});

for (const [what, changes] of [
  ['client light', { client: 'light' }],
  ['front end 2013-cu6', { frontEnd: '2013-cu6' }],
  ['options landing=signout', { options: { landing: 'signout' } }],
  [
    'SignOutKind Legacy/absent/"x"',
    { signOutKindSource: 'changed', signOutKind: { feOwa: 'LegacyLogOff', beOwa: null, beEcp: 'x' } },
  ],
  [
    'install order up · upgraded 1: mbx · path cas → mbx',
    { installOrder: { order: 'up', step: 1, server: 'mbx', member: 'cas', mailboxServer: 'mbx' } },
  ],
] as const)
  test(`${what} is told of a cell that has it`, (t) => {
    const words = (text: string) => text.replace(/\s+/g, ' ');
    t.true(words(table([cell(changes)])).includes(` · ${what}`));
    const beside = table([cell(), cell(changes)]);
    for (const said of what.split(' · ')) t.true(words(beside).includes(said.slice(said.lastIndexOf(' '))), beside);
  });

test('add-ins, and a hit before anybody could click, have their words', (t) => {
  const cells = report([
    cell({ ...hit, clientAction: null }),
    cell({ clientAction: null, addIn: 'breaks' }),
    notRun('c', 'no nginx'),
  ]);
  const text = formatReport(cells, 'table');
  t.regex(text, /next visit +add-in +SO/);
  t.regex(text, /✓ {3}1 .* at logon: \[logoff\.owa\] +yes/);
  t.regex(text, /✓ {3}2 .* never got there +no .* still in +breaks +02 09/);
  t.regex(text, /\? {3}3 .* did not run\n/);
  const lines = formatReport(cells, 'markdown').split('\n');
  t.true(
    lines[0]?.endsWith('| Next visit | Add-in | As expected |') &&
      lines[3]?.endsWith('| still signed in | breaks | yes [seen] |'),
  );
  t.is(new Set(lines.slice(0, 5).map((line) => line.split('|').length)).size, 1);
  t.notRegex(table([cell()]), /add-in/);
});

test('what does not fit beside the outcome becomes a heading over its rows, and no line is too long', (t) => {
  const cells = many(20).map((one, at) => ({
    ...one,
    client: at % 2 ? ('light' as const) : ('explicit' as const),
    options: at > 9 ? { aRatherLongOption: 'with-a-rather-long-value' } : null,
    ...(at % 3 ? hit : {}),
  }));
  for (const width of [100, 120]) {
    const lines = formatReport(report(cells), 'table', { width }).split('\n');
    t.true(lines.includes('Exchange 2013-cu1 · client light'), lines.join('\n'));
    t.deepEqual(
      lines.filter((line) => line.length > width),
      [],
    );
  }
});

test('the sentences of a small selection are told once each, with the rows and the evidence they belong to', (t) => {
  const because = 'The same sentence for both.';
  const text = table([cell({ because }), cell({ because }), cell({ ...hit }), cell({ because })]);
  t.true(text.includes('\nWhy\n1–2, 4: The same sentence for both. [seen: E-16, E-03]\n3: The client requested'), text);
});

test('hundreds of cells are counted by suite and profile; only what differs or did not run is told one by one', (t) => {
  const cells = [...many(6800), differing({ id: 'exchange/odd', profile: '2010' }), notRun('exchange/none', 'no redis-server')];
  const text = table(cells, { ms: 52_100, cellsPerSecond: 130.6 });
  const lines = text.split('\n');
  t.true(lines.length < 50);
  t.regex(
    lines[0] as string,
    /^ +suite +profile +cells +agree +differ +not run +signed out +still in +silently in +Exchange asks$/,
  );
  t.regex(lines[1] as string, /^✗ {2}exchange {2}2010 +1,361 +1,360 +1 +0 +1 +1,360 +0 +0$/);
  t.regex(lines[2] as string, /^\? {2}exchange {2}2013-cu1 +1,361 +1,360 +0 +1 +0 +1,360 +0 +0$/);
  t.true(text.includes('✗ exchange/odd\n') && text.includes('no redis-server\n? exchange/none\n'));
  t.true(text.endsWith('\n6,802 cells: 6,800 as expected, 1 not as expected, 1 not run (52.1 s, 131 cells a second)\n'));
});

test('a differing cell says each field, both sentences and the trace, one line an event', (t) => {
  const text = table([differing()]);
  t.true(
    text.includes(`
✗ exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff
    detected: expected false [seen: E-16, E-03], got true
    requests: expected [] [seen: E-16, E-03], got ["/owa/logoff.owa"]
    The client requested /owa/logoff.owa, which matches; the next visit meets the gateway’s form.
    expected because: With FBA off the client only shows a dialog.
    trace:
      gateway    GET /owa/logoff.owa
      gateway    decision: "/owa/logoff.owa" is the logoff URL [T-01]
      front-end  GET /owa/logoff.owa → 302 /owa/auth/signout.aspx; clears UC; session uc-1 ended
      gateway    session: session a1 ended (logoff)
      gateway    GET /owa/logoff.owa → 200; sets new
`),
    text,
  );
  t.true(table([differing({ expected: null, differs: ['expected'] })]).includes('no committed expectation matches this cell'));
});

test('of many differing cells every one is told, and the first twenty with their traces', (t) => {
  const text = table(many(100).map(({ id }) => differing({ id })));
  t.is(text.match(/^✗ exchange\/\d+$/gm)?.length, 100);
  t.is(text.match(/^ +trace:$/gm)?.length, 20);
  t.true(text.includes('trace: see --format json, or run --only id=exchange/99'));
});

test('cells that did not run for the same reason are told together', (t) => {
  const text = table([notRun('a', 'no nginx'), notRun('b', 'no haproxy'), notRun('c', 'no nginx')]);
  t.true(text.includes('Did not run\nno nginx\n? a\n? c\nno haproxy\n? b\n'), text);
});

test('[E-25] after each upgrade it is told which ways through the farm end on an error page, without a gateway', (t) => {
  const way = (step: number, member: string, mailboxServer: string, page: string, via: 'direct' | 'gateway' = 'direct') =>
    cell({
      suite: 'install-order',
      via,
      landing: `/owa/auth/${page}.aspx`,
      installOrder: { order: 'up', step, server: step === 0 ? 'none' : 'm-1', member, mailboxServer },
    });
  const text = table([
    way(0, 'c-1', 'm-1', 'logon'),
    way(1, 'c-1', 'm-1', 'errorFE'),
    way(1, 'c-1', 'm-2', 'errorFE'),
    way(1, 'c-2', 'm-1', 'errorFE'),
    way(1, 'c-2', 'm-2', 'logon'),
    way(1, 'c-2', 'm-2', 'errorFE', 'gateway'),
  ]);
  t.regex(text, /^up +0 {2}– +1 {2}none$/m);
  t.regex(text, /^up +1 {2}m-1 +4 {2}c-1 → m-1, m-2; c-2 → m-1$/m);
  t.notRegex(table([cell()]), /Upgrades/);
});

test('the codes and marks that occur are explained, others are not', (t) => {
  const text = table([cell(), cell(), cell({ ...hit })]);
  t.true(text.includes('SO-02 proxy-session-survives (2): the gateway keeps'), text);
  t.true(text.includes('SO-03 backend-session-survives (1)') && text.includes('[seen] observed or reported (3)'));
  t.false(text.includes('SO-01') || text.includes('[doc]'));
  t.deepEqual(
    verdictCodes.map(({ code }) => code),
    Array.from({ length: 22 }, (_, at) => `SO-${String(at + 1).padStart(2, '0')}`),
  );
});

test('a table has colours only when they are asked for', (t) => {
  const cells = report([cell(), differing(), notRun('a', 'no nginx')]);
  const [plain, coloured] = [false, true].map((colour) => formatReport(cells, 'table', { colour })) as [string, string];
  t.not(coloured, plain);
  t.is(stripVTControlCharacters(coloured), plain);
  for (const format of reportFormats) t.is(stripVTControlCharacters(formatReport(cells, format)), formatReport(cells, format));
});

test('markdown has the columns of the README, further ones only if they vary, and one line a cell', (t) => {
  const head = '| Exchange | Virtual directory | Logoff URL | Click on Sign out | Detected | Next visit | As expected |';
  const row = '| 2013-cu1 | `basic` | `/owa/logoff.owa` | dialog, no request | no | still signed in | yes [seen] |';
  t.is(formatReport(report([cell()]), 'markdown'), `${head}\n| --- | --- | --- | --- | --- | --- | --- |\n${row}\n`);
  const varied = formatReport(
    report([
      cell(),
      cell({ client: 'light', frontEnd: '2013-cu6', options: { a: 'x|y' }, via: 'direct', logoffUrl: null, match: null }),
      notRun('c', 'no nginx\nin PATH'),
    ]),
    'markdown',
  ).split('\n');
  t.is(varied[0]?.startsWith('| Exchange | Front end | Virtual directory | Client | Options | Logoff URL |'), true);
  t.is(varied[3]?.startsWith('| 2013-cu1 | 2013-cu6 | `basic` | light | a=x\\|y | (no gateway) |'), true);
  const missing = '`basic` | premium | – | `/owa/logoff.owa` | did not run: no nginx in PATH |  |  | **not run** |';
  t.is(varied[4], `| 2013-cu1 | same | ${missing}`);
});

type Element = { name: string; attributes: Record<string, string>; text: string };

function readXml(text: string): Element[] {
  const elements: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes: { ...attributes }, text: '' }));
  parser.on('text', (part) => {
    const element = elements.at(-1);
    if (element) element.text += part;
  });
  parser.write(text).close();
  return elements;
}

test('junit: a suite for each suite and profile, a case for each cell, and what differs or did not run', (t) => {
  const elements = readXml(
    formatReport(report([cell(), differing({ id: 'odd' }), cell({ profile: '2010' }), notRun('none', 'no nginx')]), 'junit'),
  );
  const named = (name: string) => elements.filter((element) => element.name === name);
  t.like(named('testsuites')[0]?.attributes, { tests: '4', failures: '1', skipped: '1', errors: '0' });
  t.like(named('testsuite')[0]?.attributes, { name: 'exchange/2013-cu1', tests: '3', failures: '1', skipped: '1' });
  t.like(named('testsuite')[1]?.attributes, { name: 'exchange/2010', tests: '1', failures: '0', skipped: '0' });
  t.deepEqual(named('testcase')[1]?.attributes, { classname: 'exchange.2013-cu1', name: 'odd' });
  t.deepEqual(named('property')[1]?.attributes, { name: 'facts', value: 'E-16, E-03' });
  const [failure] = named('failure') as [Element];
  t.regex(failure.attributes['message'] as string, /^detected: expected false .*; requests: expected/);
  t.true(failure.text.includes('front-end  GET /owa/logoff.owa → 302'));
  t.is(named('skipped')[0]?.attributes['message'], 'no nginx');
});

test('junit holds whatever a text may hold: markup, line breaks, and what XML cannot say', (t) => {
  const because = 'a <b> & "c" ]]> \u0000\u001b[31m\ud800 \uffff 😀\r\n\tend';
  const elements = readXml(formatReport(report([differing({ because }), notRun('n', because)]), 'junit'));
  const said = 'a <b> & "c" ]]> \ufffd\ufffd[31m\ufffd \ufffd 😀\r\n\tend';
  t.true(elements.find(({ name }) => name === 'failure')?.text.includes(said));
  t.is(elements.find(({ name }) => name === 'skipped')?.attributes['message'], said);
});

test('tap: version, plan and a point for each cell, with escapes, a YAML block and a skip', (t) => {
  const because = 'said "no"\nand: # \\ more';
  const lines = formatReport(
    report([cell({ id: 'a#1\\b' }), differing({ id: 'odd', because }), notRun('none', 'no # nginx\nhere')]),
    'tap',
  ).split('\n');
  t.deepEqual(lines.slice(0, 4), ['TAP version 14', '1..3', 'ok 1 - a\\#1\\\\b', 'not ok 2 - odd']);
  t.deepEqual(lines.slice(-2), ['ok 3 - none # SKIP no \\# nginx here', '']);
  const end = lines.indexOf('  ...');
  t.is(lines[4], '  ---');
  const block = parse(lines.slice(5, end).join('\n')) as Record<string, unknown>;
  t.like(block, { message: because, severity: 'fail', expectedBecause: 'With FBA off the client only shows a dialog.' });
  t.is((block['differences'] as string[])[0], 'detected: expected false [seen: E-16, E-03], got true');
  t.is((block['trace'] as string[]).length, 5);
});

test('GitHub annotations are escaped, ten at most, and a notice counts the rest', (t) => {
  const problem = { title: 'a:b,c%', message: '50 %\r\nso: there, x' };
  t.deepEqual(githubAnnotations([problem]), ['::error title=a%3Ab%2Cc%25::50 %25%0D%0Aso: there, x']);
  t.is(githubAnnotations(Array(10).fill(problem)).length, 10);
  const eleven = githubAnnotations(Array(13).fill(problem));
  t.is(eleven.length, 11);
  t.regex(eleven[10] as string, /^::notice title=logoff-lab matrix::3 more cells are not as expected/);
  t.deepEqual(githubAnnotations([]), []);
});

test('progress: a log gets a line every ten seconds, a terminal one line that is written over', (t) => {
  for (const [isTTY, wanted] of [
    [false, ['100/400 cells (25 %), 9.1 cells a second, 33 s left\n', '250/400 cells (62 %), 11 cells a second, 14 s left\n']],
    [true, ['100/400 cells (25 %), 9.1 cells', '101/400 cells (25 %), 9.1 cells', '250/400 cells (62 %), 11 cells ', '']],
  ] as const) {
    const written: string[] = [];
    let now = 5_000;
    const progress = createProgress({ isTTY, columns: 32, write: (text) => written.push(text) }, () => now);
    for (const [at, done] of [
      [0, 1],
      [11_000, 100],
      [11_150, 101],
      [11_200, 102],
      [22_000, 250],
      [33_000, 400],
    ] as const) {
      now = 5_000 + at;
      progress.show(done, 400);
    }
    progress.clear();
    t.deepEqual(written, isTTY ? wanted.map((text) => `\r\x1b[K${text}`) : [...wanted]);
  }
  t.is(progressText(0, 6812, 0), '0/6,812 cells (0 %)');
  t.is(progressText(1234, 6812, 9_420), '1,234/6,812 cells (18 %), 131 cells a second, 43 s left');
});
