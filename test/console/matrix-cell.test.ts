import test from 'ava';
import { startMatrix } from './matrix-rig.ts';

const CU1 = 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff';

test('the page of a cell runs it and says what came of it, why, and what was expected', async (t) => {
  const { page } = await startMatrix(t);
  const { status, root } = await page(`/matrix/cell?id=${CU1}`);
  t.is(status, 200);
  t.deepEqual(
    root.querySelectorAll('h1').map(({ text }) => text),
    ['Exchange 2013-cu1 · vdir basic · app owa · client premium · SignOutKind shipped · logoff URL /owa/logoff.owa'],
  );
  t.is(root.querySelector('.cell-id')?.text, `${CU1}, run just now`);
  t.is(root.querySelector('.headline')?.text, 'Still signed in');
  t.regex(root.querySelector('.because')?.text ?? '', /^The client showed its dialog .* still signed in\.$/);
  t.regex(root.querySelector('.codes')?.text ?? '', /SO-09 logoff-not-recognised/);
  t.true(root.querySelectorAll('dl.codes dt').some(({ text }) => text === 'E-16 [seen]'));
  const rows = root.querySelectorAll('tbody tr').map((row) => row.querySelectorAll('th, td').map(({ text }) => text));
  t.deepEqual(
    rows.find(([field]) => field === 'outcome'),
    ['outcome', 'session-alive', 'session-alive'],
  );
  t.deepEqual(
    rows.find(([field]) => field === 'requests'),
    ['requests', 'none', 'none'],
  );
});

test('where requests are expected, the page of a cell says how they are compared', async (t) => {
  const { page } = await startMatrix(t);
  const says = async (id: string) =>
    (await page(`/matrix/cell?id=${id}`)).root.text.includes('how its path and query begin; case');
  t.deepEqual([await says(CU1.replace('2013-cu1', '2010')), await says(CU1)], [true, false]);
});

test('a cell leads to its neighbours, to its place in the matrix, and to the same by hand', async (t) => {
  const { page } = await startMatrix(t);
  const { root } = await page(`/matrix/cell?id=${CU1}`);
  const links = root
    .querySelectorAll('main nav a')
    .map((link) => [link.text, link.getAttribute('href')?.replaceAll('&amp;', '&')]);
  t.deepEqual(Object.fromEntries(links), {
    'Previous cell': `/matrix/cell?id=${CU1.replace('owa-logoff', 'any-logoff')}`,
    Matrix: '/matrix?suite=exchange&app=owa&vdirAuth=basic&client=premium&via=gateway',
    'Next cell': `/matrix/cell?id=${CU1.replace('owa-logoff', 'signout')}`,
    'Run again': `/matrix/cell?id=${CU1}`,
  });
  t.is(root.querySelector('main form input[name=cell]')?.getAttribute('value'), CU1);
  t.deepEqual(
    root.querySelectorAll('main form button').map(({ text }) => text),
    ['Run it live', 'Try it yourself'],
  );
});

test('the first cell of a suite has none before it, and what ends sessions cannot be tried by hand', async (t) => {
  const { page } = await startMatrix(t);
  const first = (await page('/matrix?suite=ends')).root.querySelector('table a')?.getAttribute('href') ?? '';
  const { status, root } = await page(first.replaceAll('&amp;', '&'));
  t.is(status, 200);
  t.deepEqual(
    root.querySelectorAll('main nav a').map(({ text }) => text),
    ['Matrix', 'Next cell', 'Run again'],
  );
  t.is(root.querySelector('main form'), null);
});

test('a cell that there is not is shown as text on a page of its own', async (t) => {
  const { page } = await startMatrix(t);
  const { status, root, text } = await page('/matrix/cell?id=%3Cscript%3Ealert(1)%3C/script%3E');
  t.is(status, 404);
  t.is(root.querySelectorAll('main script').length, 0);
  t.true(text.includes('there is no cell &quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;'));
});

test('a cell in which time goes by tells that, and no click that requested nothing', async (t) => {
  const { page } = await startMatrix(t);
  const { root } = await page('/matrix/cell?id=office365/literal/16a');
  t.regex(root.querySelector('#part-sign-out')?.text ?? '', /^\s*Wait until the authentication cookie is just over/);
  t.notRegex(root.querySelector('#lanes')?.text ?? '', /Signing out|requested nothing/);
});
