import type { Cell } from '../regression/cell.ts';

/**
 * What a verdict is worth: `as-expected` and `differs` where a committed expectation is there to compare it with; `no-expectation` where
 * nobody has said what must come of the choice. Then `agrees` is true only in the sense that nothing contradicts: neither a failure nor a
 * confirmation.
 */
export function confirmationOf({
  expected,
  agrees,
}: Pick<Cell, 'expected' | 'agrees'>): 'as-expected' | 'differs' | 'no-expectation' {
  if (expected === null) return 'no-expectation';
  return agrees ? 'as-expected' : 'differs';
}
