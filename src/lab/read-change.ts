import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { people } from '../exchange/directory.ts';
import { readOptions } from '../exchange/options.ts';
import type { WebConfigFile } from '../exchange/web-config/web-config.ts';
import { isObject, valueAt } from '../rules/value-at.ts';
import { checkShape, strictShape } from './check-shape.ts';
import { checkUrl } from './check-url.ts';
import type { LabChange, LabSetting } from './lab-setting.ts';
import { office365Shape } from './read-office365-change.ts';

/** The three web.config files, by the names that the API uses. */
export const webConfigFiles: readonly WebConfigFile[] = ['feOwa', 'beOwa', 'beEcp'];

const accounts = people.map(({ account }) => account);
const value = z.string().max(200).nullable().optional();
const text = z.string().optional();
const option = z.union([z.string(), z.boolean(), z.null()], 'expected the value of an option, or null for its default');

/** What a change of the lab is checked against. */
type ChangeContext = {
  /** Names of the builds that there are. */
  profiles: readonly string[];
  /** What stands there now: options and lifetimes that are not named stay. */
  setting: LabSetting;
  /** Code of the error. */
  code: ErrorCode;
};

/**
 * A change of the lab that somebody gives: the body of `PUT /api/lab`, or what a test says to `Lab.configure`. Throws a LabError with
 * every problem; whether a web.config can be read is seen when it is saved.
 */
export function readLabChange(given: unknown, { profiles, setting, code }: ChangeContext): LabChange {
  const profile = z.enum(profiles as [string, ...string[]]);
  const shape = strictShape({
    ...serverFields(profiles, setting.options),
    mailboxes: z.record(z.string(), profile).superRefine(checkAccounts).optional(),
    logoffUrl: z.string().max(2048).superRefine(checkUrl).nullable().optional(),
    match: z.enum(['contains', 'query', 'exact']).optional(),
    ignoreCase: z.boolean().optional(),
    onLogoff: z.enum(['page', 'pass-through', 'redirect']).optional(),
    forwardToBackend: z.boolean().optional(),
    clearCookies: z.boolean().optional(),
    office365: office365Shape(setting.office365).optional(),
  }).superRefine(
    saying((change) => [...givenTwice(change), ...contradictions(change, setting)]),
    always,
  );
  return withoutUndefined(checkShape(shape, given, code));
}

/** What can be said of one Exchange, a front end and a mailbox server. Throws a LabError (`configuration`) with every problem. */
export function readServers(given: unknown, profiles: readonly string[]): ServerChange {
  const shape = strictShape(serverFields(profiles, {})).superRefine(saying(givenTwice), always);
  return withoutUndefined(checkShape(shape, given, 'configuration'));
}

type ServerChange = Pick<LabChange, 'profile' | 'frontEnd' | 'vdirAuth' | 'signOutKind' | 'webConfig' | 'options'>;

function serverFields(profiles: readonly string[], options: LabSetting['options']) {
  const profile = z.enum(profiles as [string, ...string[]]).optional();
  return {
    profile,
    frontEnd: profile,
    vdirAuth: z.enum(['fba', 'basic', 'windows', 'digest', 'adfs']).optional(),
    signOutKind: strictShape({ feOwa: value, beOwa: value, beEcp: value }).transform(withoutUndefined).optional(),
    webConfig: strictShape({ feOwa: text, beOwa: text, beEcp: text }).transform(withoutUndefined).optional(),
    options: z.record(z.string(), option).transform(optionsAfter(options)).superRefine(checkOptions).optional(),
  };
}

/** Options that are not named stay, and null puts one back to its default. */
function optionsAfter(options: LabSetting['options']) {
  return (given: Record<string, string | boolean | null>): Record<string, string> => {
    const all = Object.entries({ ...options, ...given }).filter(([, chosen]) => chosen !== null);
    return Object.fromEntries(all.map(([name, chosen]) => [name, String(chosen)]));
  };
}

/** A change whose values nobody has found right yet. */
type Unchecked<Change> = { readonly [Key in keyof Change]?: unknown };

/** For one file there is a value or a whole file. */
function givenTwice({ signOutKind, webConfig }: Unchecked<ServerChange>): string[] {
  const both = webConfigFiles.filter((file) => [signOutKind, webConfig].every((files) => valueAt(files, [file]) !== undefined));
  return both.map((file) => `${file}: give its signOutKind or its whole webConfig, not both`);
}

/** What is right by itself but not together. */
function contradictions(change: Unchecked<LabChange>, setting: LabSetting): string[] {
  const sentences: string[] = [];
  const { match = setting.match, logoffUrl = setting.logoffUrl, onLogoff = setting.onLogoff, forwardToBackend } = change;
  if (match === 'exact' && typeof logoffUrl === 'string' && !logoffUrl.startsWith('/'))
    sentences.push('match exact needs a logoffUrl that begins with /, as every path does');
  if (onLogoff === 'pass-through' && forwardToBackend === false)
    sentences.push('onLogoff pass-through answers what the back end answers, so forwardToBackend cannot be false');
  return sentences;
}

function saying<Change>(wrongs: (change: Change) => string[]) {
  return (change: Change, context: z.RefinementCtx) => {
    for (const message of wrongs(change)) context.addIssue({ code: 'custom', message });
  };
}

/** Also where something else is wrong, so that all of it is told at once. */
const always = { when: ({ value }: { value: unknown }) => isObject(value) };

function checkAccounts(mailboxes: Record<string, string>, context: z.RefinementCtx): void {
  for (const account of Object.keys(mailboxes))
    if (!accounts.includes(account))
      context.addIssue({ code: 'custom', message: `no user "${account}"; there are ${accounts.join(', ')}` });
}

function checkOptions(options: Record<string, string>, context: z.RefinementCtx): void {
  try {
    readOptions(options);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
}

function withoutUndefined<Given extends object>(given: Given): Defined<Given> {
  return Object.fromEntries(Object.entries(given).filter(([, inner]) => inner !== undefined)) as Defined<Given>;
}

type Defined<Given> = { [Key in keyof Given]: Exclude<Given[Key], undefined> };
