// OWA's new sign-out as the files come: CU9 as announced, and the latest builds if the missing key is read that way.

import type { ExchangeRow, Wanted } from '../exchange-case.ts';
import {
  announced,
  asked,
  cmdStrings,
  direct,
  explicitLogoff,
  fbaOff,
  gateway,
  hit,
  logoff,
  logoffStrings,
  logonString,
  owaPremium,
  shipped,
  signout,
  signoutString,
  silent,
} from './shapes.ts';

type When = Readonly<Record<string, Wanted | readonly Wanted[]>>;

/** The chain of a client, but for the strings that match its first request. */
const newChain = (
  when: When,
  first: string,
  { fba, off, more }: { fba: ExchangeRow['mark']; off: ExchangeRow['mark']; more: readonly string[] },
): readonly ExchangeRow[] => [
  {
    when: { ...when, ...gateway, logoffUrl: signoutString },
    then: hit('ended', [first, signout]),
    mark: 'infer',
    facts: [...more, 'E-11', 'E-17', 'T-02', 'T-04'],
    because: 'Exchange ends its session at logoff.owa, and the page that it sends the user to is the string.',
  },
  {
    when: { ...when, ...gateway, vdirAuth: fbaOff, logoffUrl: cmdStrings },
    then: silent('alive', [first, signout]),
    mark: 'infer',
    facts: [...more, 'E-17', 'E-21', 'E-23', 'T-18'],
    because:
      'The string belongs to the logged-off page of 2007 and 2010, which is not requested any more, so it misses and the credentials still sent make a new session.',
  },
  {
    when: { ...when, ...gateway, vdirAuth: 'fba', logoffUrl: cmdStrings },
    then: asked('alive', [first, signout]),
    mark: 'infer',
    facts: [...more, 'E-11', 'E-21', 'E-23', 'T-25'],
    because:
      'The string belongs to the logged-off page of 2007 and 2010, which is not requested any more, so it misses; Exchange ended its session and asks.',
  },
  {
    when: { ...when, ...gateway, vdirAuth: fbaOff, logoffUrl: logonString },
    then: silent('alive', [first, signout]),
    mark: 'infer',
    facts: [...more, 'E-17', 'E-21', 'T-02', 'T-18'],
    because:
      'The new sign-out ends on signout.aspx instead of logon.aspx, so the string misses and the credentials still sent make a new session.',
  },
  {
    when: { ...when, ...direct, vdirAuth: fbaOff },
    then: silent('none', [first, signout]),
    mark: off,
    facts: [...more, 'E-17', 'E-21'],
    because: 'The page advises closing the browser; until then the browser still sends its credentials and gets a new session.',
  },
  {
    when: { ...when, ...direct, vdirAuth: 'fba' },
    then: asked('none', [first, signout]),
    mark: fba,
    facts: [...more, 'E-11', 'E-21'],
    because:
      'The new flow as the team wrote it down: logoff.owa, then the static sign-out page; the next visit gets the logon form.',
  },
];

const owaAnnounced = { ...shipped, app: 'owa', profile: announced };
const otherClients = ['light', 'typed', 'password-change'];
const explicit = { ...owaAnnounced, client: 'explicit' };
const keylessRead = { ...owaPremium, ...shipped, 'options.landing': 'signout' };

export const newOwaRows: readonly ExchangeRow[] = [
  {
    when: { ...owaPremium, ...shipped, ...gateway, profile: announced, logoffUrl: logoffStrings },
    then: hit('alive', [logoff]),
    mark: 'doc',
    facts: ['E-11', 'E-17', 'T-02', 'T-04'],
    because:
      'The client requests logoff.owa again, so a rule that watches for it works again, as announced; Exchange itself is not told.',
  },
  {
    when: { ...owaAnnounced, ...gateway, client: otherClients, logoffUrl: logoffStrings },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-11', 'E-17', 'T-02', 'T-04'],
    because: 'The first request is logoff.owa, by whatever client, so the string matches; Exchange itself is not told.',
  },
  {
    when: { ...owaAnnounced, ...direct, client: 'password-change', vdirAuth: 'fba' },
    then: asked('none', [logoff, signout]),
    mark: 'infer',
    facts: ['E-11', 'E-21', 'E-32'],
    because: 'After a change of password the new flow is the same, and its static page is not told the reason.',
  },
  ...newChain({ ...owaAnnounced, client: ['premium', ...otherClients] }, logoff, { fba: 'doc', off: 'late', more: [] }),
  {
    when: { ...explicit, ...gateway, logoffUrl: '/logoff.owa' },
    then: hit('alive', [explicitLogoff]),
    mark: 'infer',
    facts: ['E-05', 'E-11', 'E-17', 'T-02', 'T-04'],
    because: 'The mailbox’s address stands before logoff.owa, which this shorter string still finds; Exchange is not told.',
  },
  {
    when: { ...explicit, ...gateway, vdirAuth: fbaOff, logoffUrl: '/owa/logoff.owa' },
    then: silent('alive', [explicitLogoff, signout]),
    mark: 'infer',
    facts: ['E-05', 'E-17', 'T-02', 'T-18'],
    because:
      'The mailbox’s address stands between /owa and /logoff.owa, so the string misses and the credentials still sent make a new session.',
  },
  {
    when: { ...explicit, ...gateway, vdirAuth: 'fba', logoffUrl: '/owa/logoff.owa' },
    then: asked('alive', [explicitLogoff, signout]),
    mark: 'infer',
    facts: ['E-05', 'E-11', 'T-02', 'T-25'],
    because:
      'The mailbox’s address stands between /owa and /logoff.owa, so the string misses; Exchange ended its session and asks.',
  },
  ...newChain(explicit, explicitLogoff, { fba: 'late', off: 'late', more: ['E-05'] }),
  {
    when: { ...keylessRead, ...gateway, logoffUrl: logoffStrings },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-01', 'E-11', 'E-17', 'T-02', 'T-04'],
    because:
      'If the missing key means the new sign-out, the client requests logoff.owa and the string matches; Exchange is not told.',
  },
  ...newChain(keylessRead, logoff, { fba: 'infer', off: 'infer', more: ['E-01'] }),
];
