import test from 'ava';
import type { AnyCell } from '../../src/regression/cell.ts';
import { cell, differing, hit, notRun, office365 } from '../regression/hand-made-cells.ts';
import { heldRun, startMatrix } from './matrix-rig.ts';

const CU1 = 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff';
const ANY = 'suite=exchange&app=any&vdirAuth=any&client=any&via=any';
const story = { suite: 'exchange', app: 'owa', vdirAuth: 'basic', client: 'premium', via: 'gateway' };

/** A console whose last run came to these cells. */
async function afterRun(t: Parameters<typeof startMatrix>[0], ...cells: AnyCell[]) {
  const held = heldRun();
  const matrix = await startMatrix(t, held.run);
  await matrix.json('POST', '/api/matrix', {});
  held.judge(...cells);
  await matrix.ask('DELETE', '/api/matrix');
  return matrix;
}

const linkTo = (id: string) => `a[href="/matrix/cell?id=${id}"]`;

test('the matrix begins with the story: what is expected of each build behind a gateway, in italics until it is run', async (t) => {
  const { page } = await startMatrix(t);
  const { status, root } = await page('/matrix');
  t.is(status, 200);
  t.is(root.querySelectorAll('h1').length, 1);
  t.is(root.querySelector('.tabs [aria-current]')?.getAttribute('href'), '/matrix?suite=exchange');
  const chosen = root
    .querySelectorAll('select')
    .map((select) => [select.getAttribute('name'), select.querySelector('option[selected]')?.text]);
  t.deepEqual({ suite: 'exchange', ...Object.fromEntries(chosen) }, story);
  const link = root.querySelector(linkTo(CU1));
  t.is(link?.text, '(I)');
  t.is(link?.getAttribute('aria-label'), '2013-cu1, shipped, /owa/logoff.owa: not yet run, expected is still in [seen]');
  t.is(link?.closest('td')?.getAttribute('class'), 'yet');
  t.is(link?.closest('tr')?.querySelector('th[scope="row"]')?.text, '2013 CU1');
  const column = link
    ?.closest('tr')
    ?.querySelectorAll('td')
    .indexOf(link.closest('td') as never);
  t.is(link?.closest('table')?.querySelectorAll('th.url')[column as number]?.text, '/owa/logoff.owa');
});

const suites = { exchange: 6272, 'install-order': 882, 'co-existence': 5, 'add-in': 12, office365: 117, ends: 605 };

test('every cell of every suite is shown once, under a name in words', async (t) => {
  const { page } = await startMatrix(t);
  const tabs = (await page('/matrix')).root.querySelectorAll('.tabs a').map((link) => link.text.trim());
  t.deepEqual(
    tabs,
    Object.entries(suites).map(([suite, number]) => `${suite} ${number.toLocaleString('en-GB')}`),
  );
  for (const [suite, number] of Object.entries(suites)) {
    const { root } = await page(suite === 'exchange' ? `/matrix?${ANY}` : `/matrix?suite=${suite}`);
    const links = root.querySelectorAll('table a');
    t.is(new Set(links.map((link) => link.getAttribute('href'))).size, number, suite);
    t.is(links.length, number, suite);
    t.deepEqual(
      links.filter((link) => !/^[^:]+.*: not yet run/.test(link.getAttribute('aria-label') ?? '')),
      [],
      suite,
    );
    const keys = root.querySelectorAll('table [id^="c"]').map((element) => element.id);
    t.is(new Set(keys).size, number, suite);
  }
});

test('the page with every one of Exchange’s cells stays small enough to be drawn at once', async (t) => {
  const { page } = await startMatrix(t);
  const { root, text } = await page(`/matrix?${ANY}`);
  t.true(text.length < 1_900_000, `${text.length} characters`);
  t.true(root.querySelectorAll('*').length < 20_000, `${root.querySelectorAll('*').length} elements`);
});

test('what came out as expected has its letter, and what did not is marked, and listed first with its fields', async (t) => {
  const other = CU1.replace('owa-logoff', 'signout');
  const third = CU1.replace('owa-logoff', 'logon');
  const { page } = await afterRun(
    t,
    cell(),
    differing({ id: other, logoffUrl: '/owa/auth/signout.aspx' }),
    notRun(third, 'port 1 is taken'),
  );
  const { root } = await page('/matrix');
  const shown = [CU1, other, third].map((id) => {
    const link = root.querySelector(`table ${linkTo(id)}`);
    return [link?.text, link?.closest('td')?.getAttribute('class'), link?.getAttribute('aria-label')];
  });
  t.deepEqual(shown, [
    ['I', 'i', '2013-cu1, shipped, /owa/logoff.owa: still in, as expected [seen]'],
    ['O≠', 'o differs', '2013-cu1, shipped, /owa/auth/signout.aspx: signed out, not as expected (still in) [seen]'],
    ['!', 'fault', '2013-cu1, shipped, /owa/auth/logon.aspx: did not run [seen]'],
  ]);
  const counts = root.querySelectorAll('#matrix-counts li').map((item) => item.text);
  t.deepEqual(counts, ['357 cells', '1 as expected', '1 not as expected', '1 did not run', '354 not yet run']);
  const [differs, missing] = root.querySelectorAll('#matrix-faults section');
  t.is(differs?.querySelector(linkTo(other))?.text, other);
  t.true(differs?.text.includes('detected: expected false [seen: E-16, E-03], got true'));
  t.true(missing?.text.includes('port 1 is taken (1)'));
  t.truthy(missing?.querySelector(linkTo(third)));
});

test('of very many cells that are not as expected the first fifty are listed, and the others counted', async (t) => {
  const { page } = await startMatrix(t);
  const ids = (await page('/matrix')).root
    .querySelectorAll('table a')
    .map((link) => link.getAttribute('href')?.split('id=')[1] ?? '');
  const after = await afterRun(t, ...ids.slice(0, 60).map((id) => differing({ id: decodeURIComponent(id) })));
  const { root } = await after.page('/matrix');
  t.is(root.querySelectorAll('#matrix-faults a').length, 50);
  t.true(root.querySelector('#matrix-faults')?.text.includes('and 10 more, which the tables mark'));
});

test('a fault elsewhere is counted where it is not shown', async (t) => {
  const { page } = await afterRun(t, differing());
  const { root } = await page('/matrix?suite=office365');
  t.true(
    root
      .querySelector('#matrix-counts')
      ?.text.includes('In all suites 1 of 7,893 cells have been run, 1 of them not as expected.'),
  );
  t.is(root.querySelector('#matrix-faults')?.text, '');
});

test('a row of Office 365 says what each service must have for the user, and after a run what it had', async (t) => {
  const id = 'office365/zones/1';
  const { page } = await afterRun(
    t,
    office365({ after: { portal: 'prompt', owa: 'prompt', sharepoint: 'prompt' }, agrees: false }),
  );
  const { root } = await page('/matrix?suite=office365');
  const wordsOf = (cellId: string) => root.querySelector(`table ${linkTo(cellId)}`)?.closest('tr');
  t.deepEqual(
    wordsOf(id)
      ?.querySelectorAll('td')
      .slice(2, 5)
      .map((td) => td.text),
    ['prompt', 'prompt', 'prompt'],
  );
  t.is(wordsOf(id)?.getAttribute('class'), 'differs');
  const yet = wordsOf('office365/zones/3');
  t.is(yet?.getAttribute('class'), 'yet');
  t.deepEqual(
    yet
      ?.querySelectorAll('td')
      .slice(2, 5)
      .map((td) => td.text),
    ['alive', 'alive', 'silent'],
  );
});

test('values that no cell has together leave a sentence and nothing to run', async (t) => {
  const { page } = await startMatrix(t);
  const { status, root } = await page('/matrix?suite=exchange&app=ecp&client=light');
  t.is(status, 200);
  t.true(root.querySelector('main')?.text.includes('No cell of this suite has all of these values.'));
  t.deepEqual(
    root.querySelectorAll('#matrix-run button').map((button) => button.text),
    ['Run all 7,893'],
  );
});

const refused: [query: string, sentence: string][] = [
  ['?suite=exchnge', 'suite: there is no "exchnge"; there is exchange, install-order, co-existence, add-in, office365 and ends.'],
  ['?app=%3Cimg%20src%3Dx%3E', 'app: there is no "<img src=x>"; there is any, owa and ecp.'],
  ['?%3Cb%3E=1', 'there is no "<b>" to choose by; there is suite, app, vdirAuth, client and via.'],
  ['?suite=ends&app=owa', 'there is no "app" to choose by; there is suite.'],
  ['?app=owa&app=ecp', 'app is given twice; any stands for all.'],
];
for (const [query, sentence] of refused)
  test(`the matrix of ${query} is a page that says what there is`, async (t) => {
    const { page } = await startMatrix(t);
    const { status, root } = await page(`/matrix${query}`);
    t.is(status, 400);
    t.is(decode(root.querySelector('main p')?.text), sentence);
    t.is(root.querySelectorAll('main img, main b').length, 0);
  });

function decode(text = ''): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
}

test('the button runs the cells that are shown, and leads back to them', async (t) => {
  const held = heldRun();
  const { page, post } = await startMatrix(t, held.run);
  const shown = { ...story, vdirAuth: 'fba', via: 'any' };
  const before = await page(`/matrix?${new URLSearchParams(shown)}`);
  t.is(before.root.querySelectorAll('noscript').length, 0);
  const form = before.root
    .querySelectorAll('form[action="/matrix/run"] input')
    .map((input) => [input.getAttribute('name'), input.getAttribute('value')]);
  t.deepEqual(Object.fromEntries(form), shown);
  const begun = await post('/matrix/run', { ...shown, which: 'shown' });
  t.is(begun.status, 303);
  t.is(begun.headers.location, `/matrix?${new URLSearchParams(shown)}`);
  t.deepEqual(Object.fromEntries(held.options().only ?? []), {
    suite: ['exchange'],
    app: ['owa'],
    vdirAuth: ['fba'],
    client: ['premium'],
  });
  held.judge(cell({ ...hit, vdirAuth: 'fba' }));
  const { root } = await page(begun.headers.location ?? '');
  t.is(root.querySelector('progress')?.getAttribute('value'), '1');
  t.regex(root.querySelector('head noscript')?.innerHTML ?? '', /http-equiv="refresh"/);
  t.deepEqual(
    root.querySelectorAll('#matrix-run button').map((button) => button.text),
    ['Stop'],
  );
});

test('the other button runs all cells, and Stop ends that and says how far it came', async (t) => {
  const held = heldRun();
  const { page, post } = await startMatrix(t, held.run);
  await post('/matrix/run', { ...story, which: 'all' });
  t.is(held.options().only?.size, 0);
  held.judge(cell());
  const stopped = await post('/matrix/stop', { suite: 'ends' });
  t.is(stopped.status, 303);
  t.is(stopped.headers.location, '/matrix?suite=ends');
  t.true(held.options().signal?.aborted);
  const { root } = await page('/matrix');
  t.true(root.querySelector('#matrix-run')?.text.includes('Stopped: 1 cell: 1 as expected, 0 not as expected, 0 not run'));
});

test('a second run is refused on a page, and a form of another site or of strange values begins none', async (t) => {
  const held = heldRun();
  const { post, ask } = await startMatrix(t, held.run);
  const foreign = await post('/matrix/run', { ...story, which: 'all' }, 'http://evil.example');
  t.is(foreign.status, 403);
  t.is((await post('/matrix/run', { suite: 'exchnge' })).status, 400);
  t.is((await ask('GET', '/api/matrix')).json['running'], null);
  await post('/matrix/run', { ...story, which: 'shown' });
  const second = await post('/matrix/run', { ...story, which: 'shown' });
  t.is(second.status, 409);
  t.regex(second.text, /<p>a run is under way \(0 of 357 cells\): wait for its end, or stop it\.<\/p>/);
});
