import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeMachine } from '../bench/machine.ts';
import { type Browser, createBrowser } from './browser.ts';
import type { Memory, Open } from './gateway-process.ts';
import { PUBLIC_TIMEOUT } from './person.ts';
import { type Rig, startRig } from './start-rig.ts';
import { createTally, type Tally } from './tally.ts';
import { startTraffic, type Traffic } from './traffic.ts';
import { FEWEST_LOOKS, judgeMemory, type Sample } from './verdict.ts';

const usage = `npm run soak -- [--minutes 15] [--people 24] [--every 15]

Has people use a gateway, with sessions in memory and a trace as in the lab, for so many minutes: logons, visits, uploads, downloads,
long polls, WebSockets, sign-outs, sessions that time out, requests given up, wrong passwords, malformed requests, faults of the
published server. Every so many seconds they pause, and the gateway is looked at: a line each minute, and a verdict at the end.
Exit status 1 if memory has grown or anything was not as it must be. Ctrl+C has the verdict so far.
`;

type Options = { minutes: number; people: number; every: number };
type Look = { memory: Memory; open: Open };

/** Ended sessions are remembered up to this number, so that memory is full of them soon. */
const MOST_SESSIONS = 1_000;
const MOST_EVENTS = 10_000;
const MINUTE = 60_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

function readOptions(): Options | 'help' | null {
  try {
    const number = (preset: string) => ({ type: 'string', default: preset }) as const;
    const options = {
      minutes: number('15'),
      people: number('24'),
      every: number('15'),
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { help, ...given } = parseArgs({ options }).values;
    if (help) return 'help';
    const { minutes, people, every } = {
      minutes: Number(given.minutes),
      people: Number(given.people),
      every: Number(given.every),
    };
    if (!(minutes > 0 && every > 0 && Number.isInteger(people) && people > 0))
      throw new Error('--minutes, --people and --every take a number above 0');
    return { minutes, people, every };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return null;
  }
}

/** Resolves to the exit status. */
async function soak(options: Options, stop: AbortSignal): Promise<number> {
  const rig = await startRig({ mostSessions: MOST_SESSIONS, publicTimeout: `${PUBLIC_TIMEOUT / 1_000}s`, trace: true });
  try {
    say(`${describeMachine()}; ${options.people} people, for ${options.minutes} min`);
    const tally = createTally();
    const samples = await watchTraffic(rig, tally, options, stop);
    return await conclude(rig, tally, samples);
  } finally {
    await rig.end();
  }
}

/** Lets people come and go until the time is over, or `stop`; resolves to what the looks in between have found. */
async function watchTraffic(rig: Rig, tally: Tally, options: Options, stop: AbortSignal): Promise<Sample[]> {
  const browser = createBrowser(rig.port);
  const traffic = startTraffic(browser, tally, options.people);
  const from = Date.now();
  const left = () => Math.max(0, from + options.minutes * MINUTE - Date.now());
  const samples: Sample[] = [];
  for (let said = 0; (left() > 0 || samples.length < FEWEST_LOOKS) && !stop.aborted; ) {
    const pause = wait(Math.min(options.every * 1_000, left()), null, { signal: stop }).catch(() => {});
    await Promise.race([pause, rig.gateway.gone, rig.backEnd.gone]);
    const seen = await traffic.pause(() => look(rig, browser, tally, traffic));
    const at = Date.now() - from;
    samples.push({ at, heap: seen.memory.heap });
    if (Math.floor(at / MINUTE) > said) say(describe(seen, tally, at));
    said = Math.floor(at / MINUTE);
  }
  await traffic.stop();
  return samples;
}

async function conclude({ gateway }: Rig, tally: Tally, samples: readonly Sample[]): Promise<number> {
  const { flat, sentence } = judgeMemory(samples);
  const { count, first } = tally.wrongs();
  const listed = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([kind, number]) => `${kind} ${number}`)
      .join(', ');
  say(`Outcomes: ${listed(tally.kinds())}.`);
  say(`Sessions ended: ${listed(await gateway.ask('ended'))}.`);
  say(sentence);
  say(`Outcomes that must not be: ${count}.`);
  for (const what of first) say(`  ${what}`);
  return flat && count === 0 ? 0 : 1;
}

/** While nobody is there: nothing may be open, and of sessions only those that nobody has signed out. */
async function look({ gateway, backEnd }: Rig, browser: Browser, tally: Tally, { left }: Traffic): Promise<Look> {
  await browser.closeIdle();
  await backEnd.ask('closeIdle');
  await gateway.ask('untilSockets', { accepted: 0, opened: 0 }).catch((error: Error) => tally.wrong(error.message));
  const most = left.filter(({ at }) => performance.now() - at < PUBLIC_TIMEOUT).length;
  const open = await gateway.ask('open');
  const memory = await gateway.ask('memory');
  const { error, first } = await gateway.ask('logged');
  if (open.live > 0) tally.wrong(`${open.live} live connections of nobody`);
  if (open.sessions > most) tally.wrong(`${open.sessions} sessions, of ${most} that were left`);
  if (memory.events > MOST_EVENTS) tally.wrong(`${memory.events} events in the trace`);
  if (error > 0) tally.wrong(`${error} errors logged so far; the first: ${first}`);
  return { memory, open };
}

function describe({ memory, open }: Look, tally: Tally, ms: number): string {
  const { handles, sessions, accepted, opened } = open;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const requests = tally.counted();
  const kinds = tally.kinds();
  const faults = ['fault', 'given up', 'malformed', 'wrong password'].map((kind) => `${kind} ${kinds[kind] ?? 0}`).join(', ');
  return [
    `${(ms / MINUTE).toFixed(0).padStart(3)} min  ${requests.toLocaleString('en-GB')} requests (${Math.round((requests / ms) * 1_000)}/s)`,
    `heap ${megabytes(memory.heap)}, resident ${megabytes(memory.resident)}`,
    `handles ${Object.values(handles).reduce((sum, one) => sum + one, 0)}, sockets ${accepted + opened}, sessions ${sessions}`,
    faults,
    `wrong ${tally.wrongs().count}`,
  ].join('  ');
}

const options = readOptions();
const stop = new AbortController();
process.once('SIGINT', () => {
  // A second time ends it at once.
  process.once('SIGINT', () => process.exit(130));
  stop.abort();
});
process.once('SIGTERM', () => process.exit(143));

if (options === 'help') process.stdout.write(usage);
else if (options === null) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else
  try {
    process.exitCode = await soak(options, stop.signal);
  } catch (error) {
    process.stderr.write(`${(error as Error).stack}\n`);
    // People would go on asking a gateway that is gone.
    process.exit(1);
  }
