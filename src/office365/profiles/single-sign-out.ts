import type { Office365Profile } from '../profile.ts';

export const profile: Office365Profile = {
  name: 'single-sign-out',
  title: 'Office 365 in 2017, one sign-out for everything',
  signOut: 'through-logon-server',
  logoutStyle: 'page',
  groups: [['portal', 'owa', 'sharepoint']],
  browser: { zones: false, thirdPartyCookies: 'allowed' },
  mark: 'seen',
  notes: ['The logon server ends the authentication, and its page tells every service in a frame.'],
  facts: ['O-06', 'O-08'],
};
