import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu6',
  title: 'Exchange Server 2013 CU6',
  build: '15.0.995.29',
  signOut: 'legacy',
  signOutKind: { feOwa: 'absent', beOwa: 'absent', beEcp: 'absent' },
  withoutKey: 'signout',
  signoutPage: 'absent',
  generation: '2013',
  notes: [
    'Sign-out is what CU1 made it, and no key in web.config changes it.',
    'As a front end it has trouble with mailbox servers on the new sign-out (E-22).',
  ],
  facts: ['E-03', 'E-05', 'E-08', 'E-10', 'E-16', 'E-22'],
};
