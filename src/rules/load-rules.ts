import { readdir, stat } from 'node:fs/promises';
import { normalize } from 'node:path';
import { contradictions } from './contradictions.ts';
import { overlaps } from './overlaps.ts';
import type { RuleSet, UserEntry } from './publishing-rule.ts';
import { inWords, tick } from './quote.ts';
import { pathBeside, readText } from './read-text.ts';
import { References } from './references.ts';
import { fileProblem, type Problem, RulesError } from './rules-error.ts';
import { type RulesFile, rulesFile, rulesJsonSchema } from './rules-schema.ts';
import { schemaFaults } from './schema-faults.ts';
import { toRuleSet } from './to-rule-set.ts';
import { isObject, valueAt } from './value-at.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

type RulesText = { name: string; text: string };
type Checked = { source: YamlSource; file: RulesFile | null };

/**
 * Reads the rules of a YAML file, or of all `*.yaml` files of a folder in the order of their names. File names in messages
 * are relative to the working directory, as `path` is. `read` gives the text of each file, those that the rules name included, or
 * rejects with half a sentence. `users` take the place of whatever the rules say of who may sign in. Throws RulesError (`configuration`)
 * with every problem of every file.
 */
export async function loadRules(
  path: string,
  read: (file: string) => Promise<string> = readText,
  users?: readonly UserEntry[],
): Promise<RuleSet> {
  const names = await namesAt(path);
  const problems: Problem[] = [];
  const files: RulesText[] = [];
  for (const name of names) {
    try {
      files.push({ name, text: await read(name) });
    } catch (error) {
      problems.push(fileProblem(name, `The file cannot be read: ${(error as Error).message}.`));
    }
  }
  const reader = (file: string, from: string) => read(pathBeside(from, file));
  return await check(files, reader, problems, users);
}

/** The same for texts at hand; `readReferenced` gives the text of a users or certificate file that the file `from` names. */
export function parseRules(
  files: RulesText[],
  readReferenced: (path: string, from: string) => Promise<string>,
  users?: readonly UserEntry[],
): Promise<RuleSet> {
  return check(files, readReferenced, [], users);
}

async function namesAt(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) return [path];
  const all = await readdir(path).catch((error: Error) => {
    throw new RulesError([fileProblem(path, `The folder cannot be read: ${error.message}.`)]);
  });
  // Editors and Kubernetes keep hidden copies beside the files.
  const names = all.filter((name) => name.endsWith('.yaml') && !name.startsWith('.')).sort();
  if (names.length === 0) {
    const others = all.filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.'));
    const hint =
      others.length === 0
        ? 'write one, as in rules/lab.yaml'
        : `rename ${inWords(others.slice(0, 3).map(tick), 'and')}: only names that end in .yaml are read`;
    throw new RulesError([fileProblem(path, 'The folder has no *.yaml file.', hint)]);
  }
  return names.map((name) => `${path.replace(/\/+$/, '')}/${name}`);
}

async function check(
  files: RulesText[],
  reader: (path: string, from: string) => Promise<string>,
  unreadable: Problem[],
  users: readonly UserEntry[] | undefined,
): Promise<RuleSet> {
  const all = files.map(({ name, text }) => readYaml(name, text));
  const written = all.filter((source) => !isUsersFile(source, all));
  const sources = users ? withoutValidation(written) : written;
  const problems = [...unreadable, ...sources.flatMap((source) => source.problems)];
  const readable = sources.filter((source) => source.readable);
  const schema = rulesJsonSchema();
  const checked = readable.map((source): Checked => {
    const result = rulesFile.safeParse(source.value);
    const faults = result.success ? [] : schemaFaults(result.error.issues, source.value, schema);
    problems.push(...[...faults, ...contradictions(source.value)].map(source.problem));
    return { source, file: result.success ? result.data : null };
  });
  problems.push(...overlaps(readable), ...listenersIn(readable));
  if (unreadable.length === 0 && readable.length === sources.length) problems.push(...missingIn(readable, all));
  const references = new References(reader);
  problems.push(...(await references.read(readable)));
  if (problems.length > 0) throw new RulesError(problems);
  const ruleSet = toRuleSet(
    checked.flatMap(({ source, file }) => (file === null ? [] : [{ name: source.name, file }])),
    references,
  );
  return users ? { ...ruleSet, listener: { ...ruleSet.listener, validate: { kind: 'users', users } } } : ruleSet;
}

/** As if the rules said nothing of who may sign in: a server that nobody asks stands there, so that all the rest is checked. */
function withoutValidation(sources: readonly YamlSource[]): YamlSource[] {
  const maps = sources.filter(({ value }) => isObject(value) && !Array.isArray(value));
  const holder = maps.find(({ value }) => valueAt(value, ['listener']) !== undefined) ?? maps[0];
  return sources.map((source) => {
    const listener = valueAt(source.value, ['listener']) ?? {};
    if (source !== holder || !isObject(listener) || Array.isArray(listener)) return source;
    return {
      ...source,
      value: { ...(source.value as object), listener: { ...listener, validate: { basic: 'http://127.0.0.1/' } } },
    };
  });
}

/** A file that another one names as its users, or that holds nothing but users. */
function isUsersFile(source: YamlSource, all: readonly YamlSource[]): boolean {
  const { value } = source;
  if (isObject(value) && Object.hasOwn(value, 'users') && !Object.hasOwn(value, 'listener') && !Object.hasOwn(value, 'rules'))
    return true;
  return all.some((other) => {
    const users = valueAt(other.value, ['listener', 'validate', 'users']);
    if (other === source || typeof users !== 'string') return false;
    return normalize(source.name) === normalize(pathBeside(other.name, users));
  });
}

/** One listener in all: each one after the first is a problem. */
function listenersIn(sources: readonly YamlSource[]): Problem[] {
  const [first, ...others] = sources.filter((source) => valueAt(source.value, ['listener']) !== undefined);
  if (first === undefined) return [];
  const message = `${first.place(['listener'], 'key')} has a listener already; all files together have one.`;
  return others.map((source) => source.problem({ path: ['listener'], at: 'key', message, hint: 'remove one of the two' }));
}

function missingIn(sources: readonly YamlSource[], all: readonly YamlSource[]): Problem[] {
  const [first] = sources;
  if (first === undefined) {
    const message = 'This is a list of users; there are no rules.';
    return all.slice(0, 1).map(({ name }) => fileProblem(name, message, 'give the file or folder of the rules'));
  }
  const hints = { listener: 'add `listener: { validate: { users: users.yaml } }`', rules: 'add `rules:` with at least one rule' };
  if (!sources.every(({ value }) => isObject(value) && !Array.isArray(value))) return [];
  return (['listener', 'rules'] as const).flatMap((key): Problem[] => {
    if (sources.some(({ value }) => valueAt(value, [key]) !== undefined)) return [];
    const where = sources.length === 1 ? 'this file' : `these ${sources.length} files`;
    return [fileProblem(first.name, `The key "${key}" is missing in ${where}.`, hints[key])];
  });
}
