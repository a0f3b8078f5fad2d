import type { MatrixReport } from '../cell.ts';
import { notRunCells } from './describe-cell.ts';
import { grouped } from './lay-out-text.ts';

/** `6,812 cells: 6,811 as expected, 1 not as expected, 0 not run (52.1 s, 131 cells a second)`. */
export function summaryLine({ summary, speed, cells: all }: Pick<MatrixReport, 'summary' | 'speed' | 'cells'>): string {
  const { cells, agree, differ, notRun } = summary;
  const counts = `${grouped(agree)} as expected, ${grouped(differ)} not as expected, ${grouped(notRun)} not run${wanting(all)}`;
  return `${grouped(cells)} ${cells === 1 ? 'cell' : 'cells'}: ${counts}${speed ? ` (${describeSpeed(speed)})` : ''}`;
}

/** ` (12 for want of haproxy, 2 for want of nginx)`: these are no faults. */
function wanting(cells: MatrixReport['cells']): string {
  const programs = Map.groupBy(notRunCells(cells), ({ missingProgram }) => missingProgram);
  const said = [...programs].flatMap(([name, { length }]) =>
    name === undefined ? [] : `${grouped(length)} for want of ${name}`,
  );
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

function describeSpeed({ ms, cellsPerSecond }: NonNullable<MatrixReport['speed']>): string {
  return `${(ms / 1000).toFixed(1)} s, ${perSecond(cellsPerSecond)}`;
}

/** `131 cells a second`; slow runs with a decimal. */
export function perSecond(cells: number): string {
  return `${cells < 10 ? cells.toFixed(1) : grouped(Math.round(cells))} cells a second`;
}
