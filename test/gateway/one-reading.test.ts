import test, { type ExecutionContext } from 'ava';
import { added, nothingWasForwarded, type Sent, startReading } from './one-reading-rig.ts';

/** DESIGN decision 3: each request is refused, or forwarded as exactly what was matched. Somebody is signed in throughout. */

const target = (text: string): Sent => ({ start: `GET ${text} HTTP/1.1` });
const post = (...fields: string[]): Sent => ({ start: 'POST /app/x HTTP/1.1', fields: ['Host: site.test', ...fields] });
const chunked = (body: string, ...fields: string[]) => ({ ...post('Transfer-Encoding: chunked', ...fields), body });
const hello = '5\r\nhello\r\n0\r\n\r\n';
const upgrade = (...fields: string[]): Sent => ({
  fields: ['Host: site.test', 'Connection: Upgrade', 'Upgrade: websocket', ...fields],
});

/** What the gateway reads and refuses: with its page, and in its trace. */
const refused: [what: string, sent: Sent, status: number][] = [
  ['a "\\" in the path', target('/app/a\\b'), 400],
  ['an empty segment', target('/app//x'), 400],
  ['an empty first segment', target('//app/x'), 400],
  ['a "." segment', target('/app/./x'), 400],
  ['a ".." segment', target('/app/../secret'), 400],
  ['a ".." at the end', target('/app/..'), 400],
  ['an escaped ".."', target('/app/%2e%2E/secret'), 400],
  ['a half escaped ".."', target('/app/.%2e/secret'), 400],
  ['a ".." with a parameter', target('/app/..;x=1/secret'), 400],
  ['a ".." with an escaped parameter', target('/app/..%3bx/secret'), 400],
  ['an escaped "/"', target('/app%2fx'), 400],
  ['an escaped "\\"', target('/app/..%5csecret'), 400],
  ['an escaped NUL', target('/app/x%00.gif'), 400],
  ['a "#"', target('/app/x#/bye'), 400],
  ['a doubly escaped letter', target('/app/%2562ye'), 400],
  ['a doubly escaped "."', target('/app/%252e%252e/secret'), 400],
  ['an overlong "."', target('/app/%c0%ae%c0%ae/secret'), 400],
  ['an overlong "/"', target('/app/..%c0%afsecret'), 400],
  ['an escape that is not UTF-8', target('/app/%e4'), 400],
  ['an escape of IIS', target('/app/%u002e%u002e/secret'), 400],
  ['a "%" without digits', target('/app/100%'), 400],
  ['a "%" without digits in the query', target('/app/?q=100%'), 400],
  ['absolute form', target('http://site.test/app/x'), 400],
  ['absolute form of another host', target('http://evil.test/app/x'), 400],
  ['an asterisk', { start: 'OPTIONS * HTTP/1.1' }, 400],
  ['HTTP/2.0 in the syntax of 1.1', { start: 'GET /app/x HTTP/2.0' }, 505],
  ['HTTP/0.9 in the syntax of 1.1', { start: 'GET /app/x HTTP/0.9' }, 505],
  ['no Host', { fields: [] }, 400],
  ['no Host in HTTP/1.0', { start: 'GET /app/x HTTP/1.0', fields: [] }, 400],
  ['two Hosts', { fields: ['Host: site.test', 'Host: other.test'] }, 400],
  ['the same Host twice', { fields: ['Host: site.test', 'host: site.test'] }, 400],
  ['a Host with a list', { fields: ['Host: site.test, other.test'] }, 400],
  ['a Host with a user', { fields: ['Host: site.test@other.test'] }, 400],
  ['a Host with a path', { fields: ['Host: site.test/app'] }, 400],
  ['an empty Host', { fields: ['Host:'] }, 400],
  ['a Host with a port of six digits', { fields: ['Host: site.test:123456'] }, 400],
  ['a Host with a bracket left open', { fields: ['Host: [::1'] }, 400],
  ['TRACE', { start: 'TRACE /app/x HTTP/1.1' }, 405],
  ['a transfer coding before chunked', { ...post('Transfer-Encoding: gzip, chunked'), body: hello }, 501],
  ['a transfer coding in a field before', { ...post('Transfer-Encoding: x', 'Transfer-Encoding: chunked'), body: hello }, 501],
  ['an empty transfer coding before chunked', { ...post('Transfer-Encoding: ,chunked'), body: hello }, 501],
  ['chunks in HTTP/1.0', { ...chunked(hello), start: 'POST /app/x HTTP/1.0' }, 400],
  ['a Content-Length with leading zeros', { ...post('Content-Length: 05'), body: 'hello' }, 400],
  ['an unknown expectation', { ...post('Expect: 200-ok', 'Content-Length: 5'), body: 'hello' }, 417],
  ['a second expectation', { ...post('Expect: 100-continue, x', 'Content-Length: 5'), body: 'hello' }, 417],
  ['an unknown expectation in HTTP/1.0', { start: 'GET /app/x HTTP/1.0', fields: ['Host: site.test', 'Expect: x'] }, 417],
  ['an upgrade with a body', { ...upgrade('Content-Length: 37'), body: 'GET /app/y HTTP/1.1\r\nHost: site.test\r\n\r\n' }, 400],
  ['an upgrade with chunks', { ...upgrade('Transfer-Encoding: chunked'), body: '0\r\n\r\nGET /app/y HTTP/1.1\r\n\r\n' }, 400],
  ['an upgrade with POST', { ...upgrade(), start: 'POST /app/x HTTP/1.1' }, 400],
  ['an upgrade in HTTP/1.0', { ...upgrade(), start: 'GET /app/x HTTP/1.0' }, 400],
  ['another method in X-HTTP-Method-Override', post('X-HTTP-Method-Override: DELETE', 'Content-Length: 0'), 400],
  ['another method in X-Method-Override', post('X-Method-Override: PUT', 'Content-Length: 0'), 400],
  ['another method in X_HTTP_Method', post('X_HTTP_Method: delete', 'Content-Length: 0'), 400],
];
for (const [what, sent, status] of refused)
  test(`${what} is refused with ${status}, a page and the reason in the trace`, async (t) => {
    const rig = await startReading(t);
    const wire = rig.send(sent);
    await wire.closed;
    const id = isRefusal(t, wire.received, status);
    const [decision, another] = rig.events('decision');
    t.like(decision, { exchange: id, party: 'gateway', facts: ['T-22'] });
    t.is(another, undefined);
    t.deepEqual(
      rig.events('response').map((event) => event.status),
      [status],
    );
    t.true(wire.received.includes(`<p>${decision?.sentence?.replaceAll('"', '&quot;')}</p>`), decision?.sentence);
    await nothingWasForwarded(t, rig);
  });

/** One answer, with a page, which closes; returns its X-Request-Id. */
function isRefusal(t: ExecutionContext, received: string, status: number): string {
  t.is(received.match(/HTTP\/1\.1 \d{3} /g)?.length, 1, received);
  t.true(received.startsWith(`HTTP/1.1 ${status} `), received);
  t.regex(received, /^connection: close\r$/im);
  t.regex(received, /^cache-control: no-store\r$/im);
  t.is(/^allow: /im.test(received), status === 405);
  const id = /^x-request-id: ([\w-]{36})\r$/im.exec(received)?.[1] ?? '';
  t.true(received.includes(`<code>${id}</code>`), 'the page names the request');
  return id;
}

test('refusals: tmg answers 502 in the manner of TMG’s HTTP filter, and the reason is in the trace alone', async (t) => {
  const rig = await startReading(t, { listener: { refusals: 'tmg' } });
  for (const sent of [target('/app/../x'), { start: 'TRACE /app/ HTTP/1.1' }, target(`/app/?${'q'.repeat(5_000)}`)]) {
    const wire = rig.send(sent);
    await wire.closed;
    isRefusal(t, wire.received, 502);
    t.regex(wire.received, /<h1>The request was rejected by the HTTP filter<\/h1>/);
    t.notRegex(wire.received, /segment|TRACE|bytes/);
  }
  t.deepEqual(
    rig.events('decision').map(({ sentence }) => /segment|TRACE|bytes/.exec(sentence ?? '')?.[0]),
    ['segment', 'TRACE', 'bytes'],
  );
  await nothingWasForwarded(t, rig);
});

/** What node's parser refuses by itself. Where it has let the head pass already, the back end never sees the request whole. */
const unparsable: [what: string, sent: Sent][] = [
  ['a length before chunks (CL.TE)', { ...post('Content-Length: 5', 'Transfer-Encoding: chunked'), body: hello }],
  ['a length after chunks (TE.CL)', { ...post('Transfer-Encoding: chunked', 'Content-Length: 5'), body: hello }],
  ['a space before the colon of Transfer-Encoding', { ...post('Transfer-Encoding : chunked'), body: hello }],
  ['a coding "xchunked"', { ...post('Transfer-Encoding: xchunked'), body: hello }],
  ['a coding "chunked x"', { ...post('Transfer-Encoding: chunked x'), body: hello }],
  ['a coding in quotes', { ...post('Transfer-Encoding: "chunked"'), body: hello }],
  ['a coding with a parameter', { ...post('Transfer-Encoding: chunked;q=1'), body: hello }],
  ['a coding after a vertical tab', { ...post('Transfer-Encoding: \x0bchunked'), body: hello }],
  ['a coding on a folded line', { ...post('Transfer-Encoding:\r\n chunked'), body: hello }],
  ['a coding "identity"', { ...post('Transfer-Encoding: identity'), body: hello }],
  ['a coding after chunked', { ...post('Transfer-Encoding: chunked, identity'), body: hello }],
  ['an empty Transfer-Encoding', { ...post('Transfer-Encoding:'), body: hello }],
  ['chunked twice', { ...post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'), body: hello }],
  [
    'chunked, and another coding in a field after',
    { ...post('Transfer-Encoding: chunked', 'Transfer-Encoding: x'), body: hello },
  ],
  ...['5, 5', '-5', '+5', '0x5', '5 5', '5.0', '', '18446744073709551621'].map((length): [string, Sent] => [
    `the Content-Length "${length}"`,
    { ...post(`Content-Length: ${length}`), body: 'hello' },
  ]),
  ['the same Content-Length twice', { ...post('Content-Length: 5', 'Content-Length: 5'), body: 'hello' }],
  ['two lengths', { ...post('Content-Length: 5', 'Content-Length: 6'), body: 'hello' }],
  ['a chunk size with 0x', chunked('0x5\r\nhello\r\n0\r\n\r\n')],
  ['a chunk size with a sign', chunked('+5\r\nhello\r\n0\r\n\r\n')],
  ['a chunk size of 17 digits', chunked('10000000000000005\r\nhello\r\n0\r\n\r\n')],
  ['a blank after a chunk size', chunked('5 \r\nhello\r\n0\r\n\r\n')],
  ['no chunk size', chunked('\r\nhello\r\n0\r\n\r\n')],
  ['a bare LF after a chunk size', chunked('5\nhello\r\n0\r\n\r\n')],
  ['a bare LF in a chunk extension', chunked('5;\nhello\r\n0\r\n\r\n')],
  ['a bare LF after a chunk', chunked('5\r\nhello\n0\r\n\r\n')],
  ['a chunk longer than its size', chunked('5\r\nhelloXX0\r\n\r\n')],
  ['a length among the trailers', chunked('5\r\nhello\r\n0\r\nContent-Length: 7\r\n\r\n')],
  ['a bare LF after a field', { fields: ['Host: site.test\nX: 1'] }],
  ['a bare LF after the request line', { start: 'GET /app/x HTTP/1.1\nX: 1' }],
  ['a bare CR after a field', { fields: ['Host: site.test\rX: 1'] }],
  ['a folded field', { fields: ['Host: site.test', 'X: 1\r\n 2'] }],
  ['a folded first field', { fields: [' Host: site.test'] }],
  ['a space before a colon', { fields: ['Host: site.test', 'X : 1'] }],
  ['a field without a name', { fields: ['Host: site.test', ': 1'] }],
  ['a field without a colon', { fields: ['Host: site.test', 'X'] }],
  ['a NUL in a field', { fields: ['Host: site.test', 'X: a\0b'] }],
  ['a byte above 0x7E in the target', target('/app/\xe4')],
  ['a NUL in the target', target('/app/\0')],
  ['a blank in the target', target('/app/x /y')],
  ['a tab in the request line', { start: 'GET\t/app/x HTTP/1.1' }],
  ['a target that begins with "\\"', target('\\app\\x')],
  ['an empty target', target('')],
  ['the version 1.2', { start: 'GET /app/x HTTP/1.2' }],
  ['a method that nobody knows', { start: 'FOO /app/x HTTP/1.1' }],
  ['a method in lower case', { start: 'get /app/x HTTP/1.1' }],
];
for (const [what, sent] of unparsable)
  test(`${what} is refused with 400 and nothing of it is forwarded whole`, async (t) => {
    const rig = await startReading(t);
    const wire = rig.send(sent);
    await wire.closed;
    t.true(wire.received.startsWith('HTTP/1.1 400 '), wire.received);
    t.is(wire.received.match(/HTTP\/1\.1 \d{3} /g)?.length, 1, wire.received);
    await nothingWasForwarded(t, rig);
  });

test('CONNECT gets 405 and no tunnel, and nothing is forwarded', async (t) => {
  const rig = await startReading(t);
  const wire = rig.send({ start: 'CONNECT site.test:80 HTTP/1.1' });
  await wire.closed;
  t.regex(wire.received, /^HTTP\/1\.1 405 /);
  t.regex(wire.received, /\r\nAllow: [A-Z]+(, [A-Z]+)+\r\n/);
  await nothingWasForwarded(t, rig);
});

/** `line`, `own` and `body`: what the published server gets; nothing said is what was sent. */
const forwarded: [what: string, sent: Sent, got: { line?: string; own?: string[]; body?: string }][] = [
  ['an ordinary target', target('/app/x?y=1'), {}],
  ['the published folder itself', target('/app'), {}],
  ['a "/" at the end', target('/app/x/'), {}],
  ['letters of another case', target('/APP/X'), {}],
  ['a parameter of the last segment', target('/app/x;x=1'), {}],
  ['three dots', target('/app/...'), {}],
  ['an escaped letter', target('/app/%61?%62=%2f'), { line: 'GET /app/a?b=%2F HTTP/1.1' }],
  ['escapes that stay', target('/app/a%20b%c3%a4%3b'), { line: 'GET /app/a%20b%C3%A4%3B HTTP/1.1' }],
  ['a query like a path', target('/app/?q=/../b//c%5c%00'), { line: 'GET /app/?q=/../b//c%5C%00 HTTP/1.1' }],
  ['a second "?"', target('/app/x?a?/b'), {}],
  ['a target after two blanks', { start: 'GET  /app/x HTTP/1.1' }, { line: 'GET /app/x HTTP/1.1' }],
  ['HTTP/1.0', { start: 'GET /app/x HTTP/1.0' }, { line: 'GET /app/x HTTP/1.1' }],
  ...['GET', 'DELETE', 'OPTIONS'].map((method): [string, Sent, { own: string[]; body: string }] => [
    `a body on ${method}`,
    {
      start: `${method} /app/x HTTP/1.1`,
      fields: ['Host: site.test', 'Content-Length: 25'],
      body: 'GET /app/y HTTP/1.1\r\n\r\n..',
    },
    { own: ['content-length: 25'], body: 'GET /app/y HTTP/1.1\r\n\r\n..' },
  ]),
  ['chunks on GET', { ...chunked(hello), start: 'GET /app/x HTTP/1.1' }, { own: ['transfer-encoding: chunked'], body: 'hello' }],
  ['chunks', chunked(hello), { own: ['transfer-encoding: chunked'], body: 'hello' }],
  [
    'chunked in other letters',
    { ...post('Transfer-Encoding:\tcHuNkEd '), body: hello },
    { own: ['transfer-encoding: chunked'], body: 'hello' },
  ],
  ['chunk extensions', chunked('5;a="b;c"\r\nhello\r\n0;d\r\n\r\n'), { own: ['transfer-encoding: chunked'], body: 'hello' }],
  ['zeros before a chunk size', chunked('0005\r\nhello\r\n0\r\n\r\n'), { own: ['transfer-encoding: chunked'], body: 'hello' }],
  [
    'trailers',
    chunked('5\r\nhello\r\n0\r\nHost: evil.test\r\nX: 1\r\n\r\n', 'Trailer: X'),
    { own: ['transfer-encoding: chunked'], body: 'hello' },
  ],
  ['blanks around a length', { ...post('Content-Length:\t 5 '), body: 'hello' }, { own: ['content-length: 5'], body: 'hello' }],
  [
    'an upgrade to h2c',
    { fields: ['Host: site.test', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAM'] },
    {},
  ],
  ['an upgrade that Connection does not name', { fields: ['Host: site.test', 'Upgrade: websocket'] }, {}],
  ['two upgrades', { fields: ['Host: site.test', 'Connection: Upgrade', 'Upgrade: websocket', 'Upgrade: h2c'] }, {}],
];
for (const [what, sent, { line, own = [], body = '' }] of forwarded)
  test(`${what} is forwarded as it was matched, and as the trace says`, async (t) => {
    const rig = await startReading(t);
    const wire = rig.send(sent);
    await wire.until(/\r\n\r\nok$/);
    wire.socket.destroy();
    const [request] = rig.events('request');
    const [logged] = rig.log;
    const { start = '', fields = [] } = logged ?? {};
    t.is(start, line ?? sent.start ?? 'GET /app/x HTTP/1.1');
    t.is(start, `${request?.method} ${request?.target} HTTP/1.1`);
    t.is(fields[0], `host: ${request?.host}`);
    const framing = /^(content-length|transfer-encoding): /i;
    t.deepEqual(
      fields.filter((field) => framing.test(field)),
      own,
    );
    const rest = fields.filter((field) => !framing.test(field) && !/^connection: keep-alive$/i.test(field));
    t.deepEqual(rest, ['host: site.test', ...added(request?.exchange ?? '')]);
    t.is(logged?.body, body);
    t.is(rig.log.length, 1);
  });
