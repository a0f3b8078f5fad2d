import type { Page } from 'playwright-core';
import type { Lab } from '../../src/lab/lab.ts';
import { chromiumTests } from './chromium.ts';
import { startConsoleOf } from './console-rig.ts';

const chromiumTest = chromiumTests();

const hops = ({ recorder }: Lab, count: number): string => {
  const request = { party: 'gateway', kind: 'request', method: 'GET', host: 'mail.localhost', target: '/owa/' } as const;
  for (let at = 0; at < count; at++) recorder.record({ ...request, exchange: `x${recorder.next()}` });
  return `hop-${recorder.next() - 1}`;
};
const numbers = async (page: Page): Promise<number[]> =>
  (await page.evaluate("Array.from(document.getElementsByClassName('hop'), ({ id }) => Number(id.slice(4)))")) as number[];
const heading = (page: Page) => page.getByRole('rowheader', { name: 'Every request' });

chromiumTest('the live page keeps its newest ten thousand rows, in order, under their heading', async (t, { lab, context }) => {
  const page = await context.newPage();
  // Ten thousand rows are much for a machine that is busy.
  page.setDefaultTimeout(60_000);
  hops(lab, 9_950);
  const base = await startConsoleOf(t, lab);
  await page.goto(base);
  t.is((await numbers(page)).length, 9_950);
  for (const count of [49, 1, 1, 150]) await page.locator(`#${hops(lab, count)}`).waitFor({ state: 'attached' });
  const rows = await numbers(page);
  t.true(rows.length <= 10_000 && rows.length > 9_900, `${rows.length} rows`);
  t.deepEqual(
    rows,
    Array.from({ length: rows.length }, (_, at) => 10_152 - rows.length + at),
  );
  t.is(await heading(page).count(), 1);
});

chromiumTest('a row that changes stays where it is, and new rows come after it', async (t, { lab, context }) => {
  const page = await context.newPage();
  await page.goto(await startConsoleOf(t, lab));
  await page.locator(`#${hops(lab, 120)}`).waitFor({ state: 'attached' });
  const exchange = `x${lab.recorder.next() - 70}`;
  lab.recorder.record({ exchange, party: 'gateway', kind: 'response', status: 404 });
  await page.locator(`#${hops(lab, 1)}`).waitFor({ state: 'attached' });
  const rows = await numbers(page);
  t.deepEqual(
    rows.toSorted((a, b) => a - b),
    rows,
  );
  t.is(rows.length, 121);
  t.is(await page.locator('tr.hop', { hasText: '404' }).count(), 1);
  t.is(await page.locator('tbody.hops').count(), 2);
});
