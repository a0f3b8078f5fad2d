import type { BrowserContext } from 'playwright-core';
import { type Bench, type Row, rowOf } from './figure.ts';
import { readTrace } from './lab-trace.ts';
import { openPage } from './open-chromium.ts';
import { rounds } from './rounds.ts';
import type { LabProcess } from './start-lab.ts';

const BUDGET = 15_000;
const MATRIX = '/matrix?suite=exchange&app=any&vdirAuth=any&client=any&via=any';

/** From the click on a link until the largest pages are loaded and drawn. */
export async function measurePages(bench: Bench, lab: LabProcess, chromium: BrowserContext): Promise<Row[]> {
  const { events } = await readTrace(lab.console, 1);
  const recorded = `live page, of the ${events.length.toLocaleString('en-GB')} events that the recorder has`;
  bench.say('the live page');
  const live = await measure(bench, chromium, `${lab.console}/`, '.hop');
  bench.say('the matrix page');
  const matrix = await measure(bench, chromium, lab.console + MATRIX, '.cells td a');
  const shown = (count: number) => count.toLocaleString('en-GB');
  return [
    rowOf(`${recorded} (${shown(live.count)} hops): until drawn`, 'ms', live.times),
    rowOf(`matrix page of ${shown(matrix.count)} cells: until drawn`, 'ms', matrix.times),
  ];
}

/** `count`: the elements that match. The first time is left out: then the server's code is cold. */
async function measure(bench: Bench, chromium: BrowserContext, address: string, selector: string) {
  const times: number[] = [];
  let count = 0;
  for (const round of rounds(bench.quick ? 2 : 10, BUDGET, 2)) {
    const page = await openPage(chromium, address);
    const time = (await page.evaluate('bench.timeToDrawn()')) as number;
    if (round > 0) times.push(time);
    count = (await page.evaluate(`document.querySelectorAll('${selector}').length`)) as number;
    await page.close();
  }
  return { times, count };
}
