import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu1',
  title: 'Exchange Server 2013 CU1',
  build: '15.0.620.29',
  signOut: 'legacy',
  signOutKind: { feOwa: 'absent', beOwa: 'absent', beEcp: 'absent' },
  withoutKey: 'signout',
  signoutPage: 'absent',
  generation: '2013',
  notes: ['The build that broke TMG: with forms-based authentication off, the client shows a dialog and requests nothing.'],
  facts: ['E-03', 'E-05', 'E-07', 'E-08', 'E-10', 'E-16'],
};
