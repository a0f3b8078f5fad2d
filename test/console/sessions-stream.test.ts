import test from 'ava';
import { parse } from 'node-html-parser';
import { rowsOf, startLive } from './sessions-rig.ts';

test('the stream begins with the table as it is, and puts it anew and says so when somebody signs in', async (t) => {
  const { signIn, ask, stream } = await startLive(t);
  await signIn('lab\\alice');
  const live = await stream();
  const first = await live.put('sessions');
  t.true((await ask('GET', '/sessions')).text.includes(first), 'the same as on the page');
  await signIn('lab\\bob');
  t.is(rowsOf(await live.put('sessions', 'lab\\bob')).length, 2);
  t.is(await live.said(), '1 session, of lab\\bob, began.');
});

test('the stream puts the table anew when a session is ended', async (t) => {
  const { signIn, post, stream } = await startLive(t);
  await signIn('lab\\alice');
  const live = await stream();
  await live.put('sessions', 'lab\\alice');
  await post('/sessions/end', { all: 'yes' });
  await live.put('sessions', 'Nobody.');
  t.is(await live.said(), '1 session, of lab\\alice, ended.');
});

test('the stream follows the clock though nothing happens', async (t) => {
  const { clock, stream } = await startLive(t);
  const live = await stream();
  await live.put('clock-now', '09:30 UTC');
  clock.advance(60_000);
  await live.put('clock-now', '09:31 UTC');
  clock.advance(8 * 3_600_000);
  await live.put('clock-now', '17:31 UTC');
  t.pass();
});

test('what has not changed is not put again', async (t) => {
  const { lab, clock, stream } = await startLive(t);
  const live = await stream();
  await live.put('clock-now', '09:30 UTC');
  for (let at = 0; at < 1_000; at++) lab.recorder.record({ exchange: 'x', party: 'gateway', kind: 'request' });
  clock.advance(60_000);
  await live.put('clock-now', '09:31 UTC');
  t.deepEqual(
    live.messages.map(({ event, data }) => [event, (data as { key: string }).key]),
    [
      ['put', 'sessions'],
      ['put', 'clock-now'],
      ['put', 'clock-now'],
    ],
  );
});

test('a stream needs the token too, and gets it as every other request of the browser does', async (t) => {
  const { stream } = await startLive(t, 'sixteen-characters');
  t.is((await stream()).answer.statusCode, 401);
  const Authorization = `Basic ${Buffer.from('lab:sixteen-characters').toString('base64')}`;
  const live = await stream({ Authorization, Accept: 'text/event-stream' });
  t.is(live.answer.statusCode, 200);
  t.regex(await live.put('sessions'), /Nobody\./);
});

test('a user name that looks like HTML is shown, not run: in the table, the question, the notice and the stream', async (t) => {
  const { signIn, ask, post, stream } = await startLive(t);
  const name = '<img src=x onerror=alert(1)>"\'&amp;';
  const id = await signIn(name);
  const user = encodeURIComponent(name);
  const ended = async () => (await ask('GET', (await post('/sessions/end', { user: name })).headers.location as string)).text;
  const pages = [
    (await ask('GET', '/sessions')).text,
    (await ask('GET', `/sessions/end?id=${id}`)).text,
    (await ask('GET', `/sessions/end?user=${user}`)).text,
    (await stream()).put('sessions') as Promise<string>,
  ];
  for (const page of [...(await Promise.all(pages)), await ended()]) {
    t.is(parse(page).querySelector('img'), null);
    t.true(page.includes('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;amp;'), page);
  }
});
