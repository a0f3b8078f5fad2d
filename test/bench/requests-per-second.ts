import { performance } from 'node:perf_hooks';
import { type FigureMaker, type Row, rowOf } from './figure.ts';
import { processorTime } from './processor-time.ts';
import { rounds } from './rounds.ts';
import { must, site } from './site.ts';
import { startWays, type Way } from './ways.ts';

const CONNECTIONS = 32;
const BUDGET = 12_000;

type Load = { rate: number[]; processor: number[]; alone: number[] };

/** The client and the back end are one process, what is measured is another. */
export const requestsPerSecond: FigureMaker = {
  name: 'requests',
  title: () => `Requests through the gateway, by ${CONNECTIONS} kept connections`,
  async measure(bench) {
    const ways = await startWays(bench, CONNECTIONS);
    const loads = ways.map((): Load => ({ rate: [], processor: [], alone: [] }));
    const extent = bench.quick ? { milliseconds: 150, alone: 20 } : { milliseconds: 600, alone: 100 };
    await measureEach(ways, extent);
    const before = performance.eventLoopUtilization();
    // In turn, so that whatever else the machine does meets all of them.
    for (const round of rounds(bench.quick ? 2 : 5, BUDGET)) {
      bench.say(`round ${round + 1}`);
      await measureEach(ways, extent, loads);
    }
    const busy = Math.round(performance.eventLoopUtilization(before).utilization * 100);
    const rows = (what: string, unit: string, of: keyof Load) =>
      rowsOf(
        ways,
        { what, unit },
        loads.map((load) => load[of]),
      );
    return {
      rows: [
        ...rows('requests', 'a second', 'rate'),
        ...rows('processor time of a request', 'µs', 'processor'),
        ...rows('one request at a time', 'ms', 'alone'),
      ],
      remarks: [
        'The bare stack is http-proxy behind Koa and its router, without sessions; the processor time is that of the one process.',
        `Client and back end are one more process, which was busy for ${busy} % of the time.`,
      ],
    };
  },
};

async function measureEach(ways: readonly Way[], extent: { milliseconds: number; alone: number }, loads?: readonly Load[]) {
  for (const [at, way] of ways.entries()) {
    const { rate, processor } = await measureLoad(way, extent.milliseconds);
    const alone = await measureAlone(way, extent.alone);
    loads?.[at]?.rate.push(rate);
    loads?.[at]?.processor.push(...processor);
    loads?.[at]?.alone.push(...alone);
  }
}

function rowsOf(ways: readonly Way[], { what, unit }: { what: string; unit: string }, samples: readonly number[][]): Row[] {
  const row = (at: number, peer?: Row) =>
    rowOf(`${ways[at]?.what}: ${what}`, unit, samples[at] as number[], peer && { name: 'bare stack', row: peer });
  const isMeasured = (at: number) => (samples[at] as number[]).length > 0;
  const peer = isMeasured(1) ? row(1) : undefined;
  return [0, 1, 2, 3].filter(isMeasured).map((at) => row(at, at === 1 ? undefined : peer));
}

/** Processor time as one number, or none. */
async function measureLoad({ client, cookies, pid }: Way, milliseconds: number): Promise<{ rate: number; processor: number[] }> {
  const [from, spent] = [performance.now(), processorTime(pid)];
  let answered = 0;
  const askAllTheTime = async (cookie: string | undefined) => {
    while (performance.now() - from < milliseconds) {
      must(await client.ask(site.page, cookie), 200);
      answered++;
    }
  };
  await Promise.all(cookies.map(askAllTheTime));
  const rate = (answered / (performance.now() - from)) * 1_000;
  const spentNow = processorTime(pid);
  return { rate, processor: spent === null || spentNow === null ? [] : [((spentNow - spent) / answered) * 1_000] };
}

async function measureAlone({ client, cookies }: Way, count: number): Promise<number[]> {
  const times: number[] = [];
  for (const _ of rounds(count, BUDGET)) {
    const from = performance.now();
    must(await client.ask(site.page, cookies[0]), 200);
    times.push(performance.now() - from);
  }
  return times;
}
