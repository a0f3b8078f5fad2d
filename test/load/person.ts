import { randomInt } from 'node:crypto';
import type { Browser } from './browser.ts';
import { beRefused, deeds, logOn, mistypePassword, signOut, visit } from './deeds.ts';
import type { Tally } from './tally.ts';

/** Of the sessions that are left to their time-out, ms; rules say it as text. */
export const PUBLIC_TIMEOUT = 5_000;
/** Later than it, a session that was left must be over: the timers of the gateway may be late, its answer not. */
const LATE = 1_000;
const DEEDS_OF_A_DAY = [4, 16] as const;

const bag = deeds.flatMap(([weight, deed]) => Array.from({ length: weight }, () => deed));

/** Sessions that nobody has signed out, and when they were last used. */
export type Left = { cookie: string; at: number }[];

/** Signs in, does this and that, and signs out, or leaves a public computer; then looks at what was left there long ago. */
export async function liveDay(browser: Browser, tally: Tally, left: Left): Promise<void> {
  if (randomInt(8) === 0) await mistypePassword(browser, tally);
  if (randomInt(3) === 0) await leaveComputer(browser, tally, left);
  else await work(browser, tally);
  const [oldest] = left;
  if (!oldest || performance.now() - oldest.at < PUBLIC_TIMEOUT + LATE) return;
  left.shift();
  await beRefused(browser, tally, oldest.cookie, 'after the time-out');
}

async function work(browser: Browser, tally: Tally): Promise<void> {
  const cookie = await logOn(browser, tally, 'private');
  if (cookie === null) return;
  for (let done = randomInt(...DEEDS_OF_A_DAY); done > 0; done--) await bag[randomInt(bag.length)]?.(browser, tally, cookie);
  await signOut(browser, tally, cookie);
}

async function leaveComputer(browser: Browser, tally: Tally, left: Left): Promise<void> {
  const from = performance.now();
  const cookie = await logOn(browser, tally, 'public');
  if (cookie === null) return;
  await visit(browser, tally, cookie, () => performance.now() - from < PUBLIC_TIMEOUT);
  left.push({ cookie, at: performance.now() });
}
