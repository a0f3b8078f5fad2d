import type { ExecutionContext } from 'ava';
import { parseRules } from '../../src/rules/load-rules.ts';
import { type Problem, RulesError } from '../../src/rules/rules-error.ts';

export const goodHash = `scrypt$16384$8$1$${Buffer.alloc(16, 1).toString('base64')}$${Buffer.alloc(32, 2).toString('base64')}`;
export const goodUsers = `users: [{ name: 'lab\\alice', hash: ${goodHash} }]`;

/** The problems of rules whose users file, `users.yaml`, is `users`; no other file exists beside them. */
export async function problemsOf(files: Record<string, string>, users = goodUsers): Promise<readonly Problem[]> {
  const texts = Object.entries(files).map(([name, text]) => ({ name, text }));
  try {
    await parseRules(texts, async (path) => {
      if (path === 'users.yaml') return users;
      throw new Error('it does not exist');
    });
    return [];
  } catch (error) {
    if (error instanceof RulesError) return error.problems;
    throw error;
  }
}

/** Takes the marks (▸) out of a text; each stood where a problem is expected. */
export function unmark(marked: string): { text: string; places: string[] } {
  const [first = '', ...rest] = marked.split('▸');
  let text = first;
  const places = rest.map((part) => {
    const lines = text.split('\n');
    text += part;
    return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
  });
  return { text, places };
}

export function fileWith(listener: string, ...rules: string[]): string {
  return `version: 1\nlistener: ${listener}\nrules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`;
}

export const goodListener = '{ validate: { users: users.yaml } }';
export const goodRule = '{ name: A, publicNames: [a.localhost], paths: [/owa/*], to: "http://127.0.0.1:8082" }';

export function listener(setting: string): string {
  return fileWith(`{ validate: { users: users.yaml }, ${setting} }`, goodRule);
}

export function validate(setting: string): string {
  return fileWith(`{ validate: ${setting} }`, goodRule);
}

export function rule(settings: { names?: string; paths?: string; to?: string; more?: string }): string {
  const { names = '[a.localhost]', paths = '[/owa/*]', to = 'http://127.0.0.1:8082', more = 'delegation: basic' } = settings;
  return fileWith(goodListener, `{ name: A, publicNames: ${names}, paths: ${paths}, to: ${to}, ${more} }`);
}

export function logoff(setting: string): string {
  return rule({ more: `logoff: { ${setting} }` });
}

export type Row = [what: string, marked: string, message: string | string[], hint?: string];

/** Holds that `marked` has exactly the row's problems, each where a mark stands. */
export async function expectProblems(t: ExecutionContext, [, marked, message, hint]: Row): Promise<void> {
  const { text, places } = unmark(marked);
  const problems = await problemsOf({ 'x.yaml': text });
  t.deepEqual(
    problems.map(({ line, column }) => `${line}:${column}`),
    places,
  );
  for (const [index, start] of [message].flat().entries())
    t.true(problems[index]?.message.startsWith(start), problems[index]?.message);
  if (hint !== undefined) t.is(problems[0]?.hint, hint);
}
