// ECP's sign-out as the files come, 2013 CU1 and later. With FBA the front end deletes the logon cookies at the first request
// already, and answers the second itself.

import type { ExchangeRow } from '../exchange-case.ts';
import {
  announced,
  asked,
  cmdStrings,
  dialog,
  direct,
  ecpLegacy,
  ecpNew,
  ecpPremium,
  fbaOff,
  gateway,
  hardWiredLegacy,
  hit,
  keyless,
  legacy,
  logoffStrings,
  logonString,
  provenLegacy,
  shipped,
  shippedLegacy,
  signout,
  signoutString,
  silent,
} from './shapes.ts';

const ecp = { ...shipped, ...ecpPremium };
const fba = { vdirAuth: 'fba' };
const off = { vdirAuth: fbaOff };

const newSignOut: readonly {
  who: Readonly<Record<string, string>>;
  fbaMark: ExchangeRow['mark'];
  offMark: ExchangeRow['mark'];
}[] = [
  { who: { profile: announced }, fbaMark: 'doc', offMark: 'late' },
  { who: { 'options.landing': 'signout' }, fbaMark: 'infer', offMark: 'infer' },
];
const newByFrontEnd = [...ecpNew, '/owa/auth/signout.aspx?'];
const newByMailbox = [...ecpNew, signout];

export const newEcpRows: readonly ExchangeRow[] = newSignOut.flatMap(({ who, fbaMark, offMark }): readonly ExchangeRow[] => [
  {
    when: { ...ecp, ...who, ...fba, ...direct },
    then: asked('none', newByFrontEnd),
    mark: fbaMark,
    facts: ['E-12', 'E-14', 'E-21'],
    because: 'The new flow as the team wrote it down: ECP’s own page, logoff.owa, then the static sign-out page.',
  },
  {
    when: { ...ecp, ...who, ...off, ...direct },
    then: silent('none', newByMailbox),
    mark: offMark,
    facts: ['E-14', 'E-17', 'E-21'],
    because: 'The page advises closing the browser; until then the browser still sends its credentials and gets a new session.',
  },
  {
    when: { ...ecp, ...who, ...fba, ...gateway, logoffUrl: logoffStrings },
    then: hit('ended', ecpNew),
    mark: 'infer',
    facts: ['E-13', 'E-14', 'T-02', 'T-04'],
    because:
      'ECP’s second request matches; by then the front end has deleted the logon cookies, so nothing of the session is left.',
  },
  {
    when: { ...ecp, ...who, ...off, ...gateway, logoffUrl: logoffStrings },
    then: hit('alive', ecpNew),
    mark: 'infer',
    facts: ['E-14', 'E-17', 'T-02', 'T-04'],
    because: 'ECP’s second request matches, and the user context, which only logoff.owa itself would have ended, stays.',
  },
  {
    when: { ...ecp, ...who, ...fba, ...gateway, logoffUrl: signoutString },
    then: hit('ended', newByFrontEnd),
    mark: 'infer',
    facts: ['E-12', 'E-14', 'T-02', 'T-04'],
    because: 'The front end answers the second request with the sign-out page, which is the string; the logon cookies are gone.',
  },
  {
    when: { ...ecp, ...who, ...off, ...gateway, logoffUrl: signoutString },
    then: hit('ended', newByMailbox),
    mark: 'infer',
    facts: ['E-14', 'E-17', 'T-02', 'T-04'],
    because: 'Exchange ends its session at logoff.owa, ECP’s second request, and its third is the string.',
  },
  {
    when: { ...ecp, ...who, ...fba, ...gateway, logoffUrl: cmdStrings },
    then: asked('alive', newByFrontEnd),
    mark: 'infer',
    facts: ['E-12', 'E-14', 'E-23', 'T-25'],
    because:
      'ECP’s own logoff.aspx is neither in /owa/auth nor has it Cmd=logoff, so the string misses; the logon cookies are gone and Exchange asks.',
  },
  {
    when: { ...ecp, ...who, ...off, ...gateway, logoffUrl: cmdStrings },
    then: silent('alive', newByMailbox),
    mark: 'infer',
    facts: ['E-14', 'E-17', 'E-23', 'T-18'],
    because:
      'ECP’s own logoff.aspx is neither in /owa/auth nor has it Cmd=logoff, so the string misses and the credentials still sent make a new session.',
  },
  {
    when: { ...ecp, ...who, ...off, ...gateway, logoffUrl: logonString },
    then: silent('alive', newByMailbox),
    mark: 'infer',
    facts: ['E-14', 'E-17', 'T-02', 'T-18'],
    because:
      'The chain ends on signout.aspx instead of logon.aspx, so the string misses and the credentials still sent make a new session.',
  },
]);

const legacyChain = [...ecpLegacy, '/owa/auth/logon.aspx?url='];

const legacyFba: readonly ExchangeRow[] = [
  {
    when: { ...ecp, ...fba, ...direct, profile: provenLegacy },
    then: asked('none', legacyChain),
    mark: 'late',
    facts: ['E-12', 'E-13', 'E-15'],
    because: 'The old flow as the team wrote it down, but for the slip in its third step: back at the logon page of /owa/auth.',
  },
  {
    when: { ...ecp, ...fba, ...direct, profile: keyless },
    then: asked('none', legacyChain),
    mark: 'infer',
    facts: ['E-01', 'E-12', 'E-13', 'E-15'],
    because: 'We take these builds to keep the old flow though their files lost the key: ECP’s page, logoff.owa, the logon page.',
  },
  {
    when: { ...ecp, ...fba, ...gateway, profile: legacy, logoffUrl: logoffStrings },
    then: hit('ended', ecpLegacy),
    mark: 'infer',
    facts: ['E-13', 'T-02', 'T-04'],
    because:
      'ECP’s second request matches; by then the front end has deleted the logon cookies, so nothing of the session is left.',
  },
  {
    when: { ...ecp, ...fba, ...gateway, profile: legacy, logoffUrl: cmdStrings },
    then: asked('alive', legacyChain),
    mark: 'infer',
    facts: ['E-12', 'E-13', 'E-23', 'T-25'],
    because:
      'ECP’s own logoff.aspx is neither in /owa/auth nor has it Cmd=logoff, so the string misses; the logon cookies are gone and Exchange asks.',
  },
  {
    when: { ...ecp, ...fba, ...gateway, profile: legacy, logoffUrl: signoutString },
    then: asked('alive', legacyChain),
    mark: 'infer',
    facts: ['E-12', 'E-13', 'T-25'],
    because:
      'The front end answers the second request with the logon page, so signout.aspx is never requested and misses; Exchange asks.',
  },
];

const warnings: readonly { profile: readonly string[]; mark: ExchangeRow['mark']; facts: readonly string[]; lead: string }[] = [
  { profile: hardWiredLegacy, mark: 'infer', facts: ['E-04', 'E-06', 'E-07'], lead: 'From CU1 on, by our dating,' },
  { profile: shippedLegacy, mark: 'late', facts: ['E-04', 'E-06'], lead: 'With LegacyLogOff in the files as they come' },
  {
    profile: keyless,
    mark: 'infer',
    facts: ['E-01', 'E-04', 'E-06'],
    lead: 'If these builds keep the legacy way without the key,',
  },
];

export const legacyEcpRows: readonly ExchangeRow[] = [
  ...legacyFba,
  ...warnings.flatMap(({ profile, mark, facts, lead }): readonly ExchangeRow[] => [
    {
      when: { ...ecp, ...off, ...gateway, profile },
      then: dialog('alive'),
      mark,
      facts,
      because: `${lead} ECP only shows a warning and requests nothing with FBA off, so no string can match and both sessions go on.`,
    },
    {
      when: { ...ecp, ...off, ...direct, profile },
      then: dialog('none'),
      mark,
      facts,
      because: `${lead} ECP only shows a warning and requests nothing with FBA off, so Exchange is never told.`,
    },
  ]),
];
