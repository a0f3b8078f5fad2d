import type { EndedBy, EndsExpectation } from '../../scenarios/ends-case.ts';
import type { EndsInput, EndsResult } from '../cell.ts';
import { explainEnds } from './explain-ends.ts';

/** Everything that was seen after the end of alice's session. */
export type EndsObservation = {
  /** What the cookie that was tried opened, and the one that bob has in another browser. */
  oldCookie: 'accepted' | 'refused' | 'unavailable';
  bobsCookie: 'accepted' | 'refused' | 'unavailable';
  /** What has become of the connection that was open; null: there was none. */
  connection: EndsExpectation['connection'];
  /** Whether that has brought a cookie after the end. */
  lateCookie: boolean;
  /** Reasons of the end records of alice's session, at all gateways together. */
  endReasons: readonly string[];
  /** Whose mailbox Exchange showed to the second user of the browser; null: nobody's. */
  seenAs: 'alice' | 'bob' | null;
  /** Number of the trace event with which the end begins. */
  from: number;
};

/** What may end alice's session, and nobody else's. */
const ofAliceAlone: readonly EndedBy[] = [
  ...(['logoff', 'idle-time-out', 'session-time-out', 'admin', 'admin-user'] as const),
  ...(['new-logon', 'user-removed', 'password-changed', 'eviction'] as const),
];

const bobs = { accepted: 'alive', refused: 'ended', unavailable: 'unavailable' } as const;

/** Says what an observation amounts to, in fields, verdict codes and one sentence. Pure. */
export function judgeEnds(cell: EndsInput, seen: EndsObservation): EndsResult {
  const result = {
    oldCookie: seen.oldCookie,
    connection: seen.connection,
    lateCookie: seen.lateCookie,
    endRecords: seen.endReasons.length,
    reason: seen.endReasons[0] ?? null,
    bobsSession: bobs[seen.bobsCookie],
    seenAs: seen.seenAs,
  };
  return { ...result, codes: codesFor(cell, result), because: explainEnds(cell, result) };
}

/** Whether alice's session goes on: nothing has ended it, or only a gateway was restarted while Redis kept it. */
export function goesOn({ endedBy, store }: EndsInput): boolean {
  return endedBy === 'nothing' || (endedBy === 'restart' && store === 'redis');
}

/** Whether what is open may stay so: what led over the gateway that was restarted cannot. */
export function mayGoOn(cell: EndsInput): boolean {
  return goesOn(cell) && !(cell.endedBy === 'restart' && cell.at === 'same-replica');
}

function codesFor(cell: EndsInput, result: Omit<EndsResult, 'codes' | 'because'>): string[] {
  if (goesOn(cell)) return [];
  const accepted = result.oldCookie === 'accepted';
  // It was ended, and so it says: what is there now has come to life again.
  const revived = accepted && cell.tried === 'in-flight' && result.endRecords > 0;
  const codes: [code: string, holds: boolean][] = [
    ['SO-03', result.seenAs === 'alice'],
    ['SO-06', accepted && !revived && cell.at === 'same-replica'],
    ['SO-15', revived || result.lateCookie],
    ['SO-16', result.connection !== null && result.connection !== 'cut'],
    ['SO-20', accepted && !revived && cell.at === 'second-replica'],
    ['SO-22', result.bobsSession === 'ended' && ofAliceAlone.includes(cell.endedBy)],
  ];
  return codes.filter(([, holds]) => holds).map(([code]) => code);
}

/** Fields of a result that are as expected, or not. */
export const comparedEnds = [
  'oldCookie',
  'connection',
  'lateCookie',
  'endRecords',
  'reason',
  'bobsSession',
  'seenAs',
] as const satisfies readonly (keyof EndsExpectation)[];

/** Names of the fields in which a result is not as expected; who is not said to be seen as anybody is seen as nobody. */
export function differencesEnds(result: Omit<EndsResult, 'codes' | 'because'>, expected: EndsExpectation): string[] {
  return comparedEnds.filter((field) => result[field] !== (expected[field] ?? null));
}
