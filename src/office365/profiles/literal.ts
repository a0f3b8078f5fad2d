import type { Office365Profile } from '../profile.ts';

export const profile: Office365Profile = {
  name: 'literal',
  title: 'Office 365 in 2013, KB read literally',
  signOut: 'service-only',
  logoutStyle: 'redirect',
  groups: [['portal'], ['owa'], ['sharepoint']],
  browser: { zones: false, thirdPartyCookies: 'allowed' },
  mark: 'infer',
  notes: [
    'A sign-out clears the cookie of its service, and loads the page again. Nobody tells the logon server.',
    'Agrees with every statement of KB but Method 3, and behaves so in any browser.',
  ],
  facts: ['O-02', 'O-05'],
};
