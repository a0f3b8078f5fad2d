import { type Chosen, type NamedOption, readNamedOptions } from '../named-options.ts';

/** The named options of the mock Office 365 (DOMAIN 4). */
export const office365Options = {
  logoutStyle: {
    values: ['by-profile', 'redirect', 'page'],
    mark: 'infer',
    fact: 'O-05',
    meaning:
      'how the logon server answers a sign-out: with a redirect back, or with a page of its own that tells the services in frames',
  },
  signOutGroups: {
    values: ['by-profile', 'each-alone', 'all-together'],
    mark: 'infer',
    fact: 'O-06',
    meaning: 'which services are signed out together, where the logon server is told of a sign-out',
  },
  invalidation: {
    values: ['off', 'on'],
    mark: 'infer',
    fact: 'O-02',
    meaning: 'on: a sign-out ends the session on the server too, so that its cookie is worth nothing when it is sent again',
  },
  cookieAfterSignOut: {
    values: ['session', 'as-flagged'],
    mark: 'infer',
    fact: 'O-03',
    meaning:
      'what a service sets when the authentication cookie signs a user in again after a sign-out: a cookie in memory, as KB words it, or one that outlives the browser if the user chose to be kept signed in',
  },
  authenticationLifetime: {
    values: ['absolute', 'sliding'],
    mark: 'infer',
    fact: 'O-13',
    meaning: 'whether the eight hours of the authentication cookie count from the sign-in, or from the last silent logon by it',
  },
  rootCookie: {
    values: ['opens-sites', 'ignored'],
    mark: 'infer',
    fact: 'O-07',
    meaning: 'whether rtFa, the cookie of the whole SharePoint domain, opens another site without asking the logon server',
  },
} as const satisfies Record<string, NamedOption>;

export type Office365Options = Chosen<typeof office365Options>;

/** Every option with its value: the given one, else the default. Throws configuration on a name or value that there is not. */
export function readOffice365Options(given: Readonly<Record<string, string>> = {}): Office365Options {
  return readNamedOptions(office365Options, given, ' of Office 365');
}
