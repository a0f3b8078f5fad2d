import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu7',
  title: 'Exchange Server 2013 CU7',
  build: '15.0.1044.25',
  signOut: 'by-key',
  signOutKind: { feOwa: 'LegacyLogOff', beOwa: 'LegacyLogOff', beEcp: 'LegacyLogOff' },
  withoutKey: 'signout',
  signoutPage: 'asks-mailbox',
  generation: '2013',
  notes: [
    'The first build that reads SignOutKind; ships it as LegacyLogOff.',
    'As a front end it gets along with mailbox servers on the new sign-out.',
    'Whether it has signout.aspx of its own is not known: option signoutPage.',
  ],
  facts: ['E-01', 'E-03', 'E-08', 'E-09', 'E-10', 'E-16', 'E-22'],
};
