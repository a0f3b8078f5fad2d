import { type Html, html } from '../../html.ts';

type Cell = Html | string | number;
/** The first cell names the row; `id` is its anchor. */
export type Row = { id?: string; cells: readonly Cell[] };

/** A table that stays one for screen readers where a narrow screen shows each row as a card: hence the roles, and a title in each cell. */
export function readingTable(titles: readonly string[], rows: readonly Row[]): Html {
  return html`<table role="table">
<thead role="rowgroup"><tr role="row">${titles.map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map(
    ({ id, cells: [name = '', ...cells] }) => html`
<tr role="row"${id !== undefined && html` id="${id}"`}><th role="rowheader" scope="row">${name}</th>${cells.map(
      (cell, at) => html`<td role="cell" data-label="${titles[at + 1]}">${cell}</td>`,
    )}</tr>`,
  )}
</tbody>
</table>`;
}
