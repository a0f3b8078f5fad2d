import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu23',
  title: 'Exchange Server 2013 CU23',
  build: '15.0.1497.2',
  signOut: 'by-key',
  signOutKind: { feOwa: 'LegacyLogOff', beOwa: 'LegacyLogOff', beEcp: 'LegacyLogOff' },
  withoutKey: 'signout',
  signoutPage: 'present',
  generation: '2013',
  notes: [
    'The behaviour of CU8 is the default (update of January 2016).',
    'The shipped file of this build is seen; that of the builds between CU9 and this one is inferred.',
  ],
  facts: ['E-01', 'E-03', 'E-10', 'E-16'],
};
