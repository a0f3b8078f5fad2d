import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { z } from 'zod';
import { programs } from '../../src/regression/ends/find-program.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { copyCheckout } from '../copy-checkout.ts';
import { readJUnit } from './read-junit.ts';

const always = z.literal('always()').optional();
const step = z.union([
  z.strictObject({ run: z.string(), if: always }),
  z.strictObject({
    uses: z.string().regex(/^actions\/[a-z-]+@v\d+$/),
    if: always,
    with: z.record(z.string(), z.unknown()).optional(),
  }),
]);
const job = z.strictObject({ 'runs-on': z.literal('ubuntu-latest'), 'timeout-minutes': z.int(), steps: z.array(step) });
const github = z
  .strictObject({
    name: z.string(),
    on: z.array(z.enum(['push', 'pull_request'])),
    permissions: z.strictObject({ contents: z.literal('read') }),
    jobs: z.strictObject({ matrix: job }),
  })
  .parse(parse(readFileSync('deploy/ci/github-actions.yml', 'utf8')));
const { steps } = github.jobs.matrix;

const gitlab = z
  .strictObject({
    'sign-out': z.strictObject({
      image: z.literal('node:24-slim'),
      timeout: z.string(),
      script: z.array(z.string()),
      artifacts: z.strictObject({
        when: z.literal('always'),
        reports: z.strictObject({ junit: z.string() }),
        paths: z.array(z.string()),
      }),
    }),
  })
  .parse(parse(readFileSync('deploy/ci/gitlab-ci.yml', 'utf8')))['sign-out'];

const recipes = {
  'github-actions.yml': { lines: steps.flatMap((one) => ('run' in one ? one.run : [])), env: { GITHUB_ACTIONS: 'true' } },
  'gitlab-ci.yml': { lines: gitlab.script, env: {} },
};

for (const [name, { lines, env }] of Object.entries(recipes))
  test(`deploy/ci/${name}: its lines, as they stand, install what the matrix needs and leave a JUnit report with each cell`, async (t) => {
    t.timeout(180_000);
    const { folder, log } = await runLines(t, lines, env);
    const asked = log
      .filter((line) => line.startsWith('apt-get install'))
      .join(' ')
      .split(' ');
    for (const { debianPackage } of Object.values(programs)) t.true(asked.includes(debianPackage), debianPackage);
    t.true(log.includes('npm ci'));

    const { counts, cases } = readJUnit(readFileSync(join(folder, 'matrix.xml'), 'utf8'));
    t.true(cases > 0);
    t.deepEqual(counts, { tests: cases, failures: 0, errors: 0, skipped: 0 });
  });

test('GitHub’s job summary is a table with a row for each build, however the matrix ended, and the report becomes an artifact', async (t) => {
  t.timeout(180_000);
  const line = steps.find((one) => 'run' in one && one.run.includes('$GITHUB_STEP_SUMMARY'));
  t.is(line?.if, 'always()');
  const { folder } = await runLines(t, [line && 'run' in line ? line.run : ''], {});
  t.regex(readFileSync(join(folder, 'summary.md'), 'utf8'), /^\| 2013-cu8 \|.*\| still signed in \|/m);

  const upload = steps.find((one) => 'uses' in one && one.uses.startsWith('actions/upload-artifact@'));
  t.like(upload, { if: 'always()', with: { path: 'matrix.xml' } });
  t.deepEqual([gitlab.artifacts.reports.junit, gitlab.artifacts.paths], ['matrix.xml', ['matrix.xml']]);
});

/** In the place of what would change this machine; and few cells, for time. */
const functions = `
log() { printf '%s\\n' "$*" >> "$LOG"; }
sudo() { "$@"; }
apt-get() { log apt-get "$@"; }
npm() { log npm "$@"; }
npx() { if [ "$2" = matrix ]; then command npx "$@" --only profile=2013-cu8 --only vdirAuth=basic; else command npx "$@"; fi; }
export -f log sudo apt-get npm npx
`;

/** Runs each line in a shell of its own, as GitHub does, in a checkout. Rejects when one fails. */
async function runLines(
  t: ExecutionContext,
  lines: readonly string[],
  env: Record<string, string>,
): Promise<{ folder: string; log: string[] }> {
  const { path: folder, remove } = makeTemporaryFolder('ci');
  t.teardown(remove);
  copyCheckout(folder);
  const log = join(folder, 'log');
  const variables = { ...process.env, CI: 'true', LOG: log, GITHUB_STEP_SUMMARY: join(folder, 'summary.md'), ...env };
  for (const line of lines)
    await new Promise<void>((done, fail) => {
      execFile('bash', ['-e', '-c', `${functions}\n${line}`], { cwd: folder, env: variables }, (error, stdout, stderr) =>
        error ? fail(new Error(`${line}\n${stdout}${stderr}`)) : done(),
      );
    });
  return { folder, log: lines.some((line) => line.includes('npm ci')) ? readFileSync(log, 'utf8').trim().split('\n') : [] };
}
