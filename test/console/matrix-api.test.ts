import test from 'ava';
import { createMatrixCells } from '../../src/console/matrix/matrix-cells.ts';
import { createMatrixRuns } from '../../src/console/matrix/matrix-runs.ts';
import { LabError } from '../../src/errors.ts';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { cell, hit } from '../regression/hand-made-cells.ts';
import { heldRun, startMatrix } from './matrix-rig.ts';

const CU1 = 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff';
const CU9 = 'exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/owa-logoff';
const nothingRun = {
  schema: 'logoff-lab/matrix@1',
  summary: { cells: 0, agree: 0, differ: 0, notRun: 0 },
  running: null,
  cells: [],
};

test('before any run the matrix has no cells', async (t) => {
  const { ask } = await startMatrix(t);
  const { status, json } = await ask('GET', '/api/matrix');
  t.is(status, 200);
  t.deepEqual(json, nothingRun);
});

test('a run is begun with the cells that are named, and what is known of them so far is told with every field', async (t) => {
  const held = heldRun();
  const { ask, json: send } = await startMatrix(t, held.run);
  const begun = await send('POST', '/api/matrix', { only: ['profile=2013-cu1', 'vdirAuth=basic', `id=${CU1}`] });
  t.is(begun.status, 202);
  t.deepEqual(begun.json, { running: { done: 0, of: 1 } });
  t.deepEqual(
    [...(held.options().only ?? [])],
    [
      ['profile', ['2013-cu1']],
      ['vdirAuth', ['basic']],
      ['id', [CU1]],
    ],
  );
  held.judge(cell());
  const { json } = await ask('GET', '/api/matrix');
  t.deepEqual(json['running'], { done: 1, of: 1 });
  t.deepEqual(json['summary'], { cells: 1, agree: 1, differ: 0, notRun: 0 });
  const [known] = json['cells'] as Record<string, unknown>[];
  t.like(known, { id: CU1, outcome: 'session-alive', store: null, row: null });
});

test('later results take the place of earlier ones, and other cells stay', async (t) => {
  const held = heldRun();
  const { ask, json: send } = await startMatrix(t, held.run);
  await send('POST', '/api/matrix', {});
  held.judge(cell(), cell({ id: CU9, profile: '2013-cu9-announced' }));
  await ask('DELETE', '/api/matrix');
  await send('POST', '/api/matrix', { only: [`id=${CU1}`] });
  held.judge(cell({ ...hit, agrees: false }));
  const { json } = await ask('GET', '/api/matrix');
  const known = json['cells'] as Record<string, unknown>[];
  t.deepEqual(
    known.map(({ id, outcome }) => [id, outcome]),
    [
      [CU1, 'prompt'],
      [CU9, 'session-alive'],
    ],
  );
  t.deepEqual(json['summary'], { cells: 2, agree: 1, differ: 1, notRun: 0 });
});

test('while a run is under way a second one is refused', async (t) => {
  const held = heldRun();
  const { json } = await startMatrix(t, held.run);
  await json('POST', '/api/matrix', { only: ['suite=office365'] });
  held.judge(cell());
  const refused = await json('POST', '/api/matrix', {});
  t.is(refused.status, 409);
  t.deepEqual(refused.json, { error: 'a run is under way (1 of 117 cells): wait for its end, or stop it' });
});

test('a run can be stopped, and another begun after it', async (t) => {
  const held = heldRun();
  const { ask, json } = await startMatrix(t, held.run);
  await json('POST', '/api/matrix', {});
  held.judge(cell());
  const stopped = await ask('DELETE', '/api/matrix');
  t.is(stopped.status, 200);
  t.true(held.options().signal?.aborted);
  t.is(stopped.json['running'], null);
  t.regex(String(stopped.json['message']), /^Stopped: 1 cell: 1 as expected/);
  t.is((await json('POST', '/api/matrix', {})).status, 202);
});

test('stopping where nothing runs is no fault', async (t) => {
  const { ask } = await startMatrix(t);
  const { status, json } = await ask('DELETE', '/api/matrix');
  t.is(status, 200);
  t.deepEqual(json, { running: null, message: null });
});

test('a run that fails says why, and how far it came', async (t) => {
  const held = heldRun();
  const { json, stream } = await startMatrix(t, held.run);
  const { until } = await stream('/matrix/stream?since=0');
  await json('POST', '/api/matrix', {});
  held.judge(cell());
  held.end(new Error('a worker of the matrix ended with 9'));
  const messages = await until(({ event, data }) => event === 'say' && String(data).startsWith('The run failed'));
  t.is(messages.at(-1)?.data, 'The run failed after 1 of 7,893 cells: a worker of the matrix ended with 9');
  t.is((await json('POST', '/api/matrix', {})).status, 202);
});

test('cells that are really run come out as documented', async (t) => {
  const { ask, json, stream } = await startMatrix(t);
  const { until } = await stream('/matrix/stream?since=0');
  t.is((await json('POST', '/api/matrix', { only: [`id=${CU1}`, `id=${CU9}`] })).status, 202);
  await until(({ event, data }) => event === 'say' && String(data).startsWith('2 cells: 2 as expected'));
  const { json: report } = await ask('GET', `/api/matrix?only=id=${CU1}&only=profile=2013-cu1`);
  t.deepEqual(report['summary'], { cells: 1, agree: 1, differ: 0, notRun: 0 });
  t.like((report['cells'] as object[])[0], { id: CU1, outcome: 'session-alive', codes: ['SO-02', 'SO-09'], agrees: true });
});

const refused: [title: string, query: string, sentence: RegExp][] = [
  ['an unknown key', '?only=profil=2013-cu1', /^only knows no key "profil"; did you mean profile\? \(known keys: id, suite, /],
  [
    'an unknown value',
    '?only=profile=2013-cu99',
    /^no cell fits only profile=2013-cu99; known values are\n {2}profile: 2007, 2010, /,
  ],
  ['no pair', '?only=profile', /^only expects KEY=VALUE, got "profile"/],
  ['another parameter', '?profile=2013-cu1', /^there is no query parameter "profile"; there is only=KEY=VALUE$/],
];
for (const [title, query, sentence] of refused)
  test(`${title} is refused with what there is`, async (t) => {
    const { ask } = await startMatrix(t);
    const { status, json } = await ask('GET', `/api/matrix${query}`);
    t.is(status, 400);
    t.regex(String(json['error']), sentence);
  });

test('a run of cells that are not there, or of something else than pairs, is refused and none begins', async (t) => {
  const held = heldRun();
  const { ask, json } = await startMatrix(t, held.run);
  for (const [body, sentence] of [
    [{ only: ['suite=exchnge'] }, /did you mean exchange\?/],
    [{ only: 'suite=exchange' }, /^only: /],
    [{ just: [] }, /just/],
  ] as const) {
    const reply = await json('POST', '/api/matrix', body);
    t.is(reply.status, 400);
    t.regex(String(reply.json['error']), sentence);
  }
  t.is((await ask('POST', '/api/matrix', '{}', { 'Content-Type': 'text/plain' })).status, 400);
  t.is((await ask('GET', '/api/matrix')).json['running'], null);
});

test('a matrix that is closed begins no run', async (t) => {
  const runs = createMatrixRuns(createMatrixCells(await loadProfiles()), heldRun().run);
  await runs.close();
  const error = t.throws(() => runs.start([]), { instanceOf: LabError });
  t.is(error?.code, 'conflict');
});
