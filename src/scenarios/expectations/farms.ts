// Farms of several versions, upgrades in progress, co-existence with older versions, and third-party add-ins.

import type { ExchangeRow } from '../exchange-case.ts';
import {
  announced,
  asked,
  changed,
  dialog,
  direct,
  ecpNew,
  ecpPremium,
  gateway,
  hit,
  logoff,
  logon,
  notFound,
  owaPremium,
  shipped,
  signout,
  signoutString,
  silent,
} from './shapes.ts';

const cu6 = { frontEnd: '2013-cu6' };
const cu7 = { frontEnd: '2013-cu7' };

/** Mailbox servers on the new sign-out: CU9 as announced, or the key removed on the mailbox server only. */
const announcedMailbox = { ...shipped, profile: announced };
const keyRemoved = {
  ...changed,
  profile: ['2013-cu8', '2013-cu9-shipped'],
  'signOutKind.beOwa': null,
  'signOutKind.beEcp': null,
};

const ecpByFrontEnd = [...ecpNew, '/owa/auth/logon.aspx?'];

export const farmRows: readonly ExchangeRow[] = [
  {
    when: { ...owaPremium, ...cu6, ...direct, 'options.mixedFarm': 'logon-then-logoff-loop' },
    then: asked('none', [logoff, signout, '/owa/auth/logon.aspx?url=']),
    mark: 'infer',
    facts: ['E-11', 'E-22', 'E-30'],
    because:
      'The mailbox server sends the user to signout.aspx, and CU6 takes that for a page that needs a logon and shows its form.',
  },
  {
    when: { ...owaPremium, ...cu6, ...direct, ...shipped, profile: announced, suite: 'install-order' },
    then: asked('none', [logoff, signout, notFound]),
    mark: 'infer',
    facts: ['E-11', 'E-22', 'E-25'],
    because:
      'The mailbox server was upgraded before this Client Access server, which lacks the page that the user is sent to and shows an error.',
  },
  {
    when: {
      ...owaPremium,
      ...direct,
      ...shipped,
      profile: ['2013-cu6', '2013-cu7'],
      frontEnd: announced,
      suite: 'install-order',
      vdirAuth: 'fba',
    },
    then: asked('none', [logoff, logon]),
    mark: 'late',
    facts: ['E-10', 'E-25'],
    because:
      'The mailbox server decides and is not upgraded yet, so an upgraded Client Access server still ends at the logon page.',
  },
  {
    when: { ...owaPremium, ...cu6, ...direct, ...shipped, profile: '2013-cu9-shipped', vdirAuth: 'fba' },
    then: asked('none', [logoff, logon]),
    mark: 'doc',
    facts: ['E-10', 'E-22'],
    because: 'CU9 as it came out still sends the user to the logon page, which CU6 has, so nothing goes wrong.',
  },
  ...[announcedMailbox, keyRemoved].flatMap((mailbox): readonly ExchangeRow[] => [
    {
      when: { ...owaPremium, ...cu6, ...direct, ...mailbox, vdirAuth: 'fba' },
      then: asked('none', [logoff, signout, notFound]),
      mark: 'infer',
      facts: ['E-11', 'E-22'],
      because: 'The mailbox server sends the user to signout.aspx, which CU6 does not have, so it shows an error instead.',
    },
    {
      when: { ...owaPremium, ...cu6, ...direct, ...mailbox, vdirAuth: 'basic' },
      then: silent('none', [logoff, signout, notFound]),
      mark: 'infer',
      facts: ['E-17', 'E-22'],
      because:
        'CU6 lacks signout.aspx and shows an error, and the browser still sends its Basic credentials and gets a new session.',
    },
    {
      when: { ...owaPremium, ...cu7, ...direct, ...mailbox, vdirAuth: 'fba' },
      then: asked('none', [logoff, signout]),
      mark: 'doc',
      facts: ['E-11', 'E-22'],
      because: 'From CU7 on a Client Access server copes with such a mailbox server and shows its sign-out page.',
    },
    {
      when: { ...ecpPremium, ...cu6, ...direct, ...mailbox, vdirAuth: 'basic' },
      then: silent('none', [...ecpNew, signout, notFound]),
      mark: 'infer',
      facts: ['E-14', 'E-17', 'E-22'],
      because:
        'With FBA off the mailbox server decides on signout.aspx for ECP too, which CU6 does not have, so it shows an error.',
    },
  ]),
  // With FBA the front end itself answers ECP's second request, by its own legacy setting.
  ...[
    { ...announcedMailbox, frontEnd: ['2013-cu6', '2013-cu7', '2013-cu8'] },
    { ...keyRemoved, ...cu6 },
  ].flatMap((farm): readonly ExchangeRow[] => [
    {
      when: { ...ecpPremium, ...farm, ...direct, vdirAuth: 'fba' },
      then: asked('none', ecpByFrontEnd),
      mark: 'late',
      facts: ['E-12', 'E-14', 'E-22'],
      because:
        'The logon cookies are gone after the first request, so the legacy front end answers the second itself: the logon page.',
    },
    {
      when: { ...ecpPremium, ...farm, ...gateway, vdirAuth: 'fba', logoffUrl: '/owa/logoff.owa' },
      then: hit('ended', ecpNew),
      mark: 'infer',
      facts: ['E-13', 'E-14', 'T-02', 'T-04'],
      because:
        'ECP’s second request matches; by then the front end has deleted the logon cookies, so nothing of the session is left.',
    },
    {
      when: { ...ecpPremium, ...farm, ...gateway, vdirAuth: 'fba', logoffUrl: signoutString },
      then: asked('alive', ecpByFrontEnd),
      mark: 'infer',
      facts: ['E-12', 'E-14', 'E-22', 'T-25'],
      because:
        'The legacy front end answers the second request with the logon page, so signout.aspx is never requested and misses.',
    },
  ]),
];

const coExistence = { ...owaPremium, ...gateway, suite: 'co-existence' };

/** A rule that watches /owa/logoff.owa in front of Basic, as a reader under BLOG describes it. */
export const coExistenceRows: readonly ExchangeRow[] = [
  {
    when: { ...coExistence, profile: '2007' },
    then: hit('alive', [logoff]),
    mark: 'doc',
    facts: ['E-19', 'E-24', 'T-02', 'T-04'],
    because:
      'Users with a 2007 mailbox come by a public name of their own to a farm of their own, whose sign-out requests logoff.owa.',
  },
  {
    when: { ...coExistence, profile: '2010' },
    then: hit('alive', [logoff]),
    mark: 'doc',
    facts: ['E-19', 'T-02', 'T-04'],
    because: 'A 2010 mailbox keeps its own client, which requests logoff.owa whatever the files of 2013 say.',
  },
  {
    when: { ...coExistence, ...shipped, profile: '2013-cu8' },
    then: dialog('alive'),
    mark: 'doc',
    facts: ['E-16'],
    because:
      'The 2013 client only asks to close the browser and requests nothing, so the string that works for 2010 has nothing to match.',
  },
  {
    when: { ...coExistence, ...changed, profile: '2013-cu8' },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-01', 'E-17', 'T-02', 'T-04'],
    because: 'Without the key the 2013 client requests logoff.owa as the 2010 one does, and the same rule serves both.',
  },
];

const addInLegacy = [
  { ...shipped, profile: ['2013-cu1', '2013-cu8', '2013-cu9-shipped'] },
  { ...changed, 'signOutKind.beOwa': 'LegacyLogOff' },
];
const addInNew = [
  { ...shipped, profile: announced },
  { ...changed, 'signOutKind.beOwa': null },
];
const landsOnLogon = asked('none', [logoff, logon]);
const landsOnSignout = asked('none', [logoff, signout]);

export const addInRows: readonly ExchangeRow[] = [
  ...addInLegacy.flatMap((when): readonly ExchangeRow[] => [
    {
      when: { ...when, client: 'add-in', 'options.addIn': [null, 'expects-logon'] },
      then: { ...landsOnLogon, addIn: 'works' },
      mark: 'doc',
      facts: ['E-10', 'E-26'],
      because: 'The add-in relies on landing on logon.aspx, and with the legacy sign-out it does.',
    },
    {
      when: { ...when, client: 'add-in', 'options.addIn': 'accepts-both' },
      then: { ...landsOnLogon, addIn: 'works' },
      mark: 'doc',
      facts: ['E-10', 'E-26'],
      because: 'The add-in was changed in advance and still accepts logon.aspx, where the legacy sign-out ends.',
    },
  ]),
  ...addInNew.flatMap((when): readonly ExchangeRow[] => [
    {
      when: { ...when, client: 'add-in', 'options.addIn': [null, 'expects-logon'] },
      then: { ...landsOnSignout, addIn: 'breaks' },
      mark: 'doc',
      facts: ['E-11', 'E-26'],
      because: 'The add-in relies on landing on logon.aspx, but the new sign-out ends on signout.aspx.',
    },
    {
      when: { ...when, client: 'add-in', 'options.addIn': 'accepts-both' },
      then: { ...landsOnSignout, addIn: 'works' },
      mark: 'doc',
      facts: ['E-11', 'E-26', 'E-38'],
      because: 'The add-in was changed in advance and accepts signout.aspx, where the new sign-out ends.',
    },
  ]),
];
