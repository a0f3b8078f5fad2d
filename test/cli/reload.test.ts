import { EventEmitter, once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { generate } from 'selfsigned';
import { watchRules } from '../../src/cli/reload-rules.ts';
import { startLab } from '../../src/lab/lab.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { hashPassword } from '../../src/rules/password-hash.ts';
import type { RuleSet } from '../../src/rules/publishing-rule.ts';
import { RulesError } from '../../src/rules/rules-error.ts';
import type { EndRecord } from '../../src/sessions/session.ts';

const hash = await hashPassword('secret pass');
const usersFile = (...names: string[]) => `users:\n${names.map((name) => `  - { name: ${name}, hash: ${hash} }\n`).join('')}`;
const listenerFile = (more = '') => `version: 1\nlistener: { validate: { users: users.yaml }${more} }\n`;
const rulesFile = (...names: string[]) =>
  `version: 1\nrules:\n${names.map((name) => `  - { name: ${name}, publicNames: [${name}.test], paths: [/*], to: "http://127.0.0.1:1" }\n`).join('')}`;

/** A folder with a listener, a users file and one rule. */
function folderWith(more: Record<string, string> = {}): string {
  const folder = makeTemporaryFolder('reload').path;
  const files = { 'listener.yaml': listenerFile(), 'users.yaml': usersFile('anna'), 'site.yaml': rulesFile('wiki'), ...more };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Saves as most editors do. */
function save(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

const ended = { user: 'anna' } as EndRecord;

/** Rules watched for a gateway that only remembers them; `next` is what will be said next. */
async function watched(t: ExecutionContext, path: string) {
  const lines: string[] = [];
  const said = new EventEmitter<{ line: [string] }>();
  const say = (line: string) => {
    lines.push(line);
    said.emit('line', line);
  };
  const watch = await watchRules(path, { say, interval: 20 });
  // What is watched keeps no process running.
  const running = setInterval(() => {}, 60_000);
  t.teardown(() => {
    clearInterval(running);
    watch.close();
  });
  const inForce: RuleSet[] = [watch.rules];
  const gateway = {
    async setRules(rules: RuleSet) {
      inForce.push(rules);
      return [ended, ended];
    },
  };
  const next = async () => (await once(said, 'line'))[0] as string;
  const names = () => inForce.at(-1)?.rules.map(({ name }) => name);
  return { watch, gateway, lines, next, names, rules: () => inForce.at(-1) as RuleSet, putOn: () => watch.putOn(gateway) };
}

const READ = 'rules read again: 2 rules; 2 sessions ended';

for (const [way, change] of [
  ['saved in place', (folder: string) => writeFileSync(join(folder, 'site.yaml'), rulesFile('wiki', 'shop'))],
  ['saved by renaming another over it', (folder: string) => save(join(folder, 'site.yaml'), rulesFile('wiki', 'shop'))],
  ['added to the folder', (folder: string) => writeFileSync(join(folder, 'zoo.yaml'), rulesFile('shop'))],
] as const)
  test(`a file of rules that is ${way} is put in force`, async (t) => {
    const folder = folderWith();
    const { putOn, next, names } = await watched(t, folder);
    putOn();
    const line = next();
    change(folder);
    t.is(await line, READ);
    t.deepEqual(names(), ['wiki', 'shop']);
  });

test('a file that is taken out of the folder takes its rules along', async (t) => {
  const folder = folderWith({ 'zoo.yaml': rulesFile('zoo') });
  const { putOn, next, names } = await watched(t, folder);
  putOn();
  const line = next();
  rmSync(join(folder, 'zoo.yaml'));
  t.is(await line, 'rules read again: 1 rule; 2 sessions ended');
  t.deepEqual(names(), ['wiki']);
});

test('a link that is led elsewhere is followed, as Kubernetes changes its files', async (t) => {
  const mounted = makeTemporaryFolder('mounted').path;
  for (const [version, rules] of [
    ['..1', rulesFile('wiki')],
    ['..2', rulesFile('wiki', 'shop')],
  ] as const)
    renameSync(folderWith({ 'site.yaml': rules }), join(mounted, version));
  symlinkSync('..1', join(mounted, '..data'));
  for (const name of ['listener.yaml', 'users.yaml', 'site.yaml']) symlinkSync(`..data/${name}`, join(mounted, name));
  const { putOn, next } = await watched(t, mounted);
  putOn();
  const line = next();
  symlinkSync('..2', join(mounted, '..next'));
  renameSync(join(mounted, '..next'), join(mounted, '..data'));
  t.is(await line, READ);
});

test('a users file and a certificate that the rules name are read again too, wherever they lie', async (t) => {
  const certificate = async () => (await generate([{ name: 'commonName', value: 'lab' }])).cert;
  const folder = folderWith();
  mkdirSync(join(folder, 'below'));
  const [users, ca] = [join(folder, 'below', 'people'), join(folder, 'below', 'ca.pem')];
  writeFileSync(users, usersFile('anna'));
  writeFileSync(ca, await certificate());
  save(join(folder, 'listener.yaml'), 'version: 1\nlistener: { validate: { users: below/people } }\n');
  save(join(folder, 'site.yaml'), rulesFile('wiki').replace('"http://127.0.0.1:1"', 'https://127.0.0.1:1, ca: below/ca.pem'));
  const { putOn, next, rules } = await watched(t, folder);
  putOn();
  let line = next();
  save(users, usersFile('anna', 'ben'));
  await line;
  t.like(rules().listener.validate, { users: { length: 2 } });
  line = next();
  const renewed = await certificate();
  save(ca, renewed);
  await line;
  t.is(rules().rules[0]?.to.ca, renewed);
});

test('broken rules are told with their places and not put in force, once for each state, until they are right again', async (t) => {
  const folder = folderWith();
  const { putOn, next, names, lines, watch } = await watched(t, folder);
  putOn();
  let line = next();
  save(join(folder, 'site.yaml'), rulesFile('wiki', 'wiki').replace('/*', '/owa*x'));
  const told = await line;
  t.regex(told, /^the rules cannot be used as they are now; those read before stay in force:\n/);
  t.true(/^\S+site\.yaml:3:\d+: /m.test(told) && /^\S+site\.yaml:4:\d+: /m.test(told), told);
  t.deepEqual(names(), ['wiki']);
  line = next();
  rmSync(join(folder, 'users.yaml'));
  t.regex(await line, /listener\.yaml:2:\d+: The users file "\S+users\.yaml" cannot be read: it does not exist/);
  line = next();
  save(join(folder, 'users.yaml'), usersFile('anna'));
  await line;
  line = next();
  save(join(folder, 'site.yaml'), rulesFile('wiki', 'shop'));
  t.is(await line, READ);
  t.deepEqual(names(), ['wiki', 'shop']);
  await watch.reload();
  t.is(lines.length, 5, lines.join('\n'));
});

test('what changes nothing is not told: another file in the folder, the same text saved again', async (t) => {
  const folder = folderWith();
  const { putOn, next, lines } = await watched(t, folder);
  putOn();
  const line = next();
  writeFileSync(join(folder, '.site.yaml.swp'), 'x');
  save(join(folder, 'users.yaml'), usersFile('anna'));
  save(join(folder, 'site.yaml'), rulesFile('wiki', 'shop'));
  await line;
  t.deepEqual(lines, [READ]);
});

test('asked to reload, the rules are read again and told even if nothing has changed', async (t) => {
  const { putOn, watch, lines } = await watched(t, folderWith());
  putOn();
  await watch.reload();
  t.deepEqual(lines, ['rules read again: 1 rule; 2 sessions ended']);
});

test('a change between the first reading and the start of the gateway is put in force', async (t) => {
  const folder = folderWith();
  const { putOn, watch, next, names } = await watched(t, folder);
  const asked = watch.reload();
  save(join(folder, 'site.yaml'), rulesFile('wiki', 'shop'));
  const line = next();
  putOn();
  t.is(await line, READ);
  await asked;
  t.deepEqual(names(), ['wiki', 'shop']);
});

for (const [more, says] of [
  [', name: Door', '"Door" with the cookie cadataTMG'],
  [', cookie: cadataX', '"Listener" with the cookie cadataX'],
] as const)
  test(`a listener${more} is told: everybody signs in anew`, async (t) => {
    const folder = folderWith();
    const { putOn, next } = await watched(t, folder);
    putOn();
    let line = next();
    save(join(folder, 'listener.yaml'), listenerFile(more));
    t.is(await line, `rules read again: 1 rule; 2 sessions ended; everybody signs in anew, for the listener is ${says} now`);
    line = next();
    save(join(folder, 'site.yaml'), rulesFile('wiki', 'shop'));
    t.is(await line, READ);
  });

test('a fault of the gateway is told, and the next change is put in force all the same', async (t) => {
  const { watch, gateway, lines } = await watched(t, folderWith());
  const { setRules } = gateway;
  gateway.setRules = () => Promise.reject(new Error('no gateway'));
  watch.putOn(gateway);
  await watch.reload();
  gateway.setRules = setRules;
  await watch.reload();
  t.is(lines.length, 2);
  t.regex(lines[0] as string, /^the rules could not be read again: Error: no gateway/);
  t.regex(lines[1] as string, /^rules read again/);
});

test('after it is closed nothing is put in force', async (t) => {
  const { putOn, watch, lines } = await watched(t, folderWith());
  putOn();
  watch.close();
  await watch.reload();
  t.deepEqual(lines, []);
});

test('rules that are broken from the start are thrown', async (t) => {
  const folder = folderWith({ 'site.yaml': 'version: 1\nrules: []\n' });
  await t.throwsAsync(watchRules(folder, { say: t.fail }), { instanceOf: RulesError, message: /site\.yaml:2:/ });
});

test('a lab goes by what the rules that are read again say of its addresses and cookies', async (t) => {
  const file = readFileSync('rules/lab.yaml', 'utf8').replace('name: AD FS', 'name: Federation').replace('[MSISAuth]', '[Other]');
  const folder = folderWith({ 'site.yaml': file, 'listener.yaml': '', 'users.yaml': readFileSync('rules/users.yaml', 'utf8') });
  rmSync(join(folder, 'listener.yaml'));
  const lab = await startLab();
  t.teardown(() => lab.close());
  await lab.setRules((await watched(t, folder)).rules());
  const { rules } = lab.gateway.rules();
  t.true(rules.every(({ to }) => to.url === `http://127.0.0.1:${lab.ports.exchange}`));
  t.deepEqual(rules.find(({ name }) => name === 'Federation')?.clearCookies, [{ name: 'Other', path: '/' }]);
});
