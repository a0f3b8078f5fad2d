import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu11',
  title: 'Exchange Server 2013 CU11',
  build: '15.0.1156.6',
  signOut: 'by-key',
  signOutKind: { feOwa: 'LegacyLogOff', beOwa: 'LegacyLogOff', beEcp: 'LegacyLogOff' },
  withoutKey: 'signout',
  signoutPage: 'present',
  generation: '2013',
  notes: ['The behaviour of CU8 is the default (update of January 2016).'],
  fieldReports: ['From here on a changed key works only with FBA on the server.'],
  facts: ['E-01', 'E-03', 'E-10', 'E-16'],
};
