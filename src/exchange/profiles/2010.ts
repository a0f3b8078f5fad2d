import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2010',
  title: 'Exchange Server 2010 SP3',
  build: '14.3.123.4',
  signOut: 'logoff-page',
  signOutKind: { feOwa: 'absent', beOwa: 'absent', beEcp: 'absent' },
  withoutKey: 'signout',
  signoutPage: 'absent',
  generation: '2010',
  notes: [
    'Sign-out requests /owa/logoff.owa and then /owa/auth/logoff.aspx?Cmd=logoff, whatever the authentication.',
    'Its Light client sends a canary with the sign-out.',
  ],
  facts: ['E-19', 'E-33'],
};
