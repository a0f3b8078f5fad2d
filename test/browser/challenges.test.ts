import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { digestAuthorization } from '../../src/browser/digest-authorization.ts';
import { readChallenges } from '../../src/browser/read-challenges.ts';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { standingClock } from '../../src/clock.ts';
import { createDigestServer, DIGEST_PERSON } from './digest-server.ts';

async function start(t: ExecutionContext, respond: RequestListener) {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = createScriptedBrowser(standingClock());
  t.teardown(() => {
    browser.close();
    server.close();
    server.closeAllConnections();
  });
  return { browser, home: `http://site.localhost:${(server.address() as AddressInfo).port}/a?b=%20c` };
}

const person = { user: 'corp\\anna', password: 'secret pass' };

for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const)
  test(`the ${algorithm} response of RFC 7616 §3.9.1 comes out`, (t) => {
    const [challenge] = readChallenges([
      [
        'WWW-Authenticate',
        `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
          'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
      ],
    ]);
    if (!challenge) return t.fail();
    const field = digestAuthorization(
      challenge,
      { user: 'Mufasa', password: 'Circle of Life' },
      { method: 'GET', target: '/dir/index.html' },
      { count: 1, cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
    );
    t.is(
      field,
      'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", ' +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", ' +
        `qop=auth, response="${response}", algorithm=${algorithm}, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
    );
  });

const fields: [what: string, fields: string[], expected: string[]][] = [
  ['a list in one field', ['Negotiate, NTLM, Basic realm="x"'], ['negotiate', 'ntlm', 'basic realm=x']],
  ['several fields', ['Negotiate', 'Basic realm=x'], ['negotiate', 'basic realm=x']],
  ['commas and quotes in a quoted string', ['Digest realm="a \\"b\\", Basic", nonce=n'], ['digest realm=a "b", Basic nonce=n']],
  ['a token68 and odd blanks', ['Negotiate YII=, ,Basic  realm = "x" ,'], ['negotiate', 'basic realm=x']],
  ['names in any case', ['DIGEST Nonce="N", STALE=True'], ['digest nonce=N stale=True']],
  ['an unreadable rest', ['Basic realm="x", Digest nonce="open'], ['basic realm=x', 'digest']],
  ['nothing', ['', ', ,', '"x"'], []],
];
for (const [what, values, expected] of fields)
  test(`challenges are read from ${what}`, (t) => {
    const read = readChallenges(values.map((value) => ['www-authenticate', value]));
    const shown = read.map(({ scheme, parameters }) => [scheme, ...[...parameters].map((pair) => pair.join('='))].join(' '));
    t.deepEqual(shown, expected);
  });

for (const algorithm of ['MD5', 'SHA-256'] as const)
  test(`a Digest challenge with ${algorithm} is answered when a person is there, and the nonce used on from memory`, async (t) => {
    const { respond, journal } = createDigestServer(algorithm);
    const { browser, home } = await start(t, respond);
    t.is((await browser.visit(home)).status, 401);
    t.is((await browser.visit(home, DIGEST_PERSON)).status, 200);
    t.is((await browser.visit(`${home}&d`)).status, 200);
    t.is((await browser.probe('POST', home)).status, 200);
    t.is((await browser.clone().visit(home)).status, 200);
    t.is((await browser.visit(home)).status, 200);
    const accepted = [1, 2, 3, 4, 5].map((count) => `accepted 0000000${count}`);
    t.deepEqual(journal, ['no credentials', 'no credentials', ...accepted]);
  });

test('a stale Digest nonce is replaced without a person, once a request', async (t) => {
  const { respond, journal, renew } = createDigestServer('SHA-256');
  const { browser, home } = await start(t, respond);
  await browser.visit(home, DIGEST_PERSON);
  renew();
  t.is((await browser.visit(home)).status, 200);
  t.is((await browser.visit(home)).status, 200);
  t.deepEqual(journal.slice(1), ['accepted 00000001', 'stale', 'accepted 00000001', 'accepted 00000002']);
});

test('a nonce that becomes stale again and again is given up', async (t) => {
  const { respond, journal, renew } = createDigestServer('MD5');
  const { browser, home } = await start(t, (request, response) => {
    renew();
    respond(request, response);
  });
  t.is((await browser.visit(home, DIGEST_PERSON)).status, 401);
  t.deepEqual(journal, ['no credentials', 'stale', 'stale', 'stale']);
});

test('a wrong Digest password is not tried twice, and forgotten', async (t) => {
  const { respond, journal } = createDigestServer('MD5');
  const { browser, home } = await start(t, respond);
  t.is((await browser.visit(home, { ...DIGEST_PERSON, password: 'wrong' })).status, 401);
  t.is((await browser.visit(home)).status, 401);
  t.deepEqual(journal, ['no credentials', 'refused', 'no credentials']);
});

test('credentials that are refused later are forgotten, and whoever is there types anew', async (t) => {
  let right = 'Basic dTpw';
  const { browser, home } = await start(t, (request, response) => {
    if (request.headers.authorization === right) response.end('<p>in</p>');
    else response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
  });
  t.is((await browser.visit(home, { user: 'u', password: 'p' })).status, 200);
  right = 'Basic djpx';
  t.is((await browser.visit(home, { user: 'v', password: 'q' })).status, 200);
  right = 'Basic dTpw';
  t.is((await browser.visit(home)).status, 401);
  right = 'Basic djpx';
  t.is((await browser.visit(home)).status, 401);
});

/** What a server offers, and the scheme that the browser takes. */
const offers: [offered: string | string[], taken: string | undefined][] = [
  ['Basic realm="x", Negotiate, Digest realm="x", nonce="n", qop="auth"', 'Negotiate'],
  [['Basic realm="x"', 'Digest realm="x", nonce="n", qop="auth"'], 'Digest'],
  ['Digest realm="x", nonce="n", qop="auth-int", Basic realm="x"', 'Basic'],
  ['Digest realm="x", nonce="n", qop="auth", algorithm=SHA-512-256, Basic realm="x"', 'Basic'],
  [['NTLM', 'Basic realm="x"'], 'Basic'],
  ['NTLM', undefined],
];
for (const [offered, taken] of offers)
  test(`of ${JSON.stringify(offered)} it takes ${taken ?? 'nothing'}`, async (t) => {
    const sent: (string | undefined)[] = [];
    const { browser, home } = await start(t, (request, response) => {
      sent.push(request.headers.authorization?.split(' ', 1)[0]);
      if (request.headers.authorization) response.end();
      else response.writeHead(401, { 'WWW-Authenticate': offered }).end();
    });
    await browser.visit(home, person);
    t.deepEqual(sent, taken === undefined ? [undefined] : [undefined, taken]);
  });

test('of two Digest challenges it answers the one with SHA-256', async (t) => {
  const { respond, journal } = createDigestServer('SHA-256', 'Digest realm="x", nonce="n", qop="auth", algorithm=MD5, ');
  const { browser, home } = await start(t, respond);
  await browser.visit(home, DIGEST_PERSON);
  t.deepEqual(journal, ['no credentials', 'accepted 00000001']);
});

/** Of `logoff-lab`, `corp\anna` and `secret pass` with a NUL between each, written out so that no code of ours makes it. */
const negotiate = 'Negotiate bG9nb2ZmLWxhYgBjb3JwXGFubmEAc2VjcmV0IHBhc3M=';

function windowsServer() {
  const sent: string[] = [];
  const respond: RequestListener = (request, response) => {
    sent.push(`${request.headers.authorization ?? '-'} ${request.headers.cookie ?? '-'}`);
    if (request.headers.authorization === negotiate) response.setHeader('Set-Cookie', 'x=1').end('<p>in</p>');
    else response.writeHead(401, { 'WWW-Authenticate': ['Negotiate', 'NTLM'] }).end();
  };
  return { sent, respond };
}

test('a Negotiate challenge is answered with the lab’s own token, resent by itself until the browser is closed', async (t) => {
  const { sent, respond } = windowsServer();
  const { browser, home } = await start(t, respond);
  t.is((await browser.visit(home)).status, 401);
  t.is((await browser.visit(home, person)).status, 200);
  const clone = browser.clone();
  browser.close();
  t.is((await browser.visit(home)).status, 401);
  t.is((await clone.visit(home)).status, 200);
  t.deepEqual(sent, ['- -', '- -', `${negotiate} -`, '- x=1', `${negotiate} x=1`]);
});

test('a probe with a person makes the challenge round and stores nothing', async (t) => {
  const { sent, respond } = windowsServer();
  const { browser, home } = await start(t, respond);
  t.is((await browser.probe('GET', home)).status, 401);
  t.is((await browser.probe('GET', home, person)).status, 200);
  t.is((await browser.probe('GET', home)).status, 401);
  t.deepEqual(sent, ['- -', 'Basic Y29ycFxhbm5hOnNlY3JldCBwYXNz -', `${negotiate} -`, '- -']);
});

test('a probe with a person needs one request where Basic is asked for, or the scheme is known', async (t) => {
  const digest = createDigestServer('MD5');
  const { browser, home } = await start(t, digest.respond);
  await browser.visit(home, DIGEST_PERSON);
  t.is((await browser.probe('GET', home, DIGEST_PERSON)).status, 200);
  t.is(digest.journal.length, 3);
});

test('credentials stay with their origin', async (t) => {
  const { sent, respond } = windowsServer();
  const { browser, home } = await start(t, respond);
  await browser.visit(home, person);
  t.is((await browser.visit(home.replace('site.', 'other.'))).status, 401);
  t.is(sent.at(-1), '- -');
});
