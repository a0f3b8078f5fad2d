import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readSettings } from '../../src/cli/settings.ts';
import { storeAddressFor } from '../../src/cli/store-address-for.ts';
import { LabError } from '../../src/errors.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { describeStoreAddress } from '../../src/sessions/store-address.ts';
import { FREE, run, start } from './processes.ts';

const folder = makeTemporaryFolder('sessions').path;
const fileWith = (name: string, text: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const rulesWith = (name: string, sessions?: string): string => {
  const store = sessions === undefined ? '' : `sessions: "${sessions}", `;
  const listener = `{ ${store}validate: { basic: "http://127.0.0.1:1" } }`;
  const rule = '{ name: A, publicNames: [a.test], paths: [/*], to: "http://127.0.0.1:1" }';
  return fileWith(name, `version: 1\nlistener: ${listener}\nrules: [${rule}]\n`);
};

type Source = { flag?: string; env?: string; file?: string };

function settingsFrom({ flag, env, file }: Source) {
  const variables = {
    ...(env !== undefined && { LOGOFF_LAB_SESSIONS: env }),
    ...(file !== undefined && { LOGOFF_LAB_SESSIONS_FILE: file }),
  };
  return readSettings(flag === undefined ? {} : { sessions: flag }, variables, () => {});
}

const inFile = fileWith('store', 'redis://lab:hunter2@file\r\n');
const ofRules = rulesWith('rules.yaml', 'redis://lab:hunter2@rules');

const chosen: [what: string, source: Source, rules: string, host: string][] = [
  ['the flag', { flag: 'redis://flag', env: 'redis://env' }, ofRules, 'flag'],
  ['the flag, whatever both variables say', { flag: 'redis://flag', env: 'x', file: '/does/not/exist' }, ofRules, 'flag'],
  ['the variable', { env: 'redis://env' }, ofRules, 'env'],
  ['the file of the variable', { file: inFile }, ofRules, 'file'],
  ['the rules', {}, ofRules, 'rules'],
];

for (const [what, source, rules, host] of chosen)
  test(`sessions lie where ${what} says`, async (t) => {
    const address = storeAddressFor(settingsFrom(source), (await loadRules(rules)).listener.sessions);
    t.true(describeStoreAddress(address).startsWith(`Redis at ${host}:6379`), describeStoreAddress(address));
  });

test('sessions lie in memory if nobody says otherwise', async (t) => {
  const rules = await loadRules(rulesWith('silent.yaml'));
  t.deepEqual(storeAddressFor(settingsFrom({}), rules.listener.sessions), { kind: 'memory', limit: null });
});

test('the line break at the end of the file is not a part of the address', (t) => {
  const { sessions } = settingsFrom({ file: fileWith('prefix', 'redis://h?prefix=lab\n') });
  t.is(sessions?.kind === 'redis' && sessions.prefix, 'lab');
});

const limit = 'limit: expected a whole number of sessions from 1 to 10,000,000, without separators, got "x"';
const expectedPath = 'expected the path of a file that holds what LOGOFF_LAB_SESSIONS would';
const FILE = 'LOGOFF_LAB_SESSIONS_FILE';

const refused: [what: string, source: Source, problem: string][] = [
  ['a wrong flag', { flag: 'memory?limit=x' }, `--sessions: ${limit}`],
  ['a wrong variable', { env: 'memory?limit=x' }, `LOGOFF_LAB_SESSIONS: ${limit}`],
  ['a file with something wrong in it', { file: fileWith('wrong', 'memory?limit=x\n') }, `${FILE}: ${limit}`],
  [
    'both variables',
    { env: 'redis://lab:hunter2@h', file: inFile },
    `${FILE}: LOGOFF_LAB_SESSIONS is set too; expected one of the two: remove one`,
  ],
  [
    'a file that is not there',
    { file: '/does/not/exist' },
    `${FILE}: /does/not/exist cannot be read: it does not exist; ${expectedPath}`,
  ],
  ['a folder', { file: folder }, `${FILE}: ${folder} cannot be read: it is a folder, not a file; ${expectedPath}`],
  ['a device', { file: '/dev/null' }, `${FILE}: /dev/null cannot be read: it is not a regular file; ${expectedPath}`],
  [
    'a file of bytes',
    { file: fileWith('bytes', new Uint8Array([0xff])) },
    `${FILE}: ${join(folder, 'bytes')} cannot be read: it is not UTF-8 text; ${expectedPath}`,
  ],
  [
    'a large file',
    { file: fileWith('large', 'x'.repeat(65_537)) },
    `${FILE}: ${join(folder, 'large')} cannot be read: it is larger than 64 KiB; ${expectedPath}`,
  ],
  [
    'an address in the place of a file',
    { file: 'redis://lab:hunter2@h' },
    `${FILE}: the file cannot be read: it does not exist; ${expectedPath}`,
  ],
];

for (const [what, source, message] of refused)
  test(`${what} is a problem of usage: ${message.replaceAll(folder, '…')}`, (t) => {
    t.throws(() => settingsFrom(source), { instanceOf: LabError, code: 'usage', message });
  });

test('a wrong store is told along with every other problem, without its password', (t) => {
  const env = { LOGOFF_LAB_SESSIONS: 'redis://lab:hunter2', LOGOFF_LAB_PORT: 'x', LOGOFF_LAB_SESSIONS_FIEL: '/x' };
  const { message } = t.throws(() => readSettings({}, env, () => {}), { instanceOf: LabError }) as LabError;
  t.regex(message, /FIEL: no such setting; did you mean LOGOFF_LAB_SESSIONS_FILE\?[\s\S]*LOGOFF_LAB_SESSIONS: expected host/);
  t.true(message.includes('LOGOFF_LAB_PORT: expected a port'));
  t.false(message.includes('hunter2'));
});

const wrongRules = rulesWith('wrong.yaml', 'redis://lab:hunter2');

test('a store that the rules write wrongly is a problem of configuration', async (t) => {
  const rules = await loadRules(wrongRules);
  const { code, message } = t.throws(() => storeAddressFor({ sessions: null, rules: wrongRules }, rules.listener.sessions), {
    instanceOf: LabError,
  }) as LabError;
  t.is(code, 'configuration');
  t.true(message.startsWith(`${wrongRules}: listener.sessions: expected host or host:port`), message);
  t.false(message.includes('hunter2'));
  t.is(storeAddressFor(settingsFrom({ flag: 'memory' }), rules.listener.sessions).kind, 'memory');
});

for (const command of [
  ['proxy', '--rules'],
  ['lab', '--rules'],
  ['rules', 'check'],
])
  test(`${command.join(' ')} ends with 2 if the rules write the store wrongly`, async (t) => {
    const { code, output } = await run(t, [...command, wrongRules], FREE);
    t.is(code, 2);
    t.regex(output, /listener\.sessions: expected host or host:port/);
    t.false(output.includes('hunter2'));
  });

test('proxy and lab say where sessions lie', async (t) => {
  const env = { ...FREE, LOGOFF_LAB_SESSIONS_FILE: fileWith('small', 'memory?limit=7\n') };
  for (const command of ['proxy', 'lab']) {
    const { until } = start(t, 'src/main.ts', [command, '--rules', ofRules], env);
    const [line] = await until(/^Sessions: .*$/m);
    t.is(line, 'Sessions: memory, at most 7 sessions.');
  }
});

test('lab and proxy offer the setting, and name both variables', async (t) => {
  for (const command of ['lab', 'proxy']) {
    const { code, output } = await run(t, [command, '--help']);
    t.is(code, 0);
    t.regex(
      output.replace(/\s+/g, ' '),
      /--sessions <store> where sessions lie: .*LOGOFF_LAB_SESSIONS, or LOGOFF_LAB_SESSIONS_FILE/,
    );
  }
  t.is((await run(t, ['lab', '--sessions', 'http://h'])).code, 2);
});
