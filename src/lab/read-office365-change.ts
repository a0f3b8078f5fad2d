import { z } from 'zod';
import { defaultLifetimes, type Lifetimes, lifetimeNames } from '../office365/lifetimes.ts';
import { readOffice365Options } from '../office365/options.ts';
import { office365Profiles } from '../office365/profiles.ts';
import { durationPattern, inUnits, milliseconds } from '../rules/duration.ts';
import { strictShape } from './check-shape.ts';
import { checkUrl } from './check-url.ts';
import type { LabOffice365, LabOffice365Change } from './office365-setting.ts';

const profiles = [...office365Profiles.keys()] as [string, ...string[]];

const lifetime = z
  .string()
  .regex(new RegExp(durationPattern), 'expected a number from 1 to 9999 and s, m, h or d, for example "10m"')
  .nullable();
const option = z.union([z.string(), z.null()], 'expected the value of an option, or null for its default');

/** The part `office365` of `PUT /api/lab`. Lifetimes and options that are not named stay, and null puts one back to its default. */
export function office365Shape(now: LabOffice365) {
  return strictShape({
    profile: z.enum(profiles).optional(),
    signOutKind: z.string().max(200).nullable().optional(),
    ttl: z
      .partialRecord(z.enum(lifetimeNames, `expected any of ${lifetimeNames.join(', ')}`), lifetime)
      .transform((given) => ({ ...now.ttl, ...inMilliseconds(given) }))
      .optional(),
    options: z
      .record(z.string(), option)
      .transform((given) => withoutDefaults({ ...now.options, ...given }))
      .superRefine(checkOptions)
      .optional(),
    adfsLogoffUrl: z.string().max(2048).superRefine(checkUrl).nullable().optional(),
  }).transform((change) => change as LabOffice365Change);
}

function inMilliseconds(given: object): Partial<Lifetimes> {
  const entries = Object.entries(given) as [keyof Lifetimes, string | null][];
  return Object.fromEntries(entries.map(([name, text]) => [name, text === null ? defaultLifetimes[name] : milliseconds(text)]));
}

function withoutDefaults(options: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(options).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function checkOptions(options: Record<string, string>, context: z.RefinementCtx): void {
  try {
    readOffice365Options(options);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
}

/** The same for people: lifetimes as `8h`. */
export function office365State({ ttl, ...rest }: LabOffice365) {
  return { ...rest, ttl: Object.fromEntries(Object.entries(ttl).map(([name, ms]) => [name, inUnits(ms)])) };
}
