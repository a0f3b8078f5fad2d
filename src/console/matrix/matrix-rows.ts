import { type Html, html } from '../../html.ts';
import {
  type AnyCell,
  type Cell,
  type CellInput,
  type EndsInput,
  isEnds,
  isOffice365,
  type Office365Cell,
  type Office365Input,
  services,
} from '../../regression/cell.ts';
import { type InputColumn, varies, verdictColumns } from '../../regression/report/columns.ts';
import { groundOf, hasRun } from '../../regression/report/describe-cell.ts';
import { endsColumns, endsRowOutcomes } from '../../regression/report/ends-columns.ts';
import { office365Columns, serviceOutcomes } from '../../regression/report/office365-columns.ts';
import { type Entry, stateOf, stateWords } from './matrix-cells.ts';
import { addressOfCell, keyOfCell, type Latest } from './matrix-exchange.ts';
import { alsoNamed } from './matrix-names.ts';

type Column = { title: string; show: (cell: never) => string };

/** A table of cells with a row each, and its columns. */
export type RowTable = { heading: string; entries: readonly Entry[]; inputs: readonly Column[]; outcomes: readonly Column[] };

const ofServices = services.map((name) => ({
  title: name,
  show: ({ after }: Office365Cell) => serviceOutcomes[after[name]].word,
}));

/** A table for each profile or its like, with the columns that a report has: of what is tried those in which its cells differ. */
export function layOutRows(entries: readonly Entry[]): RowTable[] {
  return [...Map.groupBy(entries, ({ input }) => groundOf(input))].map(([heading, group]) => {
    const inputs = group.map(({ input }) => input);
    const ends = inputs.filter(isEnds);
    if (ends.length > 0)
      return {
        heading,
        entries: group,
        inputs: differing<EndsInput>(Object.values(endsColumns), ends),
        outcomes: endsRowOutcomes,
      };
    const { row, action } = office365Columns;
    const office365 = inputs.filter(isOffice365);
    return { heading, entries: group, inputs: differing<Office365Input>([row, action], office365), outcomes: ofServices };
  });
}

function differing<Input extends CellInput>(columns: readonly InputColumn<Input>[], inputs: readonly Input[]): Column[] {
  return columns.filter((column) => varies(column, inputs));
}

/** The tables, each in a region that scrolls by itself. */
export function rowTables(tables: readonly RowTable[], latest: Latest): Html {
  return html`${tables.map((table, at) => tableOf(table, `matrix-table-${at}`, latest))}`;
}

function tableOf(table: RowTable, key: string, latest: Latest): Html {
  const names = named(
    table.inputs.map(({ title }) => title),
    'col',
  );
  const titles = [...table.outcomes, ...verdictColumns].map(({ title }) => title);
  return html`<section class="matrix-part">
<h2 id="${key}">${table.heading}</h2>
<div class="matrix-scroll" role="region" aria-labelledby="${key}" tabindex="0"><table class="cells rows">
<thead><tr><th scope="col">cell</th>${names}${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${table.entries.map((entry) => rowOf(entry, table, latest(entry.input.id)))}</tbody>
</table></div>
</section>
`;
}

/** What names a row, or the heads of that: the last is its header, and has the others with it where the page is narrow. */
function named(names: readonly string[], scope: 'row' | 'col'): Html {
  const others = names.slice(0, -1);
  const aside = others.map((text) =>
    scope === 'row' ? html`<td class="aside">${text}</td>` : html`<th scope="col" class="aside">${text}</th>`,
  );
  return html`${aside}<th scope="${scope}" class="name"${alsoNamed(others)}>${names.at(-1)}</th>`;
}

const signs = { agrees: '✓', differs: '≠', fault: '!', yet: '·' } as const;

/** One cell: what is tried, and what came of it, or in italics what is expected. */
export function rowOf(
  { number, input, expected }: Entry,
  { inputs, outcomes }: Pick<RowTable, 'inputs' | 'outcomes'>,
  cell: AnyCell | null,
): Html {
  const state = stateOf(cell);
  const tried = inputs.map(({ show }) => show(input as never));
  const shown = cell && hasRun(cell) ? cell : state === 'yet' && expected ? asExpected({ number, input, expected }) : null;
  const came = [...outcomes, ...verdictColumns].map(({ show }) => (shown ? show(shown as never) : ''));
  const mark = expected ? ` [${expected.mark}]` : '';
  return html`<tr id="${keyOfCell(number)}" class="${state}"><td><a href="${addressOfCell(input.id)}" aria-label="${tried.join(', ')}: ${stateWords[state]}${mark}">${signs[state]}</a></td>${named(tried, 'row')}${came.map((text) => html`<td>${text}</td>`)}</tr>
`;
}

/** What the columns show of a cell that comes out as it must: of the fields that they read, an expectation has all. */
function asExpected({ input, expected }: Entry): Cell {
  return { ...input, ...expected, codes: [], expected, differs: [], agrees: true } as unknown as Cell;
}
