import type { Browser } from './browser.ts';
import { type Left, liveDay } from './person.ts';
import type { Tally } from './tally.ts';

/** People who come and go all the time. */
export type Traffic = {
  /** Sessions that were left to their time-out. */
  readonly left: Left;
  /** Everybody ends the day that has begun; what `look` resolves to is returned, and they go on. */
  pause<Result>(look: () => Promise<Result>): Promise<Result>;
  /** Resolves when everybody has ended the day. */
  stop(): Promise<void>;
};

export function startTraffic(browser: Browser, tally: Tally, people: number): Traffic {
  const left: Left = [];
  let going = begin();

  function begin() {
    const state = { over: false };
    const live = async () => {
      while (!state.over) await liveDay(browser, tally, left);
    };
    return { state, ended: Promise.all(Array.from({ length: people }, live)) };
  }

  async function stop(): Promise<void> {
    going.state.over = true;
    await going.ended;
  }

  return {
    left,
    stop,
    async pause(look) {
      await stop();
      const result = await look();
      going = begin();
      return result;
    },
  };
}
