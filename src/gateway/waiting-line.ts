import { LabError } from '../errors.ts';

/** Work that may come faster than it gets done. */
export type WaitingLine = {
  /** Does the work when it is its turn, never two of one key at once. Throws `busy` when too many wait already. */
  run<Result>(key: unknown, work: () => Promise<Result>): Promise<Result>;
};

/** At most `atOnce` are at work and `longest` wait for that. */
export function createWaitingLine(atOnce: number, longest: number): WaitingLine {
  const waiting: { key: unknown; start: () => void }[] = [];
  const atWork = new Set<unknown>();
  const mayStart = (key: unknown) => atWork.size < atOnce && !atWork.has(key);

  function turnOf(key: unknown): Promise<void> {
    if (waiting.length >= longest)
      throw new LabError('busy', 'Too many people are signing in at the moment. Try again in a few seconds.');
    return new Promise((start) => waiting.push({ key, start }));
  }

  function startNext(): void {
    const at = waiting.findIndex(({ key }) => mayStart(key));
    const [next] = at < 0 ? [] : waiting.splice(at, 1);
    if (!next) return;
    // Before it goes on: whoever comes meanwhile must not take its place.
    atWork.add(next.key);
    next.start();
  }

  return {
    async run(key, work) {
      if (mayStart(key)) atWork.add(key);
      else await turnOf(key);
      try {
        return await work();
      } finally {
        atWork.delete(key);
        startNext();
      }
    },
  };
}
