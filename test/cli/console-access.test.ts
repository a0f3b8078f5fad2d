import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { accessSentences, consoleAccess, consolePageUrl, consoleUrl } from '../../src/cli/console-access.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { LabError } from '../../src/errors.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { send } from '../send-request.ts';
import { FREE, run, start } from './processes.ts';

const GIVEN = 'sixteen-and-more';
const folder = makeTemporaryFolder('token').path;
const fileWith = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const random = (bytes: number) => Buffer.alloc(bytes, 0xfb);
const accessOf = (flags: Parameters<typeof readSettings>[0], env: Record<string, string> = {}, serves = true) =>
  consoleAccess(
    readSettings(flags, env, () => {}),
    serves,
    random,
  );

for (const host of ['127.0.0.1', '127.0.0.2', '127.255.255.254', '::1', 'localhost', 'LOCALHOST'])
  test(`a console on ${host} asks for no token unless one was given`, (t) => {
    t.deepEqual(accessOf({ host }), { host, token: null, made: false });
    t.deepEqual(accessOf({ host }, { LOGOFF_LAB_CONSOLE_TOKEN: GIVEN }), { host, token: GIVEN, made: false });
  });

for (const host of [
  '0.0.0.0',
  '::',
  '10.0.0.5',
  '192.168.1.1',
  'fe80::1',
  '::ffff:10.0.0.5',
  'lab.example',
  '0',
  '1270.0.0.1',
  '127.0.0.1.example',
  '127.example',
  'localhost.example',
  'xlocalhost',
])
  test(`a console on ${host} asks for the token that was given, else for one that is made`, (t) => {
    t.deepEqual(accessOf({ host }, { LOGOFF_LAB_CONSOLE_TOKEN: GIVEN }), { host, token: GIVEN, made: false });
    const { token, made } = accessOf({ host });
    t.true(made);
    t.regex(token ?? '', /^[\w-]{22}$/);
  });

test('tokens that are made are random', (t) => {
  const settings = readSettings({ host: '0.0.0.0' }, {}, () => {});
  const made = Array.from({ length: 50 }, () => consoleAccess(settings, true).token);
  t.is(new Set(made).size, 50);
});

test('a console that serves health alone asks for no token', (t) => {
  t.is(accessOf({ host: '0.0.0.0' }, {}, false).token, null);
  t.is(accessOf({ host: '0.0.0.0' }, { LOGOFF_LAB_CONSOLE_TOKEN: GIVEN }, false).token, null);
});

test('the console listens where --console-host says, else where --host does', (t) => {
  t.is(accessOf({ host: '0.0.0.0', consoleHost: '127.0.0.1' }).host, '127.0.0.1');
  t.is(accessOf({ host: '0.0.0.0', consoleHost: '127.0.0.1' }).token, null);
  t.truthy(accessOf({ consoleHost: '10.0.0.5' }).token);
  t.is(accessOf({ host: '10.0.0.5' }, { LOGOFF_LAB_CONSOLE_HOST: '10.0.0.6' }).host, '10.0.0.6');
  t.is(accessOf({ host: '10.0.0.5' }).host, '10.0.0.5');
});

test('the address of the console is one by which it can be reached', (t) => {
  t.deepEqual(
    ['0.0.0.0', '::', '10.0.0.5', '::1', 'lab.example'].map((host) => consoleUrl(host, 81)),
    ['http://127.0.0.1:81/', 'http://127.0.0.1:81/', 'http://10.0.0.5:81/', 'http://[::1]:81/', 'http://lab.example:81/'],
  );
});

test('its pages are opened by the name that may frame the lab’s sites, unless it listens where that name does not lead', (t) => {
  t.deepEqual(
    ['127.0.0.1', 'localhost', '0.0.0.0', '10.0.0.5', '::1'].map((host) => consolePageUrl(host, 81)),
    [...Array(3).fill('http://console.mail.localhost:81/'), 'http://10.0.0.5:81/', 'http://[::1]:81/'],
  );
});

test('a token that was made is told with the address, one that was given is not, and none is no sentence', (t) => {
  const made = accessSentences({ host: '0.0.0.0', token: 'abc', made: true }, 81);
  t.regex(made ?? '', /^Console: http:\/\/127\.0\.0\.1:81\/ {2}token: abc\n.*any user name/);
  t.regex(accessSentences({ host: '0.0.0.0', token: GIVEN, made: false }, 81) ?? '', /asks for the token that it was given/);
  t.false(accessSentences({ host: '0.0.0.0', token: GIVEN, made: false }, 81)?.includes(GIVEN));
  t.is(accessSentences({ host: '127.0.0.1', token: null, made: false }, 81), null);
});

test('the token can lie in a file, whose last line break is no part of it', (t) => {
  const LOGOFF_LAB_CONSOLE_TOKEN_FILE = fileWith('token', `${GIVEN}\n`);
  t.is(readSettings({}, { LOGOFF_LAB_CONSOLE_TOKEN_FILE }, () => {}).consoleToken, GIVEN);
});

for (const [what, token] of [
  ['of fifteen characters', 'secret-fifteen1'],
  ['that is empty', ''],
  ['with a blank', 'secret with blanks in it'],
  ['with a line break', 'secret-in-one\nsecret-in-two'],
  ['with a letter beyond ASCII', 'secret-für-den-Anfang'],
  ['longer than 1,024 characters', 'secret'.repeat(171)],
] as const)
  for (const [name, env] of [
    ['LOGOFF_LAB_CONSOLE_TOKEN', { LOGOFF_LAB_CONSOLE_TOKEN: token }],
    ['LOGOFF_LAB_CONSOLE_TOKEN_FILE', { LOGOFF_LAB_CONSOLE_TOKEN_FILE: fileWith(what.replace(/\W/g, '-'), token) }],
  ] as const)
    test(`a token ${what} in ${name} is a problem of usage that does not show it`, (t) => {
      const { code, message } = t.throws(() => readSettings({}, env as Record<string, string>, () => {}), {
        instanceOf: LabError,
      }) as LabError;
      t.is(code, 'usage');
      t.true(message.startsWith(`${name}: expected 16 to 1,024 visible ASCII characters`), message);
      t.false(message.includes('secret-') || message.includes('secretsecret') || message.includes('secret with'));
    });

test('both variables of the token at once are a problem of usage that shows neither', (t) => {
  const env = { LOGOFF_LAB_CONSOLE_TOKEN: GIVEN, LOGOFF_LAB_CONSOLE_TOKEN_FILE: fileWith('both', GIVEN) };
  const { message } = t.throws(() => readSettings({}, env, () => {}), { instanceOf: LabError }) as LabError;
  t.regex(message, /^LOGOFF_LAB_CONSOLE_TOKEN_FILE: LOGOFF_LAB_CONSOLE_TOKEN is set too/);
  t.false(message.includes(GIVEN));
});

test('there is no flag for the token, for a command line can be read by others', async (t) => {
  const { code, output } = await run(t, ['lab', '--console-token', GIVEN], FREE);
  t.deepEqual([code, /unknown option '--console-token'/.test(output)], [2, true]);
  const { output: help } = await run(t, ['lab', '--help']);
  t.regex(
    help.replace(/\s+/g, ' '),
    /--console-host <address> .*LOGOFF_LAB_CONSOLE_TOKEN, or in the file that LOGOFF_LAB_CONSOLE_TOKEN_FILE/,
  );
});

test('a lab with a token that was given asks for it and does not print it; healthcheck needs none', async (t) => {
  const { until, output } = start(t, 'src/main.ts', ['lab'], { ...FREE, LOGOFF_LAB_CONSOLE_TOKEN: GIVEN });
  const [, console = ''] = await until(/127\.0\.0\.1:(\d+)\/api\/lab[\s\S]*Ctrl\+C\.\n\nConsole: .*token that it was given/);
  const status = async (fields: Record<string, string>) => (await send(Number(console), 'GET', '/api/lab', fields)).status;
  t.deepEqual([await status({}), await status({ Authorization: `Bearer ${GIVEN}` })], [401, 200]);
  t.is((await run(t, ['healthcheck', '--console-port', console])).code, 0);
  t.false(output().includes(GIVEN));
});

test('a console that is told to listen elsewhere than the sites says so when it cannot', async (t) => {
  const { code, output } = await run(t, ['lab', '--console-host', '192.0.2.1'], FREE);
  t.is(code, 2);
  t.regex(output, /does not have that address.*--console-host or LOGOFF_LAB_CONSOLE_HOST/);
});

/** This machine's own address in a spelling that is not surely that, so that the console asks for a token and nobody else can reach it. */
const ODD = '127.1';

test('a lab whose console others may reach prints a token on standard error, and lets in whoever brings it', async (t) => {
  const { child, until } = start(t, 'src/main.ts', ['lab', '--console-host', ODD], FREE);
  let standardOutput = '';
  child.stdout?.on('data', (chunk: string) => {
    standardOutput += chunk;
  });
  const [, port = '', token = ''] = await until(/^Console: http:\/\/127\.1:(\d+)\/ {2}token: ([\w-]{22})$/m);
  const ask = (fields: Record<string, string>) => send(Number(port), 'GET', '/sessions', fields);
  const basic = `Basic ${Buffer.from(`whoever:${token}`).toString('base64')}`;
  t.deepEqual(
    [
      (await ask({})).status,
      (await ask({ Authorization: basic })).status,
      (await ask({ Authorization: `Bearer ${token}` })).status,
    ],
    [401, 200, 200],
  );
  t.is((await run(t, ['healthcheck', '--console-port', port, '--console-host', ODD])).code, 0);
  t.is(standardOutput, '');
});

const rules = fileWith(
  'rules.yaml',
  'version: 1\nlistener: { validate: { basic: "http://127.0.0.1:1" } }\nrules: [{ name: A, publicNames: [a.test], paths: [/*], to: "http://127.0.0.1:1" }]\n',
);

test('a proxy prints a token and asks for it only if it serves the admin API; its health is for everybody', async (t) => {
  const args = ['proxy', '--rules', rules, '--console-host', ODD];
  const closed = start(t, 'src/main.ts', args, FREE);
  const [, health = ''] = await closed.until(/health on port (\d+) [\s\S]*Ctrl\+C\.$/m);
  t.is((await send(Number(health), 'GET', '/livez', {})).status, 200);
  t.is((await send(Number(health), 'GET', '/api/sessions', { Host: 'localhost' })).status, 404);
  t.false(/token/.test(closed.output()));
  const open = start(t, 'src/main.ts', [...args, '--admin-api'], FREE);
  const [, port = '', token = ''] = await open.until(/^Console: http:\/\/127\.1:(\d+)\/ {2}token: (\S+)$/m);
  const status = async (path: string, fields: Record<string, string> = {}) =>
    (await send(Number(port), 'GET', path, fields)).status;
  t.deepEqual([await status('/livez'), await status('/readyz'), await status('/api/sessions')], [200, 200, 401]);
  t.is(await status('/api/sessions', { Authorization: `Bearer ${token}` }), 200);
});

// Other systems have no second loopback address unless they are told to.
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('healthcheck asks where the console listens, by whichever of the two settings says so', async (t) => {
  const healthy = createServer((_, answer) => answer.end()).listen(0, '127.0.0.2');
  await once(healthy, 'listening');
  t.teardown(() => healthy.close());
  const port = String((healthy.address() as AddressInfo).port);
  const check = async (...flags: string[]) => (await run(t, ['healthcheck', '--console-port', port, ...flags])).code;
  t.is(await check('--console-host', '127.0.0.2'), 0);
  t.is(await check('--host', '127.0.0.2'), 0);
  t.is(await check('--host', '127.0.0.2', '--console-host', '127.0.0.1'), 3);
});
