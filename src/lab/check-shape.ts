import { z } from 'zod';
import { type ErrorCode, LabError } from '../errors.ts';
import { nearest } from '../rules/nearest.ts';
import { valueAt } from '../rules/value-at.ts';

/** An object with these fields and no others: of another one it says which there are. */
export function strictShape<Fields extends z.ZodRawShape>(fields: Fields) {
  const known = Object.keys(fields);
  return z.strictObject(fields, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys as string[], known) : undefined),
  });
}

/** The value in the shape that is wanted. Throws a LabError, `code`, with every problem. */
export function checkShape<Shape>(schema: z.ZodType<Shape>, given: unknown, code: ErrorCode): Shape {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const all = read.error.issues.map((issue) => cut(`${placeOf(issue)}${sentenceOf(issue, given)}`));
  const more = all.length > MOST_PROBLEMS ? [`and ${all.length - MOST_PROBLEMS} more`] : [];
  throw new LabError(code, [...all.slice(0, MOST_PROBLEMS), ...more].join('; '));
}

function placeOf({ path }: z.core.$ZodIssue): string {
  return path.length === 0 ? '' : `${path.join('.')}: `;
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  const named = keys.slice(0, MOST_PROBLEMS).map((key) => `${JSON.stringify(key)}${meant(key, known)}`);
  return `unknown ${keys.length === 1 ? 'key' : 'keys'} ${named.join(', ')}; expected ${known.join(', ') || 'none'}`;
}

function meant(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near ? ` (did you mean ${near}?)` : '';
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
