import type { ExchangeExpectation } from '../scenarios/exchange-expectations.ts';
import type { Mark } from '../scenarios/facts.ts';

/** What a cell tries. Fields that a suite does not need are null. */
export type CellInput = {
  id: string;
  suite: 'exchange';
  /** The mailbox server's build. */
  profile: string;
  /** The Client Access server's build. */
  frontEnd: string;
  vdirAuth: string;
  app: string;
  client: string;
  via: 'gateway' | 'direct';
  /** Raw value in effect per web.config; null: absent. */
  signOutKind: { feOwa: string | null; beOwa: string | null; beEcp: string | null };
  signOutKindSource: string;
  logoffUrl: string | null;
  match: 'contains' | 'query' | 'exact' | null;
  options: Readonly<Record<string, string>> | null;
};

/** One request that the click on Sign out caused. */
export type ClickRequest = { method: string; target: string; status: number; location: string | null };

/** What came of it, as the judge sees it. */
export type CellResult = Omit<ExchangeExpectation, 'requests'> & {
  requests: readonly ClickRequest[];
  /** Target of the request that matched the published server logoff URL. */
  detectedBy: string | null;
  /** Verdict codes SO-01 … SO-22. */
  codes: readonly string[];
  because: string;
};

/** What must come of it: the row that a person derived from the facts. */
export type CellExpected = ExchangeExpectation & { mark: Mark; facts: readonly string[]; because: string };

/** `differs` names the fields that are not as expected. */
export type Cell = CellInput & CellResult & { expected: CellExpected | null; differs: readonly string[]; agrees: boolean };

/** A cell that could not be judged: the ground for it was missing, or the set-up failed before the click. */
export type NotRunCell = CellInput & { notRun: true; notRunBecause: string; agrees: false };

export type MatrixReport = {
  schema: 'logoff-lab/matrix@1';
  summary: { cells: number; agree: number; differ: number; notRun: number };
  cells: readonly (Cell | NotRunCell)[];
};
