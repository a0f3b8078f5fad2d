import { z } from 'zod';
import { checkedText } from './checked-text.ts';
import { hashPattern, parseHash } from './password-hash.ts';
import type { UserEntry } from './publishing-rule.ts';
import { quote } from './quote.ts';
import type { Finding, Problem } from './rules-error.ts';
import { type SchemaNode, schemaFaults } from './schema-faults.ts';
import { entriesAt, valueAt } from './value-at.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

const usersAtMost = 10_000;

/** Why a text is no user name, or null. */
export function checkUserName(text: string): Finding | null {
  if (/\p{Cc}/u.test(text)) {
    return {
      message: `${quote(text)} holds a control character.`,
      hint: "in double quotes YAML reads \\a and \\b as control characters: use single quotes, as in 'lab\\alice'",
    };
  }
  if (text.includes(':'))
    return { message: `${quote(text)} holds a colon, which a user name sent with Basic authentication cannot have.`, hint: null };
  if (text === '' || text.trim() !== text) {
    return {
      message: `${quote(text)} is not a user name.`,
      hint: "write it as people type it, such as 'lab\\alice', without spaces around it",
    };
  }
  return null;
}

function checkHash(text: string): Finding | null {
  const hash = parseHash(text);
  return typeof hash === 'string'
    ? {
        message: `This password hash cannot be used: ${hash}.`,
        hint: 'make a new one with `npx logoff-lab rules hash-password`',
      }
    : null;
}

const usersFile = z
  .strictObject({
    version: z.literal(1).optional().meta({ description: 'Version of this format: 1.' }),
    users: z
      .array(
        z.strictObject({
          name: checkedText(checkUserName).meta({ description: 'User name as people type it.' }),
          hash: checkedText(checkHash).meta({
            description: 'scrypt$N$r$p$salt$key, salt and key in base64.',
            pattern: hashPattern,
          }),
        }),
      )
      .min(1)
      .max(usersAtMost)
      .meta({ description: 'Who may sign in.' }),
  })
  .meta({ description: 'A users file has the key users, a list of names and hashes.' });

/** The users of a users file, or all that is wrong with it. */
export function readUsers(name: string, text: string): { users: readonly UserEntry[]; problems: Problem[] } {
  const source = readYaml(name, text);
  if (!source.readable) return { users: [], problems: source.problems };
  const result = usersFile.safeParse(source.value);
  const schema = z.toJSONSchema(usersFile, { io: 'input' }) as SchemaNode;
  const faults = result.success ? [] : schemaFaults(result.error.issues, source.value, schema);
  const problems = [...source.problems, ...faults.map(source.problem), ...twice(source)];
  return { users: result.success ? result.data.users : [], problems };
}

/** Names are compared without regard to case, as Windows does. */
function twice(source: YamlSource): Problem[] {
  const first = new Map<string, string>();
  return entriesAt(source.value, ['users'], usersAtMost).flatMap(({ path }): Problem[] => {
    const place = [...path, 'name'];
    const name = valueAt(source.value, place);
    if (typeof name !== 'string') return [];
    const other = first.get(name.toLowerCase());
    if (other === undefined) first.set(name.toLowerCase(), source.place(place, 'value'));
    if (other === undefined) return [];
    return [
      source.problem({
        path: place,
        at: 'value',
        message: `${other} has a user of the name ${quote(name)} already.`,
        hint: 'remove one of the two',
      }),
    ];
  });
}
