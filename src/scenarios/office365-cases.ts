import type { Office365Case, Office365Step, ServiceName } from './office365-case.ts';

type Profile = Office365Case['profile'];
const zones: readonly Profile[] = ['zones'];
const literal: readonly Profile[] = ['literal'];
const singleSignOut: readonly Profile[] = ['single-sign-out'];
const cookiesBlocked: readonly Profile[] = ['third-party-cookies-blocked'];
const zonesAndLiteral: readonly Profile[] = [...zones, ...literal];
const any: readonly Profile[] = [...zones, ...literal, ...singleSignOut, ...cookiesBlocked];

const start: Office365Step = { do: 'start' };
const signOut = (at: ServiceName): Office365Step => ({ do: 'sign-out', at });
const clearCookies: Office365Step = { do: 'clear-cookies' };
const closeAndReopen: Office365Step = { do: 'close-and-reopen' };
const privateWindow: Office365Step = { do: 'private-window' };
const outOfBothZones: Office365Step = { do: 'take-out-of-zones', lists: ['trusted-sites', 'local-intranet'] };
const outOfTrustedSites: Office365Step = { do: 'take-out-of-zones', lists: ['trusted-sites'] };
const outOfLocalIntranet: Office365Step = { do: 'take-out-of-zones', lists: ['local-intranet'] };
const signInBob: Office365Step = { do: 'sign-in', user: 'bob', at: 'owa' };
const wait = (by: string): Office365Step => ({ do: 'wait', by });
const openDocument: Office365Step = { do: 'open-document' };

const base = {
  suite: 'office365',
  keepMeSignedIn: false,
  signOutKind: 'LegacyLogOff',
  ttl: null,
  options: null,
  identity: 'managed',
  logoffUrl: null,
} as const;
const kept = { keepMeSignedIn: true };

/** One step of a row in each of some profiles. */
const cases = (
  profiles: readonly Profile[],
  row: number,
  step: string | null,
  action: string,
  steps: readonly Office365Step[],
  more: Partial<Office365Case> = {},
): Office365Case[] => profiles.map((profile) => ({ ...base, row, step, profile, action, steps, ...more }));

const portal = { at: 'portal', name: 'the portal', ttl: 'portal' } as const;
const owa = { at: 'owa', name: 'OWA', ttl: 'owaIdle' } as const;
const sharepoint = { at: 'sharepoint', name: 'SharePoint', ttl: 'sharepoint' } as const;
const eachService = [
  { step: 'a', ...portal },
  { step: 'b', ...owa },
  { step: 'c', ...sharepoint },
];
const owaFirst = [
  { step: 'a', ...owa },
  { step: 'b', ...portal },
  { step: 'c', ...sharepoint },
];

/** Scenarios 1 and 2. */
const scenarios = [
  ...cases(zones, 1, null, 'Sign out of OWA', [start, signOut('owa')]),
  ...cases(zones, 1, null, 'Sign out of OWA, where the logon server answers its sign-out with a page', [start, signOut('owa')], {
    options: { logoutStyle: 'page' },
  }),
  ...cases(zones, 1, null, 'Sign out of OWA, where each service is signed out alone', [start, signOut('owa')], {
    options: { signOutGroups: 'each-alone' },
  }),
  ...cases(zones, 1, null, 'Sign out of OWA, where all services are signed out together', [start, signOut('owa')], {
    options: { signOutGroups: 'all-together' },
  }),
  ...cases(zones, 2, null, 'Sign out of the portal', [start, signOut('portal')]),
  ...cases(zones, 3, null, 'Sign out of SharePoint', [start, signOut('sharepoint')]),
  ...cases(zones, 4, 'a', 'Sign out of OWA, then look at SharePoint', [start, signOut('owa')]),
  ...cases(zones, 4, 'b', 'Sign out of the portal, then look at SharePoint', [start, signOut('portal')]),
  ...cases(zones, 5, null, 'Sign out of SharePoint, then look at the portal and OWA', [start, signOut('sharepoint')]),
  ...eachService.flatMap(({ step, at, name }) =>
    cases(zones, 6, step, `Choose “Sign in as a different user” at ${name}`, [start, { do: 'different-user', at }]),
  ),
  ...eachService.flatMap(({ step, at, name }) => cases(literal, 7, step, `Sign out of ${name}`, [start, signOut(at)])),
];

const method1 = [start, signOut('owa'), clearCookies, closeAndReopen];
const method3 = [start, outOfBothZones];

/** The three methods against them. */
const methods = [
  ...cases(
    zonesAndLiteral,
    8,
    'a',
    'Method 1 after signing out of OWA: clear cookies, close, reopen, open each service',
    method1,
  ),
  ...cases(zonesAndLiteral, 8, 'b', 'Method 1 after signing out of OWA, then sign in as bob', [...method1, signInBob]),
  ...cases(zonesAndLiteral, 8, 'c', 'Method 1 after signing out of OWA, for who was kept signed in', method1, kept),
  ...cases(zonesAndLiteral, 9, 'a', 'Method 2: open each service in a private window', [start, privateWindow]),
  ...cases(zonesAndLiteral, 9, 'b', 'Method 2: sign in as bob in a private window', [start, privateWindow, signInBob]),
  ...cases(zones, 10, 'a', 'Method 3, then sign out of OWA', [...method3, signOut('owa')]),
  ...cases(zones, 10, 'b', 'Method 3, then sign out of OWA and sign in as bob', [...method3, signOut('owa'), signInBob]),
  ...cases(zones, 10, 'c', 'Half of Method 3, out of Trusted sites only, then sign out of OWA', [
    start,
    outOfTrustedSites,
    signOut('owa'),
  ]),
  ...cases(zones, 10, 'd', 'Half of Method 3, out of Local intranet only, then sign out of OWA', [
    start,
    outOfLocalIntranet,
    signOut('owa'),
  ]),
  ...cases(zones, 10, 'e', 'Method 3 before signing in, then sign out of OWA', [outOfBothZones, start, signOut('owa')]),
  ...cases(zones, 10, 'f', 'Method 3 before signing in, then sign out of the portal', [outOfBothZones, start, signOut('portal')]),
  ...cases(zones, 11, null, 'Method 3 before signing in, then sign out of SharePoint', [
    outOfBothZones,
    start,
    signOut('sharepoint'),
  ]),
  ...owaFirst.flatMap(({ step, at, name }) =>
    cases(literal, 12, step, `Method 3 before signing in, then sign out of ${name}`, [outOfBothZones, start, signOut(at)]),
  ),
];

/** Closing the browser, and letting time go by. */
const lifetimes = [
  ...cases(any, 13, null, 'Close the browser and open it again', [start, closeAndReopen]),
  ...cases(
    any,
    14,
    'a',
    'Kept signed in: close the browser and open it again after ten minutes',
    [start, wait('10m'), closeAndReopen],
    kept,
  ),
  ...cases(
    any,
    14,
    'b',
    'Kept signed in: close the browser and open it again after seven hours',
    [start, wait('7h'), closeAndReopen],
    kept,
  ),
  ...eachService.flatMap(({ step, at, name, ttl }) =>
    cases(any, 15, step, `Wait until the session cookie of ${name} is over`, [start, { do: 'wait', by: '10m 1s', ends: at }], {
      ttl: { [ttl]: '10m' },
    }),
  ),
  ...cases(any, 16, 'a', 'Wait until the authentication cookie is just over', [start, wait('8h 1s')]),
  ...cases(any, 16, 'b', 'Kept signed in: wait until the authentication cookie is just over', [start, wait('8h 1s')], kept),
  ...cases(any, 16, 'c', 'Wait four hours, open each service, and wait until the authentication cookie is just over', [
    start,
    wait('4h'),
    start,
    wait('4h 1s'),
  ]),
  ...cases(
    zones,
    16,
    'c',
    'Wait four hours, open each service, and wait until eight hours from the sign-in are just over',
    [start, wait('4h'), start, wait('4h 1s')],
    { options: { authenticationLifetime: 'sliding' } },
  ),
  ...cases(zones, 16, 'd', 'Kept signed in, for a day: wait until eight hours are just over', [start, wait('8h 1s')], {
    ...kept,
    ttl: { authenticationKept: '1d' },
  }),
  ...cases(
    any,
    17,
    null,
    'Wait until the session cookies are over and the authentication cookie nearly is',
    [start, wait('7h 59m 59s')],
    {
      ttl: { sharepoint: '1h' },
    },
  ),
];

const unlessAllEnds = any.filter((profile) => profile !== 'single-sign-out');
const invalidated = { options: { invalidation: 'on' } };
const afterSharepoint = [start, signOut('sharepoint'), openDocument];

/** Who else can use the cookies: an Office client, and whoever kept a copy. */
const cookies = [
  ...cases(any, 18, 'a', 'Kept signed in: open a SharePoint document in Office', [start, openDocument], kept),
  ...cases(
    unlessAllEnds,
    18,
    'b',
    'Kept signed in: sign out of OWA, then open a SharePoint document in Office',
    [start, signOut('owa'), openDocument],
    kept,
  ),
  ...cases(
    any,
    18,
    'c',
    'Kept signed in: sign out of SharePoint, then open a SharePoint document in Office',
    afterSharepoint,
    kept,
  ),
  ...cases(
    zones,
    18,
    'd',
    'Kept signed in, by the logon after a sign-out too: sign out of SharePoint, then open a document in Office',
    afterSharepoint,
    { ...kept, options: { cookieAfterSignOut: 'as-flagged' } },
  ),
  ...cases(any, 19, 'a', 'Open a SharePoint document in Office', [start, openDocument]),
  ...cases(any, 19, 'b', 'Open a SharePoint document in an Office that can use any cookie', [start, openDocument], {
    options: { richClient: 'any-cookie' },
  }),
  ...eachService.flatMap(({ step, at, name }) =>
    cases(zones, 20, step, `Sign out of ${name}, then send the old cookies again`, [start, signOut(at)]),
  ),
  ...cases(singleSignOut, 20, 'd', 'Sign out of OWA and so of everything, then send the old cookies again', [
    start,
    signOut('owa'),
  ]),
  ...eachService.flatMap(({ step, at, name }) =>
    cases(
      zones,
      21,
      step,
      `Sign out of ${name}, which ends sessions on the server, then send the old cookies again`,
      [start, signOut(at)],
      invalidated,
    ),
  ),
  ...cases(
    singleSignOut,
    21,
    'd',
    'Sign out of OWA and so of everything, which ends sessions on the server, then send the old cookies again',
    [start, signOut('owa')],
    invalidated,
  ),
];

const federated = { identity: 'federated' } as const;
const fromElsewhere: readonly Office365Step[] = [start, { do: 'logoff-from-elsewhere' }];

/** Later sign-outs, AD FS behind the gateway, and a sign-out that OWA did not start. */
const others = [
  ...eachService.flatMap(({ step, at, name }) => cases(singleSignOut, 22, step, `Sign out of ${name}`, [start, signOut(at)])),
  ...eachService.flatMap(({ step, at, name }) => cases(cookiesBlocked, 23, step, `Sign out of ${name}`, [start, signOut(at)])),
  ...cases(
    singleSignOut,
    24,
    'a',
    'Sign out of OWA, with AD FS behind a gateway whose rule watches for nothing',
    [start, signOut('owa')],
    federated,
  ),
  ...cases(
    singleSignOut,
    24,
    'b',
    'Sign out of OWA, with AD FS behind a gateway whose rule watches for wa=wsignout1.0',
    [start, signOut('owa')],
    { ...federated, logoffUrl: 'wa=wsignout1.0' },
  ),
  ...cases(zonesAndLiteral, 25, 'a', 'Follow another site’s link to OWA’s logoff address, under LegacyLogOff', fromElsewhere),
  ...cases(zonesAndLiteral, 25, 'b', 'Follow another site’s link to OWA’s logoff address, without LegacyLogOff', fromElsewhere, {
    signOutKind: null,
  }),
];

/** Everything that is tried. */
export const office365Cases: readonly Office365Case[] = [...scenarios, ...methods, ...lifetimes, ...cookies, ...others];
