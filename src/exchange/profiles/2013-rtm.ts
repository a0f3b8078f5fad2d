import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-rtm',
  title: 'Exchange Server 2013 RTM',
  build: '15.0.516.32',
  signOut: 'logoff-page',
  signOutKind: { feOwa: 'absent', beOwa: 'absent', beEcp: 'absent' },
  withoutKey: 'signout',
  signoutPage: 'absent',
  generation: '2013',
  notes: ['Before CU1 sign-out is taken to be that of 2010 [infer].'],
  facts: ['E-19', 'E-07', 'E-08'],
};
