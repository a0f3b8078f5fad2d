import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import test from 'ava';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { facts } from '../../src/scenarios/facts.ts';
import { textOf } from './pages.ts';

test('docs/fidelity.md has a row for each fact that the lab does not emulate, or in part, and for no other', (t) => {
  const rows = [...textOf('docs/fidelity.md').matchAll(/^\| ([EOT]-\d\d) \|/gm)].map(([, id]) => id as string);
  const wanted = facts.filter(({ state }) => state !== undefined).map(({ id }) => id);
  t.true(wanted.length > 5);
  t.deepEqual(rows.toSorted(), wanted.toSorted());
});

/** All that the program can say: its source without comments, as the compiler leaves it, and sentences that stand there in pieces put together. */
const source = withoutComments()
  .replace(/['`] \+\s*['`]/g, '')
  .replace(/\\"/g, '"');

function withoutComments(): string {
  const { path } = makeTemporaryFolder('claims');
  const how = ['--noCheck', '--removeComments', '--declaration', 'false', '--outDir', path];
  execFileSync('node_modules/.bin/tsc', ['-p', 'build/tsconfig.json', ...how]);
  const files = globSync(`${path}/**/*.js`);
  return files.map(textOf).join('\n');
}

test('each sentence that docs/troubleshooting.md quotes is one that the program says', (t) => {
  const quotes = [...textOf('docs/troubleshooting.md').matchAll(/^ *> (.+)$/gm)].map(([, quote]) => quote as string);
  t.true(quotes.length >= 7);
  for (const quote of quotes)
    for (const part of quote.split('…').filter((text) => text.trim().length > 3)) t.true(source.includes(part), part);
});

test('what docs/troubleshooting.md sets in italics begins a text of the program', (t) => {
  const quotes = [...textOf('docs/troubleshooting.md').matchAll(/(?<!\*)\*(\w+\s[\w\s]+)\*/g)].map(
    ([, quote]) => quote as string,
  );
  t.true(quotes.length >= 7);
  for (const quote of quotes) t.true(source.includes(`'${quote.replace(/\s+/g, ' ')}`), quote);
});

test('each title of a page of the gateway that docs/troubleshooting.md lists is one', (t) => {
  const titles = [...textOf('docs/troubleshooting.md').matchAll(/^\| (No |The (?!page says))([^|]+) \|/gm)].map(
    ([, a, b]) => `${a}${b}`,
  );
  t.true(titles.length >= 4);
  for (const title of titles) t.true(source.includes(`'${title}'`), title);
});
