import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'ava';
import { drawImports } from './docs/draw-imports.ts';
import { testMadePage } from './docs/made-page.ts';

/** What a lab is made of. */
const parts = ['gateway', 'metrics', 'exchange', 'office365', 'browser', 'scenarios', 'rules', 'sessions', 'trace'];

/** Left of a colon: a folder of src; right: the folders that it may import from, besides itself and the root leaves. */
const allowed: Record<string, readonly string[]> = {
  api: ['regression', 'lab', 'gateway', 'exchange', 'browser', 'scenarios', 'rules', 'sessions', 'trace'],
  cli: ['console', 'runs', 'regression', 'lab', ...parts],
  console: ['runs', 'regression', 'lab', ...parts],
  runs: ['regression', 'lab', ...parts],
  regression: ['lab', ...parts],
  lab: parts,
  gateway: ['metrics', 'rules', 'sessions', 'trace'],
  metrics: ['sessions'],
  exchange: ['trace'],
  office365: ['trace'],
  browser: [],
  scenarios: [],
  rules: [],
  sessions: [],
  trace: [],
};

const files = globSync('src/**/*.ts');
const imports = files.flatMap((file) => importsOf(file).map((imported) => ({ file, imported })));

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    normalize(join(dirname(file), match[1] as string)),
  );
}

const folderOf = (file: string) => (file.split('/').length > 2 ? (file.split('/')[1] as string) : null);

test('each folder imports only what stands to its right', (t) => {
  t.true(imports.length > 100);
  const wrong = imports.filter(({ file, imported }) => {
    const [from, to] = [folderOf(file), folderOf(imported)];
    if (file === 'src/main.ts') return to !== 'cli';
    if (file === 'src/index.ts') return to === 'cli' || to === 'console';
    if (from === null) return to !== null;
    return to !== null && to !== from && !allowed[from]?.includes(to);
  });
  t.deepEqual(wrong, []);
});

test('every folder of src has its place in the order', (t) => {
  const folders = new Set(files.map(folderOf).filter((folder) => folder !== null));
  t.deepEqual(
    [...folders].filter((folder) => !(folder in allowed)),
    [],
  );
});

test('only the forward files know http-proxy and undici', (t) => {
  const users = files.filter((file) => /from '(http-proxy|undici)'/.test(readFileSync(file, 'utf8')));
  t.deepEqual(users, ['src/gateway/forward.ts']);
});

test('one file knows prom-client, and one the OpenTelemetry API', (t) => {
  const usersOf = (name: string) => files.filter((file) => readFileSync(file, 'utf8').includes(`from '${name}`));
  t.deepEqual(usersOf('prom-client'), ['src/metrics/create-metrics.ts']);
  t.deepEqual(usersOf('@opentelemetry/'), ['src/gateway/spans.ts']);
});

test('gateway and mock share no path, cookie name or URL: leaves hold none', (t) => {
  const leaves = files.filter((file) => folderOf(file) === null && !['src/main.ts', 'src/index.ts'].includes(file));
  t.true(leaves.length >= 5);
  for (const leaf of leaves) t.notRegex(readFileSync(leaf, 'utf8'), /\/owa|cadata|cookieauth|logoff\.|sign-?out/i, leaf);
});

test('scenarios and profiles hold data only', (t) => {
  for (const file of globSync(['src/scenarios/**/*.ts', 'src/exchange/profiles/*.ts', 'src/office365/profiles/*.ts']))
    t.notRegex(readFileSync(file, 'utf8'), /\b(function|class|await|process)\b(?! of)/, file);
});

testMadePage('CONTRIBUTING.md', new Map([['architecture', drawImports(allowed)]]));
