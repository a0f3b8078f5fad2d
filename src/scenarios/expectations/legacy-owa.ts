// OWA's legacy sign-out as the files come. With FBA: logoff.owa, then back at logon.aspx. Without: the premium client's dialog, and a
// request only from Light, from the address bar, or under the option legacyForcedRequest.

import type { ExchangeRow } from '../exchange-case.ts';
import {
  asked,
  cmdStrings,
  dialog,
  direct,
  explicitLogoff,
  fbaOff,
  gateway,
  hardWiredLegacy,
  hit,
  keyless,
  legacy,
  logoff,
  logoffStrings,
  logon,
  logonString,
  provenLegacy,
  shipped,
  shippedLegacy,
  signoutString,
  silent,
} from './shapes.ts';

const owa = { ...shipped, app: 'owa' };
const fba = { ...owa, vdirAuth: 'fba' };
const off = { ...owa, vdirAuth: fbaOff };

const plain = ['premium', 'light', 'typed'];
const passwordChain = [logoff, '/owa/auth/logon.aspx?reason=4'];

export const legacyFbaRows: readonly ExchangeRow[] = [
  {
    when: { ...fba, ...direct, client: plain, profile: provenLegacy },
    then: asked('none', [logoff, logon]),
    mark: 'doc',
    facts: ['E-10'],
    because: 'The old flow as the team wrote it down: logoff.owa, then back at the logon page, where the next visit starts too.',
  },
  {
    when: { ...fba, ...direct, client: plain, profile: keyless },
    then: asked('none', [logoff, logon]),
    mark: 'infer',
    facts: ['E-01', 'E-10'],
    because:
      'We take these builds to keep the old flow though their files lost the key: logoff.owa, then back at the logon page.',
  },
  {
    when: { ...fba, ...direct, client: 'password-change', profile: legacy },
    then: asked('none', passwordChain),
    mark: 'infer',
    facts: ['E-10', 'E-32'],
    because: 'After a change of password the old flow is the same, but we take the logon page to be told the reason.',
  },
  {
    when: { ...fba, ...direct, client: 'explicit', profile: legacy },
    then: asked('none', [explicitLogoff, logon]),
    mark: 'infer',
    facts: ['E-05', 'E-10'],
    because: 'From a mailbox opened by its address the request names it, and the old flow ends on the logon page all the same.',
  },
  {
    when: { ...fba, ...gateway, client: [...plain, 'password-change'], profile: legacy, logoffUrl: logoffStrings },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-10', 'T-02', 'T-04'],
    because: 'With FBA on the client does request logoff.owa; the gateway answers it itself, so Exchange keeps its session.',
  },
  {
    when: { ...fba, ...gateway, client: 'explicit', profile: legacy, logoffUrl: '/logoff.owa' },
    then: hit('alive', [explicitLogoff]),
    mark: 'infer',
    facts: ['E-05', 'E-10', 'T-02', 'T-04'],
    because: 'The mailbox’s address stands before logoff.owa, which this shorter string still finds; Exchange keeps its session.',
  },
  {
    when: { ...fba, ...gateway, client: 'explicit', profile: legacy, logoffUrl: '/owa/logoff.owa' },
    then: asked('alive', [explicitLogoff, logon]),
    mark: 'infer',
    facts: ['E-05', 'E-10', 'T-02', 'T-25'],
    because:
      'The mailbox’s address stands between /owa and /logoff.owa, so the string misses; Exchange ended its session and asks.',
  },
  ...[
    { client: plain, chain: [logoff, logon], more: [] },
    { client: 'password-change', chain: passwordChain, more: ['E-32'] },
    { client: 'explicit', chain: [explicitLogoff, logon], more: ['E-05'] },
  ].flatMap(({ client, chain, more }): readonly ExchangeRow[] => [
    {
      when: { ...fba, ...gateway, client, profile: legacy, logoffUrl: cmdStrings },
      then: asked('alive', chain),
      mark: 'infer',
      facts: [...more, 'E-10', 'E-23', 'T-25'],
      because:
        'The string belongs to the logged-off page of 2007 and 2010, which is not requested any more, so it misses; Exchange ended its session and asks.',
    },
    {
      when: { ...fba, ...gateway, client, profile: legacy, logoffUrl: signoutString },
      then: asked('alive', chain),
      mark: 'infer',
      facts: [...more, 'E-10', 'T-02', 'T-25'],
      because:
        'The old flow ends on logon.aspx and never requests signout.aspx, so the string misses; Exchange ended its session and asks.',
    },
  ]),
];

/** The dialog as it is seen; that it began with CU1 is inferred (E-07); with LegacyLogOff in the files, and in builds whose files lost the key by inference. */
const dialogs: readonly { profile: readonly string[]; mark: ExchangeRow['mark']; facts: readonly string[]; lead: string }[] = [
  { profile: hardWiredLegacy, mark: 'seen', facts: ['E-16', 'E-03'], lead: 'From CU1 on, by our dating (E-07),' },
  { profile: shippedLegacy, mark: 'seen', facts: ['E-16', 'E-03'], lead: 'With LegacyLogOff in the files as they come' },
  { profile: keyless, mark: 'infer', facts: ['E-01', 'E-16'], lead: 'If these builds keep the legacy way without the key,' },
];

const forced = [
  { client: ['light', 'typed'], facts: ['E-05', 'E-18'], who: 'Light or the address bar requests' },
  { client: 'premium', 'options.legacyForcedRequest': 'on', facts: ['E-18'], who: 'the option makes the client request' },
];

export const legacyForcedRows: readonly ExchangeRow[] = forced.flatMap(({ facts, who, ...asking }): readonly ExchangeRow[] => [
  {
    when: { ...off, ...asking, ...gateway, profile: legacy, logoffUrl: logoffStrings },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: [...facts, 'T-02', 'T-04'],
    because: `Instead of a dialog ${who} logoff.owa, where the string matches; the gateway answers, so Exchange keeps its session.`,
  },
  {
    when: { ...off, ...asking, ...gateway, profile: legacy, logoffUrl: logonString },
    then: hit('ended', [logoff, logon]),
    mark: 'infer',
    facts: [...facts, 'T-02', 'T-04'],
    because: `Instead of a dialog ${who} logoff.owa, and Exchange ends its session and sends the user to logon.aspx, which is the string.`,
  },
  {
    when: { ...off, ...asking, ...gateway, profile: legacy, logoffUrl: cmdStrings },
    then: silent('alive', [logoff, logon]),
    mark: 'infer',
    facts: [...facts, 'E-23', 'T-18'],
    because: `Though ${who} logoff.owa, the logged-off page of 2007 and 2010 is gone, so the string misses and the credentials still sent make a new session.`,
  },
  {
    when: { ...off, ...asking, ...gateway, profile: legacy, logoffUrl: signoutString },
    then: silent('alive', [logoff, logon]),
    mark: 'infer',
    facts: [...facts, 'T-02', 'T-18'],
    because: `Though ${who} logoff.owa, the chain ends on logon.aspx, so signout.aspx misses and the credentials still sent make a new session.`,
  },
  {
    when: { ...off, ...asking, ...direct, profile: legacy },
    then: silent('none', [logoff, logon]),
    mark: 'infer',
    facts,
    because: `Instead of a dialog ${who} logoff.owa; it ends at a form that is of no use, and the browser still sends its credentials.`,
  },
]);

export const dialogRows: readonly ExchangeRow[] = [
  ...dialogs.flatMap(({ profile, mark, facts, lead }): readonly ExchangeRow[] => [
    {
      when: { ...off, ...gateway, profile, client: ['premium', 'explicit'] },
      then: dialog('alive'),
      mark,
      facts,
      because: `${lead} the client only asks to close all browser windows and requests nothing, so no string can match and both sessions go on.`,
    },
    {
      when: { ...off, ...direct, profile, client: ['premium', 'explicit'] },
      then: dialog('none'),
      mark,
      facts,
      because: `${lead} the client only asks to close all browser windows and requests nothing, so Exchange is never told.`,
    },
  ]),
  {
    when: { ...off, ...gateway, profile: legacy, client: 'password-change' },
    then: dialog('alive'),
    mark: 'infer',
    facts: ['E-16', 'E-32'],
    because: 'After a change of password the client signs out as ever, by its dialog and no request, so no string can match.',
  },
  {
    when: { ...off, ...direct, profile: legacy, client: 'password-change' },
    then: dialog('none'),
    mark: 'infer',
    facts: ['E-16', 'E-32'],
    because: 'After a change of password the client signs out as ever, by its dialog and no request, so Exchange is never told.',
  },
];
