import type { EndReason, EndRecord } from '../sessions/session.ts';

/** What comes of a logon form that is sent in. */
export const logonResults = [
  'accepted',
  'wrong-password',
  'locked-out',
  /** Another site has sent the form, and the listener refuses that. */
  'cross-site',
  /** Too many wait for their password to be checked. */
  'busy',
  /** The server that is asked about passwords is of no help. */
  'not-checked',
  'store-away',
  /** The form could not be read. */
  'malformed',
  /** Anything else that went wrong in the gateway. */
  'failed',
] as const;

export type LogonResult = (typeof logonResults)[number];

export const endReasons = [
  'logoff',
  'timed-out',
  'replaced',
  'admin',
  'user-removed',
  'password-changed',
  'rule-removed',
  'evicted',
  'shutdown',
] as const satisfies readonly EndReason[];

/** Why connections of sessions are cut: their session ended here, or in another process, or nobody can say; or no rule leads there. */
export const cutReasons = ['session-ended', 'ended-elsewhere', 'store-away', 'rules-changed'] as const;

type CutReason = (typeof cutReasons)[number];

/** A request that is over. */
export type EndedRequest = {
  method: string;
  /** Null: none was for it. */
  rule: string | null;
  /** Status of the answer; without one, what became of the request. */
  code: number | 'client-gone' | 'cut-off';
  webSocket: boolean;
  /** It was refused for its form or size. */
  refused: boolean;
  /** It sent in a logon form. */
  logon: LogonResult | null;
  /** It was taken for a sign-out; of a live session or of none. */
  logoff: 'session' | 'no-session' | null;
};

/** What is asked when somebody wants the numbers; `null`: that is not known here. */
export type Sources = {
  clientConnections(): number;
  sessions(): number | null;
  /** Rejects if the session store cannot be asked now; waits for no server that hangs, for the page is wanted then. */
  storeAnswers(): Promise<unknown>;
  droppedEvents(): number;
};

/** Told of everything that is counted. Nobody is named to it: no user, address, path, cookie or session. */
export type Meter = {
  /** A request has begun; what comes back is to be called once, when it is over. */
  requestBegins(): (request: EndedRequest) => void;
  /** What could not become a request was refused with that status. */
  refused(status: number): void;
  sessionEnded(record: Pick<EndRecord, 'reason' | 'connectionsClosed' | 'msToEffect'>): void;
  connectionsCut(reason: CutReason, count: number): void;
  /** The rules in force from now on; `detects`: it has a logoff URL. What was counted for others is forgotten. */
  rulesInForce(rules: readonly { name: string; detects: boolean }[]): void;
  /** Changed rules were read again, and put in force or not. */
  rulesReloaded(inForce: boolean): void;
  /** A run of the lab is over. */
  runOver(how: string, outcome: string): void;
  /** Where to ask for what is not counted. */
  ask(sources: Partial<Sources>): void;
};

/** For who wants no numbers. */
export const idleMeter: Meter = {
  requestBegins: () => () => {},
  refused() {},
  sessionEnded() {},
  connectionsCut() {},
  rulesInForce() {},
  rulesReloaded() {},
  runOver() {},
  ask() {},
};
