// Options: the parser of SignOutKind, recycling, how the gateway matches and what it does then, and BLOG's third hop of ECP.

import type { ExchangeExpectation, ExchangeRow } from '../exchange-case.ts';
import {
  announced,
  asked,
  cmdStrings,
  dialog,
  direct,
  ecpLegacy,
  ecpPremium,
  gateway,
  hit,
  loggedOff,
  logoff,
  logonString,
  signout,
  signoutString,
  silent,
} from './shapes.ts';

const blocked: ExchangeExpectation = {
  detected: true,
  clientAction: null,
  requests: [],
  proxySession: 'ended',
  backendSession: 'none',
  landing: '/owa/auth/logon.aspx',
  outcome: 'prompt',
  promptedBy: 'gateway',
};

/** Signing in through the gateway to a virtual directory with FBA, for any version, app and client. */
export const signInRows: readonly ExchangeRow[] = [
  {
    when: { ...gateway, vdirAuth: 'fba', logoffUrl: logonString },
    then: blocked,
    mark: 'infer',
    facts: ['E-30', 'T-02', 'T-04', 'T-25'],
    because:
      'The string already matches while signing in, when Exchange sends the user to its own form, so the gateway ends its session before there is anything to sign out of.',
  },
];

// Parser: 2013 CU8 on Basic with the same value in all three files and a rule that watches /owa/logoff.owa (E-01).
const parsed = (value: string, isLegacy: boolean, because: string): ExchangeRow => ({
  when: { 'signOutKind.beOwa': value, 'options.signOutKindParser': [null, 'enum'] },
  then: isLegacy ? dialog('alive') : hit('alive', [logoff]),
  mark: isLegacy ? 'late' : 'infer',
  facts: isLegacy ? ['E-01', 'E-16'] : ['E-01', 'E-17', 'T-02', 'T-04'],
  because,
});

export const parserRows: readonly ExchangeRow[] = [
  parsed(
    'legacylogoff',
    true,
    'Case does not matter to the parser, so this is legacy: a dialog, and no request that could match.',
  ),
  parsed(
    ' LegacyLogOff ',
    true,
    'Surrounding blanks do not matter to the parser, so this is legacy: a dialog, and no request to match.',
  ),
  parsed('1', true, 'One is the number of LegacyLogOff, so this is legacy: a dialog, and no request that could match.'),
  parsed(
    'DefaultSignOut, LegacyLogOff',
    true,
    'A list that names LegacyLogOff is legacy: a dialog, and no request that could match.',
  ),
  parsed(
    'DefaultSignOut',
    false,
    'DefaultSignOut is the new sign-out, so the client requests logoff.owa and the string matches there.',
  ),
  parsed('0', false, 'Zero is the number of DefaultSignOut, so the client requests logoff.owa and the string matches there.'),
  parsed('', false, 'An empty value counts as no key at all, so the client requests logoff.owa and the string matches there.'),
  parsed(
    'Legacy',
    false,
    'An unknown value counts as no key at all, so the client requests logoff.owa and the string matches there.',
  ),
  {
    when: { 'options.signOutKindParser': 'literal' },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-01', 'E-17', 'T-02', 'T-04'],
    because:
      'Taken literally only the exact value LegacyLogOff is legacy and this one differs, so the client requests logoff.owa and the string matches.',
  },
];

export const recyclingRows: readonly ExchangeRow[] = [
  {
    when: { 'options.autoRecycle': 'false', 'options.recycled': null },
    then: dialog('alive'),
    mark: 'seen',
    facts: ['E-02', 'E-16'],
    because:
      'The key is gone from the files, but nothing recycled the pool, so LegacyLogOff is still in effect: a dialog, and no request that could match.',
  },
  {
    when: { 'options.autoRecycle': 'false', 'options.recycled': 'by-hand' },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-02', 'E-17', 'T-02', 'T-04'],
    because:
      'Recycling by hand put the removal of the key into effect, so the client requests logoff.owa and the string matches there.',
  },
];

const oldChain = [logoff, loggedOff];
const newChain = [logoff, signout];

/** 2010 and CU9 as announced on Basic, both of which do make requests on sign-out. */
export const gatewayRows: readonly ExchangeRow[] = [
  {
    when: { match: 'query', profile: '2010', logoffUrl: '?Cmd=logoff' },
    then: hit('ended', oldChain),
    mark: 'infer',
    facts: ['E-19', 'T-01', 'T-02', 'T-04'],
    because:
      'The query of the logged-off page, question mark included, is the string; Exchange had ended its session a request before.',
  },
  {
    when: { match: 'query', profile: '2010' },
    then: silent('alive', oldChain),
    mark: 'infer',
    facts: ['E-19', 'T-02', 'T-18'],
    because: 'The string names a path and only queries are searched, so it misses and the delegated Basic makes a new session.',
  },
  {
    when: { match: 'query', profile: announced },
    then: silent('alive', newChain),
    mark: 'infer',
    facts: ['E-17', 'E-23', 'T-02', 'T-18'],
    because:
      'Neither logoff.owa nor signout.aspx is requested with a query, so a rule that searches queries misses whatever its string.',
  },
  {
    when: { match: 'exact', logoffUrl: '/owa/logoff.owa' },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-17', 'E-19', 'T-02', 'T-04'],
    because:
      'The first request is exactly this path; the gateway answers it itself, so Exchange is not told and keeps its session.',
  },
  {
    when: { match: 'exact', profile: '2010', logoffUrl: '/owa/auth/logoff.aspx?Cmd=logoff', 'options.logoffPageSource': 'none' },
    then: hit('ended', oldChain),
    mark: 'infer',
    facts: ['E-19', 'T-02', 'T-04'],
    because:
      'Without &src=exch the second request is exactly this path and query; Exchange had ended its session a request before.',
  },
  {
    when: { match: 'exact', profile: '2010', logoffUrl: '/owa/auth/logoff.aspx?Cmd=logoff' },
    then: silent('alive', oldChain),
    mark: 'infer',
    facts: ['E-19', 'T-02', 'T-18'],
    because:
      'With &src=exch behind the string the second request is not exactly it, so the match misses and delegated Basic makes a new session.',
  },
  {
    when: { match: 'exact', profile: '2010', logoffUrl: '?Cmd=logoff' },
    then: silent('alive', oldChain),
    mark: 'infer',
    facts: ['E-19', 'T-01', 'T-02', 'T-18'],
    because: 'A fragment is never the whole of a path and query, so it misses and the delegated Basic makes a new session.',
  },
  {
    when: { match: 'exact', profile: announced, logoffUrl: cmdStrings },
    then: silent('alive', newChain),
    mark: 'infer',
    facts: ['E-17', 'E-23', 'T-02', 'T-18'],
    because:
      'The logged-off page of 2007 and 2010 is not requested any more, so the string misses and delegated Basic makes a new session.',
  },
  {
    when: { 'options.ignoreCase': 'true' },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-17', 'E-19', 'T-02', 'T-04'],
    because: 'With case ignored the first request matches; the gateway answers it itself, so Exchange keeps its session.',
  },
  {
    when: { 'options.ignoreCase': 'false', profile: '2010' },
    then: silent('alive', oldChain),
    mark: 'infer',
    facts: ['E-19', 'T-02', 'T-18'],
    because: 'The string has capitals that the request lacks, so it misses and the delegated Basic makes a new session.',
  },
  {
    when: { 'options.ignoreCase': 'false', profile: announced },
    then: silent('alive', newChain),
    mark: 'infer',
    facts: ['E-17', 'T-02', 'T-18'],
    because: 'The string has capitals that the request lacks, so it misses and the delegated Basic makes a new session.',
  },
  {
    when: { 'options.onLogoff': 'redirect' },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-17', 'E-19', 'T-02', 'T-04'],
    because:
      'The first request matches; the gateway sends the browser elsewhere and does not tell Exchange, which keeps its session.',
  },
  {
    when: { 'options.onLogoff': 'pass-through' },
    then: hit('ended', [logoff]),
    mark: 'infer',
    facts: ['E-17', 'E-19', 'T-02', 'T-04'],
    because: 'The first request matches and ends the gateway session, and it goes on to Exchange too, which ends its own.',
  },
  {
    when: { 'options.forwardToBackend': 'true' },
    then: hit('ended', [logoff]),
    mark: 'infer',
    facts: ['E-17', 'E-19', 'T-02', 'T-04'],
    because:
      'The first request matches; the gateway shows its own page, but also forwards the request, so Exchange ends its session.',
  },
];

const blogHops = [...ecpLegacy, '/owa/logon.aspx', '/owa/auth/logon.aspx?url='];

/** ECP's third hop as BLOG writes it; what hits at logoff.owa before it is as without the option. */
export const thirdHopRows: readonly ExchangeRow[] = [
  {
    when: { ...ecpPremium, ...direct, 'options.ecpThirdHop': 'blog' },
    then: asked('none', blogHops),
    mark: 'infer',
    facts: ['E-13', 'E-15', 'E-30'],
    because: 'The third hop is the one that the post prints; having no cookies any more, it is sent on to the logon form.',
  },
  {
    when: { ...ecpPremium, ...gateway, 'options.ecpThirdHop': 'blog', logoffUrl: [...cmdStrings, signoutString] },
    then: asked('alive', blogHops),
    mark: 'infer',
    facts: ['E-13', 'E-15', 'E-23', 'E-30', 'T-25'],
    because:
      'With the third hop as printed the chain still holds neither logoff.aspx in /owa/auth nor signout.aspx, so the string misses and Exchange asks.',
  },
];
