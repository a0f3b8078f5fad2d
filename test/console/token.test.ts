import { once } from 'node:events';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createLog } from '../../src/log.ts';
import { startRig } from '../gateway/gateway-rig.ts';
import { askConsole } from './console-rig.ts';

const TOKEN = 'a-token/of+visible:characters=1';

/** The console of a gateway, asking for TOKEN; its log as text. */
async function startGuarded(t: ExecutionContext, token = TOKEN) {
  const { gateway, clock } = await startRig(t);
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line) });
  const parts = { sessions: gateway.sessions, admin: { gateway: gateway.gateway, clock }, token, log };
  return { ...(await askConsole(t, parts)), logged: () => lines.join('') };
}

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

for (const [what, field, status] of [
  ['no token', undefined, 401],
  ['an empty field', '', 401],
  ['a scheme alone', 'Basic', 401],
  ['an empty bearer token', 'Bearer ', 401],
  ['the token as the password', basic(`anybody:${TOKEN}`), 200],
  ['the token as the password without a user name', basic(`:${TOKEN}`), 200],
  ['the scheme in other case', basic(`anybody:${TOKEN}`).replace('Basic', 'bAsIc'), 200],
  ['the token as a bearer token', `Bearer ${TOKEN}`, 200],
  ['the token as the user name', basic(`${TOKEN}:`), 401],
  ['another password', basic('anybody:another-password-1'), 401],
  ['an empty password', basic('anybody:'), 401],
  ['the beginning of the token', `Bearer ${TOKEN.slice(0, -1)}`, 401],
  ['the token and more', `Bearer ${TOKEN}1`, 401],
  ['the token in another case', `Bearer ${TOKEN.toUpperCase()}`, 401],
  ['the token twice', `Bearer ${TOKEN} ${TOKEN}`, 401],
  ['two schemes in one field', `Bearer x, Bearer ${TOKEN}`, 401],
  ['the token under another scheme', `Digest ${TOKEN}`, 401],
  ['the token without a scheme', TOKEN, 401],
  ['what is no base64', 'Basic ???', 401],
  ['a very long password', basic(`anybody:${'x'.repeat(9_000)}`), 401],
  ['a very long bearer token', `Bearer ${TOKEN}${'x'.repeat(12_000)}`, 401],
] as const)
  test(`${what} is answered with ${status}`, async (t) => {
    const { ask } = await startGuarded(t);
    const { status: got } = await ask('GET', '/api/sessions', undefined, field === undefined ? {} : { Authorization: field });
    t.is(got, status);
  });

test('a user name without a colon and a password is no password', async (t) => {
  const { ask } = await startGuarded(t, 'without-any-colon');
  const status = async (pair: string) => (await ask('GET', '/api', undefined, { Authorization: basic(pair) })).status;
  t.deepEqual([await status('without-any-colon'), await status(':without-any-colon')], [401, 200]);
});

test('of several Authorization fields none is believed', async (t) => {
  const { consolePort } = await startGuarded(t);
  const right = `Authorization: Bearer ${TOKEN}\r\n`;
  for (const [fields, status] of [
    [right, 200],
    [`${right}${right}`, 401],
    [`${right}Authorization: Bearer x\r\n`, 401],
    [`Authorization: Bearer x\r\n${right}`, 401],
  ] as const) {
    const socket = connect(consolePort, '127.0.0.1');
    socket.write(`GET /api/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\n${fields}Connection: close\r\n\r\n`);
    const [answer] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
    t.true(answer.startsWith(`HTTP/1.1 ${status} `), fields);
    socket.destroy();
  }
});

test('a wrong token and none are answered alike, with both challenges and where the token is', async (t) => {
  const { ask } = await startGuarded(t);
  const answers = await Promise.all(
    [{}, { Authorization: 'Bearer wrong' }, { Authorization: basic('a:wrong') }].map((fields) =>
      ask('GET', '/api', undefined, fields as Record<string, string>),
    ),
  );
  const [first] = answers;
  t.regex(String(first?.headers['www-authenticate']), /^Basic realm="[^"]+", charset="UTF-8", Bearer realm="[^"]+"$/);
  t.regex(first?.text ?? '', /LOGOFF_LAB_CONSOLE_TOKEN.*printed it at its start/);
  t.is(first?.headers['set-cookie'], undefined);
  const told = ({ status, headers: { date: _, ...headers }, text }: (typeof answers)[number]) => ({ status, headers, text });
  for (const answer of answers) t.deepEqual(told(answer), told(first as (typeof answers)[number]));
});

test('a browser without a token gets a page that says where it is', async (t) => {
  const { ask } = await startGuarded(t);
  const { status, headers, text } = await ask('GET', '/sessions', undefined, { Accept: 'text/html,*/*;q=0.8' });
  t.deepEqual([status, headers['content-type']], [401, 'text/html; charset=utf-8']);
  t.regex(text, /<h1>Token needed<\/h1>.*LOGOFF_LAB_CONSOLE_TOKEN/);
});

test('without the token there is health and nothing else, whatever the method and the path', async (t) => {
  const { ask } = await startGuarded(t);
  for (const path of ['/livez', '/readyz']) t.is((await ask('GET', path)).status, 200);
  for (const path of [
    '/',
    '/api',
    '/api/sessions',
    '/sessions',
    '/console.css',
    '/none',
    '/livez/',
    '/LIVEZ',
    '//livez',
    '/livez/../api',
    '/readyz;/api',
  ])
    for (const method of ['GET', 'DELETE', 'POST', 'OPTIONS']) t.is((await ask(method, path)).status, 401, `${method} ${path}`);
});

test('with the token the console answers under any name, for another site’s page cannot know it', async (t) => {
  const { ask } = await startGuarded(t);
  const status = async (fields: Record<string, string>) =>
    (await ask('GET', '/api/sessions', undefined, { Host: 'lab.example:8081', ...fields })).status;
  t.deepEqual([await status({}), await status({ Authorization: `Bearer ${TOKEN}` })], [401, 200]);
});

test('a wrong token is logged without what was brought, and a first visit without one is not', async (t) => {
  const { ask, logged } = await startGuarded(t);
  await ask('GET', '/api');
  t.is(logged(), '');
  await ask('GET', '/api', undefined, { Authorization: basic('mallory:guessed-secret') });
  t.regex(logged(), /"clientAddress":"127\.0\.0\.1".*wrong token for the console/);
  for (const secret of ['guessed-secret', TOKEN, basic('mallory:guessed-secret'), 'mallory'])
    t.false(logged().includes(secret), secret);
});

test('a form needs the token and its own page, even from a browser that sends the token by itself', async (t) => {
  const { ask } = await startGuarded(t);
  const end = async (fields: Record<string, string>) => {
    const form = { Host: 'lab.example:8081', 'Content-Type': 'application/x-www-form-urlencoded', ...fields };
    return (await ask('POST', '/sessions/end', 'all=yes', form)).status;
  };
  const Authorization = basic(`a:${TOKEN}`);
  t.is(await end({ Origin: 'http://lab.example:8081' }), 401);
  t.is(await end({ Authorization, Origin: 'http://evil.example' }), 403);
  t.is(await end({ Authorization, Origin: 'null' }), 403);
  t.is(await end({ Authorization }), 403);
  t.is(await end({ Authorization, Origin: 'http://lab.example:8081' }), 303);
});
