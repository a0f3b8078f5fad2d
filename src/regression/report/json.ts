import type { MatrixReport } from '../cell.ts';
import { withEveryField } from '../cell-fields.ts';

/** The report as it is kept and compared: all cells have the same fields, null where a suite does not need one. */
export function jsonReport(report: MatrixReport): string {
  return `${JSON.stringify({ ...report, cells: report.cells.map(withEveryField) }, null, 2)}\n`;
}
