import {
  type Cell,
  type ExchangeCell,
  type ExchangeInput,
  isExchange,
  isOffice365,
  type MatrixReport,
  type NotRunCell,
  type NotRunExchangeCell,
  type NotRunOffice365Cell,
  type Office365Cell,
  services,
} from '../cell.ts';
import { describeClick, describeUrl, type InputColumn, inputColumns, varies } from './columns.ts';
import { hasRun } from './describe-cell.ts';
import { office365Columns, serviceOutcomes } from './office365-columns.ts';

type Shown = InputColumn<ExchangeInput> & { heading: string; always?: true };

/** Of what a cell of Exchange tries, what a document always shows, and what it shows if there is a choice. */
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

/** The outcome tables of a document: what was done and what became of it, with the weight of the evidence. */
export function markdownReport({ cells }: MatrixReport): string {
  const [exchange, office365] = [cells.filter(isExchange), cells.filter(isOffice365)];
  const tables = [
    ...(exchange.length > 0 ? [exchangeTable(exchange)] : []),
    ...(office365.length > 0 ? [office365Table(office365)] : []),
  ];
  return tables.join('\n');
}

function exchangeTable(cells: readonly (ExchangeCell | NotRunExchangeCell)[]): string {
  const shown = inputs.filter((column) => column.always || varies(column, cells));
  const addIns = cells.some((cell) => hasRun(cell) && (cell.addIn ?? null) !== null);
  const outcomes = ['Click on Sign out', 'Detected', 'Next visit', ...(addIns ? ['Add-in'] : []), 'As expected'];
  return table(
    [...shown.map(({ heading }) => heading), ...outcomes],
    cells.map((cell) => [...shown.map(({ show }) => show(cell)), ...outcome(cell, addIns)]),
  );
}

function office365Table(cells: readonly (Office365Cell | NotRunOffice365Cell)[]): string {
  const { row, profile, action } = office365Columns;
  return table(
    ['Row', 'Profile', 'Action', 'Portal', 'OWA', 'SharePoint', 'As expected'],
    cells.map((cell) => [row.show(cell), profile.show(cell), action.show(cell), ...servicesOf(cell)]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(escapeCell))];
  return `${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`;
}

function outcome(cell: ExchangeCell | NotRunExchangeCell, addIns: boolean): string[] {
  if (!hasRun(cell)) return [...didNotRun(cell), ...(addIns ? [''] : []), NOT_RUN];
  const addIn = addIns ? [cell.addIn ?? ''] : [];
  return [describeClick(cell, shorten, false), cell.detected ? 'yes' : 'no', nextVisit(cell), ...addIn, agreement(cell)];
}

function servicesOf(cell: Office365Cell | NotRunOffice365Cell): string[] {
  if (!hasRun(cell)) return [...didNotRun(cell), NOT_RUN];
  return [...services.map((name) => serviceOutcomes[cell.after[name]].inDocument), agreement(cell)];
}

const NOT_RUN = '**not run**';

/** In the place of three outcomes. */
function didNotRun({ notRunBecause }: NotRunCell): string[] {
  return [`did not run: ${notRunBecause}`, '', ''];
}

function agreement({ expected, agrees }: Cell): string {
  return expected ? `${agrees ? 'yes' : '**no**'} [${expected.mark}]` : '**no**';
}

function shorten(target: string): string {
  return target.replace(/^\/owa\//, '').replace(/&.*$/, '&…');
}

function nextVisit({ outcome, promptedBy }: ExchangeCell): string {
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
