import { parseArgs } from 'node:util';
import { MissingProgram } from '../../src/regression/ends/find-program.ts';
import { bytesPerSession } from './bytes-per-session.ts';
import { consolePages } from './console.ts';
import type { Figure, FigureMaker } from './figure.ts';
import { logoffToRefusal } from './logoff-to-refusal.ts';
import { describeMachine } from './machine.ts';
import { nearCacheHit } from './near-cache-hit.ts';
import { printFigures } from './print-figures.ts';
import { requestsPerSecond } from './requests-per-second.ts';
import { sessionsInLimit } from './sessions-in-limit.ts';
import { storeOperations } from './store-operations.ts';

const makers: readonly FigureMaker[] = [
  logoffToRefusal,
  bytesPerSession,
  sessionsInLimit,
  storeOperations,
  nearCacheHit,
  requestsPerSecond,
  consolePages,
];
const MOST_TIMES = 3;
const names = makers.map(({ name }) => name).join(', ');
const usage = `npm run bench -- [--quick] [--json] [--only NAME]…   with NAME one of ${names}\n`;

/** Exit status: 1 if something was counted that must not be, or could not be measured; 2 for what is no such command. */
async function run(): Promise<number> {
  const options = readOptions();
  if (!options) return 2;
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const machine = describeMachine();
  const figures: Figure[] = [];
  for (const maker of options.makers) figures.push(await measureOrAgain(maker, options.quick));
  const text = options.json ? JSON.stringify({ machine, figures }, null, 2) : printFigures(machine, figures);
  process.stdout.write(`${text}\n`);
  return figures.some(({ counts }) => counts.some(({ count, must }) => must !== null && count !== must)) ? 1 : 0;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean' },
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        only: { type: 'string', multiple: true },
      },
    });
    const { help = false, quick = false, json = false, only } = values;
    const unknown = only?.find((name) => !makers.some((maker) => maker.name === name));
    if (unknown !== undefined) throw new Error(`there is no figure ${unknown}`);
    return { help, quick, json, makers: makers.filter(({ name }) => only?.includes(name) ?? true) };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return null;
  }
}

/** Again, a few times, when a machine that stood still for a moment made a server late: a gateway does not wait for its store. */
async function measureOrAgain(maker: FigureMaker, quick: boolean): Promise<Figure> {
  for (let times = 1; ; times++) {
    try {
      return await measure(maker, quick);
    } catch (error) {
      if (error instanceof MissingProgram || times === MOST_TIMES) throw error;
      sayOf(maker)(`could not be measured, so once more from the start: ${(error as Error).message}`);
    }
  }
}

async function measure(maker: FigureMaker, quick: boolean): Promise<Figure> {
  const { name, title, measure } = maker;
  const ends: (() => unknown)[] = [];
  const say = sayOf(maker);
  try {
    const measured = await measure({ quick, say, teardown: (end) => ends.push(end) });
    return { name, title: title({ quick }), counts: [], remarks: [], ...measured };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

function sayOf({ name }: FigureMaker): (what: string) => void {
  return (what) => process.stderr.write(`${Math.round(process.uptime()).toString().padStart(3)} s  ${name}: ${what}\n`);
}

// So that what has been started ends too, and temporary folders go.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`${error instanceof MissingProgram ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
