import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Commands, Question, Reply } from './commands.ts';

export type Child<Known extends Commands> = {
  readonly pid: number;
  /** Has a command done there; resolves to what it resolves to. Rejects when the process is gone. */
  ask<Name extends keyof Known & string>(
    command: Name,
    ...args: Parameters<Known[Name]>
  ): Promise<Awaited<ReturnType<Known[Name]>>>;
  /** Rejects when the process ends without having been asked to. */
  readonly gone: Promise<never>;
  end(): Promise<void>;
};

/** Milliseconds after which a command counts as lost. */
const LONGEST_COMMAND = 60_000;
const KEPT_COMPLAINT = 4_096;

/** Runs a script of this folder in a process of its own, which can collect its garbage when asked, and ends with this one. */
export async function startChild<Known extends Commands>(script: string, args: readonly string[] = []): Promise<Child<Known>> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    execArgv: ['--expose-gc', '--disable-warning=DEP0060'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(-KEPT_COMPLAINT);
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => {});
  const ended = once(child, 'close').then(([code, signal]) => {
    const error = new Error(`${script} ended with ${code ?? signal}:\n${complaint}`);
    gone.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  child.on('message', ({ id, result, problem }: Reply) => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (problem === undefined) resolve?.(result);
    else reject?.(new Error(`${script}: ${problem}`));
  });
  const answerTo = (id: number): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    return answer.promise;
  };
  let last = 0;
  await answerTo(0);
  return {
    pid: child.pid ?? 0,
    gone: gone.promise,
    async ask(command, ...args) {
      if (!child.connected) await gone.promise;
      const id = ++last;
      const answer = answerTo(id);
      child.send({ id, command, args } satisfies Question, () => {});
      const late = setTimeout(
        () => waiting.get(id)?.reject(new Error(`${script} has not done "${command}" in ${LONGEST_COMMAND / 1000} s`)),
        LONGEST_COMMAND,
      );
      return (await answer.finally(() => clearTimeout(late))) as never;
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
