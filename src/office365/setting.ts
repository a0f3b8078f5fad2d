import { LabError } from '../errors.ts';
import { defaultLifetimes, type Lifetimes } from './lifetimes.ts';
import { readOffice365Options } from './options.ts';
import { office365Profiles } from './profiles.ts';

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
