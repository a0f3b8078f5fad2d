import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu8',
  title: 'Exchange Server 2013 CU8',
  build: '15.0.1076.9',
  signOut: 'by-key',
  signOutKind: { feOwa: 'LegacyLogOff', beOwa: 'LegacyLogOff', beEcp: 'LegacyLogOff' },
  withoutKey: 'signout',
  signoutPage: 'present',
  generation: '2013',
  notes: ['Ships signout.aspx, and still sends users to logon.aspx until SignOutKind is changed or removed.'],
  facts: ['E-01', 'E-03', 'E-09', 'E-10', 'E-16'],
};
