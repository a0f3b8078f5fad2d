import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu2',
  title: 'Exchange Server 2013 CU2',
  build: '15.0.712.24',
  signOut: 'legacy',
  signOutKind: { feOwa: 'absent', beOwa: 'absent', beEcp: 'absent' },
  withoutKey: 'signout',
  signoutPage: 'absent',
  generation: '2013',
  notes: ['Sign-out is what CU1 made it, and no key in web.config changes it.'],
  facts: ['E-03', 'E-05', 'E-08', 'E-10', 'E-16'],
};
