import type { EndsCase, EndsExpectation } from '../scenarios/ends-case.ts';
import type { ExchangeCase, ExchangeExpectation } from '../scenarios/exchange-case.ts';
import type { Mark } from '../scenarios/fact.ts';
import type { Office365Case, Office365Expectation, PerService, Replayed, ServiceName } from '../scenarios/office365-case.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

/** Cells of different kinds try different things. `suite` tells them apart: all suites but two are Exchange's. */
export type CellKind = 'exchange' | 'office365' | 'ends';

/** What a cell tries. */
export type CellInput = ExchangeInput | Office365Input | EndsInput;
/** What its expectation is looked up by. */
export type CellCase = ExchangeCase | Office365Case | EndsCase;

/** `signOutKind` holds the raw value in effect per web.config; null: absent. */
export type ExchangeInput = Omit<ExchangeCase, 'signOutKind'> & {
  id: string;
  signOutKind: NonNullable<ExchangeCase['signOutKind']>;
};

export type Office365Input = Office365Case & { id: string };

export type EndsInput = EndsCase & { id: string };

/** One request that the click on Sign out caused. */
export type ClickRequest = { method: string; target: string; status: number; location: string | null };

/** What came of it, as the judge sees it. */
export type ExchangeResult = Omit<ExchangeExpectation, 'requests' | 'addIn'> & {
  addIn: 'works' | 'breaks' | null;
  requests: readonly ClickRequest[];
  /** Target of the request that matched the published server logoff URL. */
  detectedBy: string | null;
} & Verdict;

/** The same before it is put into codes and a sentence. */
export type Judged = Omit<ExchangeResult, keyof Verdict>;

/** What came of it at Office 365's services; null: the case is not about that, or there was none. */
export type Office365Result = {
  /** At the end of the preparation, and after the action. */
  before: PerService;
  after: PerService;
  /** Whom the services' journals saw: one name if all of them saw the same. */
  user: string | Readonly<Record<ServiceName, string | null>> | null;
  userOfOrdinaryWindow: string | null;
  newSession: boolean | null;
  landing: string | null;
  /** Whether a sign-out reached the logon server, and with the authentication cookie; null: the action was none. */
  toldLogonServer: 'no' | 'without-cookie' | 'with-cookie' | null;
  /** Whether other services that the user was signed in to were asked to clean up, and with their cookies; null: the action was none. */
  cleanUps: 'none' | 'without-cookies' | 'with-cookies' | null;
  /** Whose form asks at the next visit, where one does. */
  promptedBy: 'gateway' | 'backend' | null;
  gatewaySession: 'alive' | 'ended' | null;
  adfsSession: 'alive' | 'ended' | null;
  replayed: Replayed | null;
} & Verdict;

/** What became of a session that was ended, and of what was tried with it. */
export type EndsResult = Required<EndsExpectation> & Verdict;

type Verdict = {
  /** Verdict codes SO-01 … SO-22. */
  codes: readonly string[];
  because: string;
};

/** What must come of it: the row that a person derived from the facts. */
export type CellExpected = ExchangeExpected | Office365Expected | EndsExpected;
export type ExchangeExpected = ExchangeExpectation & Grounds;
export type Office365Expected = Office365Expectation & Grounds;
export type EndsExpected = EndsExpectation & Grounds;
type Grounds = { mark: Mark; facts: readonly string[]; because: string };

/** A cell that was judged. */
export type Cell = ExchangeCell | Office365Cell | EndsCell;
export type ExchangeCell = ExchangeInput & ExchangeResult & Comparison<ExchangeExpected>;
export type Office365Cell = Office365Input & Office365Result & Comparison<Office365Expected>;
export type EndsCell = EndsInput & EndsResult & Comparison<EndsExpected>;

/** `differs` names the fields that are not as expected; if there are any, `trace` holds what happened from the click on. */
type Comparison<Expected> = {
  expected: Expected | null;
  differs: readonly string[];
  agrees: boolean;
  trace?: readonly TraceEvent[];
};

/** A cell that could not be judged: the ground for it was missing, or the set-up failed before the click. */
export type NotRunCell = NotRunExchangeCell | NotRunOffice365Cell | NotRunEndsCell;
export type NotRunExchangeCell = ExchangeInput & NotRun;
export type NotRunOffice365Cell = Office365Input & NotRun;
export type NotRunEndsCell = EndsInput & NotRun;
type NotRun = {
  notRun: true;
  notRunBecause: string;
  /** Name of the program that would be needed, where that is the reason: not a fault. */
  missingProgram?: string;
  agrees: false;
};

/** A cell of a report. */
export type AnyCell = Cell | NotRunCell;

export type MatrixReport = {
  schema: 'logoff-lab/matrix@1';
  summary: { cells: number; agree: number; differ: number; notRun: number };
  /** How long the run took, ms, and how many cells a second that is. */
  speed?: { ms: number; cellsPerSecond: number };
  cells: readonly AnyCell[];
};

export const services = ['portal', 'owa', 'sharepoint'] as const satisfies readonly ServiceName[];

export function kindOf({ suite }: { suite?: unknown }): CellKind {
  return suite === 'office365' || suite === 'ends' ? suite : 'exchange';
}

export function isOffice365<Item extends { suite: string }>(cell: Item): cell is Extract<Item, { suite: 'office365' }> {
  return cell.suite === 'office365';
}

export function isEnds<Item extends { suite: string }>(cell: Item): cell is Extract<Item, { suite: 'ends' }> {
  return cell.suite === 'ends';
}

export function isExchange<Item extends { suite: string }>(cell: Item): cell is Exclude<Item, { suite: 'office365' | 'ends' }> {
  return kindOf(cell) === 'exchange';
}
