import { readFileSync } from 'node:fs';

/** Of the clock in which Linux counts what a process has used, whatever its kernel (USER_HZ). */
const TICKS_A_SECOND = 100;

/** Milliseconds of processor that a process has used so far; null where the system does not tell (Linux alone does). */
export function processorTime(pid: number | null): number | null {
  if (pid === null) return null;
  try {
    // The name of the program, in brackets, may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND) * 1_000;
  } catch {
    return null;
  }
}
