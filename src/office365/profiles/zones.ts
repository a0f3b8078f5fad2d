import type { Office365Profile } from '../profile.ts';

export const profile: Office365Profile = {
  name: 'zones',
  title: 'Office 365 in 2013, the logon server in a trusted zone',
  signOut: 'through-logon-server',
  logoutStyle: 'redirect',
  groups: [['portal', 'owa'], ['sharepoint']],
  browser: { zones: true, thirdPartyCookies: 'allowed' },
  mark: 'infer',
  notes: [
    'The browser keeps cookies apart by zone. The redirect of a sign-out runs with the cookies of the zone that it started in, and never reaches the authentication cookie.',
    'The one model that agrees with every statement of KB, Method 3 included.',
  ],
  facts: ['O-05', 'O-06'],
};
