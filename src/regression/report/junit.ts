import type { AnyCell, Cell, MatrixReport, NotRunCell } from '../cell.ts';
import { groupCells } from './columns.ts';
import { differingCells, findingLines, findingOf, groundOf, hasRun } from './describe-cell.ts';

/** JUnit's XML: a test suite for each suite and profile or its like, a test case for each cell. A cell that did not run is skipped. */
export function junitReport({ cells, summary }: MatrixReport): string {
  const suites = groupCells(cells, (cell) => `${cell.suite}/${groundOf(cell)}`).map(([name, group]) => testSuite(name, group));
  const counts = { tests: summary.cells, failures: summary.differ, errors: 0, skipped: summary.notRun };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'logoff-lab matrix', ...counts })}>`,
    ...suites.flat(),
    '</testsuites>\n',
  ].join('\n');
}

function testSuite(name: string, cells: MatrixReport['cells']): string[] {
  const skipped = cells.filter((cell) => !hasRun(cell)).length;
  const counts = { tests: cells.length, failures: differingCells(cells).length, errors: 0, skipped };
  return [`  <testsuite${attributes({ name, ...counts })}>`, ...cells.map(testCase), '  </testsuite>'];
}

/** A dot in the class name would begin a package in some readers, so only suite and profile are parted by one. */
function testCase(cell: AnyCell): string {
  const classname = [cell.suite, groundOf(cell)].map((part) => part.replaceAll('.', '_')).join('.');
  const content = hasRun(cell) ? properties(cell) + failure(cell) : skipped(cell);
  return `    <testcase${attributes({ classname, name: cell.id })}>${content}\n    </testcase>`;
}

function properties({ expected }: Cell): string {
  if (!expected) return '';
  const property = (name: string, value: string) => `<property${attributes({ name, value })}/>`;
  return `\n      <properties>${property('mark', expected.mark)}${property('facts', expected.facts.join(', '))}</properties>`;
}

function failure(cell: Cell): string {
  if (cell.agrees) return '';
  const finding = findingOf(cell);
  const message = finding.differences.join('; ');
  const text = findingLines(finding).join('\n');
  return `\n      <failure${attributes({ message, type: 'not-as-expected' })}>${escapeXml(text)}</failure>`;
}

function skipped({ notRunBecause }: NotRunCell): string {
  return `\n      <skipped${attributes({ message: notRunBecause })}/>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replace(/[\n\t]/g, (blank) => `&#${blank.charCodeAt(0)};`)}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** What XML 1.0 cannot hold even as a reference (its production 2, Char: controls, lone surrogates) is shown as U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"\r]/g, (char) => entities[char] as string);
}
