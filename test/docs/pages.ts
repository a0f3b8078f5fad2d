import { globSync, readFileSync } from 'node:fs';

/** Every page that people read. The decisions are notes of their time, and stay as they were. */
export const pages: readonly string[] = globSync(['*.md', 'docs/**/*.md'], { exclude: ['docs/decisions/**'] }).sort();

export function textOf(page: string): string {
  return readFileSync(page, 'utf8');
}

/** The title of every test, as it is written down; those that a table makes are not among them. */
export function testTitles(): string[] {
  return globSync('test/**/*.test.ts').flatMap((file) =>
    [...textOf(file).matchAll(/\b(?:test|\w+Test)(?:\.serial)?\(\s*'([^'\n]+)'/g)].map(([, title]) => title as string),
  );
}
