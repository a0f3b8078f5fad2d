import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { parse } from 'yaml';
import { parseRules } from '../../src/rules/load-rules.ts';
import type { RuleSet } from '../../src/rules/publishing-rule.ts';
import { RulesError } from '../../src/rules/rules-error.ts';
import { holds } from '../holds.ts';

const read = (name: string) => readFileSync(new URL(`../../rules/${name}`, import.meta.url), 'utf8');
const rules = read('lab.yaml');
const users = read('users.yaml');
const prototypes = [Object.prototype, Array.prototype, Function.prototype].map(
  (one) => [one, Reflect.ownKeys(one).length] as const,
);

/** The rules of a text, or its problems, each of which stands inside the file that it names. */
async function answerTo(text: string, usersText = users): Promise<RuleSet | RulesError> {
  const asked: string[] = [];
  const reader = async (path: string) => {
    asked.push(path);
    if (path !== 'users.yaml' && path !== 'rules/users.yaml') throw new Error('it does not exist');
    return usersText;
  };
  try {
    return await parseRules([{ name: 'rules/lab.yaml', text }], reader);
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    assertPlaced(error, { 'rules/lab.yaml': text, 'rules/users.yaml': usersText });
    return error;
  } finally {
    assert.ok(asked.length <= text.length);
    for (const [one, count] of prototypes) assert.equal(Reflect.ownKeys(one).length, count);
  }
}

function assertPlaced({ problems }: RulesError, files: Record<string, string>): void {
  const size = Object.values(files).join('').length;
  assert.ok(problems.length > 0 && problems.length <= size + 10);
  for (const { file, line, column, message, hint } of problems) {
    const lines = (files[file] as string).replace(/^\ufeff/, '').split('\n');
    assert.ok(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}: ${message}`);
    assert.ok(column >= 1 && column <= (lines[line - 1] as string).length + 1, `${line}:${column}: ${message}`);
    assert.match(message, /^\S.*[.…]$/s);
    assert.notEqual(hint, '');
  }
}

const answers = async (text: string, list: string): Promise<void> => void (await answerTo(text, list));

const line = (text: string) => text.split('\n');
const odd = [
  '&a ',
  '*a',
  '*exchange',
  '<<: *exchange',
  '? ',
  '- ',
  ': ',
  '[',
  ']',
  '{',
  '}',
  '|',
  '>',
  '!!str ',
  '!!binary ',
  '%TAG ! x',
  '---',
  '...',
  '#',
  '"',
  "'",
  '\t',
  '\r',
  '\0',
  '\ufeff',
  '\u2028',
  '\ud800',
  '__proto__:',
  'constructor:',
  'toString:',
  '1e999',
  '.inf',
  '.nan',
  '0x10',
  '-0',
  '~',
  '\\',
];
const piece = fc.oneof(fc.constantFrom(...odd), fc.string({ unit: 'binary', maxLength: 3 }));

/** One change of a text each: a byte, some characters, lines, indentation, structure. */
const changes: Record<string, (text: string, at: number, more: string) => string> = {
  flip(text, at, more) {
    const bytes = Buffer.from(text);
    bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 << (more.length % 8));
    return bytes.toString();
  },
  insert: (text, at, more) => text.slice(0, at % text.length) + more + text.slice(at % text.length),
  cut: (text, at, more) => text.slice(0, at % text.length) + text.slice((at % text.length) + 1 + more.length * 5),
  drop: (text, at) =>
    line(text)
      .toSpliced(at % line(text).length, 1)
      .join('\n'),
  twice: (text, at) =>
    line(text)
      .flatMap((one, index, all) => (index === at % all.length ? [one, one] : [one]))
      .join('\n'),
  indent: (text, at, more) =>
    line(text)
      .map((one, index, all) => (index === at % all.length ? `${' '.repeat(more.length + 1)}${one}` : one))
      .join('\n'),
  outdent: (text, at) =>
    line(text)
      .map((one, index, all) => (index >= at % all.length ? one.replace(/^ {1,2}/, '') : one))
      .join('\n'),
  end: (text, at) => text.slice(0, at % text.length),
  returns: (text) => text.replaceAll('\n', '\r\n'),
  value: (text, at, more) =>
    line(text)
      .map((one, index, all) => (index === at % all.length ? one.replace(/: .*$/, `: ${more}`) : one))
      .join('\n'),
};
const plain = `${line(rules)
  .filter((one) => !/^ *(#|- 201)/.test(one))
  .join('\n')}`;
const mutated = (original: string) =>
  fc
    .array(fc.tuple(fc.constantFrom(...Object.keys(changes)), fc.nat(10_000), piece), { minLength: 1, maxLength: 4 })
    .map((list) =>
      list.reduce(
        (text, [how, at, more]) => (text === '' ? more : (changes[how] as (typeof changes)[string])(text, at, more)),
        original,
      ),
    );

test('however the shipped rules are mutilated, the answer is rules or problems with a place inside the file', async (t) => {
  const count = { rules: 0, problems: 0 };
  const property = fc.asyncProperty(
    mutated(plain),
    fc.oneof({ weight: 4, arbitrary: fc.constant(users) }, mutated(users)),
    async (text, list) => {
      count[(await answerTo(text, list)) instanceof RulesError ? 'problems' : 'rules']++;
    },
  );
  await holds(t, property, 500);
  t.true(count.rules > 20 && count.problems > 100, JSON.stringify(count));
});

test('whatever a file is put together from, the answer is rules or problems with a place inside the file', async (t) => {
  const pieces = fc.oneof(
    fc.constantFrom(...plain.split(/(?<=[\s,:{}[\]"])/), ...odd),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.json({ maxDepth: 3 }),
  );
  const anything = fc.array(pieces, { maxLength: 40 }).map((list) => list.join(''));
  await holds(t, fc.asyncProperty(anything, fc.oneof(fc.constant(users), anything), answers), 300);
});

type Tree = { [key: string]: Tree } | Tree[] | string | number | boolean | null;

/** Every place in a value, from the top. */
function places(value: Tree, path: string[] = []): string[][] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...below.flatMap(([key, one]) => places(one, [...path, key]))];
}

/** A copy with `change` made at a place; keys keep their own case, __proto__ included. */
function changedAt(value: Tree, [key, ...rest]: string[], text: string): string {
  if (key === undefined) return text;
  const list = Array.isArray(value);
  const inside = Object.entries(value as object).map(([name, one]: [string, Tree]) => {
    const shown = name === key ? changedAt(one, rest, text) : JSON.stringify(one);
    return list ? shown : `${JSON.stringify(name)}: ${shown}`;
  });
  return list ? `[${inside.join(', ')}]` : `{${inside.join(', ')}}`;
}

const tree = parse(plain) as Tree;
const oddValues = [
  'null',
  'true',
  '""',
  '" "',
  '0',
  '-1',
  '1.5',
  '1e400',
  '.nan',
  '9007199254740993',
  '0x7fffffffffffffff',
  '99999999999999999999',
  '[]',
  '{}',
  '[[]]',
  '{"": null}',
  '{"__proto__": {"logoff": 1}}',
  '{"constructor": {"prototype": {"x": 1}}}',
  '{"toString": 1, "length": -1}',
  '"\\0"',
  '"\\ud800"',
  '"\\u202e"',
  `"${'a'.repeat(5_000)}"`,
  `[${'1, '.repeat(300)}]`,
  '!!binary aGk=',
  '!!set {a, b}',
  '!!timestamp 2001-01-01',
  '"http://user:hunter2@x"',
  '"memory:"',
  '"/*"',
  '"*"',
];

test('a value of an odd type in whatever place is accepted or a problem inside the file, and pollutes nothing', async (t) => {
  const property = fc.asyncProperty(fc.constantFrom(...places(tree)), fc.constantFrom(...oddValues), async (path, value) => {
    await answerTo(changedAt(tree, path, value));
    assert.equal(({} as Record<string, unknown>)['logoff'], undefined);
  });
  await holds(t, property, 600);
});

test('a key of an odd name in whatever mapping is a problem at that key', async (t) => {
  const mappings = places(tree).filter((path) => path.length < 3);
  const names = fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '',
    ' ',
    '<<',
    'Version',
    'rules ',
  );
  const property = fc.asyncProperty(
    fc.constantFrom(...mappings),
    names,
    fc.constantFrom('{ url: /x }', '1', '[]', '~'),
    async (path, name, value) => {
      const inside = path.reduce<Tree>((node, key) => (node as Record<string, Tree>)[key] as Tree, tree);
      if (typeof inside !== 'object' || inside === null || Array.isArray(inside)) return;
      const shown = JSON.stringify(inside);
      const text = changedAt(tree, path, `{${JSON.stringify(name)}: ${value}, ${shown.slice(1)}`);
      const answer = await answerTo(text);
      assert.ok(answer instanceof RulesError, text);
      const column = text.indexOf(`{${JSON.stringify(name)}: ${value}`) + 2;
      assert.ok(answer.problems.some((problem) => problem.column === column && problem.message.startsWith('There is no key ')));
    },
  );
  await holds(t, property, 100);
});

test('rules that were accepted mean the same when they are written in another way', async (t) => {
  const count = { accepted: 0 };
  const property = fc.asyncProperty(mutated(plain), async (text) => {
    const accepted = await answerTo(text).catch((error: unknown) => error);
    if (accepted instanceof Error) return;
    count.accepted++;
    assert.deepEqual(await answerTo(JSON.stringify(parse(text), null, 1)), accepted);
    assert.deepEqual(await answerTo(text.replaceAll(/\r?\n/g, '\r\n')), accepted);
    for (const one of [(accepted as RuleSet).listener, ...(accepted as RuleSet).rules])
      assert.equal(Object.getPrototypeOf(one), Object.prototype);
  });
  await holds(t, property, 300);
  t.true(count.accepted > 20, JSON.stringify(count));
});

/** Anchors and nestings that would grow to more values than there are atoms. */
const bombs = fc.tuple(
  fc.integer({ min: 2, max: 60 }),
  fc.integer({ min: 1, max: 12 }),
  fc.constantFrom('list', 'mapping', 'merge', 'flow', 'block', 'key'),
);
const grow: Record<string, (levels: number, wide: number) => string> = {
  list: (levels, wide) =>
    Array.from({ length: levels }, (_, n) => `a${n}: &a${n} [${Array(wide).fill(n === 0 ? '1' : `*a${n - 1}`)}]`).join('\n'),
  mapping: (levels, wide) =>
    Array.from(
      { length: levels },
      (_, n) => `a${n}: &a${n} {${Array.from({ length: wide }, (_, k) => `k${k}: ${n === 0 ? '1' : `*a${n - 1}`}`)}}`,
    ).join('\n'),
  merge: (levels) =>
    Array.from({ length: levels }, (_, n) => `a${n}: &a${n}\n  <<: ${n === 0 ? '{x: 1}' : `[*a${n - 1}, *a${n - 1}]`}`).join(
      '\n',
    ),
  flow: (levels, wide) => `a: ${'['.repeat(levels * wide)}${']'.repeat(levels * wide)}`,
  block: (levels, wide) => Array.from({ length: levels * wide }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
  key: (levels, wide) => `${'{? '.repeat(levels * wide)}1${'}'.repeat(levels * wide)}: 1`,
};

test('aliases and nestings that multiply end in a problem, alone and after the shipped rules', async (t) => {
  const property = fc.asyncProperty(bombs, fc.boolean(), async ([levels, wide, how], after) => {
    const text = (grow[how] as (typeof grow)[string])(levels, wide);
    assert.ok((await answerTo(after ? `${plain}\n${text}\n` : text)) instanceof RulesError);
  });
  await holds(t, property, 120);
});
