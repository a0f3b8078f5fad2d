import { LabError } from './errors.ts';

/** Work that is done one after the other, in the order in which it comes; what fails does not hold up the next. */
export type Turns = {
  /**
   * Resolves and rejects as the work does. `isWanted` is asked when its turn comes. Throws busy when too many are there already, and when
   * it is not wanted any more.
   */
  take<Made>(work: () => Promise<Made>, isWanted?: () => boolean): Promise<Made>;
  /** Resolves when all that was taken has come to its end. */
  ended(): Promise<void>;
};

/** `most` are there at once, the one at work among them; `tooMany` is what the next is told. */
export function createTurns(most: number, tooMany: string): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let there = 0;
  return {
    async take(work, isWanted = () => true) {
      if (there >= most) throw new LabError('busy', tooMany);
      there++;
      const turn = async () => {
        if (!isWanted()) throw new LabError('busy', 'nobody waits for this any more');
        return work();
      };
      const made = last.then(turn).finally(() => there--);
      last = made.catch(() => {});
      return made;
    },
    async ended() {
      await last;
    },
  };
}
