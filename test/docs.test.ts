import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { formatReport } from '../src/regression/report.ts';
import { runMatrix } from '../src/regression/run-matrix.ts';
import { loadRules } from '../src/rules/load-rules.ts';
import { verifyPassword } from '../src/rules/password-hash.ts';

const marks = ['<!-- outcome table -->\n', '<!-- end of the outcome table -->'] as const;

/** UPDATE_README=1 writes the table anew. */
test('the README’s outcome table is what the matrix says', async (t) => {
  const only = new Map([
    ['vdirAuth', ['basic']],
    ['logoffUrl', ['/owa/logoff.owa']],
  ]);
  const table = formatReport(await runMatrix({ only }), 'markdown');
  const readme = readFileSync('README.md', 'utf8');
  const [before, rest] = readme.split(marks[0]) as [string, string];
  const [shown, after] = rest.split(marks[1]) as [string, string];
  if (process.env['UPDATE_README']) writeFileSync('README.md', before + marks[0] + table + marks[1] + after);
  else t.is(shown, table);
  t.is(table.trim().split('\n').length, 2 + 5);
});

test('the files in docs/proxy.md are rules that hold', async (t) => {
  const [rules, users] = [...readFileSync('docs/proxy.md', 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    (match) => match[1] as string,
  );
  const folder = mkdtempSync(join(tmpdir(), 'docs-'));
  writeFileSync(join(folder, 'my-rules.yaml'), rules as string);
  writeFileSync(join(folder, 'users.yaml'), users as string);
  const { listener } = await loadRules(join(folder, 'my-rules.yaml'));
  t.is(listener.validate.kind, 'users');
  if (listener.validate.kind === 'users') t.true(await verifyPassword('correct horse', listener.validate.users[0]?.hash ?? ''));
});

test('links between the documents lead somewhere', (t) => {
  for (const file of ['README.md', 'docs/proxy.md'])
    for (const [, link] of readFileSync(file, 'utf8').matchAll(/\]\((?!http)([^)#]+)\)/g))
      t.true(existsSync(join(dirname(file), link as string)), `${file}: ${link}`);
});
