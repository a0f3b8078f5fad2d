import type { AnyCell, Cell, MatrixReport } from '../cell.ts';
import { findingOf, hasRun } from './describe-cell.ts';

/** TAP 14: a test point for each cell, with a YAML block for each that is not as expected. */
export function tapReport({ cells }: MatrixReport): string {
  return `${['TAP version 14', `1..${cells.length}`, ...cells.flatMap((cell, at) => testPoint(cell, at + 1))].join('\n')}\n`;
}

function testPoint(cell: AnyCell, number: number): string[] {
  const point = `ok ${number} - ${escapeText(cell.id)}`;
  if (!hasRun(cell)) return [`${point} # SKIP ${escapeText(cell.notRunBecause)}`];
  return cell.agrees ? [point] : [`not ${point}`, ...diagnostics(cell)];
}

/** A string of JSON is one of YAML too. */
function diagnostics(cell: Cell): string[] {
  const { differences, because, expectedBecause, trace } = findingOf(cell);
  return [
    '---',
    `message: ${JSON.stringify(because)}`,
    'severity: fail',
    ...list('differences', differences),
    ...(expectedBecause === null ? [] : [`expectedBecause: ${JSON.stringify(expectedBecause)}`]),
    ...list('trace', trace),
    '...',
  ].map((line) => `  ${line}`);
}

function list(key: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`${key}:`, ...lines.map((line) => `  - ${JSON.stringify(line)}`)] : [];
}

/** A description is one line, in which # begins a directive. */
function escapeText(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/[\\#]/g, (char) => `\\${char}`);
}
