import { readFileSync } from 'node:fs';
import test from 'ava';
import { withheldFields } from '../../src/gateway/forwarded-fields.ts';
import { defaultLimits, type Limits } from '../../src/rules/limits-schema.ts';
import { added, nothingWasForwarded, type Sent, startReading } from './one-reading-rig.ts';

const host = 'Host: site.test';
const many = (count: number) => Array.from({ length: count }, (_, index) => `x-${index}: ${index}`);

/** `passed`: what the published server gets of `sent`, names in lower case. */
const rows: [what: string, sent: string[], passed: string[]][] = [
  [
    'fields in order, twice and in their own bytes',
    ['X-B: 1', 'x-a:2 ', 'X-B: caf\xe9', 'X-C:'],
    ['x-b: 1', 'x-a: 2', 'x-b: caf\xe9', 'x-c: '],
  ],
  [
    'fields called like members of objects',
    ['__proto__: a', 'constructor: b', 'toString: c'],
    ['__proto__: a', 'constructor: b', 'tostring: c'],
  ],
  [
    'fields of the one connection',
    [
      'Connection: keep-alive',
      'Keep-Alive: timeout=5',
      'Proxy-Connection: close',
      'TE: trailers',
      'Trailer: X',
      'HTTP2-Settings: AAM',
    ].concat(['Proxy-Authorization: Basic eA==', 'Proxy-Authenticate: Basic', 'Proxy-Authentication-Info: x', 'Upgrade: h2c']),
    [],
  ],
  ['fields that Connection names', ['X-A: 1', 'connection: X-A, keep-alive', 'X-B: 2', 'Connection: x-b', 'X-C: 3'], ['x-c: 3']],
  [
    'fields that Connection may not name',
    ['Connection: Cookie, Authorization, Host, X-Forwarded-For, X-Request-Id, Content-Type', 'Content-Type: a/b', 'Cookie: a=1'],
    ['content-type: a/b', 'cookie: a=1'],
  ],
  ['the client’s own Authorization', ['Authorization: Bearer forged', 'authorization: Basic eA=='], []],
  [
    'what the gateway says itself',
    [
      'X-Request-Id: x',
      'X-Forwarded-For: 10.0.0.1',
      'X-Forwarded-Host: evil.test',
      'X-Forwarded-Proto: https',
      'Front-End-Https: On',
    ],
    [],
  ],
  [
    'the same in spellings that CGI folds to it',
    [
      'X_Forwarded_For: 10.0.0.1',
      'x_forwarded-for: 10.0.0.1',
      'X.Forwarded.For: 10.0.0.1',
      'X_Forwarded_Host: evil.test',
      'X_FORWARDED_PROTO: https',
    ].concat(['X_Request_Id: x', 'Front_End_Https: On']),
    [],
  ],
  [
    'any other X-Forwarded-*',
    ['X-Forwarded-Port: 443', 'X-Forwarded-Prefix: /x', 'X_Forwarded-Server: x', 'X-Forwarded: x', 'X-Forward: 1'],
    ['x-forward: 1'],
  ],
  [
    'other claims about the client',
    [
      'Forwarded: for=10.0.0.1',
      'X-Real-IP: 10.0.0.1',
      'X_Real_IP: 10.0.0.1',
      'X-Client-IP: 10.0.0.1',
      'Client-IP: 10.0.0.1',
    ].concat([
      'True-Client-IP: 10.0.0.1',
      'CF-Connecting-IP: 10.0.0.1',
      'X-Forward-For: 10.0.0.1',
      'Forwarded-For: 10.0.0.1',
      'X-Remote-User: corp\\admin',
      'X-MS-Proxy: x',
      'Proxy: http://evil.test',
    ]),
    [],
  ],
  [
    'a second target or host',
    [
      'X-Original-URL: /secret',
      'X-Rewrite-URL: /secret',
      'X_Original_URL: /secret',
      'X-Original-Host: evil.test',
      'X-Host: evil.test',
    ],
    [],
  ],
  [
    'framing in spellings that CGI folds to it',
    ['Content_Length: 7', 'Transfer_Encoding: chunked', 'Expect_: x'],
    ['expect_: x'],
  ],
  ['the method once more', ['X-HTTP-Method-Override: get'], ['x-http-method-override: get']],
  ['a cookie of 20 KiB', [`Cookie: a=${'x'.repeat(20_480)}`], [`cookie: a=${'x'.repeat(20_480)}`]],
  ['cookies in several fields', ['Cookie: a=1; b=2', 'cookie: c=3'], ['cookie: a=1; b=2; c=3']],
];
for (const [what, sent, passed] of rows)
  test(`of ${what} the published server gets ${passed.length === 0 ? 'nothing' : 'what it should'}`, async (t) => {
    const rig = await startReading(t);
    const wire = rig.send({ fields: [host, ...sent] });
    await wire.until(/\r\n\r\nok$/);
    wire.socket.destroy();
    const id = rig.events('request')[0]?.exchange ?? '';
    const [authorization = '', ...more] = added(id);
    const cookie = passed.filter((field) => field.startsWith('cookie:'));
    const others = passed.filter((field) => !field.startsWith('cookie:'));
    t.deepEqual(
      rig.log[0]?.fields.filter((field) => field !== 'connection: keep-alive'),
      ['host: site.test', ...others, authorization, ...cookie, ...more],
    );
    t.is(rig.log[0]?.start, 'GET /app/x HTTP/1.1');
  });

test('1,000 header fields are forwarded one for one where the listener allows them', async (t) => {
  const rig = await startReading(t, { limits: { headerFields: 1_002 } });
  const wire = rig.send({ fields: [host, ...many(1_000)] });
  await wire.until(/\r\n\r\nok$/);
  wire.socket.destroy();
  t.deepEqual(
    rig.log[0]?.fields.filter((field) => /^x-\d/.test(field)),
    many(1_000),
  );
});

test('a HEAD is forwarded as HEAD, and its answer has no body', async (t) => {
  const rig = await startReading(t);
  const wire = rig.send({ start: 'HEAD /app/x HTTP/1.1', fields: [host, 'Connection: close'] });
  await wire.closed;
  t.regex(wire.received, /^HTTP\/1.1 200 .*\r\n\r\n$/s);
  t.is(rig.log[0]?.start, 'HEAD /app/x HTTP/1.1');
});

test('with Expect: 100-continue the body is asked for, and the published server hears nothing of it', async (t) => {
  const rig = await startReading(t);
  const wire = rig.send({ start: 'POST /app/x HTTP/1.1', fields: [host, 'Expect: 100-Continue', 'Content-Length: 5'] });
  await wire.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
  wire.send('hello');
  await wire.until(/\r\n\r\nok$/);
  wire.socket.destroy();
  t.is(rig.log[0]?.body, 'hello');
  t.false(rig.log[0]?.fields.some((field) => field.startsWith('expect')));
});

test('a WebSocket is opened as it was asked for', async (t) => {
  const rig = await startReading(t);
  const fields = [
    host,
    'Connection: Upgrade, X-Gone',
    'Upgrade: WebSocket',
    'X-Gone: 1',
    'X_Forwarded_For: 1',
    'Sec-WebSocket-Key: k',
  ];
  const wire = rig.send({ start: 'GET /app/%77s?a HTTP/1.1', fields });
  await wire.until(/^HTTP\/1.1 101 .*\r\n\r\n/s);
  wire.socket.destroy();
  const [request] = rig.events('request');
  t.is(rig.log[0]?.start, 'GET /app/ws?a HTTP/1.1');
  t.is(request?.target, '/app/ws?a');
  t.deepEqual(rig.log[0]?.fields, [
    'host: site.test',
    'sec-websocket-key: k',
    ...added(request?.exchange ?? ''),
    'connection: Upgrade',
    'upgrade: websocket',
  ]);
});

test('requests sent in one go are read, decided and forwarded one by one', async (t) => {
  const rig = await startReading(t);
  const one = (path: string) => `GET ${path} HTTP/1.1\r\n${host}\r\nCookie: ${rig.cookie}\r\n\r\n`;
  const wire = rig.raw(one('/app/a') + one('/secret') + one('/app/b') + one('/app/../c') + one('/app/d'));
  await wire.closed;
  t.deepEqual(wire.received.match(/HTTP\/1\.1 \d+(?= \w)/g), ['HTTP/1.1 200', 'HTTP/1.1 403', 'HTTP/1.1 200', 'HTTP/1.1 400']);
  t.deepEqual(
    rig.log.map(({ start }) => start),
    ['GET /app/a HTTP/1.1', 'GET /app/b HTTP/1.1'],
  );
});

type Measure = { limit: keyof Limits; most: number; status: number; sent: (size: number, cookie: string) => Sent };

const sizeOf = (fields: string[]) => fields.reduce((sum, field) => sum + field.length + 2, 0);
const filled = (text: string, size: number) => text + 'q'.repeat(size - text.length);
const measures: Measure[] = [
  { limit: 'urlBytes', most: 1_000, status: 414, sent: (size) => ({ start: `GET ${filled('/app/', size)} HTTP/1.1` }) },
  { limit: 'queryBytes', most: 100, status: 414, sent: (size) => ({ start: `GET /app/x${filled('?', size)} HTTP/1.1` }) },
  { limit: 'headerFields', most: 20, status: 431, sent: (size) => ({ fields: [host, ...many(size - 2)] }) },
  {
    limit: 'headerBytes',
    most: 600,
    status: 431,
    sent: (size, cookie) => ({ fields: [host, filled('X: ', size - sizeOf([host, `Cookie: ${cookie}`]) - 2)] }),
  },
  {
    limit: 'bodyBytes',
    most: 100,
    status: 413,
    sent: (size) => ({ start: 'POST /app/x HTTP/1.1', fields: [host, `Content-Length: ${size}`], body: 'x'.repeat(size) }),
  },
];
for (const { limit, most, status, sent } of measures) {
  test(`[T-22] ${limit}: so much is forwarded`, async (t) => {
    const rig = await startReading(t, { limits: { [limit]: most } });
    const wire = rig.send(sent(most, rig.cookie));
    await wire.until(/\r\n\r\nok$/);
    wire.socket.destroy();
    t.is(rig.log.length, 1);
  });

  test(`[T-22] ${limit}: one more is refused with ${status}, and the reason names both`, async (t) => {
    const rig = await startReading(t, { limits: { [limit]: most } });
    const wire = rig.send(sent(most + 1, rig.cookie));
    await wire.closed;
    t.true(wire.received.startsWith(`HTTP/1.1 ${status} `), wire.received);
    const [decision] = rig.events('decision');
    t.deepEqual(decision?.facts, ['T-22']);
    t.true(decision?.sentence?.includes(`at most ${most} `), decision?.sentence);
    await nothingWasForwarded(t, rig);
  });
}

const { urlBytes, queryBytes, headerFields, headerBytes } = defaultLimits;
test('[T-22] a target and header fields that are each as large as may be are forwarded together', async (t) => {
  const rig = await startReading(t);
  const large = filled('X: ', headerBytes - sizeOf([host, `Cookie: ${rig.cookie}`]) - 2);
  const wire = rig.send({ start: `OPTIONS ${filled('/app/', urlBytes)} HTTP/1.1`, fields: [host, large] });
  await wire.until(/\r\n\r\nok$/);
  wire.socket.destroy();
  t.is(rig.log.length, 1);
});

const beyond: [what: string, status: number, sent: Sent][] = [
  ['a target longer than 16 KiB', 414, { start: `GET ${filled('/app/', urlBytes + 1)} HTTP/1.1` }],
  ['a query longer than 4 KiB', 414, { start: `GET /app/x${filled('?', queryBytes + 1)} HTTP/1.1` }],
  ['1,000 header fields', 431, { fields: [host, ...many(1_000)] }],
  ['header fields of more than 32 KiB', 431, { fields: [host, ...many(headerFields - 2).map((field) => filled(field, 180))] }],
  [
    'a body of 1 TiB',
    413,
    { start: 'PUT /app/x HTTP/1.1', fields: [host, `Content-Length: ${2 ** 40}`, 'Expect: 100-continue'] },
  ],
];
for (const [what, status, sent] of beyond)
  test(`[T-22] with the limits that nobody sets ${what} gets ${status}, without a "100 Continue" before`, async (t) => {
    const rig = await startReading(t);
    const wire = rig.send(sent);
    await wire.closed;
    t.true(wire.received.startsWith(`HTTP/1.1 ${status} `), wire.received.slice(0, 100));
    await nothingWasForwarded(t, rig);
  });

test('the documents name each limit with its preset and status, and each field that ends at the gateway', (t) => {
  const text = readFileSync('docs/proxy.md', 'utf8');
  const rowsOf = text.split('\n').filter((line) => line.startsWith('| `limits.'));
  t.is(rowsOf.length, measures.length);
  for (const { limit, status } of measures) {
    const row = rowsOf.find((line) => line.startsWith(`| \`limits.${limit}\`: `)) ?? '';
    t.true(row.includes(` ${defaultLimits[limit]} `) && row.endsWith(`| ${status} |`), limit);
  }
  for (const name of withheldFields.flatMap(({ names }) => names)) t.true(text.includes(`\`${name}\``), name);
});

test('the gateway’s own form may bring a longer query than published paths', async (t) => {
  const rig = await startReading(t, { limits: { queryBytes: 10 }, rule: { paths: ['/*'] } });
  const wire = rig.send({ start: 'GET /CookieAuth.dll?GetLogon?curl=Z2FappZ2F HTTP/1.1', fields: [host, 'Connection: close'] });
  await wire.closed;
  t.regex(wire.received, /^HTTP\/1.1 200 /);
});
