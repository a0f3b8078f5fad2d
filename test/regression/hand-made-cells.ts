import type {
  AnyCell,
  ExchangeCell,
  ExchangeExpected,
  MatrixReport,
  NotRunExchangeCell,
  NotRunOffice365Cell,
  Office365Cell,
  Office365Expected,
} from '../../src/regression/cell.ts';
import type { ExchangeExpectation } from '../../src/scenarios/exchange-case.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

const dialog: ExchangeExpectation = {
  detected: false,
  clientAction: 'dialog',
  requests: [],
  proxySession: 'alive',
  backendSession: 'alive',
  landing: null,
  outcome: 'session-alive',
  promptedBy: null,
};
const expected: ExchangeExpected = {
  ...dialog,
  mark: 'seen',
  facts: ['E-16', 'E-03'],
  because: 'With FBA off the client only shows a dialog.',
};

/** A cell of CU1's break, as expected, and what is different about it. */
export function cell(changes: Partial<ExchangeCell> = {}): ExchangeCell {
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
    ...dialog,
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
} as const satisfies Partial<ExchangeCell>;

export function differing(changes: Partial<ExchangeCell> = {}): ExchangeCell {
  return cell({ ...hit, differs: ['detected', 'requests'], agrees: false, trace, ...changes });
}

export function notRun(id: string, notRunBecause: string): NotRunExchangeCell {
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

const office365Expected: Office365Expected = {
  after: { portal: 'silent-relogin', owa: 'silent-relogin', sharepoint: 'session-alive' },
  newSession: true,
  mark: 'doc',
  facts: ['O-01', 'O-05'],
  because: 'OWA reloads the same page, signed in.',
};

/** A cell of Office 365 in which a sign-out just reloads the page, as expected, and what is different about it. */
export function office365(changes: Partial<Office365Cell> = {}): Office365Cell {
  return {
    id: 'office365/zones/1',
    suite: 'office365',
    row: 1,
    step: null,
    profile: 'zones',
    action: 'sign out of OWA',
    keepMeSignedIn: false,
    steps: [{ do: 'start' }, { do: 'sign-out', at: 'owa' }],
    signOutKind: 'LegacyLogOff',
    ttl: null,
    options: null,
    identity: 'managed',
    logoffUrl: null,
    before: { portal: 'session-alive', owa: 'session-alive', sharepoint: 'session-alive' },
    after: office365Expected.after,
    user: 'lab\\alice',
    userOfOrdinaryWindow: null,
    newSession: true,
    landing: '/owa/',
    toldLogonServer: 'without-cookie',
    cleanUps: 'with-cookies',
    promptedBy: null,
    adfsSession: null,
    gatewaySession: null,
    replayed: null,
    codes: ['SO-01', 'SO-04'],
    because: 'OWA has a new session, as the logon server still knows alice.',
    expected: office365Expected,
    differs: [],
    agrees: true,
    ...changes,
  };
}

/** OWA asks, and somebody else is found there. */
export function differingOffice365(changes: Partial<Office365Cell> = {}): Office365Cell {
  const after = { ...office365Expected.after, owa: 'prompt' } as const;
  const user = { portal: 'lab\\alice', owa: 'lab\\bob', sharepoint: 'lab\\alice' };
  const expected = { ...office365Expected, user: 'lab\\alice' };
  const differs = ['after.owa', 'user'];
  return office365({ after, user, expected, differs, agrees: false, because: 'OWA asks.', trace: office365Trace, ...changes });
}

export function notRunOffice365(id: string, notRunBecause: string): NotRunOffice365Cell {
  const { suite, row, step, profile, action, keepMeSignedIn, steps, signOutKind, ttl, options, identity, logoffUrl } =
    office365();
  const input = { suite, row, step, profile, action, keepMeSignedIn, steps, signOutKind, ttl, options, identity, logoffUrl };
  return { ...input, id, notRun: true, notRunBecause, agrees: false };
}

const owa = { at: 1, run: null, exchange: 'x1', host: 'outlook.mail365.localhost:40124', party: 'owa' } as const;
const logon = { ...owa, exchange: 'x2', host: 'login.idp.localhost:40124', party: 'logon-server' } as const;
const toLogonServer = 'http://login.idp.localhost:40124/logout.srf';
const office365Trace: TraceEvent[] = [
  { ...owa, seq: 1, kind: 'request', method: 'GET', target: '/owa/logoff.owa' },
  {
    ...owa,
    seq: 2,
    kind: 'response',
    status: 302,
    headers: [['location', toLogonServer]],
    session: { id: 's1', state: 'ended' },
  },
  { ...logon, seq: 3, kind: 'request', method: 'GET', target: '/logout.srf' },
  { ...logon, seq: 4, kind: 'decision', facts: ['O-05'], sentence: 'no authentication cookie in this jar' },
  { ...logon, seq: 5, kind: 'response', status: 200, cookies: [{ name: 'MSPAuth', did: 'cleared' }] },
];

export function report(cells: readonly AnyCell[], speed?: MatrixReport['speed']): MatrixReport {
  const missing = cells.filter((one) => 'notRun' in one).length;
  const agree = cells.filter((one) => one.agrees).length;
  const summary = { cells: cells.length, agree, differ: cells.length - agree - missing, notRun: missing };
  return { schema: 'logoff-lab/matrix@1', summary, ...(speed && { speed }), cells };
}

/** `number` cells of five suites and profiles, each with an id of its own. */
export function many(number: number): ExchangeCell[] {
  const profiles = ['2010', '2013-cu1', '2013-cu8', '2013-cu9-announced', '2013-cu9-shipped'];
  return Array.from({ length: number }, (_, at) => cell({ id: `exchange/${at}`, profile: profiles[at % 5] as string }));
}
