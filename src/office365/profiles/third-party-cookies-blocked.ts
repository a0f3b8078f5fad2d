import type { Office365Profile } from '../profile.ts';
import { profile as singleSignOut } from './single-sign-out.ts';

export const profile: Office365Profile = {
  ...singleSignOut,
  name: 'third-party-cookies-blocked',
  title: 'Office 365 in 2017, in a browser that blocks third-party cookies',
  browser: { ...singleSignOut.browser, thirdPartyCookies: 'blocked' },
  notes: [
    'The server is that of single-sign-out; only the browser is another. The frames reach the services without their cookies, so nothing ends there, and nobody notices.',
  ],
  facts: ['O-06', 'O-08', 'O-12'],
};
