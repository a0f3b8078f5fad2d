// Exchange 2007, 2010 and 2013 RTM: logoff.owa, then the logged-off page logoff.aspx, whatever the authentication. That the session
// already ends at logoff.owa, and that RTM follows 2010, is inferred.

import type { ExchangeRow, Wanted } from '../exchange-case.ts';
import {
  asked,
  canaryLogoff,
  cmdStrings,
  direct,
  ecpNew,
  explicitLogoff,
  fbaOff,
  gateway,
  hit,
  loggedOff,
  logoff,
  logoffPage,
  logoffStrings,
  logonString,
  signoutString,
  silent,
} from './shapes.ts';

type When = Readonly<Record<string, Wanted | readonly Wanted[]>>;

const owa = { app: 'owa', profile: logoffPage };

/** The chain of a client, but for the strings that match one of its requests to logoff.owa. */
const logoffPageChain = (
  when: When,
  hops: readonly string[],
  client: string,
  facts: readonly string[] = ['E-19'],
): readonly ExchangeRow[] => {
  const chain = [...hops, loggedOff];
  return [
    {
      when: { ...when, ...gateway, logoffUrl: cmdStrings },
      then: hit('ended', chain),
      mark: 'infer',
      facts: [...facts, 'T-01', 'T-02', 'T-04'],
      because: `${client} ends at logoff.aspx?Cmd=logoff, which holds the string; Exchange had ended its session a request before.`,
    },
    {
      when: { ...when, ...gateway, vdirAuth: fbaOff, logoffUrl: [signoutString, logonString] },
      then: silent('alive', chain),
      mark: 'infer',
      facts: [...facts, 'T-18'],
      because: `${client} ends at logoff.aspx and never gets to the page in the string, so it misses, and the credentials still sent make a new session.`,
    },
    {
      when: { ...when, ...gateway, vdirAuth: 'fba', logoffUrl: signoutString },
      then: asked('alive', chain),
      mark: 'infer',
      facts: [...facts, 'T-25'],
      because: `${client} ends at logoff.aspx, not signout.aspx, so the string misses; Exchange ended its session and shows its own form.`,
    },
    {
      when: { ...when, ...direct, vdirAuth: fbaOff },
      then: silent('none', chain),
      mark: 'infer',
      facts,
      because: `${client} ends the session, but the browser still answers the challenge with its credentials and gets a new one.`,
    },
    {
      when: { ...when, ...direct, vdirAuth: 'fba' },
      then: asked('none', chain),
      mark: 'infer',
      facts,
      because: `${client} ends the session on the way to the logged-off page, and the next visit gets the logon form.`,
    },
  ];
};

const light2010 = { ...owa, profile: '2010', client: 'light' };
const explicit = { ...owa, client: 'explicit' };
const ordinary = { ...owa, client: ['premium', 'light', 'typed', 'password-change'] };
/** Exchange 2007 has no ECP. */
const ecp = { app: 'ecp', profile: ['2010', '2013-rtm'] };

export const logoffPageRows: readonly ExchangeRow[] = [
  {
    when: { ...light2010, ...gateway, logoffUrl: logoffStrings },
    then: hit('alive', [canaryLogoff]),
    mark: 'infer',
    facts: ['E-19', 'T-02', 'T-04'],
    because:
      'Light requests logoff.owa with a canary behind it, which holds the string; the gateway answers, so Exchange keeps its session.',
  },
  ...logoffPageChain(light2010, [canaryLogoff], 'Light’s sign-out, whose request carries a canary,'),
  {
    when: { ...explicit, ...gateway, logoffUrl: '/logoff.owa' },
    then: hit('alive', [explicitLogoff]),
    mark: 'infer',
    facts: ['E-05', 'E-19', 'T-02', 'T-04'],
    because: 'The mailbox’s address stands before logoff.owa, which this shorter string still finds; Exchange keeps its session.',
  },
  {
    when: { ...explicit, ...gateway, vdirAuth: fbaOff, logoffUrl: '/owa/logoff.owa' },
    then: silent('alive', [explicitLogoff, loggedOff]),
    mark: 'infer',
    facts: ['E-05', 'E-19', 'T-02', 'T-18'],
    because:
      'The mailbox’s address stands between /owa and /logoff.owa, so the string misses and the credentials still sent make a new session.',
  },
  {
    when: { ...explicit, ...gateway, vdirAuth: 'fba', logoffUrl: '/owa/logoff.owa' },
    then: asked('alive', [explicitLogoff, loggedOff]),
    mark: 'infer',
    facts: ['E-05', 'E-19', 'T-02', 'T-25'],
    because:
      'The mailbox’s address stands between /owa and /logoff.owa, so the string misses; Exchange ended its session and asks.',
  },
  ...logoffPageChain(explicit, [explicitLogoff], 'Sign-out from a mailbox opened by its address', ['E-05', 'E-19']),
  {
    when: { ...ordinary, ...gateway, logoffUrl: logoffStrings },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-19', 'T-02', 'T-04'],
    because: 'The first request matches; the gateway answers it itself, so Exchange is not told and keeps its session.',
  },
  ...logoffPageChain(ordinary, [logoff], 'The sign-out'),
  {
    when: { ...ecp, ...gateway, logoffUrl: logoffStrings },
    then: hit('alive', ecpNew),
    mark: 'infer',
    facts: ['E-14', 'E-19', 'T-02', 'T-04'],
    because:
      'ECP’s own page is not the string, but logoff.owa, its second request, is; it would have ended the session and is not passed on.',
  },
  ...logoffPageChain(ecp, ecpNew, 'ECP’s chain', ['E-14', 'E-19']),
];
