import { writeSync } from 'node:fs';

/** Takes lines of text whatever becomes of them. */
export type SteadyOutput = { write(text: string): void };

type Write = (fd: number, bytes: Uint8Array) => number;

const RETRIES = 50;
const RETRY_AFTER = 10;

/**
 * Writes to a file descriptor that may be a file on a full disk, or a pipe whose reader is gone: nobody is signed out because a line
 * cannot be logged. What is lost is counted, and told of in front of the next line that can be written. (A stream of node:fs would not
 * come back after its first error.)
 */
export function steadyOutput(fd: number, write: Write = writeSync): SteadyOutput {
  let lost = 0;
  return {
    write(text) {
      try {
        if (lost > 0) writeAll(fd, `${lost} message${lost === 1 ? '' : 's'} could not be written here\n`, write);
        lost = 0;
        writeAll(fd, text, write);
      } catch {
        lost++;
      }
    },
  };
}

function writeAll(fd: number, text: string, write: Write): void {
  let rest: Uint8Array = Buffer.from(text);
  let retries = 0;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(write(fd, rest));
    } catch (error) {
      // A pipe that somebody else has made non-blocking is full: its reader gets half a second.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || retries++ >= RETRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER);
    }
  }
}
