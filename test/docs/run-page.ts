import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { copyCheckout } from '../copy-checkout.ts';
import { blocksOf, type PageBlock } from './page-blocks.ts';
import { takePorts } from './take-ports.ts';

/** How long a command may take to say that it is ready, or to end, ms: only what hangs meets it. */
const PATIENCE = 120_000;
const READY = 'Stop with Ctrl+C';
/** Done already: a checkout has the node_modules of this one. */
const INSTALL = 'npm ci';
const INSTALLS = new RegExp(`^${INSTALL}$`, 'gm');

type Started = { command: string; process: ChildProcess; output: () => string };
type Shell = {
  folder: string;
  state: string;
  env: NodeJS.ProcessEnv;
  ports: (text: string) => string;
  written: (text: string) => string;
};

/**
 * Does what a page says, from top to bottom, in a checkout of its own: writes its files, runs its commands in one shell and compares
 * what they say. Throws with page, line and output where a command does not end as it should, or says something else.
 */
export async function runPage(page: string): Promise<void> {
  const blocks = blocksOf(page);
  const { path: folder, remove } = makeTemporaryFolder('page');
  const started: Started[] = [];
  try {
    const shell = await openShell(join(folder, 'checkout'), join(folder, 'state'));
    let output = () => '';
    for (const block of blocks)
      try {
        output = (await tryBlock(block, shell, started, output)) ?? output;
      } catch (error) {
        throw new Error(`${page}:${block.line}: ${shell.written((error as Error).message)}`, { cause: error });
      }
  } finally {
    await stop(started);
    remove();
  }
}

async function openShell(folder: string, state: string): Promise<Shell> {
  copyCheckout(folder);
  const { ports, written, env } = await takePorts();
  for (const file of globSync(['rules/*/**/*.yaml', 'compose*.yaml', 'deploy/**/*'], { cwd: folder, withFileTypes: true }))
    if (file.isFile()) rewrite(join(file.parentPath, file.name), ports);
  // As on the reader's machine: no program of ours is found by its bare name.
  const PATH = (process.env['PATH'] ?? '')
    .split(':')
    .filter((place) => !place.includes('node_modules/.bin'))
    .join(':');
  return { folder, state, env: { ...process.env, ...env, PATH, NO_COLOR: '1', npm_config_loglevel: 'error' }, ports, written };
}

function rewrite(file: string, ports: (text: string) => string): void {
  writeFileSync(file, ports(readFileSync(file, 'utf8')));
}

/** Returns what the block says, where it says something. */
async function tryBlock(
  { language, options, text }: PageBlock,
  shell: Shell,
  started: Started[],
  before: () => string,
): Promise<(() => string) | null> {
  const file = options.get('file');
  if (file !== undefined) {
    mkdirSync(dirname(join(shell.folder, file)), { recursive: true });
    writeFileSync(join(shell.folder, file), shell.ports(text));
  }
  if (options.has('output')) await shows(before, text, shell);
  if (language !== 'sh' || file !== undefined || options.has('not-run')) return null;
  if (options.has('starts')) return start(options, text, shell, started);
  return runToEnd(text, shell, Number(options.get('exits') ?? 0));
}

/** A command on each line, a backslash continuing it, as if each had a terminal of its own. */
function linesOf(text: string): string[] {
  const lines = text.replace(/\\\n\s*/g, ' ').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#') && line !== INSTALL);
}

async function start(options: PageBlock['options'], text: string, shell: Shell, started: Started[]): Promise<() => string> {
  const how = options.get('starts') ?? '';
  const also = options.has('also') || how === 'also';
  if (!also) await stop(started.splice(0));
  const ready = how === '' || how === 'also' ? READY : how;
  const fresh = linesOf(text).map((command) => {
    const one = open(command, shell);
    started.push(one);
    return one;
  });
  for (const one of fresh) await until(one, () => one.output().includes(ready), `did not say "${ready}"`);
  return () => fresh.map(({ output }) => output()).join('');
}

async function runToEnd(text: string, shell: Shell, status: number): Promise<() => string> {
  const one = open(text.replace(INSTALLS, ':'), shell, true);
  await until(one, () => one.process.exitCode !== null || one.process.signalCode !== null, 'did not come to its end');
  const ended = one.process.exitCode ?? one.process.signalCode;
  if (ended !== status) throw new Error(`exit ${ended} instead of ${status}:\n${one.output()}`);
  return one.output;
}

/** `keeps`: where it stands and what it exports holds for the commands to come. */
function open(command: string, { folder, state, env, ports }: Shell, keeps = false): Started {
  const go = `[ -f ${state} ] && . ${state}`;
  const keep = keeps ? `trap 'r=$?; { declare -px; printf "cd %q\\n" "$PWD"; } >${state}; exit $r' EXIT` : ':';
  const script = `${go}\n${keep}\nset -e -o pipefail\n${ports(command)}\n`;
  const child = spawn('bash', ['-c', script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  return { command, process: child, output: () => stripVTControlCharacters(said) };
}

/** Waits for a command's word, or its end. */
async function until({ command, process: child, output }: Started, done: () => boolean, problem: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => {
    if (done()) resolve();
    else if (child.exitCode !== null || child.signalCode !== null)
      reject(new Error(`${command}\nended and ${problem}:\n${output()}`));
  };
  const late = setTimeout(() => reject(new Error(`${command}\n${problem} in ${PATIENCE / 1000} s:\n${output()}`)), PATIENCE);
  child.stdout?.on('data', look);
  child.stderr?.on('data', look);
  child.on('close', look);
  look();
  try {
    await promise;
  } finally {
    clearTimeout(late);
  }
}

/** Each line is there, after the one before; `…` stands for anything. */
async function shows(output: () => string, text: string, { written }: Shell): Promise<void> {
  const lines = written(output())
    .split('\n')
    .map((line) => line.trim());
  let at = 0;
  for (const line of text
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean)) {
    const pattern = new RegExp(`^${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*')}$`);
    const found = lines.findIndex((one, index) => index >= at && pattern.test(one));
    if (found === -1) throw new Error(`"${line}" is not in the output of the commands before it:\n${lines.join('\n')}`);
    at = found + 1;
  }
}

/** Ends them with all that they have started. */
async function stop(started: readonly Started[]): Promise<void> {
  await Promise.all(
    started.map(async ({ process: child }) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const closed = new Promise((resolve) => child.once('close', resolve));
      process.kill(-child.pid, 'SIGTERM');
      const late = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), 15_000);
      await closed;
      clearTimeout(late);
    }),
  );
}
