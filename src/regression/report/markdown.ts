import {
  type EndsCell,
  type ExchangeCell,
  isEnds,
  isExchange,
  isOffice365,
  type MatrixReport,
  type NotRunEndsCell,
  type NotRunExchangeCell,
  type NotRunOffice365Cell,
  type Office365Cell,
} from '../cell.ts';
import { describeClick, describeUrl, inputColumns } from './columns.ts';
import { endsColumns, endsOutcomes } from './ends-columns.ts';
import { markdownTable, type TableLayout } from './markdown-table.ts';
import { office365Columns, serviceOutcomes } from './office365-columns.ts';

const exchange: TableLayout<ExchangeCell | NotRunExchangeCell> = {
  inputs: [
    { ...inputColumns.suite, heading: 'Suite' },
    { ...inputColumns.profile, heading: 'Exchange', always: true },
    { ...inputColumns.frontEnd, heading: 'Front end' },
    { ...inputColumns.installOrder, heading: 'Install order' },
    { ...inputColumns.step, heading: 'Upgraded last' },
    { ...inputColumns.path, heading: 'Path' },
    { heading: 'Virtual directory', always: true, show: ({ vdirAuth }) => code(vdirAuth) },
    { ...inputColumns.app, heading: 'Application' },
    { ...inputColumns.client, heading: 'Client' },
    { ...inputColumns.kinds, heading: 'SignOutKind (feOwa/beOwa/beEcp)' },
    { ...inputColumns.options, heading: 'Options' },
    { heading: 'Logoff URL', always: true, show: (cell) => describeUrl(cell, code) },
  ],
  outcomes: [
    { heading: 'Click on Sign out', always: true, show: (cell) => describeClick(cell, shorten, false) },
    { heading: 'Detected', always: true, show: ({ detected }) => (detected ? 'yes' : 'no') },
    { heading: 'Next visit', always: true, show: nextVisit },
    { heading: 'Add-in', show: ({ addIn }) => addIn ?? '' },
  ],
};

const office365: TableLayout<Office365Cell | NotRunOffice365Cell> = {
  inputs: [
    { ...office365Columns.row, heading: 'Row', always: true },
    { ...office365Columns.profile, heading: 'Profile', always: true },
    { ...office365Columns.action, heading: 'Action', always: true },
  ],
  outcomes: [
    { heading: 'Portal', always: true, show: ({ after }) => serviceOutcomes[after.portal].inDocument },
    { heading: 'OWA', always: true, show: ({ after }) => serviceOutcomes[after.owa].inDocument },
    {
      heading: 'SharePoint',
      always: true,

      show: ({ after }) => serviceOutcomes[after.sharepoint].inDocument,
    },
  ],
};

const ends: TableLayout<EndsCell | NotRunEndsCell> = {
  inputs: [
    { ...endsColumns.store, heading: 'Store', always: true },
    { ...endsColumns.gateways, heading: 'Gateways', always: true },
    { ...endsColumns.at, heading: 'Tried at' },
    { ...endsColumns.options, heading: 'Options' },
    { ...endsColumns.vdirAuth, heading: 'Virtual directory' },
    { ...endsColumns.endedBy, heading: 'Ended by', always: true },
    { ...endsColumns.tried, heading: 'Tried', always: true },
  ],
  outcomes: [
    { ...endsOutcomes.oldCookie, heading: 'Old cookie', always: true },
    { ...endsOutcomes.connection, heading: 'Connection' },
    { ...endsOutcomes.lateCookie, heading: 'Late cookie' },
    { ...endsOutcomes.endRecord, heading: 'End record', always: true },
    { ...endsOutcomes.bobsSession, heading: 'Bob', always: true },
    { ...endsOutcomes.seenAs, heading: 'Seen as' },
  ],
};

/** The outcome tables of a document: what was done and what became of it, with the weight of the evidence. */
export function markdownReport({ cells }: MatrixReport): string {
  const tables = [
    ...markdownTable(exchange, cells.filter(isExchange)),
    ...markdownTable(office365, cells.filter(isOffice365)),
    ...markdownTable(ends, cells.filter(isEnds)),
  ];
  return tables.join('\n');
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
