import { stripVTControlCharacters, styleText } from 'node:util';
import type { Cell, MatrixReport, NotRunCell } from './cell.ts';

export type ReportFormat = 'table' | 'json' | 'markdown';

/** The report as text. `colour` applies to the table alone. */
export function formatReport(report: MatrixReport, format: ReportFormat, colour = false): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  return format === 'markdown' ? markdown(report) : table(report, colour);
}

const columns: readonly [title: string, show: (cell: Cell) => string][] = [
  ['profile', (cell) => cell.profile],
  ['vdir', (cell) => cell.vdirAuth],
  ['logoff URL', (cell) => (cell.via === 'direct' ? '(no gateway)' : (cell.logoffUrl ?? '(none)'))],
  ['click on Sign out', click],
  ['detected', (cell) => (cell.via === 'direct' ? '–' : cell.detected ? 'yes' : 'no')],
  ['gateway session', (cell) => cell.proxySession],
  ['Exchange session', (cell) => cell.backendSession],
  ['next visit', nextVisit],
  ['codes', (cell) => cell.codes.join(' ')],
];

function click(cell: Cell): string {
  return cell.clientAction === 'dialog' ? 'dialog, no request' : cell.requests.map(({ target }) => shorten(target)).join(' → ');
}

function shorten(target: string): string {
  return target.replace(/^\/owa\//, '').replace(/&.*$/, '&…');
}

function nextVisit(cell: Cell): string {
  if (cell.outcome === 'prompt') return cell.promptedBy === 'gateway' ? "signed out: gateway's form" : "Exchange's form";
  return cell.outcome === 'session-alive' ? 'still signed in' : 'signed in again, silently';
}

function table({ cells, summary }: MatrixReport, colour: boolean): string {
  const ran = cells.filter((cell): cell is Cell => !('notRun' in cell));
  const rows = ran.map((cell) => [mark(cell, colour), ...columns.map(([, show]) => show(cell))]);
  const header = ['', ...columns.map(([title]) => title)];
  const widths = header.map((_, at) =>
    Math.max(...[header, ...rows].map((row) => stripVTControlCharacters(row[at] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, at) => text + ' '.repeat((widths[at] ?? 0) - stripVTControlCharacters(text).length))
      .join('  ')
      .trimEnd();
  const head = colour ? styleText('bold', line(header), { validateStream: false }) : line(header);
  const body = rows.map((row, at) => [line(row), ...explainDifferences(ran[at] as Cell)].join('\n'));
  return `${[head, ...body, ...notRun(cells), '', summaryLine(summary)].join('\n')}\n`;
}

function mark(cell: Cell, colour: boolean): string {
  const [sign, style] = cell.agrees ? (['✓', 'green'] as const) : (['✗', 'red'] as const);
  return colour ? styleText(style, sign, { validateStream: false }) : sign;
}

function explainDifferences({ differs, expected, id, because, ...result }: Cell): string[] {
  if (differs.length === 0) return [];
  if (!expected) return [`   ${id}: no committed expectation matches this cell`];
  const lines = differs.map((field) => {
    const key = field as keyof typeof expected & keyof typeof result;
    const got = key === 'requests' ? result.requests.map(({ target }) => target) : result[key];
    return `   ${field}: expected ${JSON.stringify(expected[key])} [${expected.mark}: ${expected.facts.join(', ')}], got ${JSON.stringify(got)}`;
  });
  return [`   ${id}`, ...lines, `   ${because}`];
}

function notRun(cells: MatrixReport['cells']): string[] {
  return cells
    .filter((cell): cell is NotRunCell => 'notRun' in cell)
    .map((cell) => `?  ${cell.id} did not run: ${cell.notRunBecause}`);
}

export function summaryLine({ cells, agree, differ, notRun: missing }: MatrixReport['summary']): string {
  return `${cells} cells: ${agree} as expected, ${differ} not as expected, ${missing} not run`;
}

/** The outcome table of a document: what the click did and what became of it, with the weight of the evidence. */
function markdown({ cells }: MatrixReport): string {
  const head = ['Exchange', 'Virtual directory', 'Logoff URL', 'Click on Sign out', 'Detected', 'Next visit', 'As expected'];
  const rows = cells.map((cell) => {
    if ('notRun' in cell)
      return [cell.profile, cell.vdirAuth, cell.logoffUrl ?? '', `did not run: ${cell.notRunBecause}`, '', '', ''];
    const shown = columns.slice(1, 3).map(([, show]) => show(cell));
    const evidence = cell.expected ? `${cell.agrees ? 'yes' : '**no**'} [${cell.expected.mark}]` : '**no**';
    return [cell.profile, ...shown.map(code), escapeCell(click(cell)), cell.detected ? 'yes' : 'no', nextVisit(cell), evidence];
  });
  return `${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

function code(text: string): string {
  return text.startsWith('(') ? text : `\`${text}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
