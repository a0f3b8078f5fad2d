import { LabError } from '../errors.ts';
import { isOffice365 } from '../regression/cell.ts';
import { configureFor } from '../regression/configure-for.ts';
import { configureOffice365For } from '../regression/office365/run-office365-cell.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { addressFor, judgedByHand, visitBegun, type Watch, watchedBy } from './by-hand.ts';
import { fail, type RunTools, verdictOf } from './drive.ts';
import { hintFor } from './hint.ts';
import type { Run } from './run.ts';
import type { Entry } from './run-book.ts';

/** The run by hand that is under way, if there is one. */
export type Person = {
  /** Sets the lab up for a run, and waits. Never rejects. */
  waitFor(entry: Entry, watch: Watch): Promise<void>;
  take(entry: Entry, event: TraceEvent): void;
  /** The next visit begins. Returns the address to open. Throws bad-request if it is too early for that, conflict if the lab was switched. */
  visitAgain(entry: Entry): string;
  giveUp(): void;
};

export function createPerson(tools: RunTools): Person {
  const { lab, book } = tools;
  let waiting: { entry: Entry; watch: Watch; setUp: string } | null = null;
  const settingNow = () => JSON.stringify(lab.setting());

  function stopWaiting(): void {
    waiting = null;
    lab.recorder.setRun(null);
  }

  function follow(entry: Entry, watch: Watch, setUp: string): void {
    waiting = { entry, watch, setUp };
    const change = changeBy(entry.run, watch);
    if (change !== null) book.put(entry, change);
    const cell = judgedByHand(watch, entry.run.input, tools.cells);
    const spoilt = watch.kind === 'exchange' && watch.spoilt !== null ? watch.spoilt : cell && switchedSince(setUp);
    if (cell === null && spoilt === null) return;
    stopWaiting();
    if (spoilt !== null) book.end(entry, { state: 'failed', failure: spoilt });
    else if (cell !== null) book.end(entry, { state: 'judged', verdict: verdictOf(tools, entry, cell) });
  }

  function switchedSince(setUp: string): string | null {
    return settingNow() === setUp ? null : 'the lab was switched to something else while the run was under way';
  }

  return {
    async waitFor(entry, watch) {
      const { id, input } = entry.run;
      try {
        await lab.reset();
        await (isOffice365(input) ? configureOffice365For(lab, input) : configureFor(lab, input));
        lab.recorder.setRun(id);
        book.put(entry, { parts: [{ part: 'sign-in', from: lab.recorder.next() }] });
        follow(entry, watch, settingNow());
      } catch (error) {
        fail(tools, entry, error);
      }
    },
    take(entry, event) {
      if (waiting?.entry !== entry) return;
      try {
        follow(entry, watchedBy(waiting.watch, event), waiting.setUp);
      } catch (error) {
        // Nobody waits for this call: thrown on, a fault in one run would end the process.
        stopWaiting();
        fail(tools, entry, error);
      }
    },
    visitAgain(entry) {
      entry.events.catchUp();
      if (waiting?.entry !== entry) throw new LabError('bad-request', `${entry.run.id} does not wait for anybody any more`);
      const { watch, setUp } = waiting;
      const failure = switchedSince(setUp);
      if (failure !== null) {
        stopWaiting();
        book.end(entry, { state: 'failed', failure });
        throw new LabError('conflict', failure);
      }
      follow(entry, visitBegun(lab, watch, entry.run.input, lab.recorder.next()), setUp);
      return addressFor(lab, entry.run.input);
    },
    giveUp() {
      if (!waiting) return;
      const { entry } = waiting;
      stopWaiting();
      book.end(entry, { state: 'given up' });
    },
  };
}

/** What a watch that has come further means for its run; null: nothing. That it is judged is said together with the verdict. */
function changeBy({ input, state, parts, hint }: Run, watch: Watch): Partial<Run> | null {
  // Whoever opens the address again has signed out before, also where that requested nothing: then the part has no hops.
  const signOut = watch.click ?? watch.visit;
  const marks = [
    ...(signOut === null ? [] : [{ part: 'sign-out' as const, from: signOut }]),
    ...(watch.visit === null ? [] : [{ part: 'next-visit' as const, from: watch.visit }]),
  ];
  const now = watch.state === 'judged' ? state : watch.state;
  const next = hintFor(input, watch) ?? hint;
  if (now === state && next === hint && parts.length === marks.length + 1) return null;
  return { state: now, parts: [...parts.slice(0, 1), ...marks], ...(next !== undefined && { hint: next }) };
}
