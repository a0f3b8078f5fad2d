import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { createConsole } from '../../src/console/console.ts';
import { askConsole, clientOf, startConsole } from './console-rig.ts';
import { heldRun } from './matrix-rig.ts';

const CELL = 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff';
const FORM = 'application/x-www-form-urlencoded';

/** Answers of every kind: pages, files, data, refusals. */
const answers: readonly [method: string, path: string, status: number][] = [
  ['GET', '/', 200],
  ['GET', '/compare', 200],
  ['GET', '/sessions', 200],
  ['GET', '/matrix', 200],
  ['GET', '/facts', 200],
  ['GET', '/console.js', 200],
  ['GET', '/api', 200],
  ['GET', '/api/lab', 200],
  ['GET', '/api/trace/export?format=html', 200],
  ['GET', '/livez', 200],
  ['GET', '/none', 404],
  ['GET', '/runs/run-1', 404],
  ['GET', '/runs/%ff', 404],
  ['GET', '/matrix/cell?id=none', 404],
  ['GET', '/api/trace/export?format=none', 400],
  ['POST', '/runs', 403],
  ['OPTIONS', '/api/lab', 404],
];

test('every answer is kept from other sites’ pages, and runs and loads nothing but what the console’s own pages need', async (t) => {
  const { ask } = await startConsole(t);
  for (const [method, path, expected] of answers)
    for (const Accept of ['text/html', '*/*']) {
      const { status, headers } = await ask(method, path, undefined, { Accept });
      t.is(status, expected, `${method} ${path}`);
      t.like(headers, {
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'same-origin',
      });
      const policy = String(headers['content-security-policy']);
      t.regex(policy, /^default-src 'none';.*frame-ancestors 'none'/, path);
      t.notRegex(policy, /unsafe|script-src (?!'self';)/, path);
      const granted = Object.keys(headers).filter((name) => name === 'set-cookie' || name.startsWith('access-control-'));
      t.deepEqual(granted, [], path);
    }
});

for (const path of ['/stream', '/sessions/stream', '/api/trace/stream', '/matrix/stream'])
  test(`a page of another site cannot read ${path}, and its browser does not even open it`, async (t) => {
    const { consolePort } = await startConsole(t);
    const open = async (headers: Record<string, string>) => {
      const sent = get({ host: '127.0.0.1', port: consolePort, path, headers, agent: false });
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      answer.destroy();
      return answer;
    };
    const own = await open({ 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' });
    t.deepEqual([own.statusCode, own.headers['access-control-allow-origin']], [200, undefined]);
    t.like(own.headers, { 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' });
    for (const site of ['same-site', 'cross-site'])
      for (const mode of ['cors', 'no-cors'])
        t.is((await open({ 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': 'empty' })).statusCode, 403);
  });

// Fetch Metadata (W3C): site, mode and destination of what a browser asks for.
const asked: readonly [what: string, site: string, mode: string, dest: string, status: number][] = [
  ['an address that somebody has typed', 'none', 'navigate', 'document', 200],
  ['a link of the console', 'same-origin', 'navigate', 'document', 200],
  ['a link of another site', 'cross-site', 'navigate', 'document', 200],
  ['a link of a published site', 'same-site', 'navigate', 'document', 200],
  ['a frame of another site', 'cross-site', 'navigate', 'iframe', 403],
  ['a frame of a published site', 'same-site', 'navigate', 'iframe', 403],
  ['an object of another site', 'cross-site', 'navigate', 'object', 403],
  ['a picture of another site', 'cross-site', 'no-cors', 'image', 403],
  ['a script of a published site', 'same-site', 'no-cors', 'script', 403],
  ['a request of another site', 'cross-site', 'cors', 'empty', 403],
  ['a request without a word on its mode', 'Cross-Site', '', '', 403],
];
for (const [what, site, mode, dest, expected] of asked)
  test(`${what} is answered with ${expected}`, async (t) => {
    const { ask } = await startConsole(t);
    const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': dest };
    for (const path of ['/', '/sessions', '/api/trace', '/console.js', `/matrix/cell?id=${CELL}`])
      if (path !== `/matrix/cell?id=${CELL}` || expected === 403)
        t.is((await ask('GET', path, undefined, headers)).status, expected, path);
    t.is((await ask('GET', '/livez', undefined, headers)).status, 200);
  });

for (const site of ['cross-site', 'same-site'])
  test(`a link of a ${site} page runs no cell: the person is asked, and a link of the console’s own runs it`, async (t) => {
    const { ask } = await startConsole(t);
    const headers = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
    const asks = await ask('GET', `/matrix/cell?id=${CELL}`, undefined, { ...headers, 'Sec-Fetch-Site': site });
    t.is(asks.status, 200);
    t.regex(asks.text, /<h1>Run this cell\?<\/h1>/);
    t.notRegex(asks.text, /What happened|run just now/);
    t.true(asks.text.includes(`href="/matrix/cell?id=${encodeURIComponent(CELL).replaceAll('%2F', '/')}"`), asks.text);
    const runs = await ask('GET', `/matrix/cell?id=${CELL}`, undefined, { ...headers, 'Sec-Fetch-Site': 'same-origin' });
    t.regex(runs.text, /run just now/);
  });

/** A console with a run that has begun by hand; whatever a form could do is told by `changed`. */
async function startWatched(t: ExecutionContext, token: string | null = null) {
  const held = heldRun();
  const { lab } = await startConsole(t);
  const own = createConsole({ sessions: lab.sessions, admin: lab, lab, token, runMatrix: held.run });
  t.teardown(() => own.close());
  const port = await own.listen(0, '127.0.0.1');
  const { ask } = clientOf(port);
  const Authorization = `Bearer ${token}`;
  const send = (path: string, body: string, headers: Record<string, string>) =>
    ask('POST', path, body, { 'Content-Type': FORM, Host: `127.0.0.1:${port}`, ...(token && { Authorization }), ...headers });
  const begun = await send('/runs', 'preset=cu1-breaks-it&how=by+hand', { Origin: `http://127.0.0.1:${port}` });
  t.is(begun.status, 303);
  const told = async () => {
    const page = await ask('GET', '/', undefined, token ? { Authorization } : {});
    const matrix = await ask('GET', '/api/matrix?only=suite=ends', undefined, token ? { Authorization } : {});
    return [/Earlier runs \((\d+)\)/.exec(page.text)?.[1], lab.setting().profile, matrix.json['running']];
  };
  return { send, told, port, lab };
}

const forms: readonly [path: string, body: string][] = [
  ['/runs', 'preset=cu1-breaks-it&how=by+hand'],
  ['/runs/run-1/again', 'how=by+hand'],
  ['/runs/run-1/advice', 'advice=0&how=by+hand'],
  ['/runs/run-1/visit', ''],
  ['/compare', 'left=cu1-breaks-it&right=cu9-as-shipped'],
  ['/matrix/run', 'which=all'],
  ['/matrix/stop', ''],
  ['/sessions/end', 'all=yes'],
  ['/sessions/clock', 'advance=8h'],
];
for (const token of [null, 'a-token-of-the-console'])
  for (const [path, body] of forms)
    test(`no other origin’s form does anything at ${path}${token === null ? '' : ', though the browser sends the token'}`, async (t) => {
      const { send, told, port } = await startWatched(t, token);
      const before = await told();
      const host = `127.0.0.1:${port}`;
      const origins = ['', 'null', `https://${host}.evil.example`, `http://127.0.0.1:${port + 1}`, 'http://127.0.0.1'];
      const others = [`HTTP://${host}`, `http://localhost:${port}`, `http://user@${host}`, `http://${host}/`, `ftp://${host}`];
      const neighbours = [`http://mail.localhost:${port}`, 'http://console.mail.localhost', `http://${host}, http://${host}`];
      for (const Origin of [...origins, ...others, ...neighbours]) t.is((await send(path, body, { Origin })).status, 403, Origin);
      const own = { Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'navigate' };
      t.is((await send(path, body, { ...own, 'Sec-Fetch-Dest': 'document' })).status, 403);
      for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/json', ''])
        t.is((await send(path, body || 'x=y', { Origin: `http://${host}`, 'Content-Type': type })).status, 400, type);
      t.deepEqual(await told(), before);
    });

test('no form that a page may send without being asked reaches the API: neither JSON as text nor any other method', async (t) => {
  const { ask, lab } = await startConsole(t);
  const before = [lab.clock.now() + 60_000 > lab.clock.now(), lab.setting().profile];
  for (const type of [FORM, 'text/plain', 'multipart/form-data; boundary=x', 'text/plain; application/json', ''])
    for (const [path, body] of [
      ['/api/clock', '{"advance":"8h"}'],
      ['/api/reset', '{}'],
      ['/api/recycle', '{}'],
      ['/api/matrix', '{}'],
    ] as const)
      t.is((await ask('POST', path, body, { 'Content-Type': type })).status, 400, `${path} ${type}`);
  for (const path of ['/api/lab', '/api/trace', '/api/sessions', '/api/matrix']) {
    const preflight = { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'DELETE' };
    const { status, headers } = await ask('OPTIONS', path, undefined, preflight);
    t.deepEqual(
      [status, headers['access-control-allow-origin'], headers['access-control-allow-methods']],
      [404, undefined, undefined],
    );
  }
  t.deepEqual([true, lab.setting().profile], before);
});

for (const name of [
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'mail.localhost',
  'x.console.mail.localhost',
  'console.mail.localhost.',
  'localhost.',
  '0.0.0.0',
  '[::ffff:7f00:1]',
  'localhost@evil.example',
])
  test(`under the name "${name}", which somebody may have made point here, there is no page, stream, file or form`, async (t) => {
    const { ask, consolePort } = await startConsole(t);
    const Host = `${name}:${consolePort}`;
    for (const path of ['/', '/stream', '/sessions', '/matrix', '/facts', '/api/trace/export?format=har', '/console.js', '/none'])
      t.is((await ask('GET', path, undefined, { Host })).status, 403, path);
    const form = { Host, Origin: `http://${Host}`, 'Content-Type': FORM };
    t.is((await ask('POST', '/runs', 'preset=cu1-breaks-it&how=driven', form)).status, 403);
  });

test('what is said about a forged name is text, and never a page', async (t) => {
  const { ask } = await startConsole(t);
  const { headers, text } = await ask('GET', '/api/lab', undefined, { Host: '"><script>ran()</script>' });
  t.is(headers['content-type'], 'application/json; charset=utf-8');
  const page = await ask('GET', '/', undefined, { Host: '"><script>ran()</script>', Accept: 'text/html' });
  t.is(page.status, 403);
  t.false(page.text.includes('<script>'), text);
});

test('the trace is handed out as a file, whatever its format, and never as a page of the console', async (t) => {
  const { ask } = await startConsole(t);
  for (const [format, file] of [
    ['html', 'trace.html'],
    ['har', 'trace.har'],
    ['mermaid', 'trace.mmd'],
    ['json', 'trace.json'],
  ])
    t.is(
      (await ask('GET', `/api/trace/export?format=${format}`)).headers['content-disposition'],
      `attachment; filename="${file}"`,
      format,
    );
});

test('with a token the question of where a request comes from is asked too', async (t) => {
  const { lab } = await startConsole(t);
  const token = 'a-token-of-the-console';
  const { ask } = await askConsole(t, { sessions: lab.sessions, admin: lab, lab, token });
  const headers = { Authorization: `Bearer ${token}`, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' };
  const status = async (site: string) => (await ask('GET', '/', undefined, { ...headers, 'Sec-Fetch-Site': site })).status;
  t.deepEqual([await status('cross-site'), await status('same-origin')], [403, 200]);
});
