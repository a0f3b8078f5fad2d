import test from 'ava';
import { parse } from 'node-html-parser';
import { putsIn } from './read-stream.ts';
import { startRunPages } from './run-rig.ts';

const words = (markup: string) => parse(markup).textContent.replace(/\s+/g, ' ').trim();

test('a preset is run, told hop by hop as it happens, and judged', async (t) => {
  const { begin, told, ask } = await startRunPages(t);
  const path = await begin({ preset: 'cu9-as-announced', how: 'driven' });
  t.is(path, '/runs/run-1');
  const messages = await told(path);
  const puts = putsIn(messages);
  t.regex(words(puts.get('verdict') ?? ''), /^Signed out The client requested \/owa\/logoff\.owa, which matches/);
  t.regex(words(puts.get('part-sign-out') ?? ''), /decides GET mail\.localhost\/owa\/logoff\.owa answers 200/);
  t.deepEqual(
    messages.flatMap(({ event, data }) => (event === 'add' ? (data as { key: string }).key : [])),
    ['part-sign-in', 'part-sign-out', 'part-probes', 'part-next-visit'],
  );
  const said = messages.flatMap(({ event, data }) => (event === 'say' ? (data as string) : []));
  t.regex(said.at(-1) ?? '', /^Signed out\. The client requested/);

  const root = parse((await ask('GET', path)).text);
  t.is(root.querySelector('h1')?.text, 'CU9 as announced');
  t.is(root.querySelectorAll('tr.deciding').length, 1);
  t.is(root.querySelector('body')?.getAttribute('data-stream'), undefined);
});

test('who connects again is told only what happened since, and every hop whole', async (t) => {
  const { lab, begin, stream } = await startRunPages(t);
  const path = await begin({ preset: 'cu1-breaks-it', how: 'by hand' });
  const record = (target: string, exchange: string) =>
    lab.recorder.record({ exchange, party: 'gateway', kind: 'request', method: 'GET', host: 'mail.localhost', target });
  record('/first', 'a');
  record('/second', 'b');
  const first = await stream(`${path}/stream`);
  const before = await first.until(({ id }) => id === lab.recorder.next() - 1);
  t.is([...putsIn(before).keys()].filter((key) => key.startsWith('hop-')).length, 2);
  lab.recorder.record({ exchange: 'b', party: 'gateway', kind: 'response', method: 'GET', host: 'mail.localhost', status: 302 });
  record('/third', 'c');
  const again = await stream(`${path}/stream`, before.at(-1)?.id ?? 0);
  const after = putsIn(await again.until(({ id }) => id === lab.recorder.next() - 1));
  const hops = [...after].filter(([key]) => key.startsWith('hop-')).map(([, markup]) => words(markup));
  t.is(hops.length, 2);
  t.regex(hops[0] ?? '', /GET mail\.localhost\/second answers 302/);
  t.regex(hops[1] ?? '', /GET mail\.localhost\/third/);
});

test('a choice of one’s own is run as chosen, with what nobody has committed said to be so', async (t) => {
  const { drive, lab } = await startRunPages(t);
  const { root } = await drive({
    ...{ profile: '2013-cu8', vdirAuth: 'basic', app: 'owa', client: 'premium', logoffUrl: '/owa/logoff.owa', match: 'contains' },
    ...{ feOwa: 'shipped', beOwa: 'absent', beEcp: 'DefaultSignOut' },
  });
  t.like(lab.setting(), { profile: '2013-cu8', signOutKind: { feOwa: 'LegacyLogOff', beOwa: null, beEcp: 'DefaultSignOut' } });
  t.is(root.querySelector('#verdict-title')?.text, 'Signed out');
  t.regex(root.querySelector('#verdict')?.text ?? '', /Nothing is committed for this choice/);
});

const wrong: [what: string, path: string, fields: Record<string, string>, status: number, sentence: RegExp][] = [
  [
    'an unknown preset',
    '/runs',
    { preset: 'cu2', how: 'driven' },
    400,
    /there is no preset &quot;cu2&quot;; there are cu1-breaks-it,/,
  ],
  ['no way to run it', '/runs', { preset: 'cu1-breaks-it' }, 400, /how: expected &quot;driven&quot; or &quot;by hand&quot;/],
  ['a cell that there is not', '/runs', { cell: '<b>x', how: 'driven' }, 404, /there is no cell &quot;&lt;b&gt;x&quot;/],
  ['a build that there is not', '/runs', { profile: '2013-cu0', how: 'driven' }, 400, /2013-cu0/],
  ['a case that there is not', '/runs', { office365: 'literal/99', how: 'driven' }, 400, /99/],
  ['a run that there is not', '/runs/run-9/again', { how: 'driven' }, 404, /there is no run &quot;run-9&quot;/],
];
for (const [what, path, fields, status, sentence] of wrong)
  test(`${what} is said on a page, and no run begins`, async (t) => {
    const { post, ask } = await startRunPages(t);
    const reply = await post(path, fields);
    t.is(reply.status, status);
    t.regex(reply.text, sentence);
    t.is((await ask('GET', '/runs/run-1')).status, 404);
  });

test('a form that another site sends begins no run', async (t) => {
  const { post, ask } = await startRunPages(t);
  for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1'])
    t.is((await post('/runs', { preset: 'cu1-breaks-it', how: 'driven' }, origin)).status, 403);
  t.is((await ask('GET', '/runs/run-1')).status, 404);
});

test('an advice is applied as a run of its own, and one that was not given is refused', async (t) => {
  const { drive, post } = await startRunPages(t);
  const { path, root } = await drive({ preset: 'rule-still-says-cmd-logoff' });
  t.regex(root.querySelector('.advice li')?.text ?? '', /Set the published server logoff URL to "\/owa\/logoff\.owa"/);
  const changed = await drive({ advice: '0' }, `${path}/advice`);
  t.is(changed.root.querySelector('#verdict-title')?.text, 'Signed out');
  t.is(changed.root.querySelector('h1')?.text, 'rule still says ?Cmd=logoff, changed');
  for (const advice of ['99', '-1', '', 'x']) t.is((await post(`${path}/advice`, { advice, how: 'driven' })).status, 400, advice);
});

test('nobody visits again before anybody has signed in', async (t) => {
  const { begin, post } = await startRunPages(t);
  const path = await begin({ preset: 'cu1-breaks-it', how: 'by hand' });
  const { status, text } = await post(`${path}/visit`, {});
  t.is(status, 400);
  t.regex(text, /<h1>Not yet<\/h1>/);
});

test('a new run takes the place of one that waits for a person, whose page says so', async (t) => {
  const { begin, told, drive, ask } = await startRunPages(t);
  const path = await begin({ preset: 'cu1-breaks-it', how: 'by hand' });
  const messages = told(path);
  await drive({ preset: 'cu9-as-announced' });
  t.regex(words(putsIn(await messages).get('verdict') ?? ''), /^Given up/);
  t.regex((await ask('GET', '/')).text, /Earlier runs \(2\)/);
});

test('two presets are compared step by step, and what differs is marked', async (t) => {
  const { post, ask } = await startRunPages(t);
  const { status, headers } = await post('/compare', { left: 'cu1-breaks-it', right: 'cu9-as-announced' });
  t.is(status, 303);
  t.is(headers.location, '/compare?left=run-1&right=run-2');
  const root = parse((await ask('GET', headers.location as string)).text);
  t.deepEqual(
    root.querySelectorAll('.headline').map(({ text }) => text),
    ['Still signed in', 'Signed out'],
  );
  const rows = root
    .querySelectorAll('.compare tbody tr')
    .map((row) => row.querySelectorAll('th, td').map(({ innerHTML }) => words(innerHTML)));
  t.deepEqual(rows.find((row) => row[2]?.includes('/owa/logoff.owa → 200'))?.slice(0, 2), ['1 differs', 'nothing was requested']);
  const signIn = rows.find((row) => row[1]?.startsWith('POST /CookieAuth.dll?Logon'));
  t.is(signIn?.[1], signIn?.[2]);
  t.is((await ask('GET', '/compare?left=run-1&right=run-7')).status, 404);
  t.is((await post('/compare', { left: 'run-1', right: 'x' })).status, 400);
});
