import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { findProgram, MissingProgram, type ProgramName, programs } from '../src/regression/ends/find-program.ts';
import { whyNoContainers } from './container/why-no-containers.ts';
import { findChromium } from './find-chromium.ts';

/** Runs AVA with a Chromium at hand, names the programs that are missing, and closes with one counted line, the exit status kept. Arguments go to AVA. */

// What tests leave in it goes with it, a killed browser's profile too. Made first: findChromium names another temporary folder meanwhile.
const TMPDIR = mkdtempSync(join(tmpdir(), 'lab-test-'));
process.on('exit', () => rmSync(TMPDIR, { recursive: true, force: true }));
const chromium = await findChromium();
if (!chromium)
  process.stderr.write(
    'No Chromium found: set CHROME_PATH, or install Debian’s package chromium. Its tests are skipped (with CI=true they fail).\n',
  );
for (const name of Object.keys(programs) as ProgramName[])
  if (findProgram(...programs[name].names) === null)
    process.stderr.write(`${new MissingProgram(name).message}. Its tests are skipped (with CI=true they fail).\n`);
const noContainers = whyNoContainers();
if (noContainers !== null)
  process.stderr.write(`${noContainers}. The tests of the image are skipped (with CI=true they fail).\n`);
// Each test file and each command is a process of its own, and half of its time goes into reading the same modules.
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url));
const env = {
  NODE_COMPILE_CACHE,
  ...process.env,
  TMPDIR,
  ...(chromium && { CHROME_PATH: chromium.path, CHROME_LIBRARIES: chromium.libraries ?? '' }),
};

const ava = spawn('ava', process.argv.slice(2), { env, stdio: ['inherit', 'pipe', 'inherit'] });
const counts = { passed: 0, failed: 0, skipped: 0 };
for await (const line of createInterface({ input: ava.stdout })) {
  process.stdout.write(`${line}\n`);
  const text = stripVTControlCharacters(line);
  if (/^\s*✔ /.test(text)) counts.passed++;
  const [, number, rest = ''] = /^\s*(\d+) (.*)$/.exec(text) ?? [];
  if (number === undefined) continue;
  if (/^(tests? failed|known failure|uncaught exception|unhandled rejection)/.test(rest)) counts.failed += Number(number);
  if (/^tests? (skipped|todo)/.test(rest)) counts.skipped += Number(number);
}
const status = await new Promise<number>((resolve) => ava.once('close', (code) => resolve(code ?? 1)));
if (status !== 0 && counts.failed === 0) counts.failed = 1;
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = status;
