import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Writable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { createConsole } from '../../src/console/console.ts';
import { LAB_RULES, type Lab, startLab } from '../../src/lab/lab.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics/create-metrics.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { PublishingRule, RuleSet } from '../../src/rules/publishing-rule.ts';
import { askConsole, clientOf } from '../console/console-rig.ts';
import { cheapHash } from '../gateway/gateway-rig.ts';
import { type Answer, send } from '../send-request.ts';
import { nowhere } from './nowhere.ts';

/** Letters and digits alone in the middle: what escapes only other characters (percent, Z, JSON, HTML) leaves them as they are. */
const word = (name: string) => `${name}2f3f3d2640${randomBytes(12).toString('hex')}`;
const core = word('Kolibri');
const password = `+/ ${core}?&`;
const wrong = word('Falsch');
const visitorsCookie = word('Keks');
const servers = word('Antwort');
const user = 'lab\\vogel';
const basic = (secret: string) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;

async function listening(t: ExecutionContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A back end that sets a cookie of its own, and one that sends back what it gets, which is no HTTP. */
async function startBackEnds(t: ExecutionContext) {
  const good = createHttpServer((_, response) => response.setHeader('Set-Cookie', `sid=${servers}`).end('content'));
  const echo = createServer((socket) => socket.on('error', () => {}).on('data', (bytes) => socket.end(bytes)));
  return { good: await listening(t, good), echo: await listening(t, echo), dead: 'http://127.0.0.1:1' };
}

async function rulesFor(backEnds: Record<string, string>): Promise<RuleSet> {
  const { listener, rules } = await loadRules(LAB_RULES);
  const [first] = rules as [PublishingRule];
  const published = Object.entries(backEnds).map(([name, url]) => {
    const to = { ...first.to, url };
    const logoff = first.logoff && { ...first.logoff, onLogoff: 'pass-through' as const, forwardToBackend: true };
    return { ...first, name, publicNames: [`${name}.localhost`], paths: ['/app/*', '/owa/*'], to, logoff };
  });
  const validate = { kind: 'users', users: [{ name: user, hash: cheapHash(password) }] } as const;
  const lockout = { threshold: 3, resetTime: 60_000, whileLocked: 'ignore' } as const;
  return { listener: { ...listener, validate, lockout }, rules: [...rules, ...published] };
}

type Client = (method: string, path: string, headers?: Record<string, string>, body?: string) => Promise<Answer>;

async function logOn(ask: Client, secret: string): Promise<string> {
  const form = new URLSearchParams({ curl: 'Z2FappZ2F', username: user, password: secret }).toString();
  const { cookies } = await ask('POST', '/CookieAuth.dll?Logon', { 'Content-Type': 'application/x-www-form-urlencoded' }, form);
  return cookies.find((cookie) => cookie.startsWith('cadataTMG='))?.split(';', 1)[0] ?? '';
}

/** Secrets where people, their tools and their mistakes put them. */
async function putEverywhere(ask: Client, cookie: string): Promise<void> {
  const query = new URLSearchParams({ username: user, password }).toString();
  const Cookie = `${cookie}; own=${visitorsCookie}; ${visitorsCookie}`;
  for (const path of [
    `/CookieAuth.dll?Logon&${query}`,
    `/CookieAuth.dll?Logon?${query}`,
    `/CookieAuth.dll%3FLogon&${query}`,
    `/app/?${query}`,
    `/app/?to=${encodeURIComponent(`/app/?${query}`)}`,
    `/app/?u=https://vogel:${core}@host.test/`,
    `/owa/logoff.owa?${query}`,
    `/none/?${query}`,
    `/app/../?${query}`,
    `http://vogel:${core}@site.test/app/`,
  ])
    for (const headers of [{}, { Cookie, Authorization: basic(password), 'X-Password': password }]) {
      await ask('GET', path, headers);
      await ask('POST', path, headers, query);
    }
  await ask('GET', '/app/', { Host: `vogel:${core}@site.test` });
  await ask('GET', '/app/', { Referer: `http://good.localhost/CookieAuth.dll?Logon&${query}` });
  await ask('PUT', '/app/', { Cookie, 'Content-Type': 'text/plain' }, password);
}

async function openWebSocket(port: number, name: string, Cookie: string): Promise<void> {
  const headers = { Host: `${name}.localhost`, Cookie, Authorization: basic(password) };
  const client = new WebSocket(`ws://127.0.0.1:${port}/app/?password=${core}`, { headers });
  const [, answer] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
  answer.destroy();
}

async function sendMalformed(port: number): Promise<void> {
  for (const head of [
    `GET /app/ HTTP/1.1\r\nHost: good.localhost\r\nAuthorization ${basic(password)}\r\n\r\n`,
    `GET /app/?password=${core} HTTP/9.9\r\n\r\n`,
    `${core} /app/ HTTP/1.1\r\nHost: good.localhost\r\n\r\n`,
    `POST /CookieAuth.dll?Logon HTTP/1.1\r\nHost: good.localhost\r\nContent-Length: 99\r\n\r\npassword=${core}`,
    `POST /app/ HTTP/1.1\r\nHost: good.localhost\r\nTransfer-Encoding: chunked\r\n\r\n${core}\r\n`,
  ]) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const closed = once(socket, 'close');
    socket.on('data', () => socket.destroy());
    socket.end(head);
    await closed;
  }
}

/** Whatever this process prints while the journey goes on. */
function watchOutput(t: ExecutionContext, keep: (text: string) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    const { write } = stream;
    stream.write = (chunk: string | Uint8Array) => {
      keep(String(chunk));
      return true;
    };
    t.teardown(() => {
      stream.write = write;
    });
  }
}

async function goEverywhere(lab: Lab, problems: string[]): Promise<string[]> {
  const cookies: string[] = [];
  for (const name of ['good', 'echo', 'dead', '2013-cu1']) {
    const host = `${name}.localhost`;
    const ask: Client = async (method, path, headers = {}, body) => {
      const answer = await send(lab.ports.gateway, method, path, { Host: host, ...headers }, body);
      if (answer.status >= 400) problems.push(answer.body);
      return answer;
    };
    const cookie = await logOn(ask, password);
    cookies.push(...cookie.slice('cadataTMG='.length).split('.'));
    await openWebSocket(lab.ports.gateway, name, cookie);
    await ask('GET', '/app/', { Cookie: cookie });
    await ask('GET', '/owa/', { Cookie: cookie });
    await putEverywhere(ask, cookie);
    for (let n = 0; n < 5; n++) await logOn(ask, wrong);
    await logOn(ask, password);
    lab.clock.advance(120_000);
    cookies.push(...(await logOn(ask, password)).slice('cadataTMG='.length).split('.'));
  }
  await sendMalformed(lab.ports.gateway);
  return cookies;
}

test.serial(
  'after a whole journey no password and no cookie is in log, trace, console, error page or what was printed',
  async (t) => {
    const printed: string[] = [];
    const logged: string[] = [];
    const problems: string[] = [];
    const stream = new Writable({
      write(chunk, _, done) {
        logged.push(String(chunk));
        done();
      },
    });
    const backEnds = await startBackEnds(t);
    const rules = await rulesFor(backEnds);
    const metrics = createMetrics(['process', 'gateway', 'lab']);
    const lab = await startLab({ rules, log: createLog(stream, 'debug'), meter: metrics.meter });
    t.teardown(() => lab.close());
    watchOutput(t, (text) => printed.push(text));
    const cookies = await goEverywhere(lab, problems);
    const { ask } = await askConsole(t, { sessions: lab.sessions, admin: lab, lab, metrics });
    const shown = await Promise.all(
      ['/api/sessions', '/api/trace', '/api/lab', '/api/sessions?user=x'].map((path) => ask('GET', path)),
    );
    const listed = shown[0]?.text ?? '';
    await lab.setRules({ ...rules, listener: { ...rules.listener, validate: { kind: 'basic', url: backEnds.echo, ca: null } } });
    const form = new URLSearchParams({ username: user, password }).toString();
    const unchecked = await send(lab.ports.gateway, 'POST', '/CookieAuth.dll?Logon', { Host: 'good.localhost' }, form);
    problems.push(unchecked.body);

    const numbers = (await ask('GET', '/metrics')).text;
    t.is(cookies.filter((part) => /^[\w-]{22,43}$/.test(part)).length, 16);
    t.true(listed.includes('vogel'), 'somebody is signed in');
    for (const sentence of [
      'logged on',
      'logon failed',
      'locked out',
      'forwarding failed',
      'session ended',
      'passwords cannot be checked',
    ])
      t.true(
        logged.some((line) => line.includes(`"${sentence}"`)),
        sentence,
      );
    for (const counted of [
      /result="locked-out"\} [1-9]/,
      /requests_refused_total\{code="400"\} [1-9]/,
      /rule="good",method="GET"/,
    ])
      t.regex(numbers, counted);
    t.notRegex(
      numbers,
      /vogel|127\.0\.0\.1|localhost|test\b|CookieAuth|\/app/,
      'nobody is named, and nothing that they asked for',
    );
    t.is(unchecked.status, 502);
    t.false(unchecked.body.includes(backEnds.echo));
    const places = {
      log: logged.join(''),
      trace: JSON.stringify(lab.recorder.read().events),
      problems: problems.join('\n'),
      printed: printed.join(''),
      numbers,
      console: shown.map(({ text }) => text).join('\n'),
    };
    nowhere(t, [core, wrong, visitorsCookie, servers, ...cookies], places);
  },
);

const formats = ['html', 'har', 'har-back-end', 'mermaid', 'markdown', 'junit', 'json'];
const pages = [
  '/metrics',
  ...['/', '/compare', '/compare?left=run-1&right=run-1', '/runs/run-1', '/sessions', '/sessions/end?all=yes', '/matrix', '/api'],
  ...['/facts', '/profiles', '/none', '/runs/none', '/api/profiles', '/api/lab', '/api/trace', '/api/sessions', '/api/matrix'],
  ...formats.map((format) => `/runs/run-1/export?format=${format}`),
  ...['har', 'har&side=back-end', 'mermaid', 'json', 'html'].map((format) => `/api/trace/export?format=${format}`),
];

/** What a stream tells until it has come to what is happening now. */
async function readStream(port: number, path: string, isCaughtUp: (text: string) => boolean, headers: object): Promise<string> {
  const sent = get({ host: '127.0.0.1', port, path, headers: { ...headers }, agent: false });
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    text += chunk;
    if (isCaughtUp(text)) break;
  }
  return text;
}

test.serial(
  'no page, stream, file or refusal of the console shows a secret of those who sign in by hand, nor its token',
  async (t) => {
    const logged: string[] = [];
    const printed: string[] = [];
    const log = createLog({ write: (line) => logged.push(line) }, 'debug');
    const metrics = createMetrics(['process', 'gateway', 'lab']);
    const lab = await startLab({ rules: await rulesFor({}), log, meter: metrics.meter });
    t.teardown(() => lab.close());
    watchOutput(t, (text) => printed.push(text));
    const token = word('Marke');
    const own = createConsole({ sessions: lab.sessions, admin: lab, lab, metrics, token, log });
    t.teardown(() => own.close());
    const port = await own.listen(0, '127.0.0.1');
    const { ask } = clientOf(port);
    const headers = { Authorization: `Bearer ${token}`, Host: `127.0.0.1:${port}`, Origin: `http://127.0.0.1:${port}` };
    const form = { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' };
    t.is((await ask('POST', '/runs', 'preset=cu9-as-announced&how=by+hand', form)).status, 303);

    const visit: Client = (method, path, fields = {}, body) =>
      send(lab.ports.gateway, method, path, { Host: 'mail.localhost', ...fields }, body);
    const cookie = await logOn(visit, password);
    t.regex(cookie, /^cadataTMG=./);
    await visit('GET', '/owa/', { Cookie: `${cookie}; own=${visitorsCookie}` });
    await putEverywhere(visit, cookie);
    await logOn(visit, wrong);
    const again = await logOn(visit, password);

    const shown: Record<string, string> = { log: '', printed: '' };
    for (const path of pages)
      for (const Accept of ['text/html', '*/*']) {
        const { status, text, headers: fields } = await ask('GET', path, undefined, { ...headers, Accept });
        t.true(status === 200 || /none/.test(path), `${status} ${path}`);
        shown[`${path} ${Accept}`] = text + JSON.stringify(fields);
      }
    const last = lab.recorder.next() - 1;
    const isAt = (text: string) => text.includes(`id: ${last}\n`) || text.includes('event: end');
    for (const path of ['/stream?since=1', '/runs/run-1/stream?since=1', '/api/trace/stream?since=1'])
      shown[path] = await readStream(port, path, isAt, headers);
    shown['/sessions/stream'] = await readStream(port, '/sessions/stream', (text) => text.includes('clock-now'), headers);
    const refused = [
      {},
      { Authorization: basic(password) },
      { ...headers, Authorization: `Bearer ${wrong}` },
      { ...form, Origin: 'null' },
    ];
    for (const fields of refused) {
      const { status, text } = await ask('POST', `/runs?password=${core}`, `password=${core}`, fields);
      t.true(status === 401 || status === 403);
      shown[`refused ${status}`] = text;
    }
    Object.assign(shown, { log: logged.join(''), printed: printed.join('') });

    t.regex(shown['/runs/run-1/export?format=json */*'] ?? '', /CookieAuth\.dll/, 'the run has seen it all');
    t.regex(shown['/stream?since=1'] ?? '', /hop-\d+/);
    t.regex(shown['log'] ?? '', /wrong token for the console/);
    const cookies = [cookie, again].flatMap((one) => one.slice('cadataTMG='.length).split('.'));
    nowhere(t, [core, wrong, visitorsCookie, token, ...cookies.filter((part) => part.length > 20)], shown);
  },
);
