import test from 'ava';
import { parseOnly } from '../../src/regression/only.ts';
import { runMatrix, workersFor } from '../../src/regression/run-matrix.ts';

const few = parseOnly(['profile=2013-cu1', 'vdirAuth=basic', 'app=owa', 'client=premium', 'options=null']);

test('a run that is stopped begins no further cell, and reports those that it has', async (t) => {
  const stop = new AbortController();
  const report = await runMatrix({ only: few, signal: stop.signal, onCell: () => stop.abort() });
  t.is(report.cells.length, 1);
  t.deepEqual(report.summary, { cells: 1, agree: 1, differ: 0, notRun: 0 });
});

test('a run that is stopped before it begins has no cells', async (t) => {
  const report = await runMatrix({ only: few, signal: AbortSignal.abort() });
  t.deepEqual(report.cells, []);
});

test('workers that run thousands of cells stop with the ones that they have begun', async (t) => {
  const stop = new AbortController();
  let of = 0;
  let last = 0;
  const report = await runMatrix({
    only: parseOnly(['suite=exchange']),
    signal: stop.signal,
    onCell(_cell, done, wanted) {
      [last, of] = [done, wanted];
      stop.abort();
    },
  });
  t.is(of, 6_272);
  t.true(report.cells.length < of);
  t.is(report.cells.filter(Boolean).length, last);
});

test('the matrix has a worker for each processor, and no more than fit into its memory', (t) => {
  const GIB = 2 ** 30;
  t.is(workersFor(16 * GIB, 8), 8);
  t.is(workersFor(1.5 * GIB, 8), 5);
  t.is(workersFor(0.25 * GIB, 8), 1);
});
