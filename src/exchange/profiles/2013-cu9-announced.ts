import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu9-announced',
  title: 'Exchange Server 2013 CU9 as announced',
  build: '15.0.1104.5',
  signOut: 'by-key',
  signOutKind: { feOwa: 'commented-out', beOwa: 'commented-out', beEcp: 'commented-out' },
  withoutKey: 'signout',
  signoutPage: 'present',
  generation: '2013',
  notes: ['As announced in February 2015: the key is commented out, so sign-out requests logoff.owa and ends on signout.aspx.'],
  facts: ['E-01', 'E-11', 'E-17', 'E-21'],
};
