import { get, type IncomingMessage } from 'node:http';
import { type Bench, type Row, rowOf } from './figure.ts';
import { nextEvent } from './lab-trace.ts';
import { processorTime } from './processor-time.ts';
import { rounds } from './rounds.ts';
import type { LabProcess } from './start-lab.ts';

const BUDGET = 20_000;
const OPEN = [0, 1, 10];

/** What it costs the lab's requests that live pages are open; their readers read all, and do nothing with it. */
export async function measureWithPages(bench: Bench, lab: LabProcess, connections: number): Promise<Row[]> {
  const loads = OPEN.map(() => ({ rate: [] as number[], processor: [] as number[] }));
  const milliseconds = bench.quick ? 150 : 1_000;
  await load(lab, connections, milliseconds);
  // In turn, so that whatever else the machine does meets all of them.
  for (const round of rounds(bench.quick ? 2 : 5, BUDGET)) {
    bench.say(`requests with ${OPEN.join(', ')} pages open, round ${round + 1}`);
    for (const [at, pages] of OPEN.entries()) {
      const close = await openReaders(lab, pages);
      const { rate, processor } = await load(lab, connections, milliseconds);
      close();
      loads[at]?.rate.push(rate);
      loads[at]?.processor.push(...processor);
    }
  }
  const rows = (what: string, unit: string, of: 'rate' | 'processor') => {
    if (loads.some((one) => one[of].length === 0)) return [];
    const row = (at: number, peer?: Row) =>
      rowOf(
        `${OPEN[at]} live page${OPEN[at] === 1 ? '' : 's'} open: ${what}`,
        unit,
        loads[at]?.[of] ?? [],
        peer && { name: 'without', row: peer },
      );
    const peer = row(0);
    return [peer, row(1, peer), row(2, peer)];
  };
  return [
    ...rows('hops through the lab', 'a second', 'rate'),
    ...rows('processor time of a hop, of the whole lab', 'µs', 'processor'),
  ];
}

/** Processor time as one number, or none. */
async function load({ pid, hop }: LabProcess, connections: number, milliseconds: number) {
  const [from, spent] = [performance.now(), processorTime(pid)];
  let answered = 0;
  const askAllTheTime = async () => {
    while (performance.now() - from < milliseconds) {
      await hop();
      answered++;
    }
  };
  await Promise.all(Array.from({ length: connections }, askAllTheTime));
  const rate = (answered / (performance.now() - from)) * 1_000;
  const spentNow = processorTime(pid);
  return { rate, processor: spent === null || spentNow === null ? [] : [((spentNow - spent) / answered) * 1_000] };
}

/** Resolves when the streams have begun, to what closes them. */
async function openReaders({ console }: LabProcess, count: number): Promise<() => void> {
  const since = await nextEvent(console);
  const open = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${console}/stream?since=${since}`, { agent: false }, (stream) => resolve(stream.on('error', () => {}).resume())).on(
        'error',
        reject,
      );
    });
  const streams = await Promise.all(Array.from({ length: count }, open));
  return () => {
    for (const stream of streams) stream.destroy();
  };
}
