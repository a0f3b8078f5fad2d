import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2013-cu1',
  title: 'Exchange Server 2013 CU1',
  build: '15.0.620.29',
  signOut: 'legacy',
  shipped: { feOwa: null, beOwa: null, beEcp: null },
  signoutPage: false,
  logonStub: true,
  notes: ['The build that broke TMG: with forms-based authentication off, the client shows a dialog and requests nothing.'],
  facts: ['E-03', 'E-05', 'E-07', 'E-08', 'E-10', 'E-16'],
};
