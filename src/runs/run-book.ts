import { LabError } from '../errors.ts';
import type { KeptEvents } from './kept-events.ts';
import { isOver, type Run } from './run.ts';

/** A run with what is kept of it. */
export type Entry = { run: Run; events: KeptEvents };

/** The last runs, newest first, and who wants to hear of them. */
export type RunBook = {
  list(): readonly Entry[];
  /** Throws not-found. */
  entryOf(id: string): Entry;
  add(entry: Entry): void;
  /** Replaces the run by one with the change, and tells everybody. */
  put(entry: Entry, change: Partial<Run>): void;
  /** The last change of a run; one that is over stays as it is. */
  end(entry: Entry, change: Partial<Run>): void;
  ended(id: string): Promise<Run>;
  follow(listener: (run: Run) => void): () => void;
};

const MOST_RUNS = 20;

export function createRunBook(): RunBook {
  const entries: Entry[] = [];
  const listeners = new Set<(run: Run) => void>();

  function entryOf(id: string): Entry {
    const found = entries.find(({ run }) => run.id === id);
    if (!found) throw new LabError('not-found', `there is no run "${id}"; the last ${MOST_RUNS} are kept`);
    return found;
  }

  function put(entry: Entry, change: Partial<Run>): void {
    entry.run = { ...entry.run, ...change };
    for (const listener of [...listeners]) listener(entry.run);
  }

  return {
    list: () => entries,
    entryOf,
    add(entry) {
      entries.unshift(entry);
      entries.splice(MOST_RUNS);
      put(entry, {});
    },
    put,
    end(entry, change) {
      if (isOver(entry.run)) return;
      entry.events.close();
      const { hint: _, ...run } = entry.run;
      entry.run = run;
      put(entry, change);
    },
    async ended(id) {
      const { run } = entryOf(id);
      if (isOver(run)) return run;
      const done = Promise.withResolvers<Run>();
      const hear = (now: Run) => {
        if (now.id === id && isOver(now)) done.resolve(now);
      };
      listeners.add(hear);
      return done.promise.finally(() => listeners.delete(hear));
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
