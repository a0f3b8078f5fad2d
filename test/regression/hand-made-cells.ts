import type { Cell, CellExpected, MatrixReport, NotRunCell } from '../../src/regression/cell.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

const expected: CellExpected = {
  detected: false,
  clientAction: 'dialog',
  requests: [],
  proxySession: 'alive',
  backendSession: 'alive',
  landing: null,
  outcome: 'session-alive',
  promptedBy: null,
  mark: 'seen',
  facts: ['E-16', 'E-03'],
  because: 'With FBA off the client only shows a dialog.',
};

/** A cell of CU1's break, as expected, and what is different about it. */
export function cell(changes: Partial<Cell> = {}): Cell {
  return {
    id: 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff',
    suite: 'exchange',
    profile: '2013-cu1',
    frontEnd: '2013-cu1',
    vdirAuth: 'basic',
    app: 'owa',
    client: 'premium',
    via: 'gateway',
    logoffUrl: '/owa/logoff.owa',
    match: 'contains',
    signOutKind: { feOwa: null, beOwa: null, beEcp: null },
    signOutKindSource: 'shipped',
    options: null,
    installOrder: null,
    ...expected,
    addIn: null,
    requests: [],
    detectedBy: null,
    codes: ['SO-02', 'SO-09'],
    because: 'The client requested nothing; the next visit finds the same session.',
    expected,
    differs: [],
    agrees: true,
    ...changes,
  };
}

/** The same sign-out where the client requests logoff.owa, which the rule sees. */
export const hit = {
  detected: true,
  detectedBy: '/owa/logoff.owa',
  clientAction: 'navigate',
  requests: [{ method: 'GET', target: '/owa/logoff.owa', status: 200, location: null }],
  proxySession: 'ended',
  landing: '/owa/logoff.owa',
  outcome: 'prompt',
  promptedBy: 'gateway',
  codes: ['SO-03'],
  because: 'The client requested /owa/logoff.owa, which matches; the next visit meets the gateway’s form.',
} as const satisfies Partial<Cell>;

export function differing(changes: Partial<Cell> = {}): Cell {
  return cell({ ...hit, differs: ['detected', 'requests'], agrees: false, trace, ...changes });
}

export function notRun(id: string, notRunBecause: string): NotRunCell {
  const { suite, profile, frontEnd, vdirAuth, app, client, via, logoffUrl, match, signOutKind, signOutKindSource } = cell();
  const input = { suite, profile, frontEnd, vdirAuth, app, client, via, logoffUrl, match, signOutKind, signOutKindSource };
  return { ...input, id, options: null, installOrder: null, notRun: true, notRunBecause, agrees: false };
}

const about = { at: 1, run: null, exchange: 'x1', host: 'mail.localhost:40123' };
export const trace: TraceEvent[] = [
  { ...about, seq: 1, party: 'gateway', kind: 'request', method: 'GET', target: '/owa/logoff.owa' },
  { ...about, seq: 2, party: 'gateway', kind: 'decision', facts: ['T-01'], sentence: '"/owa/logoff.owa" is the logoff URL' },
  { ...about, seq: 3, party: 'front-end', kind: 'request', method: 'GET', target: '/owa/logoff.owa' },
  {
    ...about,
    seq: 4,
    party: 'front-end',
    kind: 'response',
    method: 'GET',
    target: '/owa/logoff.owa',
    status: 302,
    headers: [['Location', '/owa/auth/signout.aspx']],
    cookies: [
      { name: 'UC', did: 'cleared' },
      { name: 'mkt', did: 'sent' },
    ],
    session: { id: 'uc-1', state: 'ended' },
  },
  { ...about, seq: 5, party: 'gateway', kind: 'session', session: { id: 'a1', state: 'ended', reason: 'logoff' } },
  { ...about, seq: 6, party: 'gateway', kind: 'response', method: 'GET', status: 200, cookies: [{ name: 'new', did: 'set' }] },
];

export function report(cells: readonly (Cell | NotRunCell)[], speed?: MatrixReport['speed']): MatrixReport {
  const missing = cells.filter((one) => 'notRun' in one).length;
  const agree = cells.filter((one) => one.agrees).length;
  const summary = { cells: cells.length, agree, differ: cells.length - agree - missing, notRun: missing };
  return { schema: 'logoff-lab/matrix@1', summary, ...(speed && { speed }), cells };
}

/** `number` cells of five suites and profiles, each with an id of its own. */
export function many(number: number): Cell[] {
  const profiles = ['2010', '2013-cu1', '2013-cu8', '2013-cu9-announced', '2013-cu9-shipped'];
  return Array.from({ length: number }, (_, at) => cell({ id: `exchange/${at}`, profile: profiles[at % 5] as string }));
}
