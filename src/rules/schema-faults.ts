import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { found, inWords, quote, tick } from './quote.ts';
import type { Fault } from './rules-error.ts';
import { isObject, valueAt } from './value-at.ts';

/** The part of JSON Schema that is asked for known keys, values and descriptions. */
export type SchemaNode = {
  type?: string;
  description?: string;
  pattern?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  enum?: readonly unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
};

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What zod found, in sentences for the person who wrote the file. */
export function schemaFaults(issues: readonly Issue[], value: unknown, schema: SchemaNode): Fault[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey(key, issue.path, nodeAt(schema, issue.path)));
    return isBesideThePoint(issue, value) ? [] : [faultOf(issue, value, nodeAt(schema, issue.path))];
  });
}

/** How long a list is that is none, and a number too large twice over, is said by another issue already. */
function isBesideThePoint(issue: Issue, value: unknown): boolean {
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return false;
  if (issue.origin === 'int') return true;
  return issue.origin === 'array' && !Array.isArray(valueAt(value, issue.path));
}

function faultOf(issue: Issue, value: unknown, node: SchemaNode): Fault {
  const { path } = issue;
  const parent = valueAt(value, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof key === 'string' && isObject(parent) && !Object.hasOwn(parent, key)) return missingKey(key, path, node);
  if (issue.code === 'custom') return { path, at: 'value', message: issue.message, hint: textOrNull(issue.params?.['hint']) };
  if (node.type === 'integer') return wrongValue(path, valueAt(value, path), node);
  if (issue.code === 'too_small')
    return { path, at: 'value', message: `${subject(path)} has no entry; at least one is needed.`, hint: aboutOf(path, node) };
  if (issue.code === 'too_big')
    return { path, at: 'value', message: `${subject(path)} has more than ${issue.maximum} entries.`, hint: null };
  return wrongValue(path, valueAt(value, path), node);
}

function unknownKey(key: string, path: Path, node: SchemaNode): Fault {
  const known = Object.keys(node.properties ?? {});
  const near = nearest(key, known);
  const hint = near === null ? `the keys known here are ${inWords(known.map(tick), 'and')}` : `did you mean ${tick(near)}?`;
  return { path: [...path, key], at: 'key', message: `There is no key ${quote(key)} in ${nameOf(path)}.`, hint };
}

function missingKey(key: string, path: Path, node: SchemaNode): Fault {
  const hint = node.const === undefined ? aboutOf(path, node) : `add ${tick(`${key}: ${node.const}`)}`;
  return {
    path: path.slice(0, -1),
    at: 'value',
    message: `The key ${quote(key)} is missing in ${nameOf(path.slice(0, -1))}.`,
    hint,
  };
}

function wrongValue(path: Path, value: unknown, node: SchemaNode): Fault {
  const choices = (node.const === undefined ? (node.enum ?? []) : [node.const]).map(String);
  if (choices.length === 0) {
    const message = `${subject(path)} must be ${typeInWords(node)}, but it is ${found(value)}.`;
    return { path, at: 'value', message, hint: typeHint(path, value, node) };
  }
  if (typeof value === 'string' && choices.includes(value)) {
    return {
      path,
      at: 'value',
      message: `${subject(path)} must be the number ${value}, but it is ${found(value)}.`,
      hint: 'leave out the quotes',
    };
  }
  const near = typeof value === 'string' ? nearest(value, choices) : null;
  const message = `${subject(path)} must be ${inWords(choices, 'or')}, but it is ${found(value)}; anything else is not supported.`;
  return { path, at: 'value', message, hint: near === null ? aboutOf(path, node) : `did you mean ${tick(near)}?` };
}

function typeHint(path: Path, value: unknown, node: SchemaNode): string | null {
  if (node.type === 'array' && typeof value === 'string' && value.length < 60) return `write it as a list: ${tick(`[${value}]`)}`;
  if (node.type === 'boolean' && typeof value === 'string' && /^(yes|on|y)$/i.test(value)) return 'write `true`';
  if (node.type === 'boolean' && typeof value === 'string' && /^(no|off|n)$/i.test(value)) return 'write `false`';
  if (node.type === 'string' && node.pattern === undefined && ['number', 'boolean'].includes(typeof value))
    return 'put quotes around it';
  return aboutOf(path, node);
}

function typeInWords({ type, minimum, maximum }: SchemaNode): string {
  const words: Record<string, string> = {
    object: 'a mapping of keys to values',
    array: 'a list',
    string: 'a text',
    boolean: 'true or false',
    integer: `a whole number from ${minimum} to ${maximum}`,
  };
  return words[type ?? ''] ?? 'another kind of value';
}

/** How a sentence calls the place that a path leads to. */
function nameOf(path: Path): string {
  const key = path.at(-1);
  if (key === undefined) return 'the file';
  if (typeof key !== 'number') return quote(String(key));
  return `entry ${key + 1} of ${nameOf(path.slice(0, -1))}`;
}

/** The same at the beginning of a sentence. */
function subject(path: Path): string {
  const name = nameOf(path);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function aboutOf(path: Path, { description }: SchemaNode): string | null {
  const key = path.at(-1);
  return description === undefined ? null : `${typeof key === 'string' ? `${tick(key)}: ` : ''}${description}`;
}

function nodeAt(schema: SchemaNode, path: Path): SchemaNode {
  return path.reduce<SchemaNode>(
    (node, key) => (typeof key === 'number' ? node.items : node.properties?.[String(key)]) ?? {},
    schema,
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
