import { progressText } from '../regression/report/progress-text.ts';

/** Where progress is told: standard error, or what a test puts in its place. */
export type ProgressOutput = { isTTY?: boolean; columns?: number; write(text: string): unknown };

export type Progress = { show(done: number, of: number): void; clear(): void };

/** How often a terminal's line is written over, and how often a log gets a line, ms. */
const TERMINAL_EVERY = 100;
const LOG_EVERY = 10_000;

/** One line that is written over on a terminal; elsewhere a line every ten seconds, so that a CI log shows life. `now` is in ms. */
export function createProgress(output: ProgressOutput, now: () => number): Progress {
  const every = output.isTTY ? TERMINAL_EVERY : LOG_EVERY;
  const started = now();
  let last = started;
  const write = (text: string) =>
    output.write(output.isTTY ? `\r\x1b[K${text.slice(0, (output.columns ?? 80) - 1)}` : `${text}\n`);
  return {
    show(done, of) {
      if (now() - last < every || done >= of) return;
      last = now();
      write(progressText(done, of, now() - started));
    },
    clear() {
      if (output.isTTY) write('');
    },
  };
}
