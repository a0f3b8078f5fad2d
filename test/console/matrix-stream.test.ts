import test from 'ava';
import { cell, differing, office365 } from '../regression/hand-made-cells.ts';
import { heldRun, startMatrix } from './matrix-rig.ts';
import { type Message, putsIn } from './read-stream.ts';

const isBatch = ({ id }: Message) => id !== null;

/** A page of the story, and its stream; the run of all cells is under way. */
async function startStory(t: Parameters<typeof startMatrix>[0]) {
  const held = heldRun();
  const matrix = await startMatrix(t, held.run);
  await matrix.json('POST', '/api/matrix', {});
  const { root } = await matrix.page('/matrix');
  const address = (root.querySelector('body')?.getAttribute('data-stream') ?? '').replaceAll('&amp;', '&');
  const link = root.querySelector(`table a[href="/matrix/cell?id=${cell().id}"]`);
  return { ...matrix, held, address, key: link?.closest('td')?.id as string };
}

test('a page is told the cells that it shows as they are judged, with the counts and how far the run is', async (t) => {
  const { held, address, key, stream } = await startStory(t);
  const { until } = await stream(address);
  held.judge(cell(), office365());
  const puts = putsIn(await until(isBatch));
  t.deepEqual([...puts.keys()].sort(), [key, 'matrix-counts', 'matrix-progress'].sort());
  t.regex(puts.get(key) ?? '', /^<td id="c\d+" class="i"><a .*>I<\/a><\/td>$/);
  t.regex(puts.get('matrix-counts') ?? '', /<strong>1<\/strong> as expected/);
  t.regex(puts.get('matrix-progress') ?? '', /2\/7,893 cells/);
});

test('what comes out otherwise is put into the list before the table', async (t) => {
  const { held, address, stream } = await startStory(t);
  const { until } = await stream(address);
  held.judge(differing());
  const puts = putsIn(await until(isBatch));
  t.regex(puts.get('matrix-faults') ?? '', /detected: expected false/);
});

test('the end of a run is said, and brings back the buttons', async (t) => {
  const { held, address, stream } = await startStory(t);
  const { until } = await stream(address);
  held.judge(cell());
  held.end();
  const messages = await until(({ event }) => event === 'say');
  const said = messages.filter(({ event }) => event === 'say').map(({ data }) => data);
  t.deepEqual(said, ['1 cell: 1 as expected, 0 not as expected, 0 not run (2.0 s, 1.0 cells a second).']);
  t.regex(putsIn(messages).get('matrix-run') ?? '', /Run these 357 cells/);
});

test('what happens before the page opens its stream reaches it too', async (t) => {
  const { held, address, key, stream } = await startStory(t);
  held.judge(cell());
  const { until } = await stream(address);
  t.true(putsIn(await until(isBatch)).has(key));
});

test('a page is not told again what it shows already', async (t) => {
  const { held, page, key, stream } = await startStory(t);
  held.judge(cell());
  const { root } = await page('/matrix');
  const { until } = await stream(root.querySelector('body')?.getAttribute('data-stream')?.replaceAll('&amp;', '&') ?? '');
  held.judge(cell({ id: cell().id.replace('owa-logoff', 'signout'), logoffUrl: '/owa/auth/signout.aspx' }));
  const puts = putsIn(await until(isBatch));
  t.false(puts.has(key));
  t.true(puts.has('matrix-counts'));
});

test('a stream that was cut goes on behind the last batch that came', async (t) => {
  const { held, address, key, stream } = await startStory(t);
  const first = await stream(address);
  held.judge(cell());
  const told = (await first.until(isBatch)).at(-1)?.id as number;
  held.judge(cell({ id: cell().id.replace('owa-logoff', 'signout'), logoffUrl: '/owa/auth/signout.aspx' }));
  const second = await stream(address, told);
  const puts = putsIn(await second.until(isBatch));
  t.false(puts.has(key));
  t.is([...puts.keys()].filter((name) => /^c\d+$/.test(name)).length, 1);
  t.regex(puts.get('matrix-counts') ?? '', /<strong>2<\/strong> as expected/);
});

test('a page of a console that has been started anew since is loaded again', async (t) => {
  const { address, stream } = await startStory(t);
  const { until } = await stream(address, 1_000);
  t.is((await until(() => true)).at(-1)?.event, 'reload');
});

test('a stream of what there is not is refused', async (t) => {
  const { ask } = await startMatrix(t);
  t.is((await ask('GET', '/matrix/stream?suite=exchnge')).status, 400);
});

test('closing the console ends its streams and the run that is under way', async (t) => {
  const held = heldRun();
  const { json, stream, close } = await startMatrix(t, held.run);
  const { until } = await stream('/matrix/stream');
  await json('POST', '/api/matrix', {});
  await close();
  t.true(held.options().signal?.aborted);
  await t.throwsAsync(until(() => false));
});
