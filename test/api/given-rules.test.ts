import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createScriptedBrowser, LabError, startGateway } from '../../src/index.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { certificateFor, createAuthority } from '../tls-authority.ts';

type Given = Parameters<typeof startGateway>[0];

const rule = { name: 'OWA', publicNames: ['owa.localhost'], paths: ['/owa/*'], to: 'http://127.0.0.1:1', delegation: 'basic' };
const carol = { carol: 'correct horse' };

/** Who is signed in after carol has tried. */
async function signIn(given: Given): Promise<string[]> {
  await using gateway = await startGateway(given);
  using browser = createScriptedBrowser();
  await browser.visit(gateway.url);
  await browser.submit('logonForm', { username: 'carol', password: 'correct horse' });
  return (await gateway.sessions()).map(({ user }) => user);
}

function folderWith(files: Record<string, string>): string {
  const folder = makeTemporaryFolder('rules').path;
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const validations: [whatTheRulesSay: string, listener: string | null][] = [
  ['nothing', null],
  ['a listener without users', '{ cookie: cadataX }'],
  ['a file that is missing', '{ validate: { users: no-such-file.yaml } }'],
  ['a server', '{ validate: { basic: "http://127.0.0.1:1" } }'],
  ['both, which contradict each other', '{ validate: { users: a.yaml, basic: "http://127.0.0.1:1" } }'],
  ['what cannot be', '{ validate: 7 }'],
];

for (const [said, listener] of validations)
  test(`given users take the place of ${said} in the rules, be they a file, a folder, text or a value`, async (t) => {
    const listens = listener === null ? '' : `listener: ${listener}\n`;
    const rules = `rules: [${JSON.stringify(rule)}]\n`;
    const text = `version: 1\n${listens}${rules}`;
    const folder = folderWith({ 'a-listener.yaml': `version: 1\n${listens}`, 'b-rules.yaml': `version: 1\n${rules}` });
    const alone = folderWith({ 'rules.yaml': text });
    for (const given of [text, join(alone, 'rules.yaml'), folder])
      t.deepEqual(await signIn({ rules: given, users: carol }), ['carol']);
  });

test('a value without validate has the users that are given', async (t) => {
  for (const listener of [{}, { listener: { cookie: 'cadataX' } }, { listener: { validate: { users: 'no-such.yaml' } } }])
    t.deepEqual(await signIn({ rules: { ...listener, rules: [rule] }, users: carol }), ['carol']);
});

test('what else is wrong in rules is told with given users, too, at its place', async (t) => {
  const text = `version: 1\nlistener: { cokie: x }\nrules: [${JSON.stringify({ ...rule, delegation: 'basik' })}]\n`;
  const error = await t.throwsAsync(startGateway({ rules: text, users: carol }), { instanceOf: LabError, code: 'configuration' });
  t.regex(error.message, /rules:2:13: .*cokie/);
  t.regex(error.message, /rules:3:\d+: .*basik/);
  await t.throwsAsync(startGateway({ rules: text.replace('{ cokie: x }', 'x'), users: carol }), {
    message: /rules:2:11: "listener" must be a mapping/,
  });
});

test('without users, rules must say who may sign in', async (t) => {
  await t.throwsAsync(startGateway({ rules: { rules: [rule] } }), { message: /The key "validate" is missing/ });
  await t.throwsAsync(startGateway({ rules: `version: 1\nrules: [${JSON.stringify(rule)}]\n` }), {
    message: /The key "listener" is missing/,
  });
});

const userRows: [users: object, sentence: RegExp][] = [
  [{}, /^users: expected at least one, with a password$/],
  [{ alice: 'a', ALICE: 'b' }, /^users: "alice" and "ALICE" are one name: case makes no difference$/],
  [{ 'x:y': 'a' }, /^users: "x:y" holds a colon, /],
  [{ '': 'a' }, /^users: "" is not a user name\.$/],
  [{ ' alice': 'a' }, /^users: " alice" is not a user name\.$/],
];

test('given users are checked as those of a file are', async (t) => {
  const validate = { validate: { users: 'rules/users.yaml' } };
  for (const [users, message] of userRows)
    for (const listener of [{}, validate]) {
      const started = startGateway({ rules: { listener, rules: [rule] }, users: users as Record<string, string> });
      await t.throwsAsync(started, { instanceOf: LabError, code: 'configuration', message }, JSON.stringify(users));
    }
});

test('rules that are none at all are refused in a sentence', async (t) => {
  for (const [rules, type] of [
    [undefined, 'undefined'],
    [null, 'null'],
    [7, 'number'],
  ] as [never, string][])
    await t.throwsAsync(startGateway({ rules, users: carol }), {
      instanceOf: LabError,
      message: `rules: expected a path, YAML text or a value, got ${type}`,
    });
});

test('a gateway with a certificate says that it is opened by https, and neither begins nor ends with TLS as it runs', async (t) => {
  const { certificate, key } = await certificateFor(await createAuthority(), ['owa.localhost']);
  const folder = folderWith({ 'site.crt': certificate, 'site.key': key() });
  const tls = { certificate: join(folder, 'site.crt'), key: join(folder, 'site.key') };
  const [secure, plain] = [{ listener: { tls }, rules: [rule] }, { rules: [rule] }];
  await using gateway = await startGateway({ rules: secure, users: carol });
  t.is(gateway.url, `https://owa.localhost:${gateway.port}/owa/`);
  const message = /^listener\.tls cannot begin or end while the gateway listens/;
  await t.throwsAsync(gateway.setRules(plain), { instanceOf: LabError, code: 'configuration', message });
  await gateway.setRules(secure);
  await using other = await startGateway({ rules: plain, users: carol });
  t.is(other.url, `http://owa.localhost:${other.port}/owa/`);
  await t.throwsAsync(other.setRules(secure), { message });
});
