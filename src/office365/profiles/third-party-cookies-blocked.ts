import type { Office365Profile } from '../profile.ts';

export const profile: Office365Profile = {
  name: 'third-party-cookies-blocked',
  title: 'the same in a browser that blocks third-party cookies',
  signOut: 'through-logon-server',
  logoutStyle: 'page',
  groups: [['portal', 'owa', 'sharepoint']],
  browser: { zones: false, thirdPartyCookies: 'blocked' },
  mark: 'seen',
  notes: [
    'The server is that of single-sign-out; only the browser is another. The frames reach the services without their cookies, so nothing ends there, and nobody notices.',
  ],
  facts: ['O-06', 'O-08', 'O-12'],
};
