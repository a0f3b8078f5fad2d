import type { Profile } from '../../exchange/profile.ts';
import { type Html, html } from '../../html.ts';
import { isExchange } from '../../regression/cell.ts';
import { grouped } from '../../regression/report/lay-out-text.ts';
import type { Entry, MatrixCells } from './matrix-cells.ts';
import { cellOf, exchangeTables, type Latest } from './matrix-exchange.ts';
import { type ExchangeEntry, layOutExchange } from './matrix-layout.ts';
import { letters } from './matrix-letters.ts';
import { countsOf, faultsOf } from './matrix-outcome.ts';
import { runPart } from './matrix-progress.ts';
import { layOutRows, type RowTable, rowOf, rowTables } from './matrix-rows.ts';
import type { MatrixRuns } from './matrix-runs.ts';
import { ANY, choicesOf, entriesIn, filterLabels, type Selection, suitesOf } from './matrix-selection.ts';

/** What a page of the matrix shows, and what becomes of it while cells are run. */
export type MatrixView = {
  shown: readonly Entry[];
  counts(): Html;
  faults(): Html;
  run(): Html;
  /** The element that shows a cell: the same in the page and, anew, in its stream. */
  cell(entry: Entry): Html;
  content(): Html;
};

/** The view of one part of the matrix. */
export function viewOf(
  selection: Selection,
  cells: MatrixCells,
  runs: MatrixRuns,
  profiles: ReadonlyMap<string, Profile>,
): MatrixView {
  const all = cells.all();
  const shown = entriesIn(selection, all);
  const latest: Latest = runs.latest;
  const tables = tablesOf(shown, latest, profiles);
  const view = {
    shown,
    counts: () => countsOf(shown, all, latest),
    faults: () => faultsOf(shown, latest),
    run: () => runPart(runs.state(), selection, shown.length, all.length, performance.now()),
    cell: tables.cell,
  };
  const content = () => html`<h1>Matrix</h1>
${tabs(selection, all)}${filters(selection, all)}${view.run()}${view.counts()}${view.faults()}${
  shown.length === 0 ? html`<p>No cell of this suite has all of these values.</p>\n` : html`${legend(shown)}${tables.html()}`
}`;
  return { ...view, content };
}

type Tables = { html: () => Html; cell: (entry: Entry) => Html };

function tablesOf(shown: readonly Entry[], latest: Latest, profiles: ReadonlyMap<string, Profile>): Tables {
  if (!shown.some(({ input }) => isExchange(input))) {
    const tables = layOutRows(shown);
    const tableOf = new Map(tables.flatMap((table) => table.entries.map((entry) => [entry, table] as const)));
    const cell = (entry: Entry) => rowOf(entry, tableOf.get(entry) as RowTable, latest(entry.input.id));
    return { html: () => rowTables(tables, latest), cell };
  }
  const tables = layOutExchange(shown);
  const rows = tables
    .flatMap((table) => table.rows)
    .flatMap((row) => [...row.cells.values()].map((entry) => [entry, row] as const));
  const headsOf = new Map<Entry, readonly string[]>(rows.map(([entry, { heads }]) => [entry, heads]));
  return {
    html: () => exchangeTables(tables, latest, profiles),
    cell: (entry) => cellOf(entry as ExchangeEntry, headsOf.get(entry) ?? [], latest(entry.input.id)),
  };
}

function tabs({ suite }: Selection, all: readonly Entry[]): Html {
  return html`<nav class="tabs" aria-label="Suites"><ul>${suitesOf(all).map(
    ([name, { length }]) =>
      html`<li><a href="/matrix?suite=${name}"${name === suite && html` aria-current="page"`}>${name} <span class="quiet">${grouped(length)}</span></a></li>`,
  )}</ul></nav>
`;
}

function filters({ suite, filters: chosen }: Selection, all: readonly Entry[]): Html | false {
  const choices = [...choicesOf(all, suite)];
  if (choices.length === 0) return false;
  return html`<form class="filters" action="/matrix"><input type="hidden" name="suite" value="${suite}">${choices.map(
    ([key, values]) =>
      html`<label>${filterLabels[key]} <select name="${key}">${[ANY, ...values].map(
        (value) => html`<option${value === chosen[key] && html` selected`}>${value}</option>`,
      )}</select></label> `,
  )}<button>Show</button></form>
`;
}

const ofRows = [
  ['✓', 'agrees', 'as expected'],
  ['≠', 'differs', 'not as expected'],
  ['!', 'fault', 'did not run'],
  ['·', 'yet', 'not yet run: what is expected stands in italics'],
] as const;
const ofTables = [
  ['–', '', 'there is no such cell'],
  ['(O)', 'yet', 'not yet run: what is expected stands in parentheses, in italics'],
  ['O≠', 'differs', 'not as expected'],
  ['!', 'fault', 'did not run'],
] as const;

/** Every letter and sign that may come, in words. */
function legend(shown: readonly Entry[]): Html {
  const isTable = shown.some(({ input }) => isExchange(input));
  const ofAddIns = shown.some(({ input }) => input.suite === 'add-in');
  const visits = Object.entries(letters).filter(([visit]) => isTable && ['works', 'breaks'].includes(visit) === ofAddIns);
  const signs = [
    ...visits.map(([, { letter, look, means }]) => [letter, look, means] as const),
    ...(isTable ? ofTables : ofRows),
  ];
  return html`<dl class="legend" aria-label="Legend">${signs.map(
    ([sign, look, means]) => html`<div><dt class="${look}">${sign}</dt><dd>${means}</dd></div>`,
  )}</dl>
`;
}
