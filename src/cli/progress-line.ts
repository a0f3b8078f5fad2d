import { grouped } from '../regression/report/lay-out-text.ts';
import { perSecond } from '../regression/report/summary-line.ts';

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

/** `1,234/6,812 cells (18 %), 131 cells a second, 43 s left`. */
export function progressText(done: number, of: number, ms: number): string {
  const rate = (done / Math.max(1, ms)) * 1000;
  const percent = Math.floor((done / of) * 100);
  return `${grouped(done)}/${grouped(of)} cells (${percent} %), ${perSecond(rate)}, ${timeLeft((of - done) / rate)} left`;
}

function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 120 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
