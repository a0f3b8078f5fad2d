import type { AnyCell, NotRunCell } from './cell.ts';

/**
 * Cells that should have run and did not. That a program of other people is not on this machine is nobody's fault; but a build (`ci`)
 * has to have it, or would prove nothing and stay green.
 */
export function faultyCells(cells: readonly AnyCell[], ci: boolean): NotRunCell[] {
  const notRun = cells.filter((cell): cell is NotRunCell => 'notRun' in cell);
  return notRun.filter(({ missingProgram }) => ci || missingProgram === undefined);
}
