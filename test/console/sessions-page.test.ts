import test from 'ava';
import { parse } from 'node-html-parser';
import { startRig } from '../gateway/gateway-rig.ts';
import { askConsole } from './console-rig.ts';
import { noticeOf, rowsOf, startPage, wordsOf } from './sessions-rig.ts';

test('each session stands in the table with who, where, since when, how idle, and when it will end', async (t) => {
  const { signIn, clock, ask } = await startPage(t);
  const alice = await signIn('lab\\alice', true);
  clock.advance(125_000);
  const bob = await signIn('lab\\bob', false, '2013-cu1.localhost');
  const { status, text } = await ask('GET', '/sessions');
  t.is(status, 200);
  const shared = { From: '127.0.0.1 private computer', Connections: '0' };
  const [first, second, ...others] = rowsOf(text);
  t.like(first, { ...shared, User: `lab\\alice id ${alice}`, Site: 'mail.localhost listener Lab', Idle: '2 min' });
  t.like(first, { 'Signed in': '2015-06-17 09:30 UTC', 'Will end': 'in 5 h 57 min 2015-06-17 15:30 UTC' });
  t.like(second, { User: `lab\\bob id ${bob}`, From: '127.0.0.1 public computer', Idle: 'under a minute' });
  t.like(second, { Site: '2013-cu1.localhost listener Lab', 'Will end': 'in 10 min 2015-06-17 09:42 UTC' });
  t.deepEqual(others, []);
  t.regex(wordsOf(text), /2 sessions of 2 users\./);
  t.regex(wordsOf(text), /It says 2015-06-17 09:32 UTC\./);
  t.false(text.includes('Passw0rd!'));
});

test('nobody signed in is said in a word', async (t) => {
  const { ask } = await startPage(t);
  t.regex(wordsOf((await ask('GET', '/sessions')).text), /Signed in at the gateway Nobody\./);
});

test('a direction character in a user name is shown as a sign, and the name sent back is the real one', async (t) => {
  const { signIn, ask, postAndFollow, users } = await startPage(t);
  const name = 'lab\\a\u202elice';
  await signIn(name);
  const { text } = await ask('GET', `/sessions/end?user=${encodeURIComponent(name)}`);
  t.false(parse(text).querySelector('table')?.textContent.includes('\u202e'));
  const hidden = parse(text).querySelector('input[type=hidden]')?.getAttribute('value') ?? '';
  await postAndFollow('/sessions/end', { user: hidden });
  t.deepEqual(await users(), []);
});

test('one session is ended after a question, and the page says what was ended', async (t) => {
  const { signIn, ask, postAndFollow, users } = await startPage(t);
  const id = await signIn('lab\\alice');
  await signIn('lab\\bob');
  const page = parse((await ask('GET', '/sessions')).text);
  const link = page.querySelectorAll('td a').find((one) => one.textContent.includes(id));
  const question = await ask('GET', link?.getAttribute('href') as string);
  t.deepEqual([question.status, rowsOf(question.text).length], [200, 1]);
  t.deepEqual(await users(), ['lab\\alice', 'lab\\bob']);
  const form = parse(question.text).querySelector('form');
  t.deepEqual([form?.getAttribute('method'), form?.getAttribute('action')], ['post', '/sessions/end']);
  const [input] = form?.querySelectorAll('input') ?? [];
  t.deepEqual([input?.getAttribute('name'), input?.getAttribute('value')], ['id', id]);
  t.is(await postAndFollow('/sessions/end', { id }), `1 session ended: lab\\alice, id ${id}, reason admin, 0 connections cut`);
  t.deepEqual(await users(), ['lab\\bob']);
});

test('all sessions of a user are ended, whatever the case of the name, and nobody else’s', async (t) => {
  const { signIn, ask, postAndFollow, users } = await startPage(t);
  for (const user of ['lab\\alice', 'lab\\bob', 'LAB\\Alice']) await signIn(user);
  const links = parse((await ask('GET', '/sessions')).text).querySelectorAll('td a[href*="user="]');
  t.deepEqual(links.map((link) => link.textContent).sort(), ['End all of LAB\\Alice…', 'End all of lab\\alice…']);
  const question = await ask('GET', links[0]?.getAttribute('href') as string);
  t.is(rowsOf(question.text).length, 2);
  t.regex((await postAndFollow('/sessions/end', { user: 'lab\\alice' })) ?? '', /^2 sessions ended:/);
  t.deepEqual(await users(), ['lab\\bob']);
});

test('everybody’s sessions are ended', async (t) => {
  const { signIn, ask, postAndFollow, users } = await startPage(t);
  for (const user of ['lab\\alice', 'lab\\bob']) await signIn(user);
  const link = parse((await ask('GET', '/sessions')).text).querySelector('p a.button');
  t.is(rowsOf((await ask('GET', link?.getAttribute('href') as string)).text).length, 2);
  t.regex((await postAndFollow('/sessions/end', { all: 'yes' })) ?? '', /^2 sessions ended:/);
  t.deepEqual(await users(), []);
});

test('what has ended meanwhile is said, and ends nothing', async (t) => {
  const { signIn, ask, postAndFollow, users } = await startPage(t);
  await signIn('lab\\alice');
  t.is((await ask('GET', '/sessions/end?id=none')).status, 404);
  t.is(await postAndFollow('/sessions/end', { id: 'none' }), 'There was nothing to end: it has ended already.');
  t.deepEqual(await users(), ['lab\\alice']);
});

for (const fields of [
  {},
  { id: '' },
  { user: '' },
  { all: '' },
  { usr: 'x' },
  { all: 'yes', user: 'lab\\alice' },
  { all: 'yes', x: '1' },
])
  test(`a form that says ${JSON.stringify(fields)} is refused, and nobody’s session ends`, async (t) => {
    const { signIn, ask, post, users } = await startPage(t);
    await signIn('lab\\alice');
    t.is((await post('/sessions/end', fields as Record<string, string>)).status, 400);
    t.is((await ask('GET', `/sessions/end?${new URLSearchParams(fields as Record<string, string>)}`)).status, 400);
    t.deepEqual(await users(), ['lab\\alice']);
  });

for (const path of ['/sessions/end', '/sessions/clock'])
  test(`a form that another site’s page sends to ${path} is refused, and one without an origin too`, async (t) => {
    const { signIn, post, users, clock } = await startPage(t);
    await signIn('lab\\alice');
    const before = clock.now();
    const fields = { all: 'yes', advance: '8h' };
    for (const Origin of ['http://evil.example', 'null', '', 'http://127.0.0.1', 'http://127.0.0.1:1'])
      t.is((await post(path, fields, { Origin })).status, 403, Origin);
    t.deepEqual([await users(), clock.now()], [['lab\\alice'], before]);
  });

test('the clock is moved by the buttons and by any span, and the page says which sessions were due', async (t) => {
  const { signIn, ask, clock, postAndFollow } = await startPage(t);
  await signIn('lab\\alice', true);
  const bob = await signIn('lab\\bob');
  const buttons = parse((await ask('GET', '/sessions')).text).querySelectorAll('button[name=advance]');
  t.deepEqual(
    buttons.map((button) => [button.textContent, button.getAttribute('value')]),
    [
      ['+10 min', '10m'],
      ['+8 h', '8h'],
    ],
  );
  const start = clock.now();
  t.is(
    await postAndFollow('/sessions/clock', { advance: ' 9m ' }),
    'The clock was moved to 2015-06-17 09:39 UTC. No session was due.',
  );
  t.is(
    await postAndFollow('/sessions/clock', { advance: '10m' }),
    `The clock was moved to 2015-06-17 09:49 UTC. 1 session ended by the time-out: lab\\bob, id ${bob}, at mail.localhost`,
  );
  t.regex((await postAndFollow('/sessions/clock', { advance: '8h' })) ?? '', /1 session ended by the time-out: lab\\alice,/);
  t.is(clock.now() - start, 8 * 3_600_000 + 19 * 60_000);
});

for (const [given, problem] of [
  ['', /expected a number and s, m, h or d/],
  ['-1h', /expected a number and s, m, h or d/],
  ['<b>8h</b>', /expected a number and s, m, h or d/],
  ['999999d 999999d 999999d 999999d', /the clock ends with the year 9999/],
] as const)
  test(`the span "${given}" is answered with 400 and its problem beside the field, and the clock stays`, async (t) => {
    const { post, clock } = await startPage(t);
    const before = clock.now();
    const { status, text } = await post('/sessions/clock', { advance: given });
    const page = parse(text);
    const field = page.querySelector('#advance');
    t.is(status, 400);
    t.regex(page.querySelector(`#${field?.getAttribute('aria-describedby')}`)?.textContent ?? '', problem);
    t.is(field?.getAttribute('value') ?? '', given);
    t.is(clock.now(), before);
  });

test('a notice is for the address that names it, and one that nobody knows shows none', async (t) => {
  const { ask, post } = await startPage(t);
  const { headers } = await post('/sessions/clock', { advance: '10m' });
  const shown = async (path: string) => noticeOf((await ask('GET', path)).text);
  t.regex(headers.location ?? '', /^\/sessions\?notice=[\w-]{12}$/);
  t.truthy(await shown(headers.location as string));
  for (const path of ['/sessions', '/sessions?notice=', '/sessions?notice=none', '/sessions?notice=<b>'])
    t.is(await shown(path), null, path);
  for (let more = 0; more < 50; more++) await post('/sessions/clock', { advance: '1s' });
  t.is(await shown(headers.location as string), null, 'the fiftieth after it takes its place');
});

test('the page sets no cookie, is stored nowhere, and without JavaScript is loaded again', async (t) => {
  const { ask } = await startPage(t);
  const { headers, text } = await ask('GET', '/sessions');
  t.is(headers['set-cookie'], undefined);
  t.is(headers['cache-control'], 'no-store');
  t.regex(text, /<noscript><meta http-equiv="refresh" content="30"><\/noscript>/);
});

test('a gateway alone has the page without clock, stream and the lab’s other pages', async (t) => {
  const { gateway, clock, logOn } = await startRig(t);
  const { ask } = await askConsole(t, { sessions: gateway.sessions, admin: { gateway: gateway.gateway, clock } });
  await logOn();
  const { text } = await ask('GET', '/sessions');
  t.is(rowsOf(text).length, 1);
  t.deepEqual(
    parse(text)
      .querySelectorAll('header a')
      .map((link) => link.getAttribute('href')),
    ['/sessions'],
  );
  t.false(/data-stream|clock/.test(text));
  for (const path of ['/sessions/stream', '/profiles', '/facts']) t.is((await ask('GET', path)).status, 404, path);
});

test('of very many sessions the first 500 are in the table, and the page says where all are', async (t) => {
  const { signIn, ask } = await startPage(t);
  for (let at = 0; at <= 500; at++) await signIn(`lab\\user${at}`);
  const { text } = await ask('GET', '/sessions');
  t.is(rowsOf(text).length, 500);
  t.regex(wordsOf(text), /501 sessions of 501 users\. The 500 oldest are shown; \/api\/sessions lists all\./);
});
