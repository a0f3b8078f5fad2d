import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2019-cu12',
  title: 'Exchange Server 2019 CU12',
  build: '15.2.1118.7',
  signOut: 'by-key',
  signOutKind: { feOwa: 'absent', beOwa: 'absent', beEcp: 'absent' },
  withoutKey: 'option landing',
  signoutPage: 'present',
  generation: '2013',
  notes: [
    'The key is absent from its files; where sign-out lands is not proven: option landing. Not covered by the Exchange team’s post.',
  ],
  facts: ['E-01', 'E-03', 'E-10', 'E-16'],
};
