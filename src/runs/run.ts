import type { Cell, ExchangeInput, Office365Input } from '../regression/cell.ts';
import type { CellPart } from '../regression/cell-part.ts';
import type { Mark } from '../scenarios/fact.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

/** What a run tries: a cell of the matrix, or one like it of somebody's own choice. */
export type RunInput = ExchangeInput | Office365Input;

/**
 * `driven`: the scripted browser signs in and out. `by hand`: a person does, and the trace is watched: the run waits for the sign-in,
 * then for the sign-out, then for a visit of the same address.
 */
export type RunState =
  | 'running'
  | 'waiting for sign-in'
  | 'signed in'
  | 'signing out'
  | 'waiting for next visit'
  | 'judged'
  /** The set-up failed, or somebody began another run. */
  | 'failed'
  | 'given up';

/** A run as it stands: a value, replaced by another whenever something happens. */
export type Run = {
  /** `run-1`, `run-2` …: also the `run` of its trace events. */
  id: string;
  title: string;
  how: 'driven' | 'by hand';
  input: RunInput;
  state: RunState;
  /** By hand, while it waits: what the person does next, in one sentence. */
  hint?: string;
  /** Lab clock, ms. */
  startedAt: number;
  /** Number of the first trace event of each part that has begun. */
  parts: readonly { part: CellPart; from: number }[];
  verdict: RunVerdict | null;
  /** Why it failed. */
  failure: string | null;
};

/** Nothing more will happen in it. */
export function isOver({ state }: Pick<Run, 'state'>): boolean {
  return state === 'judged' || state === 'failed' || state === 'given up';
}

export type RunVerdict = {
  /** As the judge says it, with the committed expectation if there is one for this choice. */
  cell: Cell;
  /** The event that decided it: of the hop with this number; null: that nothing was requested. */
  deciding: number | null;
  advice: readonly Advice[];
};

/** A change after which the committed expectations say that the sign-out holds. */
export type Advice = {
  /** `Set the published server logoff URL to "/owa/auth/signout.aspx".` */
  sentence: string;
  /** The same run with the change. */
  input: RunInput;
  mark: Mark;
  facts: readonly string[];
};

/** The runs of a lab, one at a time, the last of them kept with their events. */
export type Runs = {
  /** The newest run; null before the first. */
  current(): Run | null;
  /** Newest first. */
  list(): readonly Run[];
  get(id: string): Run | null;
  /** What happened in it; of a run that is over, what was kept of it. */
  eventsOf(id: string): readonly TraceEvent[];
  /**
   * Signs everybody out, switches the lab to what the input says, and lets the scripted browser do the rest; resolves once the run has
   * begun. A run by hand that was under way is given up; a driven one is waited for. Throws busy when ten wait already, and conflict
   * at a site that the lab's rules do not publish.
   */
  drive(input: RunInput, title: string): Promise<Run>;
  /** The same, but waits for a person with a browser. */
  beginByHand(input: RunInput, title: string): Promise<Run>;
  /** By hand: the person has clicked on Sign out and now opens the address again. Returns that address. */
  visitAgain(id: string): string;
  /** The address at which a person begins, and begins again. */
  addressOf(run: Run): string;
  /** Resolves when the run is judged, has failed or is given up. */
  ended(id: string): Promise<Run>;
  /** Calls back with every new state of a run; returns a function that ends that. */
  follow(listener: (run: Run) => void): () => void;
  close(): Promise<void>;
};
