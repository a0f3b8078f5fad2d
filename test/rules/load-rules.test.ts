import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import test from 'ava';
import { generate } from 'selfsigned';
import { LabError } from '../../src/errors.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { defaultLimits } from '../../src/rules/limits-schema.ts';
import { loadRules, parseRules } from '../../src/rules/load-rules.ts';
import { hashPassword, verifyPassword } from '../../src/rules/password-hash.ts';
import type { PublishingRule } from '../../src/rules/publishing-rule.ts';
import { RulesError } from '../../src/rules/rules-error.ts';
import { rulesJsonSchema } from '../../src/rules/rules-schema.ts';
import { fileWith, goodHash, goodListener, goodRule, goodUsers, logoff, rule, validate } from './marked-rules.ts';

const minute = 60_000;

async function folderWith(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = makeTemporaryFolder('rules').path;
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

async function onlyRule(text: string, referenced = goodUsers): Promise<PublishingRule> {
  const { rules } = await parseRules([{ name: 'x.yaml', text }], async () => referenced);
  return rules[0] as PublishingRule;
}

async function complaint(path: string): Promise<string> {
  try {
    await loadRules(path);
    return 'no problem';
  } catch (error) {
    if (error instanceof RulesError) return error.message;
    throw error;
  }
}

test('a listener and a rule without settings have TMG-like defaults', async (t) => {
  t.deepEqual(await parseRules([{ name: 'x.yaml', text: fileWith(goodListener, goodRule) }], async () => goodUsers), {
    listener: {
      name: 'Listener',
      authentication: 'forms',
      cookie: 'cadataTMG',
      bindToClientAddress: true,
      timeouts: { kind: 'idle', public: 10 * minute, private: 360 * minute },
      limits: defaultLimits,
      refusals: 'precise',
      ...{ trustedProxies: [], tls: null },
      crossSite: { cookie: 'unset', logon: 'allow', logoff: 'allow', framedBy: [] },
      lockout: null,
      sessions: null,
      validate: { kind: 'users', users: [{ name: 'lab\\alice', hash: goodHash }] },
    },
    rules: [
      {
        name: 'A',
        publicNames: ['a.localhost'],
        paths: ['/owa/*'],
        to: { url: 'http://127.0.0.1:8082', ca: null, hostHeader: 'original' },
        delegation: 'basic',
        clearCookies: [],
        clearSiteData: [],
        caching: 'no-store',
        logoff: null,
      },
    ],
  });
});

test('[T-18] a rule may delegate in each of five ways', async (t) => {
  for (const delegation of ['basic', 'none', 'ntlm', 'negotiate', 'client'])
    t.is((await onlyRule(rule({ more: `delegation: ${delegation}` }))).delegation as string, delegation);
});

test('a logoff URL without settings is looked for anywhere, whatever its case, and answered with the page', async (t) => {
  t.deepEqual((await onlyRule(logoff('url: "?Cmd=logoff"'))).logoff, {
    url: '?Cmd=logoff',
    match: 'contains',
    ignoreCase: true,
    onLogoff: 'page',
    redirectTo: null,
    forwardToBackend: false,
  });
});

test('pass-through implies that the request is forwarded', async (t) => {
  t.true((await onlyRule(logoff('url: /x, onLogoff: pass-through'))).logoff?.forwardToBackend);
  t.true((await onlyRule(logoff('url: /x, onLogoff: pass-through, forwardToBackend: true'))).logoff?.forwardToBackend);
});

test('public names and back ends are kept in their canonical form', async (t) => {
  const { publicNames, to } = await onlyRule(
    rule({ names: '[Mail.LOCALHOST., "[0:0:0:0:0:0:0:1]"]', to: 'HTTP://LocalHost:80/' }),
  );
  t.deepEqual(publicNames, ['mail.localhost', '[::1]']);
  t.is(to.url, 'http://localhost');
});

const durations: [string, number][] = [
  ['1s', 1_000],
  ['10m', 10 * minute],
  ['6h', 360 * minute],
  ['9999d', 9999 * 24 * 60 * minute],
];

for (const [text, ms] of durations) {
  test(`the time-out ${text} is ${ms} ms`, async (t) => {
    const file = fileWith(`{ validate: { users: u }, timeouts: { kind: absolute, public: ${text} } }`, goodRule);
    const { listener } = await parseRules([{ name: 'x.yaml', text: file }], async () => goodUsers);
    t.deepEqual(listener.timeouts, { kind: 'absolute', public: ms, private: 360 * minute });
  });
}

test('certificate authorities are read from PEM files beside the rules', async (t) => {
  const { cert } = await generate([{ name: 'commonName', value: 'lab' }]);
  const text = validate('{ basic: https://mail.localhost/owa/, ca: lab.pem }').replace(
    '"http://127.0.0.1:8082"',
    'https://mail.localhost, ca: lab.pem',
  );
  const folder = await folderWith({ 'x.yaml': text, 'lab.pem': cert });
  const { listener, rules } = await loadRules(folder);
  t.deepEqual(listener.validate, { kind: 'basic', url: 'https://mail.localhost/owa/', ca: cert });
  t.deepEqual(rules[0]?.to, { url: 'https://mail.localhost', ca: cert, hostHeader: 'original' });
  await writeFile(join(folder, 'lab.pem'), cert + cert.replaceAll('M', 'A'));
  t.regex(await complaint(folder), /Certificate 2 of the file ".*lab\.pem" cannot be read\./);
});

test('a folder is read in the order of its file names, without its users files and hidden files', async (t) => {
  const other = (name: string) =>
    `version: 1\nrules:\n  - { name: ${name}, publicNames: [${name}.localhost], paths: [/*], to: http://a }\n`;
  const folder = await folderWith({
    '20-last.yaml': other('last'),
    '10-first.yaml': other('first'),
    'listener.yaml': `version: 1\nlistener: ${goodListener}\n`,
    'users.yaml': goodUsers,
    'more-users.yaml': goodUsers,
    '.10-first.yaml.swp.yaml': '[',
    'notes.txt': '[',
  });
  const { listener, rules } = await loadRules(`${folder}/`);
  t.is(listener.name, 'Listener');
  t.deepEqual(
    rules.map(({ name }) => name),
    ['first', 'last'],
  );
});

test('file names in messages are as the user typed the path', async (t) => {
  const folder = relative(
    process.cwd(),
    await folderWith({ 'x.yaml': fileWith(goodListener, goodRule), 'users.yaml': 'users: 1' }),
  );
  t.true((await complaint(`${folder}/x.yaml`)).startsWith(`${folder}/users.yaml:1:8: "users" must be a list`));
  await rm(join(folder, 'users.yaml'));
  t.true(
    (await complaint(folder)).startsWith(
      `${folder}/x.yaml:2:32: The users file "${folder}/users.yaml" cannot be read: it does not exist.`,
    ),
  );
});

test('what is no readable file is a problem, not a crash', async (t) => {
  const folder = await folderWith({ 'latin1.yaml': Uint8Array.of(0x23, 0xe9), 'big.yaml': new Uint8Array(2 ** 20 + 1) });
  t.is(await complaint(join(folder, 'nowhere.yaml')), `${folder}/nowhere.yaml:1:1: The file cannot be read: it does not exist.`);
  t.is(await complaint(join(folder, 'latin1.yaml')), `${folder}/latin1.yaml:1:1: The file cannot be read: it is not UTF-8 text.`);
  t.is(await complaint(join(folder, 'big.yaml')), `${folder}/big.yaml:1:1: The file cannot be read: it is larger than 1 MiB.`);
  t.is(await complaint('/dev/zero'), '/dev/zero:1:1: The file cannot be read: it is not a regular file.');
  t.true((await complaint('a\0b')).includes('cannot be read'));
  await mkdir(join(folder, 'empty'));
  t.true((await complaint(join(folder, 'empty'))).startsWith(`${folder}/empty:1:1: The folder has no *.yaml file.`));
  await writeFile(join(folder, 'empty', 'lab.yml'), '');
  t.true((await complaint(join(folder, 'empty'))).endsWith('hint: rename `lab.yml`: only names that end in .yaml are read'));
  await writeFile(join(folder, 'empty', 'users.yaml'), goodUsers);
  t.true((await complaint(join(folder, 'empty'))).includes('This is a list of users; there are no rules.'));
});

const updates = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `2013-cu${from + at}`);

test("the lab's own rules publish each Exchange version and let alice and bob in", async (t) => {
  const { listener, rules } = await loadRules('rules/lab.yaml');
  t.deepEqual(
    rules.map(({ name, publicNames }) => [name, publicNames]),
    [
      [
        'Exchange',
        [
          ...['2007', '2010', '2013-rtm', ...updates(1, 8), '2013-cu9-announced', '2013-cu9-shipped', ...updates(10, 23)],
          ...['2016-rtm', '2016-cu23', '2019-cu12', 'se', 'legacy'],
        ].map((label) => `${label}.localhost`),
      ],
      ['Switchable Exchange', ['mail.localhost']],
      ['AD FS', ['sts.corp.localhost']],
    ],
  );
  const [adfs, ...others] = rules.toReversed();
  t.like(adfs, { paths: ['/adfs/*'], logoff: null, delegation: 'basic', to: { url: 'http://127.0.0.1:8082' } });
  for (const { logoff: setting, paths, to, delegation } of others) {
    t.deepEqual(
      [setting?.url, setting?.match, setting?.onLogoff, paths, to.url, delegation],
      ['/owa/logoff.owa', 'contains', 'page', ['/owa/*', '/ecp/*'], 'http://127.0.0.1:8082', 'basic'],
    );
  }
  const users = listener.validate.kind === 'users' ? listener.validate.users : [];
  t.deepEqual(
    users.map(({ name }) => name),
    ['lab\\alice', 'lab\\bob'],
  );
  for (const { hash } of users) t.true(await verifyPassword('Passw0rd!', hash));
  t.deepEqual((await loadRules('rules')).rules, rules);
});

test('the committed JSON Schema is the one of the program and describes each property', async (t) => {
  t.deepEqual(JSON.parse(await readFile('rules/schema.json', 'utf8')), rulesJsonSchema());
  t.is((rulesJsonSchema() as { $schema: string }).$schema, 'https://json-schema.org/draft/2020-12/schema');
  t.regex(await readFile('rules/lab.yaml', 'utf8'), /^# yaml-language-server: \$schema=\.\/schema\.json\n/);
  t.deepEqual(undescribed(rulesJsonSchema(), 'file'), []);
});

type Schema = { description?: string; properties?: Record<string, Schema>; items?: Schema; pattern?: string };

function undescribed(schema: Schema, name: string): string[] {
  const own = schema.description === undefined && !name.endsWith('[]') ? [name] : [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => undescribed(value, `${name}.${key}`));
  return [...own, ...below, ...(schema.items === undefined ? [] : undescribed(schema.items, `${name}[]`))];
}

test('the JSON Schema refuses nothing that the loader takes', async (t) => {
  const schema = (rulesJsonSchema() as Schema).properties?.['rules']?.items?.properties ?? {};
  const paths = ['/', '/*', '/owa', '/owa/', '/owa/*', '/Microsoft-Server-ActiveSync/*', '/a%20b/(c)!$&+,;=:@~', '/a.b/c..d'];
  const names = ['mail.localhost', 'MAIL', 'a_b.c', '127.0.0.1', '[::1]', 'mail.localhost.', `${'a'.repeat(63)}.b`];
  const targets = ['http://127.0.0.1:8082', 'https://[::1]:8443/', 'HTTPS://mail.example.com'];
  const takes = (property: Schema | undefined, text: string) => new RegExp(property?.pattern ?? '', 'u').test(text);
  for (const path of paths)
    t.true(takes(schema['paths']?.items, (await onlyRule(rule({ paths: `["${path}"]` }))).paths[0] as string), path);
  for (const name of names)
    t.true(
      takes(schema['publicNames']?.items, name) && (await onlyRule(rule({ names: `["${name}"]` }))).publicNames.length === 1,
      name,
    );
  for (const to of targets) t.true(takes(schema['to'], to) && (await onlyRule(rule({ to: `"${to}"` }))).to.url !== '', to);
});

test('a hash verifies its own password only, and no two hashes are alike', async (t) => {
  const [one, two] = await Promise.all([hashPassword('Passw0rd!'), hashPassword('Passw0rd!')]);
  t.regex(one, /^scrypt\$16384\$8\$1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
  t.not(one, two);
  t.true(await verifyPassword('Passw0rd!', one));
  for (const other of ['passw0rd!', 'Passw0rd', '', 'Passw0rd!\0']) t.false(await verifyPassword(other, one), other);
});

test('a hash that another program made is verified', async (t) => {
  // RFC 7914, section 12: password "pleaseletmein", salt "SodiumChloride", N=16384, r=8, p=1.
  const key = Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'hex',
  );
  const hash = `scrypt$16384$8$1$${Buffer.from('SodiumChloride').toString('base64')}$${key.toString('base64')}`;
  t.true(await verifyPassword('pleaseletmein', hash));
});

const salt = Buffer.alloc(16, 1).toString('base64');
const key = Buffer.alloc(32, 2).toString('base64');
const hostile: [string, string][] = [
  ['of a cost that takes the memory', `scrypt$1048576$8$1$${salt}$${key}`],
  ['of a block size that takes the memory', `scrypt$16384$1024$1$${salt}$${key}`],
  ['of a parallelization that takes the time', `scrypt$16384$8$9999$${salt}$${key}`],
  ['of a cost that is no power of two', `scrypt$16383$8$1$${salt}$${key}`],
  ['of a cost beyond what scrypt can', `scrypt$65536$1$1$${salt}$${key}`],
  ['of no rounds', `scrypt$16384$8$0$${salt}$${key}`],
  ['without a key, which every password would equal', `scrypt$16384$8$1$${salt}$`],
  ['of a key too short', `scrypt$16384$8$1$${salt}$AAAA`],
  ['of another kind', '$2b$10$abcdefghijklmnopqrstuu'],
  ['that is not base64', `scrypt$16384$8$1$${salt}$${key.slice(0, -2)}x=`],
];

for (const [what, hash] of hostile) {
  test(`a hash ${what} is refused`, async (t) => {
    await t.throwsAsync(verifyPassword('x', hash), { instanceOf: LabError, code: 'configuration' });
    const users = `users: [{ name: alice, hash: "${hash}" }]`;
    await t.throwsAsync(onlyRule(fileWith(goodListener, goodRule), users), {
      instanceOf: RulesError,
      message: /^users\.yaml:1:30: This password hash cannot be used/,
    });
  });
}

test('a report never repeats a password that stands in an address', async (t) => {
  const text = `version: 1\nlistener: { validate: { basic: "http://127.0.0.1:1" } }\nrules:\n  - { name: A, publicNames: [a.test], paths: [/*], to: "http://anna:hunter2@127.0.0.1:1" }\n`;
  const error = await t.throwsAsync(parseRules([{ name: 'a.yaml', text }], async () => ''));
  t.false(error.message.includes('hunter2'));
  t.true(error.message.includes('http://************@127.0.0.1:1'));
});

test('paths of one rule are compared with each other even when its public names are faulty', async (t) => {
  const rule = '{ name: A, publicNames: ["http://a.test"], paths: [/a/*, /a/b/*], to: "http://127.0.0.1:1" }';
  const text = `version: 1\nlistener: { validate: { basic: "http://127.0.0.1:1" } }\nrules:\n  - ${rule}\n`;
  const error = await t.throwsAsync(parseRules([{ name: 'a.yaml', text }], async () => ''));
  t.regex(error.message, /"\/a\/b\/\*" and "\/a\/\*" .* publish the same requests/);
});
