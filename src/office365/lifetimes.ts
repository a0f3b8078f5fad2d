/** How long something lives, unless set otherwise; what that counts from, and how well it is known. */
type Lifetime = { ms: number; of: string; since: string; mark: 'doc' | 'infer'; facts: readonly string[] };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const office365Lifetimes = {
  authentication: { ms: 8 * HOUR, of: 'authentication cookie', since: 'the sign-in', mark: 'doc', facts: ['O-02', 'O-13'] },
  authenticationKept: {
    ms: 8 * HOUR,
    of: 'authentication cookie of who is kept signed in',
    since: 'the sign-in',
    mark: 'infer',
    facts: ['O-13'],
  },
  portal: { ms: HOUR, of: 'session at the portal', since: 'the last request', mark: 'infer', facts: ['O-10'] },
  owaIdle: { ms: 6 * HOUR, of: 'session at OWA, unused', since: 'the last request', mark: 'doc', facts: ['O-10'] },
  owaHard: { ms: 23 * HOUR, of: 'session at OWA, in all', since: 'its beginning', mark: 'doc', facts: ['O-10'] },
  sharepoint: { ms: 5 * DAY, of: 'session at SharePoint, unused', since: 'the last request', mark: 'doc', facts: ['O-10'] },
} as const satisfies Record<string, Lifetime>;

/** How long each lives now, ms. */
export type Lifetimes = { readonly [Name in keyof typeof office365Lifetimes]: number };

export const lifetimeNames = Object.keys(office365Lifetimes) as [keyof Lifetimes, ...(keyof Lifetimes)[]];

export const defaultLifetimes = Object.fromEntries(lifetimeNames.map((name) => [name, office365Lifetimes[name].ms])) as Lifetimes;
