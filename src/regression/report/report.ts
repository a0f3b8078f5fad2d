import type { MatrixReport } from '../cell.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { tableReport } from './table.ts';
import { tapReport } from './tap.ts';

export const reportFormats = ['table', 'json', 'markdown', 'junit', 'tap'] as const;

export type ReportFormat = (typeof reportFormats)[number];

/** Both apply to the table alone; `width` is in characters. */
export type ReportOptions = { colour?: boolean; width?: number };

/** The report as text that ends with a line break. */
export function formatReport(report: MatrixReport, format: ReportFormat, options: ReportOptions = {}): string {
  const { colour = false, width = 120 } = options;
  if (format === 'json') return jsonReport(report);
  if (format === 'markdown') return markdownReport(report);
  if (format === 'junit') return junitReport(report);
  return format === 'tap' ? tapReport(report) : tableReport(report, colour, width);
}
