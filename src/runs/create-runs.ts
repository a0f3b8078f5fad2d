import { LabError } from '../errors.ts';
import type { Lab } from '../lab/lab.ts';
import { createTurns } from '../turns.ts';
import { addressFor, watchFor } from './by-hand.ts';
import { checkPublished } from './check-published.ts';
import { drive } from './drive.ts';
import { keepEvents } from './kept-events.ts';
import { type KnownCells, knownCells } from './known-cells.ts';
import type { Run, RunInput, Runs } from './run.ts';
import { createRunBook, type Entry } from './run-book.ts';
import { createPerson } from './wait-for-person.ts';

/** A run takes a second or so, and nobody watches more than a few. */
const MOST_WAITING = 10;

/**
 * The runs of a lab. A driven one is the lab's only user: it ends every session there is. `cells`: the matrix, if it is there already.
 * Closed before the lab.
 */
export function createRuns(lab: Lab, cells: KnownCells = knownCells(lab.profiles)): Runs {
  const book = createRunBook();
  const tools = { lab, cells, book };
  const person = createPerson(tools);
  let begun = 0;
  let isClosed = false;
  /** Set-ups and driven runs, one after the other. */
  const turns = createTurns(MOST_WAITING, `${MOST_WAITING} runs wait for their turn already: begin yours later`);

  function begin(input: RunInput, title: string, how: Run['how']): Entry {
    const id = `run-${++begun}`;
    const state = how === 'driven' ? 'running' : 'waiting for sign-in';
    const told = { startedAt: lab.clock.now(), parts: [], verdict: null, failure: null };
    const entry: Entry = {
      run: { id, title, how, input, state, ...told },
      events: keepEvents(lab.recorder, id, (event) => person.take(entry, event)),
    };
    book.add(entry);
    return entry;
  }

  /** When its turn comes: what waits for a person is given up, and the run begins. */
  function inTurn(begins: () => Entry, go: (entry: Entry, hasBegun: (run: Run) => void) => Promise<void>): Promise<Run> {
    const told = Promise.withResolvers<Run>();
    const turn = async () => {
      if (isClosed) throw new LabError('busy', 'the lab is closing: no run begins any more');
      person.giveUp();
      await go(begins(), told.resolve);
    };
    turns.take(turn).catch(told.reject);
    return told.promise;
  }

  return {
    current: () => book.list()[0]?.run ?? null,
    list: () => book.list().map(({ run }) => run),
    get: (id) => book.list().find(({ run }) => run.id === id)?.run ?? null,
    eventsOf: (id) => book.entryOf(id).events.read(),
    async drive(input, title) {
      checkPublished(lab, input);
      return inTurn(
        () => begin(input, title, 'driven'),
        (entry, hasBegun) => {
          hasBegun(entry.run);
          return drive(tools, entry);
        },
      );
    },
    async beginByHand(input, title) {
      checkPublished(lab, input);
      const watch = watchFor(lab, input);
      return inTurn(
        () => begin(input, title, 'by hand'),
        async (entry, hasBegun) => {
          await person.waitFor(entry, watch);
          hasBegun(entry.run);
        },
      );
    },
    visitAgain: (id) => person.visitAgain(book.entryOf(id)),
    addressOf: ({ input }) => addressFor(lab, input),
    ended: (id) => book.ended(id),
    follow: (listener) => book.follow(listener),
    async close() {
      isClosed = true;
      await turns.ended();
      person.giveUp();
    },
  };
}
