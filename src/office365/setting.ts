import { LabError } from '../errors.ts';
import { readOffice365Options } from './options.ts';
import { office365Profiles } from './profiles.ts';

/** How long sessions live, ms. `authentication` and `owaHard` count from the sign-in, the others from the last request. */
export type Lifetimes = {
  readonly authentication: number;
  readonly portal: number;
  readonly owaIdle: number;
  readonly owaHard: number;
  readonly sharepoint: number;
};

export type Office365Setting = {
  /** Name of a profile. */
  readonly profile: string;
  /** LogonSettings.SignOutKind of its OWA, the raw value; null: absent (O-09). */
  readonly signOutKind: string | null;
  readonly ttl: Lifetimes;
  /** Named options that are not at their default. */
  readonly options: Readonly<Record<string, string>>;
};

/** Any of a setting. `ttl` and `options` replace what was there. */
export type Office365Change = Partial<Omit<Office365Setting, 'ttl'>> & { readonly ttl?: Partial<Lifetimes> };

const HOUR = 3_600_000;

/** O-10, O-13. The portal's is inferred. */
export const defaultLifetimes: Lifetimes = {
  authentication: 8 * HOUR,
  portal: HOUR,
  owaIdle: 6 * HOUR,
  owaHard: 23 * HOUR,
  sharepoint: 5 * 24 * HOUR,
};

export const firstSetting: Office365Setting = {
  profile: 'zones',
  signOutKind: 'LegacyLogOff',
  ttl: defaultLifetimes,
  options: {},
};

/** Throws configuration for a profile, option or lifetime that there is not. */
export function settingAfter(current: Office365Setting, { ttl, ...change }: Office365Change): Office365Setting {
  const next = { ...current, ...change, ttl: ttl ? { ...defaultLifetimes, ...ttl } : current.ttl };
  if (!office365Profiles.has(next.profile))
    throw new LabError(
      'configuration',
      `there is no Office 365 profile "${next.profile}"; there are ${[...office365Profiles.keys()].join(', ')}`,
    );
  readOffice365Options(next.options);
  for (const [name, ms] of Object.entries(next.ttl)) {
    if (!Object.hasOwn(defaultLifetimes, name))
      throw new LabError(
        'configuration',
        `there is no lifetime "${name}"; there are ${Object.keys(defaultLifetimes).join(', ')}`,
      );
    if (!Number.isSafeInteger(ms) || ms < 1)
      throw new LabError('configuration', `ttl.${name}: expected a whole number of milliseconds above 0, got ${ms}`);
  }
  return next;
}
