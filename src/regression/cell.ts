import type { ExchangeCase, ExchangeExpectation } from '../scenarios/exchange-case.ts';
import type { Mark } from '../scenarios/fact.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

/** What a cell tries. `signOutKind` holds the raw value in effect per web.config; null: absent. Fields that a suite does not need are null. */
export type CellInput = Omit<ExchangeCase, 'signOutKind'> & { id: string; signOutKind: NonNullable<ExchangeCase['signOutKind']> };

/** One request that the click on Sign out caused. */
export type ClickRequest = { method: string; target: string; status: number; location: string | null };

/** What came of it, as the judge sees it. */
export type CellResult = Omit<ExchangeExpectation, 'requests' | 'addIn'> & {
  addIn: 'works' | 'breaks' | null;
  requests: readonly ClickRequest[];
  /** Target of the request that matched the published server logoff URL. */
  detectedBy: string | null;
  /** Verdict codes SO-01 … SO-22. */
  codes: readonly string[];
  because: string;
};

/** The same before it is put into codes and a sentence. */
export type Judged = Omit<CellResult, 'codes' | 'because'>;

/** What must come of it: the row that a person derived from the facts. */
export type CellExpected = ExchangeExpectation & { mark: Mark; facts: readonly string[]; because: string };

/** `differs` names the fields that are not as expected; if there are any, `trace` holds what happened from the click on. */
export type Cell = CellInput &
  CellResult & { expected: CellExpected | null; differs: readonly string[]; agrees: boolean; trace?: readonly TraceEvent[] };

/** A cell that could not be judged: the ground for it was missing, or the set-up failed before the click. */
export type NotRunCell = CellInput & { notRun: true; notRunBecause: string; agrees: false };

export type MatrixReport = {
  schema: 'logoff-lab/matrix@1';
  summary: { cells: number; agree: number; differ: number; notRun: number };
  /** How long the run took, ms, and how many cells a second that is. */
  speed?: { ms: number; cellsPerSecond: number };
  cells: readonly (Cell | NotRunCell)[];
};
