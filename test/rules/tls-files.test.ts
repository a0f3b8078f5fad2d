import { generateKeyPairSync } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { generate } from 'selfsigned';
import { certificateWarnings } from '../../src/rules/explain-certificate.ts';
import { explainListener } from '../../src/rules/explain-rule.ts';
import { parseRules } from '../../src/rules/load-rules.ts';
import { type Problem, RulesError } from '../../src/rules/rules-error.ts';
import { certificateFor, createAuthority } from '../tls-authority.ts';
import { fileWith, goodRule, goodUsers, listener, unmark } from './marked-rules.ts';

const DAY = 24 * 60 * 60 * 1000;
const authority = await createAuthority();
const good = await certificateFor(authority, ['a.localhost', '127.0.0.1', '::1']);
const other = await certificateFor(authority, ['a.localhost']);
const weak = await generate([{ name: 'commonName', value: 'a.localhost' }], { keySize: 1024, algorithm: 'sha256' });
const tlsOf = (settings: string) => listener(`tls: { ${settings} }`);
const RULES = tlsOf('certificate: lab.crt, key: lab.key');

type Files = Record<string, string>;
const goodFiles: Files = { 'lab.crt': good.certificate, 'lab.key': good.key() };

function load(text: string, files: Files = goodFiles) {
  return parseRules([{ name: 'x.yaml', text }], async (path) => {
    const content = { 'users.yaml': goodUsers, ...files }[path];
    if (content === undefined) throw new Error('it does not exist');
    return content;
  });
}

async function complaint(text: string, files?: Files): Promise<{ problems: readonly Problem[]; message: string }> {
  try {
    await load(text, files);
    return { problems: [], message: '' };
  } catch (error) {
    if (error instanceof RulesError) return error;
    throw error;
  }
}

test('a certificate with its chain and its key are read, and what else stands in the file of the certificate is left there', async (t) => {
  const chain = [good.key(), good.certificate, authority.cert].join('\n');
  const { tls } = (await load(RULES, { ...goodFiles, 'lab.crt': chain })).listener;
  t.is(tls?.certificate.match(/BEGIN/g)?.length, 2);
  t.true(tls?.certificate.startsWith(good.certificate.trim()));
  t.is(tls?.key(), good.key());
  t.is((await load(fileWith('{ validate: { users: users.yaml } }', goodRule))).listener.tls, null);
});

test('certificate and key may stand in one file', async (t) => {
  const both = good.key() + good.certificate;
  const { tls } = (await load(tlsOf('certificate: lab.pem, key: lab.pem'), { 'lab.pem': both })).listener;
  t.false(tls?.certificate.includes('KEY'));
});

const encrypted = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' },
}).privateKey;

const MARKED = { certificate: tlsOf('certificate: ▸lab.crt, key: lab.key'), key: tlsOf('certificate: lab.crt, key: ▸lab.key') };
type Row = [what: string, marked: string, files: Files, message: string, hint: RegExp];
const rows: Row[] = [
  [
    'a certificate that is not there',
    MARKED.certificate,
    { 'lab.key': good.key() },
    'The certificate file "lab.crt" cannot be read: it does not exist.',
    /relative to the file/,
  ],
  [
    'a key that is not there',
    MARKED.key,
    { 'lab.crt': good.certificate },
    'The key file "lab.key" cannot be read: it does not exist.',
    /relative to the file/,
  ],
  [
    'a certificate in DER',
    MARKED.certificate,
    { ...goodFiles, 'lab.crt': '0\u0082' },
    'The file "lab.crt" holds no PEM certificate.',
    /openssl x509 -inform der/,
  ],
  [
    'a certificate that is cut off',
    MARKED.certificate,
    { ...goodFiles, 'lab.crt': good.certificate.replace(/\n.{20}/, '\n') },
    'Certificate 1 of the file "lab.crt" cannot be read.',
    /damaged/,
  ],
  [
    'a certificate in place of the key',
    MARKED.key,
    { ...goodFiles, 'lab.key': good.certificate },
    'The file "lab.key" holds no PEM private key that can be read.',
    /BEGIN PRIVATE KEY/,
  ],
  [
    'a key that is cut off',
    MARKED.key,
    { ...goodFiles, 'lab.key': good.key().slice(0, 90) },
    'The file "lab.key" holds no PEM private key that can be read.',
    /BEGIN PRIVATE KEY/,
  ],
  [
    'a key with a passphrase',
    MARKED.key,
    { ...goodFiles, 'lab.key': encrypted },
    'The private key in the file "lab.key" is encrypted with a passphrase.',
    /openssl pkey/,
  ],
  [
    'the key of another certificate',
    MARKED.key,
    { ...goodFiles, 'lab.key': other.key() },
    'The private key in "lab.key" is not that of the first certificate in "lab.crt".',
    /stands first/,
  ],
  [
    'a chain in the wrong order',
    MARKED.key,
    { ...goodFiles, 'lab.crt': authority.cert + good.certificate },
    'The private key in "lab.key" is not that of the first certificate',
    /stands first/,
  ],
  [
    'a key that TLS finds too weak',
    MARKED.key,
    { 'lab.crt': weak.cert, 'lab.key': weak.private },
    'The certificate in "lab.crt" cannot be used with its key: ee key too small.',
    /2048 bits/,
  ],
  ['no key', listener('tls: ▸{ certificate: lab.crt }'), goodFiles, 'The key "key" is missing in "tls".', /./],
  ['an empty name of a file', tlsOf('certificate: lab.crt, key: ▸""'), goodFiles, 'The file name is empty.', /path of a file/],
];
for (const [what, marked, files, message, hint] of rows)
  test(`${what} is told where it is named, with what to do`, async (t) => {
    const { text, places } = unmark(marked);
    const { problems } = await complaint(text, files);
    t.deepEqual(
      problems.map(({ line, column }) => `${line}:${column}`),
      places,
    );
    t.true(problems[0]?.message.startsWith(message), problems[0]?.message);
    t.regex(problems[0]?.hint ?? '', hint);
  });

const [, body = ''] = good.key().split('\n');
const block = (key: string) =>
  `version: 1\nlistener:\n  validate: { users: users.yaml }\n  tls:\n    certificate: lab.crt\n    key: |\n${key}`;
const quoted = `"${good.key().replaceAll('\n', '\\n')}"`;
const INSTEAD = 'Here stands what belongs into a file.';
for (const [where, text, says] of [
  ['in place of its file', listener(`tls: { certificate: lab.crt, key: ${quoted} }`), INSTEAD],
  ['in a block', block(good.key().replaceAll(/^/gm, '      ')), INSTEAD],
  ['in a block that is not indented', block(good.key()), ''],
  ['in a block of which the first line alone is indented', block(`      ${good.key()}`), ''],
  ['in place of both files', listener(`tls: ${quoted}`), '"tls" must be'],
] as const)
  test(`a private key that stands ${where} is a problem, and nothing of it is said`, async (t) => {
    const { message, problems } = await complaint(text);
    t.true(
      problems.some((problem) => problem.message.startsWith(says)),
      message,
    );
    for (let at = 0; at < body.length - 12; at++) t.false(message.includes(body.slice(at, at + 12)), message);
  });

test('the listener’s sentence says for whom the certificate is, and until when', async (t) => {
  const { listener: explained } = await load(RULES);
  const until = new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10);
  t.true(
    explainListener(explained).endsWith(
      ` It speaks TLS, with a certificate for a.localhost, 127.0.0.1 and 0:0:0:0:0:0:0:1 that is valid until ${until}.`,
    ),
    explainListener(explained),
  );
  const many = await certificateFor(
    authority,
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}.localhost`),
  );
  const { listener: wide } = await load(RULES, { 'lab.crt': many.certificate, 'lab.key': many.key() });
  t.regex(explainListener(wide), /for a\.localhost, b\.localhost, c\.localhost, d\.localhost, e\.localhost and 2 more that/);
});

async function warnings(t: ExecutionContext, names: string, days = 0, certificate = good): Promise<string[]> {
  const text = fileWith(
    '{ validate: { users: users.yaml }, tls: { certificate: lab.crt, key: lab.key } }',
    goodRule.replace('[a.localhost]', names),
  );
  const ruleSet = await load(text, { 'lab.crt': certificate.certificate, 'lab.key': certificate.key() });
  const said = certificateWarnings(ruleSet, Date.now() + days * DAY);
  t.true(
    said.every((line) => line.startsWith('Warning: browsers will not accept the certificate: it ')),
    said.join('\n'),
  );
  return said;
}

test('a certificate that is valid and for every public name is nothing to warn of', async (t) => {
  t.deepEqual(await warnings(t, '[A.LOCALHOST., 127.0.0.1, "[::1]"]'), []);
  t.deepEqual(certificateWarnings(await load(fileWith('{ validate: { users: users.yaml } }', goodRule)), 0), []);
});

test('a certificate that has expired, or is of the future, is warned of, and the rules can be used', async (t) => {
  const [expired, ...more] = await warnings(t, '[a.localhost]', 31);
  t.deepEqual(more, []);
  t.regex(expired ?? '', /it has expired on \d{4}-\d\d-\d\d; make another\.$/);
  t.regex(
    (await warnings(t, '[a.localhost]', -2)).join(),
    /it is not valid before \d{4}-\d\d-\d\d; look at the clock of this machine\.$/,
  );
});

test('public names that the certificate is not for are named once each, six and more by their number', async (t) => {
  t.regex(
    (await warnings(t, '[a.localhost, b.localhost, "[::2]", 127.0.0.2]')).join(),
    /it is not for b\.localhost, \[::2\] and 127\.0\.0\.2; make one with all/,
  );
  t.regex(
    (await warnings(t, '[u.test, v.test, w.test, x.test, y.test, z.test]')).join(),
    /for u\.test, v\.test, w\.test, x\.test, y\.test and 1 more;/,
  );
});

test('a wildcard stands for one label, and a common name for nothing', async (t) => {
  const wild = await certificateFor(authority, ['*.corp.test']);
  t.regex(
    (await warnings(t, '[mail.corp.test, a.mail.corp.test, corp.test]', 0, wild)).join(),
    /not for a\.mail\.corp\.test and corp\.test;/,
  );
  const nameless = await certificateFor(authority, []);
  t.regex((await warnings(t, '[nobody]', 0, nameless)).join(), /not for nobody;/);
});
