import { type ExchangeCase, type ExchangeExpectation, exchangeExpectations } from '../scenarios/exchange-expectations.ts';
import type { CellExpected, CellInput, CellResult, ClickRequest } from './cell.ts';

/** Everything that was seen of one sign-out, in the order in which it was looked for. */
export type Observation = {
  clientAction: 'dialog' | 'navigate';
  /** As the gateway (via direct: the front end) received them; ends at the hit, else at the first document answered 200. */
  requests: readonly ClickRequest[];
  /** Target of the request that the gateway took for the sign-out. */
  detectedBy: string | null;
  /** After the click: does the gateway still honour the browser's cookie; and the cookie of before the click? null: no gateway. */
  proxyAccepts: boolean | null;
  proxyAcceptsOldCookie: boolean | null;
  /** Public ids of back-end sessions, from its journal: at the click, presented after it, and in the fresh visit. */
  sessionBefore: string;
  sessionAfter: string | null;
  sessionOfFreshVisit: string | null;
  /** Who asked for credentials in the fresh visit. */
  promptedBy: 'gateway' | 'backend' | null;
};

/** Says what an observation amounts to (DOMAIN §5), in fields, verdict codes and one sentence. Pure. */
export function judge(cell: CellInput, seen: Observation): CellResult {
  const detected = seen.detectedBy !== null;
  const proxySession = seen.proxyAccepts === null ? 'none' : seen.proxyAccepts ? 'alive' : 'ended';
  const survived = seen.sessionAfter === seen.sessionBefore;
  const outcome = seen.promptedBy
    ? 'prompt'
    : seen.sessionOfFreshVisit === seen.sessionBefore
      ? 'session-alive'
      : 'silent-relogin';
  const backendSession = survived ? 'alive' : outcome === 'silent-relogin' ? 'recreated' : 'ended';
  const landing = seen.clientAction === 'dialog' ? null : pathOf(seen.requests.at(-1)?.target ?? '');
  const result = {
    detected,
    detectedBy: seen.detectedBy,
    clientAction: seen.clientAction,
    requests: seen.requests,
    proxySession,
    backendSession,
    landing,
    outcome,
    promptedBy: seen.promptedBy,
  } as const;
  return { ...result, codes: codesFor(cell, result, seen), because: explain(cell, result) };
}

type Judged = Omit<CellResult, 'codes' | 'because'>;

function codesFor(cell: CellInput, result: Judged, seen: Observation): string[] {
  const behindGateway = cell.via === 'gateway';
  const codes: [code: string, holds: boolean][] = [
    ['SO-02', result.proxySession === 'alive'],
    ['SO-03', result.proxySession === 'ended' && result.backendSession === 'alive'],
    ['SO-06', result.detected && seen.proxyAcceptsOldCookie === true],
    ['SO-09', behindGateway && !result.detected],
    ['SO-19', !behindGateway && result.outcome !== 'prompt' && cell.vdirAuth === 'basic'],
    ['SO-22', result.detected && result.clientAction === 'dialog'],
  ];
  return codes.filter(([, holds]) => holds).map(([code]) => code);
}

function explain(cell: CellInput, result: Judged): string {
  return `${whatTheClickDid(cell, result)} ${whatItLeft(result)}`;
}

function whatTheClickDid({ via, logoffUrl }: CellInput, { clientAction, requests, detectedBy }: Judged): string {
  const chain = requests.map((request) => request.target).join(', then ');
  if (detectedBy !== null)
    return `The client requested ${detectedBy}, which matches the published server logoff URL "${logoffUrl}", so the gateway ended its session;`;
  if (clientAction === 'dialog') {
    const gateway = via === 'gateway' ? `, so nothing could match "${logoffUrl}"` : '';
    return `The client showed its dialog "close all browser windows" and requested nothing${gateway};`;
  }
  return via === 'gateway' ? `The client requested ${chain}: none matches "${logoffUrl}";` : `The client requested ${chain};`;
}

function whatItLeft({ outcome, promptedBy, proxySession, backendSession }: Judged): string {
  if (outcome === 'session-alive') return 'the next visit finds the same session, still signed in.';
  if (outcome === 'silent-relogin') {
    const who =
      proxySession === 'alive'
        ? 'the gateway delegates the credentials that it still holds'
        : 'the browser still sends the credentials that it holds';
    return `the next visit makes a new Exchange session without asking, because ${who}.`;
  }
  if (promptedBy === 'backend' && proxySession === 'alive')
    return "the next visit meets Exchange's own form, while the gateway's session lives on.";
  if (promptedBy === 'backend') return "the next visit meets Exchange's own form.";
  return backendSession === 'alive'
    ? "the next visit meets the gateway's form, though Exchange was never told and keeps its session."
    : "the next visit meets the gateway's form.";
}

/** The committed expectation for a case: the first row that matches; null if there is none, which is a failure. */
export function expectationFor(given: ExchangeCase): CellExpected | null {
  const row = exchangeExpectations.find(({ when }) =>
    Object.entries(when).every(([key, wanted]) => [wanted].flat().includes(given[key as keyof ExchangeCase])),
  );
  return row ? { ...row.then, mark: row.mark, facts: row.facts, because: row.because } : null;
}

const compared: readonly (keyof ExchangeExpectation)[] = [
  'detected',
  'clientAction',
  'requests',
  'proxySession',
  'backendSession',
  'landing',
  'outcome',
  'promptedBy',
];

/** Names of the fields in which a result is not as expected; `requests` are target prefixes, case ignored, of the same number. */
export function differences(result: Omit<CellResult, 'codes' | 'because'>, expected: ExchangeExpectation): string[] {
  return compared.filter((field) => {
    if (field !== 'requests') return result[field] !== expected[field];
    const targets = result.requests.map((request) => request.target.toLowerCase());
    return (
      targets.length !== expected.requests.length ||
      !expected.requests.every((prefix, at) => targets[at]?.startsWith(prefix.toLowerCase()))
    );
  });
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] as string;
}
