import test from 'ava';
import fc from 'fast-check';
import { explainListener, explainRule } from '../../src/rules/explain-rule.ts';
import { defaultLimits } from '../../src/rules/limits-schema.ts';
import type { Delegation, Listener, LogoffSetting, PublishingRule } from '../../src/rules/publishing-rule.ts';
import { selectRule } from '../../src/rules/select-rule.ts';

const shipped: LogoffSetting = {
  url: '/owa/logoff.owa',
  match: 'contains',
  ignoreCase: true,
  onLogoff: 'page',
  redirectTo: null,
  forwardToBackend: false,
};

function publish(name: string, publicNames: string[], paths: string[], more: Partial<PublishingRule> = {}): PublishingRule {
  const to = { url: 'http://127.0.0.1:8082', ca: null, hostHeader: 'original' } as const;
  return {
    name,
    publicNames,
    paths,
    to,
    delegation: 'basic',
    clearCookies: [],
    clearSiteData: [],
    caching: 'no-store',
    logoff: shipped,
    ...more,
  };
}

const rules = [
  publish('mail', ['mail.localhost', '127.0.0.1', '[::1]'], ['/owa/*', '/Microsoft-Server-ActiveSync/*', '/robots.txt']),
  publish('calendar', ['mail.localhost'], ['/calendar/*']),
  publish('everything', ['all.localhost'], ['/*']),
  publish('root', ['root.localhost'], ['/']),
];

/** The name of the rule that is selected, or why there is none. */
function selected(host: string, path: string): string {
  const selection = selectRule(rules, host, path);
  return selection.kind === 'rule' ? selection.rule.name : selection.kind;
}

const hosts: [host: string, expected: string][] = [
  ['mail.localhost', 'mail'],
  ['mail.localhost:8080', 'mail'],
  ['mail.localhost:', 'mail'],
  ['MAIL.Localhost', 'mail'],
  ['mail.localhost.', 'mail'],
  ['mail.localhost.:8080', 'mail'],
  ['127.0.0.1:8080', 'mail'],
  ['[::1]', 'mail'],
  ['[::1]:8080', 'mail'],
  ['[0:0:0:0:0:0:0:1]:8080', 'mail'],
  ['localhost', 'unknown-host'],
  ['x.mail.localhost', 'unknown-host'],
  ['mail.localhost..', 'unknown-host'],
  ['mail.localhost:http', 'unknown-host'],
  ['::1', 'unknown-host'],
  ['[::1', 'unknown-host'],
  ['[::1]x', 'unknown-host'],
  ['[::2]@[::1]', 'unknown-host'],
  ['[::1%25eth0]', 'unknown-host'],
  ['[mail.localhost]', 'unknown-host'],
  ['mail.localhost, all.localhost', 'unknown-host'],
  ['__proto__', 'unknown-host'],
  ['', 'unknown-host'],
  [':8080', 'unknown-host'],
];

for (const [host, expected] of hosts) {
  test(`a request for the host '${host}' finds ${expected}`, (t) => {
    t.is(selected(host, '/owa/'), expected);
  });
}

const paths: [host: string, path: string, expected: string][] = [
  ['mail.localhost', '/owa', 'mail'],
  ['mail.localhost', '/owa/', 'mail'],
  ['mail.localhost', '/owa/auth/logon.aspx', 'mail'],
  ['mail.localhost', '/OWA/Logoff.OWA', 'mail'],
  ['mail.localhost', '/owax', 'unpublished-path'],
  ['mail.localhost', '/owa%2f', 'unpublished-path'],
  ['mail.localhost', '/ow', 'unpublished-path'],
  ['mail.localhost', '/x/owa/', 'unpublished-path'],
  ['mail.localhost', '/', 'unpublished-path'],
  ['mail.localhost', '/microsoft-server-activesync', 'mail'],
  ['mail.localhost', '/robots.txt', 'mail'],
  ['mail.localhost', '/ROBOTS.TXT', 'mail'],
  ['mail.localhost', '/robots.txt/', 'unpublished-path'],
  ['mail.localhost', '/calendar/a', 'calendar'],
  ['all.localhost', '/', 'everything'],
  ['all.localhost', '/owa/x', 'everything'],
  ['all.localhost', '*', 'unpublished-path'],
  ['root.localhost', '/', 'root'],
  ['root.localhost', '/owa', 'unpublished-path'],
];

for (const [host, path, expected] of paths) {
  test(`the path ${path} of ${host} finds ${expected}`, (t) => {
    t.is(selected(host, path), expected);
  });
}

test('an unpublished path comes with the rules of its host', (t) => {
  t.deepEqual(selectRule(rules, 'mail.localhost', '/ecp/'), {
    kind: 'unpublished-path',
    rules: [rules[0] as PublishingRule, rules[1] as PublishingRule],
  });
});

test('a reloaded list of rules is not mistaken for the one before', (t) => {
  t.is(selectRule([...rules], 'all.localhost', '/').kind, 'rule');
  t.is(selectRule(rules.slice(0, 2), 'all.localhost', '/').kind, 'unknown-host');
});

test('a folder publishes what begins with its name and a slash, and nothing else', (t) => {
  const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/);
  const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
  fc.assert(
    fc.property(path, path, fc.boolean(), (folder, rest, below) => {
      const list = [publish('x', ['x.localhost'], [folder === '/' ? '/*' : `${folder}/*`])];
      const target = below && folder !== '/' ? `${folder}${rest}`.toUpperCase() : rest;
      const inside = folder === '/' || `${target.toLowerCase()}/`.startsWith(`${folder.toLowerCase()}/`);
      return selectRule(list, 'X.localhost:1', target).kind === (inside ? 'rule' : 'unpublished-path');
    }),
  );
  t.pass();
});

const start =
  'Rule "Exchange" publishes /owa/* and /ecp/* of 2013-cu1.localhost from http://127.0.0.1:8082 with Basic delegation; ';
const hit = 'a request whose path and query contain "/owa/logoff.owa" (case ignored) signs the user out';

const logoffs: [what: string, setting: Partial<LogoffSetting> | null, sentence: string][] = [
  ['the logged-off page', {}, `${hit} and is answered with the logged-off page, without being forwarded.`],
  [
    'the page and forwarding',
    { forwardToBackend: true },
    `${hit}, is forwarded and is answered with the logged-off page in place of the answer of the back end.`,
  ],
  [
    'pass-through',
    { onLogoff: 'pass-through', forwardToBackend: true },
    `${hit}, is forwarded and gets the answer of the back end.`,
  ],
  [
    'redirect',
    { onLogoff: 'redirect', redirectTo: '/bye' },
    `${hit} and is answered with a redirect to /bye, without being forwarded.`,
  ],
  [
    'redirect and forwarding',
    { onLogoff: 'redirect', redirectTo: 'https://x.example/', forwardToBackend: true },
    `${hit}, is forwarded and is answered with a redirect to https://x.example/ in place of the answer of the back end.`,
  ],
  [
    'match query',
    { url: '?Cmd=logoff', match: 'query' },
    'a request whose query contains "?Cmd=logoff" (case ignored) signs the user out and is answered with the logged-off page, without being forwarded.',
  ],
  [
    'match exact of a path',
    { match: 'exact', ignoreCase: false },
    'a request whose path is exactly "/owa/logoff.owa" (case matters) signs the user out and is answered with the logged-off page, without being forwarded.',
  ],
  [
    'match exact with a query',
    { url: '/owa/?cmd=logoff', match: 'exact' },
    'a request whose path and query are exactly "/owa/?cmd=logoff" (case ignored) signs the user out and is answered with the logged-off page, without being forwarded.',
  ],
  ['no logoff URL', null, 'it has no logoff URL, so no request through it is noticed as a sign-out.'],
];

for (const [what, setting, sentence] of logoffs) {
  test(`a rule with ${what} explains itself`, (t) => {
    const logoff = setting && { ...shipped, ...setting };
    t.is(explainRule(publish('Exchange', ['2013-cu1.localhost'], ['/owa/*', '/ecp/*'], { logoff })), start + sentence);
  });
}

test('a rule with an authority, a host name and no delegation of its own explains itself', (t) => {
  const to = { url: 'https://mail.corp', ca: 'PEM', hostHeader: 'target' } as const;
  t.is(
    explainRule(publish('A', ['a.localhost', 'b.localhost', 'c.localhost'], ['/*'], { to, delegation: 'none', logoff: null })),
    'Rule "A" publishes /* of a.localhost, b.localhost and c.localhost from https://mail.corp (whose certificate must come from the authority ' +
      'in the rules), which gets its own host name in the Host header, without delegating credentials; it has no logoff URL, so no request ' +
      'through it is noticed as a sign-out.',
  );
});

const tokens = (scheme: string) =>
  `with the lab's own ${scheme} token, which only the lab's mock Exchange understands, no real server, and which hides the password no ` +
  'better than Basic does';
const delegations: [kind: Delegation, words: string][] = [
  ['basic', 'with Basic delegation'],
  ['none', 'without delegating credentials'],
  ['ntlm', tokens('NTLM')],
  ['negotiate', tokens('Negotiate')],
  ['client', 'without delegating credentials, but lets the client authenticate there directly'],
];

for (const [delegation, words] of delegations) {
  test(`[T-18] a rule with delegation ${delegation} says what the back end gets`, (t) => {
    const sentence = explainRule(publish('A', ['a.localhost'], ['/*'], { delegation, logoff: null }));
    t.true(sentence.startsWith(`Rule "A" publishes /* of a.localhost from http://127.0.0.1:8082 ${words}; it has no logoff URL`));
  });
}

const lab: Listener = {
  name: 'Lab',
  authentication: 'forms',
  cookie: 'cadataTMG',
  bindToClientAddress: true,
  timeouts: { kind: 'idle', public: 600_000, private: 21_600_000 },
  limits: defaultLimits,
  refusals: 'precise',
  trustedProxies: [],
  tls: null,
  crossSite: { cookie: 'unset', logon: 'allow', logoff: 'allow', framedBy: [] },
  lockout: null,
  sessions: null,
  validate: { kind: 'users', users: [] },
};

test('a listener says what it does otherwise than TMG did as delivered, in a sentence each', (t) => {
  const guarded: Listener = {
    ...lab,
    refusals: 'tmg',
    trustedProxies: ['10.0.0.0/8', '::1'],
    crossSite: {
      cookie: 'strict',
      logon: 'refuse',
      logoff: 'ask',
      framedBy: ['https://portal.test', 'http://console.mail.localhost:*'],
    },
    lockout: { threshold: 3, resetTime: 900_000, whileLocked: 'ignore' },
  };
  const [, ...more] = explainListener(guarded).split(/(?<=\.) (?=[A-Z])/);
  t.deepEqual(more, [
    'More than 3 wrong passwords in a row lock a user out until there was none for 15 minutes.',
    'The cookie is SameSite=Strict.',
    'A logon form that another site has sent is refused.',
    'A sign-out that another site has asked for needs the user’s word.',
    'Its pages may be framed by https://portal.test and http://console.mail.localhost:*.',
    'Requests that cannot be let through are refused with 502, as by TMG’s HTTP filter.',
    'X-Forwarded-For and X-Forwarded-Proto are believed of 10.0.0.0/8 and ::1.',
  ]);
  t.regex(
    explainListener({ ...lab, lockout: { threshold: 1, resetTime: 60_000, whileLocked: 'prolong' } }),
    /More than 1 wrong password in a row locks a user out until there was no logon at all for 1 minute\.$/,
  );
});

test('a listener explains how people sign in and when their session ends', (t) => {
  t.is(
    explainListener({ ...lab, validate: { kind: 'users', users: [{ name: 'a', hash: 'x' }] } }),
    'Listener "Lab" asks for a name and password in a form, compares them with a list of 1 user, keeps the session in the cookie cadataTMG, ' +
      'valid only from the client address that signed in, and ends it when it was idle for 10 minutes on a public or 6 hours on a private computer.',
  );
  const timeouts = { kind: 'absolute', public: 90 * 60_000, private: 86_400_000 } as const;
  const validate = { kind: 'basic', url: 'https://mail.corp/owa/', ca: 'PEM' } as const;
  t.is(
    explainListener({ ...lab, timeouts, validate, bindToClientAddress: false }),
    'Listener "Lab" asks for a name and password in a form, asks https://mail.corp/owa/ (whose certificate must come from the authority in the ' +
      'rules) with Basic authentication whether they are right, keeps the session in the cookie cadataTMG, valid from any client address, and ' +
      'ends it 90 minutes after the logon on a public or 1 day after it on a private computer.',
  );
});
