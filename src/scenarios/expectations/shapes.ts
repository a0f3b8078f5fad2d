// What the rows share: groups of versions, logoff strings, pages, and the ways in which a sign-out can end.

import type { ExchangeExpectation } from '../exchange-case.ts';

// Versions, by what they do as shipped (DOMAIN 3.4).
/** A logged-off page of their own, logoff.aspx (E-19). */
export const logoffPage = ['2007', '2010', '2013-rtm'];
/** No key in the files; the legacy way is the only one (E-08). */
export const hardWiredLegacy = ['2013-cu1', '2013-cu2', '2013-cu3', '2013-cu4', '2013-cu5', '2013-cu6'];
/** LegacyLogOff in the files, CU9 and later included, by the update of 2016-01-19. */
export const shippedLegacy = [
  ...['2013-cu7', '2013-cu8', '2013-cu9-shipped', '2013-cu10', '2013-cu11', '2013-cu12', '2013-cu13', '2013-cu14', '2013-cu15'],
  ...['2013-cu16', '2013-cu17', '2013-cu18', '2013-cu19', '2013-cu20', '2013-cu21', '2013-cu22', '2013-cu23', '2016-rtm'],
];
/** No key in the files any more; read as legacy unless the option landing says signout. */
export const keyless = ['2016-cu23', '2019-cu12', 'se'];
export const provenLegacy = [...hardWiredLegacy, ...shippedLegacy];
export const legacy = [...provenLegacy, ...keyless];
/** CU9 as it was announced: the key commented out. */
export const announced = '2013-cu9-announced';

export const fbaOff = ['basic', 'windows', 'digest'];

// Cases without edited files, and cases of the gateway and without it.
export const shipped = { signOutKindSource: 'shipped' };
export const changed = { signOutKindSource: 'changed' };
export const gateway = { via: 'gateway' };
export const direct = { via: 'direct' };
export const owaPremium = { app: 'owa', client: 'premium' };
export const ecpPremium = { app: 'ecp', client: 'premium' };

// Logoff strings.
export const logoffStrings = ['/logoff.owa', '/owa/logoff.owa'];
export const cmdStrings = ['?Cmd=logoff', '/owa/auth/logoff.aspx?Cmd=logoff'];
export const signoutString = '/owa/auth/signout.aspx';
export const logonString = '/owa/auth/logon.aspx';

// Requests of a sign-out.
export const logoff = '/owa/logoff.owa';
export const explicitLogoff = '/owa/alice@lab.example/logoff.owa';
export const canaryLogoff = '/owa/logoff.owa?canary=';
export const loggedOff = '/owa/auth/logoff.aspx?Cmd=logoff';
export const logon = '/owa/auth/logon.aspx';
export const signout = '/owa/auth/signout.aspx';
export const notFound = '/owa/auth/errorFE.aspx?httpCode=404';
/** ECP's first two requests, the legacy ones with the url to come back to (E-06, E-13), the new ones without (E-14). */
export const ecpLegacy = ['/ecp/logoff.aspx?src=exch&url=', '/owa/logoff.owa?url='];
export const ecpNew = ['/ecp/logoff.aspx?src=exch', '/owa/logoff.owa'];

type Requests = readonly string[];

const lastPath = (requests: Requests) => (requests.at(-1) ?? '').replace(/\?.*$/, '');

/** The last request matches: the gateway ends its session and asks at the next visit. */
export const hit = (backendSession: 'alive' | 'ended', requests: Requests): ExchangeExpectation => ({
  detected: true,
  clientAction: 'navigate',
  requests,
  proxySession: 'ended',
  backendSession,
  landing: lastPath(requests),
  outcome: 'prompt',
  promptedBy: 'gateway',
});

/** Exchange ended its session, but somebody still sends the credentials, and the next visit gets a new one. */
export const silent = (proxySession: 'alive' | 'none', requests: Requests): ExchangeExpectation => ({
  detected: false,
  clientAction: 'navigate',
  requests,
  proxySession,
  backendSession: 'recreated',
  landing: lastPath(requests),
  outcome: 'silent-relogin',
  promptedBy: null,
});

/** Exchange ended its session, and the next visit gets Exchange's form. */
export const asked = (proxySession: 'alive' | 'none', requests: Requests): ExchangeExpectation => ({
  detected: false,
  clientAction: 'navigate',
  requests,
  proxySession,
  backendSession: 'ended',
  landing: lastPath(requests),
  outcome: 'prompt',
  promptedBy: 'backend',
});

/** The client only says that all browser windows should be closed. */
export const dialog = (proxySession: 'alive' | 'none'): ExchangeExpectation => ({
  detected: false,
  clientAction: 'dialog',
  requests: [],
  proxySession,
  backendSession: 'alive',
  landing: null,
  outcome: 'session-alive',
  promptedBy: null,
});
