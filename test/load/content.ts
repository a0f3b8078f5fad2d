import { createHash } from 'node:crypto';

/** What clients and the published server send each other; both can tell what belongs to a number. */

export const PAGE = 'x'.repeat(2_048);

export const MEBIBYTE = 1024 * 1024;

/** Ways in which the published server fails. */
export const FAULTS = ['gone before its answer', 'reset in its answer', 'no HTTP', 'own error'] as const;

const SHIFTS = 4_096;
const noise = makeNoise(MEBIBYTE + SHIFTS);

/** Bytes that nobody has in common: those of another number begin somewhere else. */
export function contentOf(n: number, size = 1_000 + ((n * 7_919) % 200_000)): Buffer {
  const start = n % SHIFTS;
  return noise.subarray(start, start + size);
}

/** The same in each process. */
function makeNoise(size: number): Buffer {
  return createHash('shake256', { outputLength: size }).update('logoff-lab').digest();
}
