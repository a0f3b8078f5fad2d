import type { Profile } from '../profile.ts';

export const profile: Profile = {
  name: '2007',
  title: 'Exchange Server 2007 SP3',
  build: '8.3.83.6',
  signOut: 'logoff-page',
  signOutKind: { feOwa: 'absent', beOwa: 'absent', beEcp: 'absent' },
  withoutKey: 'signout',
  signoutPage: 'absent',
  generation: '2007',
  notes: [
    'Sign-out requests /owa/logoff.owa and then /owa/auth/logoff.aspx?Cmd=logoff, whatever the authentication.',
    'In co-existence its users come by a legacy public name, and its web.config stays untouched (E-24).',
  ],
  facts: ['E-19', 'E-24', 'E-33'],
};
