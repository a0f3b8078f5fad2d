import type { ExecutionContext } from 'ava';
import { printFigures } from '../bench/print-figures.ts';
import type { Sockets } from './count-sockets.ts';
import { type Look, look } from './look.ts';
import type { Held } from './stages.ts';
import type { Rig } from './start-rig.ts';

/** What comes to the gateway, is there for a while, and leaves. */
export type Stage = {
  title: string;
  /** How many, for what one of them takes; null where they are of many kinds. */
  count: number | null;
  /** What has to be open, at the gateway, while they are there. */
  expected: Sockets & { live: number; sessions: number };
  hold(): Promise<Held>;
  /** Done once before anything is counted; default: that they come and leave. */
  warmUp?: () => Promise<unknown>;
};

const none: Sockets = { accepted: 0, opened: 0 };

/** Of what they took, so much may be left: compiled code, and room that is kept for the next. */
const LEFT = 0.1;
const MOST_LOOKS = 10;

/** Has them come and leave: everything is counted back to where it was, and so is memory, nearly. Figures are logged. */
export async function measureStage(t: ExecutionContext, rig: Rig, stage: Stage): Promise<void> {
  await (stage.warmUp?.() ?? stage.hold().then((held) => held.leave()));
  const before = await look(rig, 'before', none);
  const held = await stage.hold();
  const { accepted, opened, ...counts } = stage.expected;
  const during = await look(rig, 'while they are there', { accepted, opened });
  t.like(during.open, { ...counts, sessions: before.open.sessions + counts.sessions }, 'while they are there');
  await held.leave();
  t.is(held.wrong, 0, 'answers that are not as they must be');
  const after = await look(rig, 'when they have left', none);
  t.deepEqual(after.open, before.open, 'when they have left');
  const needed = during.memory.heap - before.memory.heap;
  const most = before.memory.heap + LEFT * needed;
  for (let looks = 1; looks < MOST_LOOKS && after.memory.heap > most; looks++) after.memory = await rig.gateway.ask('memory');
  t.log(describe(stage, [before, during, after]));
  t.true(needed > 0, 'they took no memory at all');
  t.true(after.memory.heap <= most, `expected at most ${inMegabytes(most)} MB, got ${inMegabytes(after.memory.heap)}`);
  t.deepEqual(await rig.gateway.ask('logged'), { error: 0, first: '' });
}

function describe({ title, count }: Stage, looks: [Look, Look, Look]): string {
  const [before, during] = looks;
  const megabytes = (which: 'heap' | 'resident') => looks.map(({ memory }) => inMegabytes(memory[which])).join(', ');
  const each = (of: number) => Math.round((during.memory.heap - before.memory.heap) / of).toLocaleString('en-GB');
  const remarks = [
    `In use after gc: ${megabytes('heap')} MB before, while they are there, and after${count === null ? '' : `; ${each(count)} bytes each`}.`,
    `Resident: ${megabytes('resident')} MB.`,
  ];
  return printFigures('', [{ name: 'load', title, rows: looks.map(({ latency }) => latency), counts: [], remarks }]).trimStart();
}

function inMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
