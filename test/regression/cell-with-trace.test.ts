import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import type { CellInput } from '../../src/regression/cell.ts';
import { cellWithTrace } from '../../src/regression/cell-with-trace.ts';
import { allCells } from '../../src/regression/cells.ts';

const cells = allCells(await loadProfiles());
const cellNamed = (id: string) => cells.find((cell) => cell.id === id) as CellInput;

for (const [id, parts] of [
  ['exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff', 'sign-in sign-out probes next-visit'],
  ['office365/zones/1', 'sign-in sign-out probes next-visit'],
] as const)
  test(`${id} comes with its trace and parts though it agrees`, async (t) => {
    const traced = await cellWithTrace(cellNamed(id));
    t.like(traced.cell, { id, agrees: true });
    t.is(traced.parts.map(({ part }) => part).join(' '), parts);
    t.true(traced.events.length > 10);
    t.true(traced.events.every(({ run }) => run === id));
    t.deepEqual(
      traced.parts.map(({ from }) => from),
      traced.parts.map(({ from }) => from).toSorted((a, b) => a - b),
    );
  });

test('a cell of ends comes with its trace and without parts', async (t) => {
  const input = cells.find((cell) => cell.suite === 'ends' && cell.store === 'memory' && cell.balancer === 'none') as CellInput;
  const traced = await cellWithTrace(input);
  t.like(traced.cell, { id: input.id, agrees: true });
  t.true(traced.events.length > 3);
  t.deepEqual(traced.parts, []);
});

test('a cell that cannot run says why, and comes with what happened until then', async (t) => {
  const input = {
    ...cellNamed('exchange/2010/fba/owa/premium/direct/shipped'),
    options: { signoutPage: 'elsewhere' },
  } as CellInput;
  const { cell, events, parts } = await cellWithTrace(input);
  t.like(cell, { notRun: true, agrees: false });
  t.regex('notRunBecause' in cell ? cell.notRunBecause : '', /signoutPage/);
  t.deepEqual([events, parts], [[], []]);
});
