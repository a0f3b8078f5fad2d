// biome-ignore-all lint/suspicious/noThenProperty: the rows are data that name their two halves when and then; no row is awaited

// What signing out of OWA must lead to, derived from the documented facts by a reader, never from a run of the lab.
// The first row that matches a case wins; a case that no row matches is a failure.
// `mark` is the weakest mark among the facts that the row needs, or doc where the Exchange team's post states the flow literally.

import type { Mark } from './facts.ts';

export type ExchangeCase = {
  profile: string;
  vdirAuth: string;
  via: 'gateway' | 'direct';
  logoffUrl: string | null;
  app: string;
  client: string;
  signOutKindSource: string;
};

export type ExchangeExpectation = {
  /** Did the gateway notice the sign-out? */
  detected: boolean;
  clientAction: 'dialog' | 'navigate';
  /** Target prefixes, case ignored, of what the click caused: up to the hit, else up to the first document answered 200. */
  requests: readonly string[];
  proxySession: 'alive' | 'ended' | 'none';
  /** After the sign-out and a fresh visit to /owa/. */
  backendSession: 'alive' | 'ended' | 'recreated' | 'none';
  /** Path of the last page that the click led to; of the hit, if there is one. */
  landing: string | null;
  /** Of a fresh visit to /owa/ afterwards in the same browser. */
  outcome: 'session-alive' | 'silent-relogin' | 'prompt';
  promptedBy: 'gateway' | 'backend' | null;
};

export type ExchangeRow = {
  when: { readonly [Key in keyof ExchangeCase]?: ExchangeCase[Key] | readonly ExchangeCase[Key][] };
  then: ExchangeExpectation;
  mark: Mark;
  facts: readonly string[];
  because: string;
};

const premium = { app: 'owa', client: 'premium', signOutKindSource: 'shipped' } as const;
const legacy2013 = ['2013-cu1', '2013-cu8', '2013-cu9-shipped'] as const;

const chain2010 = ['/owa/logoff.owa', '/owa/auth/logoff.aspx?Cmd=logoff'] as const;
const chainLegacy = ['/owa/logoff.owa', '/owa/auth/logon.aspx'] as const;
const chainNew = ['/owa/logoff.owa', '/owa/auth/signout.aspx'] as const;

const hitAtFirst: ExchangeExpectation = {
  detected: true,
  clientAction: 'navigate',
  requests: ['/owa/logoff.owa'],
  proxySession: 'ended',
  backendSession: 'alive',
  landing: '/owa/logoff.owa',
  outcome: 'prompt',
  promptedBy: 'gateway',
};

const hitAtSecond = {
  detected: true,
  clientAction: 'navigate',
  proxySession: 'ended',
  backendSession: 'ended',
  outcome: 'prompt',
  promptedBy: 'gateway',
} as const;

const missedThenSilent = {
  detected: false,
  clientAction: 'navigate',
  proxySession: 'alive',
  backendSession: 'recreated',
  outcome: 'silent-relogin',
  promptedBy: null,
} as const;

const missedThenExchangeAsks = {
  detected: false,
  clientAction: 'navigate',
  proxySession: 'alive',
  backendSession: 'ended',
  outcome: 'prompt',
  promptedBy: 'backend',
} as const;

const directThenSilent = { ...missedThenSilent, proxySession: 'none' } as const;
const directThenExchangeAsks = { ...missedThenExchangeAsks, proxySession: 'none' } as const;

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

export const exchangeExpectations: readonly ExchangeRow[] = [
  // Legacy 2013, Basic virtual directory: the break.
  {
    when: { ...premium, profile: legacy2013, vdirAuth: 'basic', via: 'gateway' },
    then: dialog,
    mark: 'seen',
    facts: ['E-16', 'E-03'],
    because: 'The client shows a dialog and requests nothing, so no logoff string can match and both sessions go on.',
  },
  {
    when: { ...premium, profile: legacy2013, vdirAuth: 'basic', via: 'direct' },
    then: { ...dialog, proxySession: 'none' },
    mark: 'seen',
    facts: ['E-16', 'E-03'],
    because: 'The client shows a dialog and requests nothing, so Exchange is never told either.',
  },

  // Legacy 2013, FBA virtual directory: the control case.
  {
    when: { ...premium, profile: legacy2013, vdirAuth: 'fba', via: 'gateway', logoffUrl: '/owa/logoff.owa' },
    then: hitAtFirst,
    mark: 'infer',
    facts: ['E-10', 'T-02', 'T-04'],
    because: 'With FBA on the client does request logoff.owa; the gateway answers it itself, so Exchange keeps its session.',
  },
  {
    when: {
      ...premium,
      profile: legacy2013,
      vdirAuth: 'fba',
      via: 'gateway',
      logoffUrl: ['?Cmd=logoff', '/owa/auth/signout.aspx'],
    },
    then: { ...missedThenExchangeAsks, requests: chainLegacy, landing: '/owa/auth/logon.aspx' },
    mark: 'infer',
    facts: ['E-10', 'E-23', 'T-25'],
    because: 'The chain never holds the string; the gateway session lives, but Exchange ended its own and shows its own form.',
  },
  {
    when: { ...premium, profile: legacy2013, vdirAuth: 'fba', via: 'direct' },
    then: { ...directThenExchangeAsks, requests: chainLegacy, landing: '/owa/auth/logon.aspx' },
    mark: 'doc',
    facts: ['E-10'],
    because: 'The old flow as the team wrote it down: logoff.owa, then back at the logon page.',
  },

  // 2010: what used to work, whatever the authentication.
  {
    when: { ...premium, profile: '2010', via: 'gateway', logoffUrl: '/owa/logoff.owa' },
    then: hitAtFirst,
    mark: 'infer',
    facts: ['E-19', 'T-02', 'T-04'],
    because: 'The first request of the chain matches; the gateway answers it itself, so Exchange keeps its session.',
  },
  {
    when: { ...premium, profile: '2010', via: 'gateway', logoffUrl: '?Cmd=logoff' },
    then: { ...hitAtSecond, requests: chain2010, landing: '/owa/auth/logoff.aspx' },
    mark: 'infer',
    facts: ['E-19', 'T-01', 'T-02', 'T-04'],
    because: 'Exchange ends its session at logoff.owa, and the page it redirects to carries the string.',
  },
  {
    when: { ...premium, profile: '2010', vdirAuth: 'basic', via: 'gateway', logoffUrl: '/owa/auth/signout.aspx' },
    then: { ...missedThenSilent, requests: chain2010, landing: '/owa/auth/logoff.aspx' },
    mark: 'late',
    facts: ['E-19', 'E-17', 'T-18'],
    because: '2010 never requests signout.aspx; Exchange ended its session, but the gateway’s delegated Basic makes a new one.',
  },
  {
    when: { ...premium, profile: '2010', vdirAuth: 'fba', via: 'gateway', logoffUrl: '/owa/auth/signout.aspx' },
    then: { ...missedThenExchangeAsks, requests: chain2010, landing: '/owa/auth/logoff.aspx' },
    mark: 'infer',
    facts: ['E-19', 'T-25'],
    because: '2010 never requests signout.aspx; the gateway session lives, but Exchange ended its own and shows its own form.',
  },
  {
    when: { ...premium, profile: '2010', vdirAuth: 'basic', via: 'direct' },
    then: { ...directThenSilent, requests: chain2010, landing: '/owa/auth/logoff.aspx' },
    mark: 'late',
    facts: ['E-19', 'E-17'],
    because: 'Exchange ends its session, but the browser still sends its Basic credentials and gets a new one.',
  },
  {
    when: { ...premium, profile: '2010', vdirAuth: 'fba', via: 'direct' },
    then: { ...directThenExchangeAsks, requests: chain2010, landing: '/owa/auth/logoff.aspx' },
    mark: 'seen',
    facts: ['E-19'],
    because: 'Exchange ends its session on the way to its logged-off page, and the next visit gets its form.',
  },

  // The new sign-out as announced for CU9, whatever the authentication: the repair.
  {
    when: { ...premium, profile: '2013-cu9-announced', via: 'gateway', logoffUrl: '/owa/logoff.owa' },
    then: hitAtFirst,
    mark: 'doc',
    facts: ['E-11', 'E-17', 'T-02', 'T-04'],
    because: 'The client requests logoff.owa again, so a rule that watches for it works again, as the team announced.',
  },
  {
    when: { ...premium, profile: '2013-cu9-announced', via: 'gateway', logoffUrl: '/owa/auth/signout.aspx' },
    then: { ...hitAtSecond, requests: chainNew, landing: '/owa/auth/signout.aspx' },
    mark: 'infer',
    facts: ['E-11', 'E-17', 'T-02', 'T-04'],
    because: 'Exchange ends its session at logoff.owa, and the page it redirects to is the string.',
  },
  {
    when: { ...premium, profile: '2013-cu9-announced', vdirAuth: 'basic', via: 'gateway', logoffUrl: '?Cmd=logoff' },
    then: { ...missedThenSilent, requests: chainNew, landing: '/owa/auth/signout.aspx' },
    mark: 'infer',
    facts: ['E-17', 'E-21', 'E-23', 'T-18'],
    because: 'The chain never holds the string; Exchange ended its session, but the gateway’s delegated Basic makes a new one.',
  },
  {
    when: { ...premium, profile: '2013-cu9-announced', vdirAuth: 'fba', via: 'gateway', logoffUrl: '?Cmd=logoff' },
    then: { ...missedThenExchangeAsks, requests: chainNew, landing: '/owa/auth/signout.aspx' },
    mark: 'infer',
    facts: ['E-11', 'E-21', 'E-23', 'T-25'],
    because: 'The chain never holds the string; the gateway session lives, but Exchange ended its own and shows its own form.',
  },
  {
    when: { ...premium, profile: '2013-cu9-announced', vdirAuth: 'basic', via: 'direct' },
    then: { ...directThenSilent, requests: chainNew, landing: '/owa/auth/signout.aspx' },
    mark: 'late',
    facts: ['E-17', 'E-21'],
    because: 'The page advises closing the browser; until then its Basic credentials make a new session.',
  },
  {
    when: { ...premium, profile: '2013-cu9-announced', vdirAuth: 'fba', via: 'direct' },
    then: { ...directThenExchangeAsks, requests: chainNew, landing: '/owa/auth/signout.aspx' },
    mark: 'doc',
    facts: ['E-01', 'E-11', 'E-21'],
    because: 'The new flow as the team wrote it down: logoff.owa, then the static sign-out page.',
  },
];
