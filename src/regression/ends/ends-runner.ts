import type { AnyCell, EndsInput } from '../cell.ts';
import { createEndsGround, type EndsGround } from './ends-ground.ts';

/** Runs cells of the suite `ends`, some at a time: much of it is waiting for other programs, and for a frozen store a whole second. */
export type EndsRunner = {
  /** Resolves when `run` has been started with a ground that nobody else uses; `keep` gets what comes of it. */
  take(cell: EndsInput, run: Run, keep: (cell: AnyCell) => void): Promise<void>;
  /** Resolves when all have come to their end and everything that was started is gone. */
  close(): Promise<void>;
};

/** Never rejects. */
type Run = (ground: EndsGround, cell: EndsInput) => Promise<AnyCell>;

const AT_ONCE = 4;

export function createEndsRunner(atOnce = AT_ONCE): EndsRunner {
  const grounds: EndsGround[] = [];
  const free: EndsGround[] = [];
  const running = new Set<Promise<void>>();

  async function freeGround(): Promise<EndsGround> {
    if (free.length === 0 && grounds.length < atOnce) {
      const ground = createEndsGround();
      grounds.push(ground);
      return ground;
    }
    while (free.length === 0) await Promise.race(running);
    return free.pop() as EndsGround;
  }

  return {
    async take(cell, run, keep) {
      const ground = await freeGround();
      const done = run(ground, cell).then((judged) => {
        keep(judged);
        free.push(ground);
        running.delete(done);
      });
      running.add(done);
    },
    async close() {
      await Promise.all(running);
      await Promise.all(grounds.map((ground) => ground.close()));
    },
  };
}
