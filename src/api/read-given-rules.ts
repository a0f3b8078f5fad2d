import { LabError } from '../errors.ts';
import { loadRules, parseRules } from '../rules/load-rules.ts';
import { hashPassword, verifyPassword } from '../rules/password-hash.ts';
import type { RuleSet, UserEntry } from '../rules/publishing-rule.ts';
import { quote } from '../rules/quote.ts';
import { pathBeside, readText } from '../rules/read-text.ts';
import type { RulesDocument, Users } from './given-rules.ts';

const NAME = 'rules';
const USERS_FILE = 'users.yaml';

/**
 * The rule set of a file or folder, of YAML text (which has a line break) or of a value; `users` take the place of those that the rules
 * name, and who has the password of `inForce` keeps its hash, for another one ends sessions. Files that a text or value names are looked for in the working directory. Throws RulesError with every problem.
 */
export async function readGivenRules(
  given: string | RulesDocument,
  users: Users | undefined,
  inForce?: RuleSet,
): Promise<RuleSet> {
  const validate = inForce?.listener.validate;
  const entries = users === undefined ? null : await hashed(users, validate?.kind === 'users' ? validate.users : []);
  const ruleSet = await (typeof given === 'string' ? readRulesText(given) : readDocument(given, entries));
  if (entries === null) return ruleSet;
  return { ...ruleSet, listener: { ...ruleSet.listener, validate: { kind: 'users', users: entries } } };
}

function readRulesText(given: string): Promise<RuleSet> {
  return given.includes('\n') ? parseRules([{ name: NAME, text: given }], readReferenced) : loadRules(given);
}

function readDocument({ version = 1, listener = {}, rules }: RulesDocument, users: UserEntry[] | null): Promise<RuleSet> {
  const isListed = users !== null && listener['validate'] === undefined;
  const complete = { version, listener: { ...listener, ...(isListed && { validate: { users: USERS_FILE } }) }, rules };
  const read = async (path: string, from: string) =>
    isListed && path === USERS_FILE ? JSON.stringify({ users }) : readReferenced(path, from);
  return parseRules([{ name: NAME, text: JSON.stringify(complete, null, 2) }], read); // JSON is YAML
}

function readReferenced(path: string, from: string): Promise<string> {
  return readText(pathBeside(from, path));
}

function hashed(users: Users, before: readonly UserEntry[]): Promise<UserEntry[]> {
  return Promise.all(
    Object.entries(users).map(async ([name, password]: [string, unknown]) => {
      if (typeof password === 'string') {
        const same = before.find((entry) => entry.name === name);
        return same && (await verifyPassword(password, same.hash)) ? same : { name, hash: await hashPassword(password) };
      }
      throw new LabError('configuration', `users: expected a text as the password of ${quote(name)}, got ${typeOf(password)}`);
    }),
  );
}

/** Never the value: it may be a password all the same. */
function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
