import test from 'ava';
import { rawBackEnd, startGateway, startPair } from './forward-rig.ts';

const get = ['GET /a HTTP/1.1', 'Host: mail.example', '', ''];
const end = /\r\n\r\n/;

test('the request line is exactly the target, and Host is the client’s', async (t) => {
  const target = '/owa/?q=http://x//y&a=%2F|"';
  const { gateway, backEnd } = await startPair(t, { target });
  gateway.client(...get);
  const server = await backEnd.connection();
  const request = await server.until(end);
  t.is(request.split('\r\n')[0], `GET ${target} HTTP/1.1`);
  t.deepEqual(
    server.fields.filter((field) => /^host:/i.test(field)),
    ['host: mail.example'],
  );
});

test('Host is the back end’s own with hostHeader: target', async (t) => {
  const backEnd = await rawBackEnd(t);
  const gateway = await startGateway(t, { to: { url: backEnd.url, hostHeader: 'target' } });
  gateway.client(...get);
  const server = await backEnd.connection();
  await server.until(end);
  t.deepEqual(
    server.fields.filter((field) => /^host:/i.test(field)),
    [`host: ${backEnd.url.slice('http://'.length)}`],
  );
});

test('request fields keep casing, order and duplicates; hop-by-hop fields and those that Connection names go', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  gateway.client(
    'POST / HTTP/1.1',
    'Host: mail.example',
    'X-Two: 1',
    'Connection: keep-alive, X-Named',
    'x-named: gone',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic eDp5',
    'TE: trailers',
    'Trailer: X-T',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABk',
    'Expect: 100-continue',
    'Transfer-Encoding: chunked',
    'aCCept: caf\xe9',
    'X-Two: 2',
    '',
    '2\r\nab\r\n0\r\nX-T: 1\r\n\r\n',
  );
  const server = await backEnd.connection();
  const request = await server.until(/0\r\n\r\n$|ab$/);
  t.deepEqual(
    server.fields.filter((field) => !/^(host|connection|transfer-encoding|content-length):/i.test(field)),
    ['X-Two: 1', 'aCCept: caf\xe9', 'X-Two: 2'],
  );
  t.is(server.fields.filter((field) => /^connection:/i.test(field)).join(), 'connection: keep-alive');
  t.notRegex(request, /X-T:/);
});

for (const named of ['Host', 'Cookie', 'Authorization', 'Content-Length', 'Content-Type']) {
  test(`a client cannot strip ${named} by naming it in Connection`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    gateway.client(
      'POST / HTTP/1.1',
      'Host: mail.example',
      `Connection: ${named.toLowerCase()}, close`,
      'Cookie: a=1',
      'Authorization: Basic eDp5',
      'Content-Type: text/plain',
      'Content-Length: 3',
      '',
      'abc',
    );
    const server = await backEnd.connection();
    t.regex(await server.until(/abc$/), new RegExp(`\r\n${named}: `, 'i'));
    t.deepEqual(
      server.fields.filter((field) => /^content-length:/i.test(field)),
      ['content-length: 3'],
    );
  });
}

test('replace sets, replaces and removes fields whatever their case', async (t) => {
  const replace = {
    AUTHORIZATION: 'Basic bmV3',
    'x-request-id': '7',
    Cookie: null,
    'keep-alive': 'x',
    expect: 'x',
    'content-length': '9',
  };
  const { gateway, backEnd } = await startPair(t, { replace });
  gateway.client(
    'GET / HTTP/1.1',
    'Host: h',
    'Authorization: Basic b2xk',
    'cookie: a',
    'Cookie: b',
    'X-Request-ID: 1',
    'Connection: authorization, x-request-id',
    '',
    '',
  );
  const server = await backEnd.connection();
  await server.until(end);
  t.deepEqual(server.fields, ['host: h', 'connection: keep-alive', 'AUTHORIZATION: Basic bmV3', 'x-request-id: 7']);
});

for (const [method, framing, sent] of [
  ['DELETE', 'Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n'],
  ['DELETE', 'Content-Length: 5', 'hello'],
  ['OPTIONS', 'Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n'],
  ['GET', 'Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n'],
  ['GET', 'Content-Length: 5', 'hello'],
  ['HEAD', 'Content-Length: 5', 'hello'],
  ['PROPFIND', 'Content-Length: 5', 'hello'],
] as const) {
  test(`a body on ${method} with ${framing} reaches the back end framed, and as one request`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    gateway.client(`${method} / HTTP/1.1`, 'Host: h', framing, '', sent);
    const server = await backEnd.connection();
    const request = await server.until(/hello(\r\n0\r\n\r\n)?$/);
    const chunked = /\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/;
    const counted = /\r\ncontent-length: 5\r\n\r\nhello$/;
    t.true(chunked.test(request) !== counted.test(request), request);
    t.is(request.match(/HTTP\/1\.1/g)?.length, 1);
    server.send('HTTP/1.1 200 OK', 'Content-Length: 0', '', '');
    t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 200 });
  });
}

test('a client that expects 100 Continue gets it once, before its body, and the back end does not see Expect', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client('POST / HTTP/1.1', 'Host: h', 'Expect: 100-continue', 'Content-Length: 10', '', '');
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  client.send('hello');
  const server = await backEnd.connection();
  await server.until(/hello$/);
  client.send('world');
  t.notRegex(await server.until(/helloworld$/), /expect/i);
  server.send('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
  const answer = await client.until(/ok$/);
  t.is(answer.match(/ 100 /g)?.length, 1);
});

test('a server that lets node:http answer Expect has its 100 Continue not doubled', async (t) => {
  const { gateway, backEnd } = await startPair(t, { nodeContinues: true });
  const client = gateway.client('POST / HTTP/1.1', 'Host: h', 'Expect: 100-continue', 'Content-Length: 2', '', 'ab');
  const server = await backEnd.connection();
  await server.until(/ab$/);
  server.send('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
  t.is((await client.until(/ok$/)).match(/ 100 /g)?.length, 1);
});

test('an HTTP/1.0 client that expects 100 Continue gets none: it could not tell it from an answer', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client('POST / HTTP/1.0', 'Expect: 100-continue', 'Content-Length: 2', '', 'ab');
  const server = await backEnd.connection();
  await server.until(/ab$/);
  server.send('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
  t.regex(await client.until(/ok$/), /^HTTP\/1\.1 200/);
});

for (const evil of [{ target: '/ HTTP/1.1\r\nX-Evil: 1' }, { replace: { 'X-A': 'a\r\nX-Evil: 1' } }]) {
  test(`a ${Object.keys(evil)} that would end its line is not sent`, async (t) => {
    const { gateway, backEnd } = await startPair(t, evil);
    await gateway.client(...get).until(/backend-broken/);
    t.is(backEnd.count(), 0);
  });
}

for (const framing of ['Content-Length: 2', 'Transfer-Encoding: chunked']) {
  test(`an answer with two framings is no answer: Content-Length: 5 and ${framing}`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    const client = gateway.client(...get);
    (await backEnd.connection()).send('HTTP/1.1 200 OK', 'Content-Length: 5', framing, '', '2\r\nok\r\n0\r\n\r\n');
    await client.until(/backend-broken/);
    t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: false });
  });
}

test('a body in another transfer coding than chunked is not passed off as one without, in either direction', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  gateway.client('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: gzip, chunked', '', '2\r\nab\r\n0\r\n\r\n');
  t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: false });
  t.is(backEnd.count(), 0);
  gateway.client(...get);
  (await backEnd.connection()).send('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked', '', '2\r\nab\r\n0\r\n\r\n');
  t.like(await gateway.outcome(), { kind: 'failed', code: 'backend-broken', headersSent: false });
});

test('a reason phrase that node:http would refuse is left out', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client(...get);
  (await backEnd.connection()).send('HTTP/1.1 200 Tr\xe8s bien', 'Content-Length: 2', '', 'ok');
  t.regex(await client.until(/ok$/), /^HTTP\/1\.1 200 \r\n/);
});

for (const [side, answer] of [
  ['a length', ['Trailer: X-T', 'Content-Length: 4', '', 'body']],
  ['chunks', ['Trailer: X-T', 'Transfer-Encoding: chunked', '', '4\r\nbody\r\n0\r\nX-T: 1\r\n\r\n']],
] as const) {
  test(`Trailer on an answer with ${side} is dropped, and the answer arrives`, async (t) => {
    const { gateway, backEnd } = await startPair(t);
    const client = gateway.client(...get);
    (await backEnd.connection()).send('HTTP/1.1 200 OK', ...answer);
    t.notRegex(await client.until(/body(\r\n0\r\n\r\n)?$/), /X-T/);
    t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 200 });
  });
}

test('answer fields keep casing, order, duplicates and bytes; hop-by-hop fields go; the reason phrase stays', async (t) => {
  const { gateway, backEnd } = await startPair(t);
  const client = gateway.client(...get);
  (await backEnd.connection()).send(
    'HTTP/1.1 440 Login Timeout',
    'Set-Cookie: a=1; Path=/',
    'x-OWA: caf\xe9',
    'Connection: Keep-Alive, X-Hop, set-cookie, content-length',
    'X-Hop: 1',
    'Keep-Alive: timeout=5',
    'Proxy-Authenticate: Basic',
    'Upgrade: h2c',
    'Set-Cookie: b=2',
    'Date: Thu, 01 Jan 2015 00:00:00 GMT',
    'Content-Length: 2',
    '',
    'ok',
  );
  const [head] = (await client.until(/ok$/)).split('\r\n\r\n');
  const own = ['Connection: keep-alive', 'Keep-Alive: timeout=5'];
  const fields = [
    'Set-Cookie: a=1; Path=/',
    'x-OWA: caf\xe9',
    'Set-Cookie: b=2',
    'Date: Thu, 01 Jan 2015 00:00:00 GMT',
    'Content-Length: 2',
  ];
  t.deepEqual(head?.split('\r\n'), ['HTTP/1.1 440 Login Timeout', ...fields, ...own]);
});

test('editResponse sees the end-to-end fields once and decides what the client gets', async (t) => {
  const seen: unknown[] = [];
  const { gateway, backEnd } = await startPair(t, {
    editResponse(head) {
      seen.push(head);
      return [
        ['Location', '/caf\xe9'],
        ['Content-Length', '2'],
      ];
    },
  });
  const client = gateway.client(...get);
  (await backEnd.connection()).send(
    'HTTP/1.1 302 Found',
    'Location: /old',
    'Connection: X-A',
    'X-A: 1',
    'Content-Length: 2',
    '',
    'ok',
  );
  const answer = await client.until(/ok$/);
  t.regex(answer, /\r\nLocation: \/caf\xe9\r\n/);
  t.deepEqual(seen, [
    {
      status: 302,
      headers: [
        ['Location', '/old'],
        ['Content-Length', '2'],
      ],
    },
  ]);
});

test('without a response the answer is read and dropped', async (t) => {
  const { gateway, backEnd } = await startPair(t, { noResponse: true });
  const client = gateway.client(...get);
  (await backEnd.connection()).send('HTTP/1.1 200 OK', 'Content-Length: 6', '', 'theirs');
  t.regex(await client.until(/own answer/), /^HTTP\/1\.1 200 OK(?![\s\S]*theirs)/);
  t.deepEqual(await gateway.outcome(), { kind: 'sent', status: 200 });
});
