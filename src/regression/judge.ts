import type { ExchangeExpectation } from '../scenarios/exchange-case.ts';
import type { ClickRequest, ExchangeResult, Judged } from './cell.ts';
import { explain, type Tried } from './explain.ts';

/** Everything that was seen of one sign-out, in the order in which it was looked for. */
export type Observation = {
  /** null: signing in did not get as far as Sign out. */
  clientAction: 'dialog' | 'navigate' | null;
  /** As the gateway (via direct: the front end) received them; ends at the hit, else at the first document answered 200. */
  requests: readonly ClickRequest[];
  /** Target of the request that the gateway took for the sign-out. */
  detectedBy: string | null;
  /** Path of the page on which the sign-out ended. */
  landing: string | null;
  /** After the click: does the gateway still honour the browser's cookie; and the cookie of before the click? null: no gateway. */
  proxyAccepts: boolean | null;
  proxyAcceptsOldCookie: boolean | null;
  /** Public ids of back-end sessions, from its journal: at the click, presented after it, and in the fresh visit. */
  sessionBefore: string | null;
  sessionAfter: string | null;
  sessionOfFreshVisit: string | null;
  /** Who asked for credentials in the fresh visit. */
  promptedBy: 'gateway' | 'backend' | null;
  addIn: 'works' | 'breaks' | null;
  /** Numbers of the trace events with which the click, the probes and the fresh visit begin. */
  from?: { click: number; probes: number; freshVisit: number };
};

/** Says what an observation amounts to (DOMAIN §5), in fields, verdict codes and one sentence. Pure. */
export function judge(tried: Tried, seen: Observation): ExchangeResult {
  const outcome = outcomeOf(seen);
  const result = {
    detected: seen.detectedBy !== null,
    detectedBy: seen.detectedBy,
    clientAction: seen.clientAction,
    requests: seen.requests,
    proxySession: seen.proxyAccepts === null ? 'none' : seen.proxyAccepts ? 'alive' : 'ended',
    backendSession: backendSessionOf(seen, outcome),
    landing: seen.landing,
    outcome,
    promptedBy: seen.promptedBy,
    addIn: seen.addIn,
  } as const;
  return { ...result, codes: codesFor(tried, result, seen), because: explain(tried, result) };
}

function outcomeOf(seen: Observation): ExchangeResult['outcome'] {
  if (seen.promptedBy) return 'prompt';
  return seen.sessionOfFreshVisit === seen.sessionBefore ? 'session-alive' : 'silent-relogin';
}

function backendSessionOf(seen: Observation, outcome: ExchangeResult['outcome']): ExchangeResult['backendSession'] {
  if (seen.sessionBefore === null) return 'none';
  if (seen.sessionAfter === seen.sessionBefore) return 'alive';
  return outcome === 'silent-relogin' ? 'recreated' : 'ended';
}

/** Virtual directories whose credentials the browser keeps and sends by itself. */
const ambient = ['basic', 'windows', 'digest'];

function codesFor({ via, vdirAuth }: Tried, result: Judged, seen: Observation): string[] {
  const behindGateway = via === 'gateway';
  const signedOut = result.clientAction !== null;
  const codes: [code: string, holds: boolean][] = [
    ['SO-02', result.proxySession === 'alive'],
    ['SO-03', result.proxySession === 'ended' && result.backendSession === 'alive'],
    ['SO-06', result.detected && seen.proxyAcceptsOldCookie === true],
    ['SO-09', behindGateway && !result.detected],
    ['SO-10', signedOut && !result.detected && /\/logon\.aspx$/i.test(result.landing ?? '')],
    ['SO-19', !behindGateway && result.outcome !== 'prompt' && ambient.includes(vdirAuth)],
    ['SO-22', result.detected && result.clientAction !== 'navigate'],
  ];
  return codes.filter(([, holds]) => holds).map(([code]) => code);
}

/** Fields of a result that are as expected, or not. */
export const compared = [
  'detected',
  'clientAction',
  'requests',
  'proxySession',
  'backendSession',
  'landing',
  'outcome',
  'promptedBy',
  'addIn',
] as const satisfies readonly (keyof ExchangeExpectation)[];

/** Names of the fields in which a result is not as expected; `requests` are target prefixes, case ignored, of the same number. */
export function differences(result: Judged, expected: ExchangeExpectation): string[] {
  return compared.filter((field) => {
    if (field !== 'requests') return (result[field] ?? null) !== (expected[field] ?? null);
    const targets = result.requests.map((request) => request.target.toLowerCase());
    return (
      targets.length !== expected.requests.length ||
      !expected.requests.every((prefix, at) => targets[at]?.startsWith(prefix.toLowerCase()))
    );
  });
}
