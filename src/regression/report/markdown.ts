import type { Cell, MatrixReport, NotRunCell } from '../cell.ts';
import { describeClick, describeUrl, type InputColumn, inputColumns, varies } from './columns.ts';
import { hasRun } from './describe-cell.ts';

type Shown = InputColumn & { heading: string; always?: true };

/** Of what a cell tries, what a document always shows, and what it shows if there is a choice. */
const inputs: readonly Shown[] = [
  { ...inputColumns.suite, heading: 'Suite' },
  { ...inputColumns.profile, heading: 'Exchange', always: true },
  { ...inputColumns.frontEnd, heading: 'Front end' },
  { ...inputColumns.installOrder, heading: 'Install order' },
  { ...inputColumns.step, heading: 'Upgraded last' },
  { ...inputColumns.path, heading: 'Path' },
  { heading: 'Virtual directory', always: true, title: 'vdir', show: ({ vdirAuth }) => code(vdirAuth) },
  { ...inputColumns.app, heading: 'Application' },
  { ...inputColumns.client, heading: 'Client' },
  { ...inputColumns.kinds, heading: 'SignOutKind (feOwa/beOwa/beEcp)' },
  { ...inputColumns.options, heading: 'Options' },
  { ...inputColumns.logoffUrl, heading: 'Logoff URL', always: true, show: (cell) => describeUrl(cell, code) },
];

/** The outcome table of a document: what the click did and what became of it, with the weight of the evidence. */
export function markdownReport({ cells }: MatrixReport): string {
  const shown = inputs.filter((column) => column.always || varies(column, cells));
  const addIns = cells.some((cell) => hasRun(cell) && (cell.addIn ?? null) !== null);
  const outcomes = ['Click on Sign out', 'Detected', 'Next visit', ...(addIns ? ['Add-in'] : []), 'As expected'];
  const head = [...shown.map(({ heading }) => heading), ...outcomes];
  const rows = cells.map((cell) => [...shown.map(({ show }) => show(cell)), ...outcome(cell, addIns)].map(escapeCell));
  return `${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

function outcome(cell: Cell | NotRunCell, addIns: boolean): string[] {
  if (!hasRun(cell)) return [`did not run: ${cell.notRunBecause}`, '', '', ...(addIns ? [''] : []), '**not run**'];
  const known = cell.expected ? `${cell.agrees ? 'yes' : '**no**'} [${cell.expected.mark}]` : '**no**';
  const addIn = addIns ? [cell.addIn ?? ''] : [];
  return [describeClick(cell, shorten, false), cell.detected ? 'yes' : 'no', nextVisit(cell), ...addIn, known];
}

function shorten(target: string): string {
  return target.replace(/^\/owa\//, '').replace(/&.*$/, '&…');
}

function nextVisit({ outcome, promptedBy }: Cell): string {
  if (outcome === 'prompt') return promptedBy === 'gateway' ? "signed out: gateway's form" : "Exchange's form";
  return outcome === 'session-alive' ? 'still signed in' : 'signed in again, silently';
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A bar would end the cell, a line break the row. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*[\r\n]+\s*/g, ' ');
}
