import test from 'ava';
import { parseRules } from '../../src/rules/load-rules.ts';
import { rulesJsonSchema } from '../../src/rules/rules-schema.ts';
import { expectProblems, goodRule, goodUsers, listener, type Row } from './marked-rules.ts';

const neither = 'This is neither memory nor the address of a store.';
const rows: Row[] = [
  [
    'something else than a session store',
    listener('sessions: ▸hunter2'),
    neither,
    'write `memory`, `memory?limit=50000` or an address such as `redis://10.0.0.5:6379`',
  ],
  ['an empty session store', listener('sessions: ▸""'), neither],
  ['a host alone as session store', listener('sessions: ▸10.0.0.5:6379'), neither],
  ['a number as session store', listener('sessions: ▸6379'), '"sessions" must be a text, but it is the number 6379.'],
];

for (const row of rows)
  test(`${row[0]} is a problem at its place`, async (t) => {
    await expectProblems(t, row);
  });

const store = 'redis://lab:a/b@hunter2@10.0.0.5';
const linesWithSecrets: [what: string, line: string, shown: string][] = [
  [
    'a faulty line beside it',
    `sessions: "${store}", cookie: x, `,
    `sessions:${'*'.repeat(` "${store}`.lastIndexOf('@'))}@10.0.0.5", cookie: x, `,
  ],
  ['another key', `sesions: "${store}", `, `sesions: "redis://${'*'.repeat('lab:a/b@hunter2'.length)}@10.0.0.5", `],
  ['no scheme', 'sessions: lab:a/hunter2@h, ', `sessions:${'*'.repeat(' lab:a/hunter2'.length)}@h, `],
];

for (const [what, line, shown] of linesWithSecrets)
  test(`a report never repeats the password of a session store with ${what}`, async (t) => {
    const text = `version: 1\nlistener: { ${line}validate: { basic: "http://127.0.0.1:1" } }\nrules: [${goodRule}]\n`;
    const error = await t.throwsAsync(parseRules([{ name: 'a.yaml', text }], async () => ''));
    t.false(error.message.includes('hunter2'), error.message);
    t.true(error.message.includes(`  listener: { ${shown}validate: `), error.message);
  });

type Schema = { pattern?: string; properties: Record<string, Schema> };

test('where sessions lie is kept as it was written, secrets and relative paths too, and fits the JSON Schema', async (t) => {
  const { pattern = '' } = (rulesJsonSchema() as Schema).properties['listener']?.properties['sessions'] ?? {};
  for (const sessions of ['memory', 'memory?limit=5', 'rediss://lab:hunter2@10.0.0.5/2?ca=ca.pem', 'redis+cluster://h1:1,h2:1']) {
    const text = listener(`sessions: "${sessions}"`);
    t.regex(sessions, new RegExp(pattern, 'u'));
    t.is((await parseRules([{ name: 'x.yaml', text }], async () => goodUsers)).listener.sessions, sessions);
  }
});
