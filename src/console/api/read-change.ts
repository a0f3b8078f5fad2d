import { z } from 'zod';
import { LabError } from '../../errors.ts';
import { people } from '../../exchange/directory.ts';
import { readOptions } from '../../exchange/options.ts';
import type { WebConfigFile } from '../../exchange/web-config/web-config.ts';
import type { LabChange, LabSetting } from '../../lab/lab-setting.ts';
import { spanInMilliseconds, spanPattern } from '../../rules/duration.ts';
import { nearest } from '../../rules/nearest.ts';
import { valueAt } from '../../rules/value-at.ts';
import { checkUrl } from './check-url.ts';
import { office365Shape } from './read-office365-change.ts';

/** The three web.config files, by the names that the API uses. */
export const webConfigFiles: readonly WebConfigFile[] = ['feOwa', 'beOwa', 'beEcp'];

const accounts = people.map(({ account }) => account);
const value = z.string().max(200).nullable().optional();
const text = z.string().optional();
const option = z.union([z.string(), z.boolean(), z.null()], 'expected the value of an option, or null for its default');

/**
 * The body of `PUT /api/lab`. `setting` is what stands there now: options that are not named stay. Throws bad-request with every
 * problem; whether a web.config can be read is seen when it is saved.
 */
export function readLabChange(body: unknown, profiles: readonly string[], setting: LabSetting): LabChange {
  const profile = z.enum(profiles as [string, ...string[]]).optional();
  const shape = z
    .strictObject({
      profile,
      frontEnd: profile,
      mailboxes: z
        .record(z.string(), z.enum(profiles as [string, ...string[]]))
        .superRefine(checkAccounts)
        .optional(),
      vdirAuth: z.enum(['fba', 'basic', 'windows', 'digest', 'adfs']).optional(),
      signOutKind: z.strictObject({ feOwa: value, beOwa: value, beEcp: value }).optional(),
      webConfig: z.strictObject({ feOwa: text, beOwa: text, beEcp: text }).optional(),
      options: z.record(z.string(), option).transform(optionsAfter(setting)).superRefine(checkOptions).optional(),
      logoffUrl: z.string().max(2048).superRefine(checkUrl).nullable().optional(),
      match: z.enum(['contains', 'query', 'exact']).optional(),
      ignoreCase: z.boolean().optional(),
      onLogoff: z.enum(['page', 'pass-through', 'redirect']).optional(),
      forwardToBackend: z.boolean().optional(),
      clearCookies: z.boolean().optional(),
      office365: office365Shape(setting.office365).optional(),
    })
    .superRefine((change, context) => {
      for (const message of contradictions(change as LabChange, setting)) context.addIssue({ code: 'custom', message });
    });
  return withoutUndefined(check(shape, body)) as LabChange;
}

/** Options that are not named stay, and null puts one back to its default. */
function optionsAfter({ options }: LabSetting) {
  return (given: Record<string, string | boolean | null>): Record<string, string> => {
    const all = Object.entries({ ...options, ...given }).filter(([, chosen]) => chosen !== null);
    return Object.fromEntries(all.map(([name, chosen]) => [name, String(chosen)]));
  };
}

/** What is right by itself but not together. */
function contradictions(change: LabChange, setting: LabSetting): string[] {
  const both = webConfigFiles.filter(
    (file) => change.signOutKind?.[file] !== undefined && change.webConfig?.[file] !== undefined,
  );
  const sentences = both.map((file) => `${file}: give its signOutKind or its whole webConfig, not both`);
  const { match = setting.match, logoffUrl = setting.logoffUrl, onLogoff = setting.onLogoff, forwardToBackend } = change;
  if (match === 'exact' && logoffUrl !== null && !logoffUrl.startsWith('/'))
    sentences.push('match exact needs a logoffUrl that begins with /, as every path does');
  if (onLogoff === 'pass-through' && forwardToBackend === false)
    sentences.push('onLogoff pass-through answers what the back end answers, so forwardToBackend cannot be false');
  return sentences;
}

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

/** No clock of a computer goes further: the year 9999. */
const LAST_TIME = Date.UTC(9999, 11, 31);

/** The body of `POST /api/clock`: `{"advance": "8h 1s"}` → ms. `now`: where the clock stands, ms. */
export function readSpan(body: unknown, now: number): number {
  const span = z.string().regex(spanPattern, 'expected a number and s, m, h or d, for example "10m" or "8h 1s"');
  const { advance } = check(z.strictObject({ advance: span }), body);
  const ms = spanInMilliseconds(advance);
  if (now + ms > LAST_TIME) throw new LabError('bad-request', 'advance: the clock ends with the year 9999');
  return ms;
}

/** The body of a request that needs none: `{}`. */
export function readNothing(body: unknown): void {
  check(z.strictObject({}), body);
}

/** The body in the shape that is wanted. Throws bad-request with every problem. */
export function check<Shape>(schema: z.ZodType<Shape>, body: unknown): Shape {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const all = read.error.issues.map((issue) => cut(`${issue.path.join('.') || 'body'}: ${sentenceOf(issue, body)}`));
  const more = all.length > MOST_PROBLEMS ? [`and ${all.length - MOST_PROBLEMS} more`] : [];
  throw new LabError('bad-request', [...all.slice(0, MOST_PROBLEMS), ...more].join('; '));
}

/** Of a value that is none of those that there are: what there is, what came, and what may have been meant. */
function sentenceOf(issue: z.core.$ZodIssue, body: unknown): string {
  if (issue.code !== 'invalid_value') return issue.message;
  const values = issue.values.map(String);
  const given = valueAt(body, issue.path);
  const near = typeof given === 'string' ? nearest(given, values) : null;
  return `expected one of ${values.join(', ')}, got ${JSON.stringify(given)}${near ? `; did you mean ${near}?` : ''}`;
}

const MOST_PROBLEMS = 20;
const LONGEST_PROBLEM = 600;

function cut(text: string): string {
  return text.length > LONGEST_PROBLEM ? `${text.slice(0, LONGEST_PROBLEM)}…` : text;
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}
