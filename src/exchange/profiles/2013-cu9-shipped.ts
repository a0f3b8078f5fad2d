import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu9-shipped',
  title: 'Exchange Server 2013 CU9 as shipped',
  build: '15.0.1104.5',
  signOut: 'by-key',
  signOutKind: { feOwa: 'LegacyLogOff', beOwa: 'LegacyLogOff', beEcp: 'LegacyLogOff' },
  withoutKey: 'signout',
  signoutPage: 'present',
  generation: '2013',
  notes: ['As shipped: the announcement was withdrawn (January 2016) and the behaviour of CU8 stayed the default.'],
  facts: ['E-01', 'E-03', 'E-10', 'E-16'],
};
