import { LabError } from '../errors.ts';
import { loadRules, parseRules } from '../rules/load-rules.ts';
import { hashPassword, verifyPassword } from '../rules/password-hash.ts';
import type { RuleSet, UserEntry } from '../rules/publishing-rule.ts';
import { quote } from '../rules/quote.ts';
import { pathBeside, readText } from '../rules/read-text.ts';
import { checkUserName } from '../rules/users-file.ts';
import { isObject } from '../rules/value-at.ts';
import type { RulesDocument, Users } from './given-rules.ts';

const NAME = 'rules';

/**
 * The rule set of a file or folder, of YAML text (which has a line break) or of a value; `users` take the place of those that the rules
 * name, and who has the password of `inForce` keeps its hash, for another one ends sessions. Files that a text or value names are looked
 * for in the working directory. Throws RulesError with every problem.
 */
export async function readGivenRules(
  given: string | RulesDocument,
  users: Users | undefined,
  inForce?: RuleSet,
): Promise<RuleSet> {
  if (typeof given !== 'string' && !isObject(given))
    throw new LabError('configuration', `rules: expected a path, YAML text or a value, got ${typeOf(given)}`);
  const validate = inForce?.listener.validate;
  const entries = users && (await hashed(checked(users), validate?.kind === 'users' ? validate.users : []));
  if (typeof given === 'string' && !given.includes('\n')) return loadRules(given, readText, entries);
  return parseRules([{ name: NAME, text: typeof given === 'string' ? given : textOf(given) }], readReferenced, entries);
}

/** JSON is YAML. */
function textOf({ version = 1, listener = {}, rules }: RulesDocument): string {
  return JSON.stringify({ version, listener, rules }, null, 2);
}

function readReferenced(path: string, from: string): Promise<string> {
  return readText(pathBeside(from, path));
}

/** What a users file is checked for; of a password only whether it is a text. */
function checked(users: Users): Users {
  const names = Object.keys(users);
  const wrong = (sentence: string) => new LabError('configuration', `users: ${sentence}`);
  if (names.length === 0) throw wrong('expected at least one, with a password');
  const known = new Map<string, string>();
  for (const name of names) {
    const finding = checkUserName(name);
    if (finding) throw wrong(finding.message);
    const other = known.get(name.toLowerCase());
    if (other !== undefined) throw wrong(`${quote(other)} and ${quote(name)} are one name: case makes no difference`);
    known.set(name.toLowerCase(), name);
  }
  return users;
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
