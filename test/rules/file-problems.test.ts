import test from 'ava';
import { parseRules } from '../../src/rules/load-rules.ts';
import { RulesError } from '../../src/rules/rules-error.ts';
import {
  expectProblems,
  fileWith,
  goodListener,
  goodRule,
  goodUsers,
  listener,
  logoff,
  problemsOf,
  type Row,
  rule,
} from './marked-rules.ts';

const rows: Row[] = [
  [
    'an unknown key',
    rule({ more: '▸delegaton: basic' }),
    'There is no key "delegaton" in entry 1 of "rules".',
    'did you mean `delegation`?',
  ],
  [
    'an unknown key that resembles none',
    rule({ more: '▸zzz: 1' }),
    'There is no key "zzz"',
    'the keys known here are `name`, `publicNames`, `paths`, `to`, `ca`, `hostHeader`, `delegation`, `clearCookies`, `clearSiteData`, `caching` and `logoff`',
  ],
  [
    'an unknown key deep inside',
    logoff('url: /x, ▸ignorecase: true'),
    'There is no key "ignorecase" in "logoff".',
    'did you mean `ignoreCase`?',
  ],
  ['a key __proto__', rule({ more: '▸__proto__: { logoff: 1 }' }), 'There is no key "__proto__"'],
  [
    'a key that stands twice',
    rule({ more: 'delegation: basic, ▸delegation: none' }),
    'The key "delegation" stands here a second time',
    'remove one of the two',
  ],
  [
    'a missing version',
    `▸listener: ${goodListener}\nrules:\n  - ${goodRule}`,
    'The key "version" is missing in the file.',
    'add `version: 1`',
  ],
  [
    'another version',
    `version: ▸2\nlistener: ${goodListener}\nrules:\n  - ${goodRule}`,
    '"version" must be 1, but it is the number 2',
  ],
  [
    'a version in quotes',
    `version: ▸"1"\nlistener: ${goodListener}\nrules:\n  - ${goodRule}`,
    '"version" must be the number 1',
    'leave out the quotes',
  ],
  [
    'a missing key of a rule',
    fileWith(goodListener, '▸{ name: A, publicNames: [a.localhost], paths: [/owa/*] }'),
    'The key "to" is missing in entry 1 of "rules".',
  ],
  ['a listener without validation', fileWith('▸{ name: Lab }', goodRule), 'The key "validate" is missing in "listener".'],
  ['no listener', `▸version: 1\nrules:\n  - ${goodRule}`, 'The key "listener" is missing in this file.'],
  ['no rules', `▸version: 1\nlistener: ${goodListener}`, 'The key "rules" is missing in this file.'],
  [
    'an empty list of rules',
    `version: 1\nlistener: ${goodListener}\nrules: ▸[]`,
    '"rules" has no entry; at least one is needed.',
  ],
  ['an empty file', '▸', 'The file must be a mapping of keys to values, but it is nothing.'],
  [
    'a text in place of a list',
    rule({ paths: '▸/owa/*' }),
    '"paths" must be a list, but it is "/owa/*".',
    'write it as a list: `[/owa/*]`',
  ],
  ['a list in place of a text', rule({ to: '▸[x]' }), '"to" must be a text, but it is a list.'],
  ['a number as a name', listener('name: ▸2010'), '"name" must be a text, but it is the number 2010.', 'put quotes around it'],
  [
    'a word of YAML 1.1 as a boolean',
    listener('bindToClientAddress: ▸yes'),
    '"bindToClientAddress" must be true or false, but it is "yes".',
    'write `true`',
  ],
  ['a key without a value', rule({ more: '▸logoff: ' }), '"logoff" must be a mapping of keys to values, but it is nothing.'],
  [
    'an unknown choice',
    logoff('url: /x, match: ▸contain'),
    '"match" must be contains, query or exact, but it is "contain"',
    'did you mean `contains`?',
  ],
  [
    'another kind of authentication',
    listener('authentication: ▸basic'),
    '"authentication" must be forms, but it is "basic"; anything else is not supported.',
  ],
  [
    'a kind of delegation that is not supported',
    rule({ more: 'delegation: ▸kerberos' }),
    '"delegation" must be basic, none, ntlm, negotiate or client, but it is "kerberos"; anything else is not supported.',
  ],
  [
    'a tab as indentation',
    'version: 1\nlistener:\n▸\tname: Lab',
    'This is not readable YAML: Tabs are not allowed as indentation.',
    'indent with spaces',
  ],
  [
    'two syntax errors',
    'a: ▸`x\nb: ▸@y',
    [
      'This is not readable YAML: Plain value cannot start with reserved character `',
      'This is not readable YAML: Plain value cannot start with reserved character @',
    ],
  ],
  [
    'a second document',
    `${fileWith(goodListener, goodRule)}▸---\nversion: 1`,
    'This is not readable YAML: A second document begins here, but a file holds only one.',
  ],
  [
    'an unquoted name that begins with *',
    rule({ names: '[▸*a]' }),
    'The alias `*a` has no anchor before it.',
    'put quotes around a value that begins with `*`',
  ],
  ['an alias inside its own value', 'a: &a [▸*a]', 'The alias `*a` stands for a value that contains it.'],
  ['a list as a key', '▸[a]: 1', 'A key must be a plain word, but a list, mapping or alias stands here.'],
  ...['!!binary', '!!set', '!!omap'].map(
    (tag): Row => [
      `the tag ${tag} of another schema`,
      `version: ▸${tag} x\nlistener: ${goodListener}`,
      `This is not readable YAML: Unresolved tag: tag:yaml.org,2002:${tag.slice(2)}.`,
    ],
  ),
  ['a tag that nobody knows', `version: ▸!foo 1\nlistener: ${goodListener}`, 'This is not readable YAML: Unresolved tag: !foo.'],
];

for (const row of rows) {
  test(`${row[0]} is a problem at its place`, async (t) => {
    await expectProblems(t, row);
  });
}

test('the message names every problem of every file in order, with its line, a caret and a hint', async (t) => {
  const b = 'version: 1\nlistener:\n\tname: x\n';
  const a = `version: 1\nlistener: ${goodListener}\nrules:\n  - name: A\n    publicNames: [a.localhost]\n    paths: [/owa/*, owa]\n    to: http://a\n    delegaton: none\n`;
  const error = await t.throwsAsync(
    parseRules(
      [
        { name: 'rules/b.yaml', text: b },
        { name: 'rules/a.yaml', text: a },
      ],
      async () => goodUsers,
    ),
    { instanceOf: RulesError, code: 'configuration' },
  );
  t.is(
    error.message,
    [
      'rules/a.yaml:6:21: "owa" is not a path that can be published: it does not begin with /.',
      '      paths: [/owa/*, owa]',
      '                      ^',
      '  hint: did you mean `/owa`?',
      'rules/a.yaml:8:5: There is no key "delegaton" in entry 1 of "rules".',
      '      delegaton: none',
      '      ^',
      '  hint: did you mean `delegation`?',
      'rules/b.yaml:3:1: This is not readable YAML: Tabs are not allowed as indentation.',
      '  \tname: x',
      '  ^',
      '  hint: indent with spaces',
    ].join('\n'),
  );
});

test('control characters of a file do not reach the terminal', async (t) => {
  const error = await t.throwsAsync(
    parseRules([{ name: '\u001b[2Jx.yaml', text: '"\u202e\\e[31m": 1 # \u001b]0;title\u0007' }], async () => ''),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  t.notRegex(error.message, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

test('a second listener is a problem that names the first', async (t) => {
  const problems = await problemsOf({
    'a.yaml': fileWith(goodListener, goodRule),
    'b.yaml': `version: 1\nlistener: ${goodListener}`,
  });
  t.deepEqual(
    problems.map(({ file, line, column, message }) => [file, line, column, message]),
    [['b.yaml', 2, 1, 'a.yaml:2:1 has a listener already; all files together have one.']],
  );
});

const bombs: [string, string, RegExp][] = [
  ['forty levels', Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), /More than 32 levels/],
  ['fifty thousand equal keys', 'k: 1\n'.repeat(50_000), /stands here a second time/],
  ['fifty thousand aliases', `a: &a 1\nb: [${'*a, '.repeat(50_000)}]`, /More than 100 aliases/],
  [
    'aliases that multiply',
    Array.from({ length: 40 }, (_, n) => (n === 0 ? 'a0: &a0 [1, 1]' : `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`)).join('\n'),
    /multiply to too many values/,
  ],
  ['more than a mebibyte', '#'.repeat(2 ** 20 + 1), /larger than 1 MiB/],
];

for (const [what, text, message] of bombs) {
  test(`${what} in a file are refused before anybody loses patience`, async (t) => {
    t.timeout(60_000);
    const problems = await problemsOf({ 'x.yaml': text });
    t.true(problems.some((problem) => message.test(problem.message)));
  });
}

test('a nesting that the parser gives up on is one problem, without those that follow from it', async (t) => {
  const problems = await problemsOf({ 'x.yaml': '['.repeat(100_000) });
  t.deepEqual(
    problems.map(({ message }) => message),
    ['This is not readable YAML: it is nested too deeply.'],
  );
});
