import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2010',
  title: 'Exchange Server 2010 SP3',
  build: '14.3.123.4',
  signOut: 'logoff-page',
  shipped: { feOwa: null, beOwa: null, beEcp: null },
  signoutPage: false,
  logonStub: false,
  notes: ['Sign-out requests /owa/logoff.owa and then /owa/auth/logoff.aspx?Cmd=logoff, whatever the authentication.'],
  facts: ['E-19'],
};
