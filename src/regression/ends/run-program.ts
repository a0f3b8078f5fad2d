import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { atExit } from './at-exit.ts';

/** A program that stays in the foreground as one process, and says on its output what it does. */
export type RunningProgram = {
  readonly pid: number;
  readonly running: boolean;
  /** Waits for output that matches. Rejects with the last lines when the program ends before, or does not come to it in a minute. */
  until(pattern: RegExp): Promise<void>;
  /** Rejects as `until` does, if the program has ended. */
  check(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, and after 5 s no longer asks. Resolves when it has ended. */
  end(signal?: NodeJS.Signals): Promise<void>;
};

const LONGEST_START = 60_000;
const LONGEST_END = 5_000;
const KEPT_OUTPUT = 8_192;
const SHOWN_LINES = 5;

/** Runs a program in `folder`, a temporary one. It does not outlive this process, however that ends. */
export function runProgram(
  path: string,
  args: readonly string[],
  options: { folder: string; env?: Readonly<Record<string, string>> },
): RunningProgram {
  const env = { ...process.env, ...options.env };
  const child = spawn(path, args, { cwd: options.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const name = basename(path);
  const { pid } = child;
  if (pid === undefined) {
    child.on('error', () => {});
    throw new Error(`${path} could not be started`);
  }
  const output = readOutput(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const callOff = tieToThisProcess(child, options.folder);
  void ended.then(callOff);
  const running = () => child.exitCode === null && child.signalCode === null;

  return {
    pid,
    get running() {
      return running();
    },
    until: (pattern) => output.until(pattern, name),
    check: async () => {
      if (!running()) await output.until(/(?!)/, name);
    },
    signal: (signal) => void child.kill(signal),
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      const deadline = setTimeout(() => child.kill('SIGKILL'), LONGEST_END);
      await ended;
      clearTimeout(deadline);
    },
  };
}

/**
 * Kills the child when this process exits. A process that is killed runs no handler, nor does a worker that is terminated; but its
 * end of a pipe closes, for which a shell waits; that removes the folder too.
 */
function tieToThisProcess(child: ChildProcess, folder: string): () => void {
  const script = 'read -r _; kill -KILL "$1"; rm -rf -- "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', String(child.pid), folder], { stdio: ['pipe', 'ignore', 'ignore'] });
  guard.on('error', () => {});
  guard.unref();
  // Not the guard too: this process may yet be killed before it has removed the folder.
  const callOff = atExit(() => void child.kill('SIGKILL'));
  return () => {
    callOff();
    guard.kill('SIGKILL');
  };
}

function readOutput(child: ChildProcess) {
  let text = '';
  let closed = false;
  const looks = new Set<() => void>();
  const look = () => {
    for (const one of looks) one();
  };
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-KEPT_OUTPUT);
      look();
    });
  child.once('close', () => {
    closed = true;
    look();
  });
  const lastLines = () => text.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');

  return {
    until(pattern: RegExp, name: string): Promise<void> {
      return new Promise((resolve, reject) => {
        const settle = (problem: string | null) => {
          looks.delete(one);
          clearTimeout(deadline);
          if (problem === null) resolve();
          else reject(new Error(`${name} ${problem}; its last lines:\n${lastLines()}`));
        };
        const one = () => {
          if (pattern.test(text)) settle(null);
          else if (closed) settle(`ended with ${child.exitCode ?? child.signalCode} before it was ready`);
        };
        const deadline = setTimeout(() => settle(`was not ready after ${LONGEST_START / 1000} s`), LONGEST_START);
        looks.add(one);
        one();
      });
    },
  };
}
