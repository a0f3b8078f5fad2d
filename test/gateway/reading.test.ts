import test from 'ava';
import { decodeCurl, encodeCurl } from '../../src/gateway/curl.ts';
import { detectLogoff } from '../../src/gateway/detect-logoff.ts';
import { type RequestTarget, readTarget } from '../../src/gateway/read-target.ts';
import { clearedCookie, logonCookie, readCookies, setsCookie, withoutCookie } from '../../src/gateway/session-cookie.ts';
import type { LogoffSetting } from '../../src/rules/publishing-rule.ts';

/** DESIGN decision 3: what a target is read as, or null where it has no single reading. */
const targets: [raw: string, read: string | null][] = [
  ['/owa/', '/owa/'],
  ['/owa/?q=1&r=%2F#x', null],
  ['/owa/%6cogoff.owa', '/owa/logoff.owa'],
  ['/owa/?%43md=logoff', '/owa/?Cmd=logoff'],
  ['/owa/a%20b?c=%e4', '/owa/a%20b?c=%E4'],
  ['/owa/?q=a/../b//c', '/owa/?q=a/../b//c'],
  ['/owa/..', null],
  ['/owa/../ecp/', null],
  ['/owa/./x', null],
  ['/owa/%2e%2e/ecp/', null],
  ['/owa/..;x/ecp/', null],
  ['/owa/..%3Bx/ecp/', null],
  ['/owa//logoff.owa', null],
  ['//evil.example/', null],
  ['/owa%2flogoff.owa', null],
  ['/owa%5clogoff.owa', null],
  ['/owa\\logoff.owa', null],
  ['/owa/%00', null],
  ['/owa/%256cogoff.owa', null],
  ['/owa/%c0%af', null],
  ['/owa/%zz', null],
  ['/owa/?q=100%', null],
  ['/owa/\u00e9', null],
  ['http://mail.localhost/owa/', null],
  ['*', null],
  ['', null],
  ['/owa/logoff.owa;x=1', '/owa/logoff.owa;x=1'],
  ['/owa/...', '/owa/...'],
  ['/', '/'],
];
for (const [raw, read] of targets)
  test(`target ${JSON.stringify(raw)} is ${read === null ? 'refused' : `read as ${read}`}`, (t) => {
    const target = readTarget(raw);
    t.is('problem' in target ? null : target.text, read);
  });

const logoff = (change: Partial<LogoffSetting>): LogoffSetting => ({
  url: '/owa/logoff.owa',
  match: 'contains',
  ignoreCase: true,
  onLogoff: 'page',
  redirectTo: null,
  forwardToBackend: false,
  ...change,
});

const detections: [setting: Partial<LogoffSetting>, target: string, hit: boolean, fact: string][] = [
  [{}, '/owa/logoff.owa', true, 'T-01'],
  [{}, '/owa/Logoff.OWA', true, 'T-02'],
  [{ ignoreCase: false }, '/owa/Logoff.OWA', false, 'T-02'],
  [{}, '/owa/?returnUrl=/owa/logoff.owa', true, 'T-03'],
  [{}, '/owa/user@lab.example/logoff.owa', false, 'E-05'],
  [{ url: '/logoff.owa' }, '/owa/user@lab.example/logoff.owa', true, 'E-05'],
  [{ url: '?Cmd=logoff' }, '/owa/auth/logoff.aspx?Cmd=logoff&src=exch', true, 'T-01'],
  [{ url: '?Cmd=logoff' }, '/owa/logoff.owa', false, 'E-23'],
  [{ match: 'query', url: 'Cmd=logoff' }, '/owa/auth/logoff.aspx?Cmd=logoff', true, 'T-02'],
  [{ match: 'query', url: '?Cmd=logoff' }, '/owa/auth/logoff.aspx?cmd=LOGOFF', true, 'T-02'],
  [{ match: 'query', url: 'logoff' }, '/owa/logoff.owa', false, 'T-02'],
  [{ match: 'exact' }, '/owa/logoff.owa', true, 'T-02'],
  [{ match: 'exact' }, '/owa/logoff.owa?x=1', true, 'T-02'],
  [{ match: 'exact' }, '/owa/logoff.owa/', false, 'T-02'],
  [{ match: 'exact' }, '/owa/?returnUrl=/owa/logoff.owa', false, 'T-03'],
  [{ url: '/owa/log%6Fff.owa' }, '/owa/logoff.owa', true, 'T-02'],
  [{ url: '/%c3%a4', ignoreCase: false }, '/owa/%C3%A4', true, 'T-02'],
  [{ url: '/u@x/logoff.owa' }, '/owa/u%40x/logoff.owa', true, 'T-02'],
  [{ url: '/(out)' }, '/owa/%28out%29', true, 'T-02'],
  [{ url: 'a=b' }, '/owa/?a%3Db', false, 'T-02'],
  [{ match: 'exact', url: '/a?b=1' }, '/a?b=1', true, 'T-02'],
  [{ match: 'exact', url: '/a?b=1' }, '/a?b=1&c', false, 'T-02'],
];
for (const [setting, target, hit, fact] of detections)
  test(`[${fact}] ${JSON.stringify(setting)} ${hit ? 'sees' : 'misses'} ${target}`, (t) => {
    t.is(detectLogoff(readTarget(target) as RequestTarget, logoff(setting)).matched, hit);
  });

/** What a path segment may hold unescaped besides unreserved characters (RFC 3986 §3.3), but for the `;` before a parameter. */
for (const char of "!$&'()*+,=:@")
  test(`an escaped "${char}" in a path is read as the character, on either side and in any case`, (t) => {
    const escaped = `%${char.charCodeAt(0).toString(16)}`;
    for (const [url, text] of [
      [`/bye${char}x`, `/app/BYE${escaped}X`],
      [`/bye${escaped}x`, `/app/bye${char}x`],
    ] as const)
      t.true(detectLogoff(readTarget(text) as RequestTarget, logoff({ url })).matched, `${url} in ${text}`);
  });

test('a verdict explains itself', (t) => {
  const target = readTarget('/owa/') as RequestTarget;
  t.is(detectLogoff(target, logoff({})).sentence, '"/owa/" does not contain the published server logoff URL "/owa/logoff.owa"');
  t.is(detectLogoff(target, null).sentence, 'the rule watches for no logoff URL');
});

test('curl is percent-encoding with Z (T-06)', (t) => {
  t.is(encodeCurl('/owa/'), 'Z2FowaZ2F');
  t.is(encodeCurl('/Zoo?a=b c-d.e'), 'Z2FZ5AooZ3FaZ3DbZ20c-d.e');
  t.is(decodeCurl('Z2FowaZ2FZ3FaZ3Db'), '/owa/?a=b');
  t.is(decodeCurl('Z2fowaZ2f'), '/owa/');
});

for (const hostile of [
  '//evil.example/',
  '/\\evil.example/',
  'http://evil.example/',
  '/a\r\nSet-Cookie: x=1',
  '/a\0b',
  'owa/',
  '',
  '/é',
  '/a b',
])
  test(`curl never leads to ${JSON.stringify(hostile)} (T-06)`, (t) => {
    t.is(decodeCurl(encodeCurl(hostile)), '/');
  });

test('the cookie is found, and taken out with every other cookie byte for byte the same', (t) => {
  const header = 'a=1; cadataTMG=x.y;b="2;  c = 3 ; cadataTMG2=z; cadatatmg=w';
  t.deepEqual(readCookies(header, 'cadataTMG'), ['x.y']);
  t.deepEqual(readCookies('cadataTMG=1;cadataTMG=2; cadataTMG=1', 'cadataTMG'), ['1', '2']);
  t.is(withoutCookie(header, 'cadataTMG'), 'a=1;b="2;  c = 3 ; cadataTMG2=z; cadatatmg=w');
  t.is(withoutCookie('cadataTMG=1; cadataTMG=2', 'cadataTMG'), null);
  t.is(withoutCookie('cadataTMG=1; a=2', 'cadataTMG'), 'a=2');
  t.is(withoutCookie('  a=2 ', 'cadataTMG'), '  a=2 ');
  t.deepEqual(readCookies(undefined, 'cadataTMG'), []);
});

test('a cookie is deleted with the attributes that it was set with', (t) => {
  t.is(logonCookie('cadataTMG', 'v', true), 'cadataTMG=v; Path=/; HttpOnly; Secure');
  t.true(
    clearedCookie({ name: 'cadataTMG', path: '/' }, true).startsWith(
      'cadataTMG=; Path=/; HttpOnly; Secure; Max-Age=0; Expires=Thu, 01 Jan 1970',
    ),
  );
  t.true(setsCookie('cadataTMG=evil; Path=/', 'cadataTMG'));
  t.true(setsCookie('=cadataTMG=evil', 'cadataTMG'));
  t.false(setsCookie('x=1; cadataTMG=2', 'cadataTMG'));
});
