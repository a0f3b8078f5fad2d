import test from 'ava';
import {
  expectProblems,
  fileWith,
  goodHash,
  goodListener,
  goodRule,
  listener,
  logoff,
  problemsOf,
  type Row,
  rule,
  unmark,
  validate,
} from './marked-rules.ts';

const rows: Row[] = [
  ...['0m', '10000m', '10', '1.5h', '6 h', '6H', '-1m', '6w'].map(
    (text): Row => [`the duration ${text}`, listener(`timeouts: { public: ▸"${text}" }`), `"${text}" is not a duration.`],
  ),
  ...['cadata', 'CADATA', 'cadataTTL', 'cadatakey', 'cadataIV', 'cadataSig'].map(
    (name): Row => [`the cookie ${name}`, listener(`cookie: ▸${name}`), `"${name}" is a cookie of Exchange's own logon form`],
  ),
  ['a cookie name without the prefix', listener('cookie: ▸session'), '"session" does not begin with "cadata"'],
  ['a cookie name that is no token', listener('cookie: ▸"cadata;x"'), '"cadata;x" is not a name that a cookie can have.'],
  [
    'two ways of validation',
    validate('{ users: users.yaml, ▸basic: "https://mail.example.com" }'),
    'Passwords are validated by "users" or by "basic", not by both.',
  ],
  ['no way of validation', fileWith('{ ▸validate: {} }', goodRule), '"validate" says nobody who knows the passwords.'],
  [
    'a certificate authority for a users file',
    validate('{ users: users.yaml, ▸ca: ▸ca.pem }'),
    ['"ca" belongs to "basic"', 'The certificate file "ca.pem" cannot be read: it does not exist.'],
  ],
  [
    'a users file that cannot be read',
    validate('{ users: ▸nobody.yaml }'),
    'The users file "nobody.yaml" cannot be read: it does not exist.',
    'its path is relative to the file that names it',
  ],
  [
    'a name of spaces',
    fileWith(goodListener, '{ name: ▸" ", publicNames: [a.localhost], paths: [/owa/*], to: http://a }'),
    '" " is not a name.',
  ],
  [
    'two rules of one name',
    fileWith(goodListener, goodRule, '{ name: ▸A, publicNames: [b.localhost], paths: [/owa/*], to: http://a }'),
    'x.yaml:4:13 has a rule of the name "A" already.',
  ],
  [
    'a public name with a port',
    rule({ names: '[▸"a.localhost:8080"]' }),
    '"a.localhost:8080" is not a public name.',
    'leave out the port and path: did you mean `a.localhost`?',
  ],
  [
    'a public name with a scheme',
    rule({ names: '[▸"https://a.localhost/owa"]' }),
    '"https://a.localhost/owa" is not a public name.',
    'leave out the scheme, port and path: did you mean `a.localhost`?',
  ],
  [
    'a public name with a wildcard',
    rule({ names: '[▸"*.localhost"]' }),
    '"*.localhost" is not a public name.',
    'public names have no wildcards: list each name',
  ],
  [
    'a public name beyond ASCII',
    rule({ names: '[▸bücher.example]' }),
    '"bücher.example" is not a public name.',
    'browsers send this name as `xn--bcher-kva.example`: write it so',
  ],
  [
    'a bare IPv6 address',
    rule({ names: '[▸"::1"]' }),
    '"::1" is not a public name.',
    'write an IPv6 address in brackets and quotes: "[::1]"',
  ],
  ['an empty public name', rule({ names: '[▸""]' }), '"" is not a public name.'],
  [
    'a public name listed twice',
    rule({ names: '[a.localhost, ▸A.LOCALHOST.]' }),
    'This rule lists the public name "a.localhost" twice.',
  ],
  ['no public name', rule({ names: '▸[]' }), '"publicNames" has no entry'],
  [
    'a wildcard inside a folder',
    rule({ paths: '[▸/ow*/x]' }),
    '"/ow*/x" is not a path that can be published: it has a wildcard inside a folder.',
  ],
  ['a wildcard at the end of a folder name', rule({ paths: '[▸/owa*]' }), '"/owa*" is not a path', 'did you mean `/owa/*`?'],
  ['a wildcard in the middle', rule({ paths: '[▸/a/*/b]' }), '"/a/*/b" is not a path', 'the only wildcard is `/*` at the end'],
  [
    'a path without its slash',
    rule({ paths: '[▸owa/*]' }),
    '"owa/*" is not a path that can be published: it does not begin with /.',
    'did you mean `/owa/*`?',
  ],
  [
    'a path with a query',
    rule({ paths: '[▸/owa/?cmd=x]' }),
    '"/owa/?cmd=x" is not a path that can be published: only the path of a request is compared.',
  ],
  ['a path with a dot segment', rule({ paths: '[▸/owa/../ecp]' }), '"/owa/../ecp" is not a path that can be published'],
  [
    'a path with a space',
    rule({ paths: '[▸/my files/*]' }),
    '"/my files/*" is not a path',
    'write it percent-encoded: `/my%20files/*`',
  ],
  [
    'a back end with a path',
    rule({ to: '▸http://127.0.0.1:8082/owa' }),
    '"http://127.0.0.1:8082/owa" is more than a scheme, a host and a port',
    'did you mean `http://127.0.0.1:8082`?',
  ],
  [
    'a back end with a query',
    rule({ to: '▸http://127.0.0.1:8082?' }),
    '"http://127.0.0.1:8082?" is more than a scheme, a host and a port',
  ],
  [
    'a back end without a scheme',
    rule({ to: '▸127.0.0.1:8082' }),
    '"127.0.0.1:8082" is not an http or https address.',
    'did you mean `http://127.0.0.1:8082`?',
  ],
  ['a back end of another scheme', rule({ to: '▸ftp://127.0.0.1' }), '"ftp://127.0.0.1" is not an http or https address.'],
  [
    'a back end with credentials',
    rule({ to: '▸http://alice:secret@127.0.0.1' }),
    'This address contains a user name or password.',
  ],
  [
    'a certificate authority for http',
    rule({ more: '▸ca: ▸ca.pem' }),
    ['"ca" is given, but "to" is an http address', 'The certificate file "ca.pem" cannot be read'],
  ],
  [
    'a certificate file without a certificate',
    rule({ to: 'https://mail.example.com', more: 'ca: ▸users.yaml' }),
    'The file "users.yaml" holds no PEM certificate.',
  ],
  ['an empty logoff URL', logoff('url: ▸""'), 'The logoff URL is empty; every request would match it.'],
  ['a logoff URL with a fragment', logoff('url: ▸"/owa/#logoff"'), '"/owa/#logoff" has a fragment, which browsers never send.'],
  [
    'a logoff URL with a space',
    logoff('url: ▸"/owa/log off"'),
    '"/owa/log off" holds a character that no request line contains.',
  ],
  [
    'an exact logoff URL that is no path',
    logoff('url: ▸"?Cmd=logoff", match: exact'),
    '"match" is exact, but the logoff URL does not begin with /',
  ],
  [
    'pass-through without forwarding',
    logoff('url: /x, onLogoff: pass-through, ▸forwardToBackend: false'),
    '"onLogoff" is pass-through',
  ],
  ['redirect without a target', logoff('url: /x, onLogoff: ▸redirect'), '"onLogoff" is redirect, but there is no "redirectTo".'],
  ['a target without redirect', logoff('url: /x, ▸redirectTo: /bye'), '"redirectTo" is given, but "onLogoff" is not redirect.'],
  ...['//evil.example', '/\\evil.example', 'bye', 'javascript:x', '/a b', ''].map(
    (to): Row => [
      `the redirect target '${to}'`,
      logoff(`url: /x, onLogoff: redirect, redirectTo: ▸'${to}'`),
      `"${to}" is neither a path that begins with one / nor an http or https address.`,
    ],
  ),
];

for (const row of rows) {
  test(`${row[0]} is a problem at its place`, async (t) => {
    await expectProblems(t, row);
  });
}

type Overlap = [what: string, first: string, second: string, overlaps: boolean];

const pathPairs: Overlap[] = [
  ['a folder and itself in other letters', '/owa/*', '/OWA/*', true],
  ['a folder and one below it', '/owa/*', '/owa/auth/*', true],
  ['a folder and one above it', '/owa/auth/*', '/owa/*', true],
  ['a folder and a path in it', '/owa/*', '/owa/logoff.owa', true],
  ['a folder and its own name', '/owa/*', '/owa', true],
  ['everything and a path', '/*', '/', true],
  ['a path and itself', '/owa', '/OWA', true],
  ['folders of which one name begins with the other', '/owa/*', '/owax/*', false],
  ['a path and another below it', '/owa', '/owa/auth', false],
  ['two folders', '/owa/*', '/ecp/*', false],
];

for (const [what, first, second, overlap] of pathPairs) {
  test(`${what} ${overlap ? 'may not' : 'may'} be published by one public name`, async (t) => {
    const one = await problemsOf({ 'x.yaml': rule({ paths: `["${first}", "${second}"]` }) });
    t.is(one.length, overlap ? 1 : 0);
    const a = unmark(rule({ paths: `[▸"${first}"]` }));
    const b = unmark(`version: 1\nrules:\n  - { name: B, publicNames: [A.localhost], paths: [▸"${second}"], to: http://b }`);
    const two = await problemsOf({ 'a.yaml': a.text, 'b.yaml': b.text });
    const message = `"${second}" and "${first}" (a.yaml:${a.places}) publish the same requests of a.localhost; each request must belong to one rule.`;
    t.deepEqual(
      two.map((problem) => [problem.file, `${problem.line}:${problem.column}`, problem.message]),
      overlap ? [['b.yaml', ...b.places, message]] : [],
    );
    t.deepEqual(await problemsOf({ 'a.yaml': a.text, 'b.yaml': b.text.replace('A.localhost', 'b.localhost') }), []);
  });
}

const userRows: Row[] = [
  ['a user without a hash', 'users: [▸{ name: alice }]', 'The key "hash" is missing in entry 1 of "users".'],
  [
    'a name that YAML read escapes in',
    `users: [{ name: ▸"lab\\alice", hash: ${goodHash} }]`,
    '"lab␇lice" holds a control character.',
  ],
  ['a name with a colon', `users: [{ name: ▸"a:b", hash: ${goodHash} }]`, '"a:b" holds a colon'],
  [
    'a name that another user has',
    `users: [{ name: Alice, hash: ${goodHash} }, { name: ▸ALICE, hash: ${goodHash} }]`,
    'users.yaml:1:17 has a user of the name "ALICE" already.',
  ],
  [
    'a password in place of a hash',
    'users: [{ name: alice, hash: ▸Passw0rd! }]',
    'This password hash cannot be used: it does not look like scrypt$N$r$p$salt$key.',
  ],
  ['nobody', 'users: ▸[]', '"users" has no entry'],
];

for (const [what, marked, message] of userRows) {
  test(`${what} in the users file is a problem of that file`, async (t) => {
    const { text, places } = unmark(marked);
    const problems = await problemsOf({ 'x.yaml': fileWith(goodListener, goodRule) }, text);
    t.deepEqual(
      problems.map(({ file, line, column }) => [file, `${line}:${column}`]),
      places.map((place) => ['users.yaml', place]),
    );
    t.true(problems[0]?.message.startsWith([message].flat()[0] ?? ''), problems[0]?.message);
  });
}
