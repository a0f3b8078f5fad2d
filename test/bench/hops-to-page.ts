import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { atRate } from './at-rate.ts';
import { type Bench, type Count, type Row, rowOf } from './figure.ts';
import { endsOf, nextEvent, readTrace } from './lab-trace.ts';
import { openPage } from './open-chromium.ts';
import { rounds } from './rounds.ts';
import type { LabProcess } from './start-lab.ts';

/** What issue 7 asks for: hops a second, and ms until one is on the page. */
const RATE = 200;
const LIMIT = 100;
/** The rows that the live page keeps. */
const MOST_ROWS = 10_000;
const FRAME_TOO_LONG = 50;
/** How fast rows are brought to the page that has many of them, a second. */
const FILL_RATE = 500;
const BUDGET = 60_000;

type Samples = { stood: number[]; drawn: number[] };
type Shown = { hop: string; stood: number; drawn: number };

/** A hop's way from the recorder to the live page, at first and when that has all the rows that it keeps; and how those scroll. */
export async function measureHopsToPage(
  bench: Bench,
  lab: LabProcess,
  chromium: BrowserContext,
): Promise<{ rows: Row[]; counts: Count[] }> {
  const hops = bench.quick ? 100 : 800;
  const [few, bare]: [Samples, number[]] = [{ stood: [], drawn: [] }, []];
  for (const round of rounds(bench.quick ? 1 : 3, BUDGET)) {
    bench.say(`${RATE} hops a second, round ${round + 1}`);
    bare.push(...(await watchBare(lab, chromium, hops)));
    const page = await openPage(chromium, `${lab.console}/`);
    await watchLive(lab, page, hops, few);
    await page.close();
  }
  const page = await openPage(chromium, `${lab.console}/`);
  const most = bench.quick ? 1_000 : MOST_ROWS;
  await fill(bench, lab, page, most);
  const many: Samples = { stood: [], drawn: [] };
  await watchLive(lab, page, hops, many);
  bench.say('scrolling');
  const frames = (await page.evaluate(`bench.scrollThrough(${bench.quick ? 20 : 300})`)) as number[];
  await page.close();
  const peer = rowOf('a bare page: from the last event of a hop to its line', 'ms', bare);
  const against = { name: 'bare page', row: peer };
  const held = most.toLocaleString('en-GB');
  const all = [...few.stood, ...many.stood];
  return {
    rows: [
      peer,
      rowOf('live page: to its row', 'ms', few.stood, against),
      rowOf('live page: until that is drawn', 'ms', few.drawn, against),
      rowOf(`live page of ${held} hops: to its row`, 'ms', many.stood, against),
      rowOf(`live page of ${held} hops: until that is drawn`, 'ms', many.drawn, against),
      rowOf(`a frame while ${held} hops are scrolled to the end and back`, 'ms', frames),
    ],
    counts: [
      { what: `Hops that were on the page later than after ${LIMIT} ms`, count: over(LIMIT, all), of: all.length, must: null },
      { what: `Frames longer than ${FRAME_TOO_LONG} ms`, count: over(FRAME_TOO_LONG, frames), of: frames.length, must: null },
    ],
  };
}

function over(limit: number, samples: readonly number[]): number {
  return samples.filter((sample) => sample > limit).length;
}

async function watchLive(lab: LabProcess, page: Page, hops: number, into: Samples): Promise<void> {
  await page.evaluate('globalThis.shown = bench.watchRows()');
  const since = await nextEvent(lab.console);
  await atRate(hops, RATE, lab.hop);
  const ends = endsOf(await readTrace(lab.console, since));
  const all = await seen<Shown>(
    page,
    (some) => new Set(some.filter(({ drawn }) => drawn > 0).map(({ hop }) => hop)).size,
    ends.size,
  );
  const firsts = new Map(all.toReversed().map((one) => [one.hop, one]));
  for (const [hop, end] of ends) {
    const shown = firsts.get(hop);
    if (!shown) throw new Error('the live page fell behind and began anew, so that it never showed one of the hops');
    into.stood.push(shown.stood - end);
    into.drawn.push(shown.drawn - end);
  }
}

async function watchBare(lab: LabProcess, chromium: BrowserContext, hops: number): Promise<number[]> {
  // One of the console's, since its policy lets a page read streams; watchRaw empties it.
  const page = await openPage(chromium, `${lab.console}/compare`);
  await page.evaluate(`globalThis.shown = bench.watchRaw(${await nextEvent(lab.console)})`);
  await atRate(hops, RATE, lab.hop);
  const shown = await seen<{ at: number; stood: number }>(page, (all) => all.length, hops);
  await page.close();
  return shown.map(({ at, stood }) => stood - at);
}

/** Waits until the page has shown so many. */
async function seen<One>(page: Page, count: (shown: One[]) => number, wanted: number): Promise<One[]> {
  const deadline = performance.now() + BUDGET;
  for (;;) {
    const shown = (await page.evaluate('shown')) as One[];
    if (count(shown) >= wanted) return shown;
    if (performance.now() > deadline) throw new Error(`${page.url()} showed ${count(shown)} of ${wanted} hops, and no more`);
    await pause(50);
  }
}

async function fill(bench: Bench, lab: LabProcess, page: Page, wanted: number): Promise<void> {
  const held = async () => (await page.evaluate("document.getElementsByClassName('hop').length")) as number;
  for (let rows = await held(); rows < wanted; ) {
    bench.say(`${rows.toLocaleString('en-GB')} of ${wanted.toLocaleString('en-GB')} rows`);
    // In parts, for a page that falls behind what the recorder has must begin anew.
    rows += Math.min(1_000, wanted - rows);
    await atRate(rows - (await held()), FILL_RATE, lab.hop);
    while ((await held()) < rows) await pause(50);
  }
}
