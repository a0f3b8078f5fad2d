import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2016-cu23',
  title: 'Exchange Server 2016 CU23',
  build: '15.1.2507.6',
  signOut: 'by-key',
  signOutKind: { feOwa: 'absent', beOwa: 'absent', beEcp: 'absent' },
  withoutKey: 'option landing',
  signoutPage: 'present',
  generation: '2013',
  notes: ['The key is absent from its files; where sign-out lands is not proven: option landing.'],
  fieldReports: ['Changing the key no longer works from 2016 CU4 on.'],
  facts: ['E-01', 'E-03', 'E-10', 'E-16'],
};
