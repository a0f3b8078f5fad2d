import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2016-rtm',
  title: 'Exchange Server 2016 RTM',
  build: '15.1.225.42',
  signOut: 'by-key',
  signOutKind: { feOwa: 'LegacyLogOff', beOwa: 'LegacyLogOff', beEcp: 'LegacyLogOff' },
  withoutKey: 'signout',
  signoutPage: 'present',
  generation: '2013',
  notes: ['The behaviour of 2013 CU8 is the default (update of January 2016).'],
  facts: ['E-01', 'E-03', 'E-10', 'E-16'],
};
