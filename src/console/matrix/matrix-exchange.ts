import type { Profile } from '../../exchange/profile.ts';
import { type Html, html } from '../../html.ts';
import type { AnyCell, ExchangeCell } from '../../regression/cell.ts';
import { inputColumns, NONE } from '../../regression/report/columns.ts';
import { stateOf, stateWords } from './matrix-cells.ts';
import { type ExchangeEntry, type ExchangeTable, type ExchangeTableRow, urlOf } from './matrix-layout.ts';
import { letters, visitOf } from './matrix-letters.ts';
import { alsoNamed } from './matrix-names.ts';

/** The latest result of a cell; null: it has not been run. */
export type Latest = (id: string) => AnyCell | null;

/** The address of a cell's page. */
export function addressOfCell(id: string): string {
  return `/matrix/cell?id=${encodeURIComponent(id).replaceAll('%2F', '/').replaceAll('%40', '@')}`;
}

/** The id of the element that shows a cell. */
export function keyOfCell(number: number): string {
  return `c${number}`;
}

/** The tables of Exchange's cells, each in a region that scrolls by itself. */
export function exchangeTables(tables: readonly ExchangeTable[], latest: Latest, profiles: ReadonlyMap<string, Profile>): Html {
  return html`${tables.map((table, at) => tableOf(table, `matrix-table-${at}`, latest, profiles))}`;
}

function tableOf(
  { caption, heads, urls, rows }: ExchangeTable,
  key: string,
  latest: Latest,
  profiles: ReadonlyMap<string, Profile>,
): Html {
  const [first = '', ...others] = heads.map((column) => (column === inputColumns.kinds ? KINDS : column.title));
  return html`<section class="matrix-part">
<h2 id="${key}">${caption === '' ? 'Builds as they are' : caption}</h2>
<div class="matrix-scroll" role="region" aria-labelledby="${key}" tabindex="0"><table class="cells letters">
<thead><tr><th scope="col"${alsoNamed(others)}>${first}</th>${others.map((title) => html`<th scope="col">${title}</th>`)}${urls.map((url) => html`<th scope="col" class="url">${breakable(url)}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => rowOf(row, urls, latest, profiles))}</tbody>
</table></div>
</section>
`;
}

/** A long address may go on in the next line behind a slash or a question mark. */
function breakable(url: string): Html {
  return html`${url.split(/(?<=.[/?])(?=.)/).map((part, at) => html`${at > 0 && html`<wbr>`}${part}`)}`;
}

const KINDS = 'SignOutKind: OWA in front / OWA behind / ECP behind';

function rowOf(
  { heads, cells }: ExchangeTableRow,
  urls: readonly string[],
  latest: Latest,
  profiles: ReadonlyMap<string, Profile>,
): Html {
  const [build = '', ...others] = heads;
  const shown = urls.map((url) => {
    const entry = cells.get(url);
    return entry ? cellOf(entry, heads, latest(entry.input.id)) : NO_CELL;
  });
  return html`<tr><th scope="row"${alsoNamed(others)}>${titleOf(build, profiles)}</th>${others.map((text) => html`<th scope="row">${text}</th>`)}${shown}</tr>
`;
}

/** `2013 CU9 as announced behind 2013 CU6`. */
function titleOf(build: string, profiles: ReadonlyMap<string, Profile>): string {
  const titles = build.split(' behind ').map((name) => profiles.get(name)?.title.replace('Exchange Server ', '') ?? name);
  return titles.join(' behind ');
}

const NO_CELL = html`<td>–</td>`;

/** One cell: a letter, and for those who do not see its colour and place the whole in words. */
export function cellOf({ number, input, expected }: ExchangeEntry, heads: readonly string[], cell: AnyCell | null): Html {
  const state = stateOf(cell);
  const ran = cell && !('notRun' in cell) ? visitOf(cell as ExchangeCell) : null;
  const wanted = expected && 'outcome' in expected ? visitOf(expected) : null;
  const tried = [...heads.filter((text) => text !== NONE), urlOf(input)].join(', ');
  const mark = expected ? ` [${expected.mark}]` : '';
  const came = {
    agrees: `${ran}, ${stateWords.agrees}`,
    differs: `${ran}, ${stateWords.differs}${wanted === ran ? '' : ` (${wanted ?? 'nothing is expected'})`}`,
    fault: stateWords.fault,
    yet: `${stateWords.yet}, expected is ${wanted ?? 'nothing'}`,
  }[state];
  const letter = ran ? letters[ran].letter : wanted ? letters[wanted].letter : '?';
  const text = { agrees: letter, differs: `${letter}≠`, fault: '!', yet: `(${letter})` }[state];
  const look = { agrees: '', differs: ' differs', fault: 'fault', yet: 'yet' }[state];
  return html`<td id="${keyOfCell(number)}" class="${ran && letters[ran].look}${look}"><a href="${addressOfCell(input.id)}" aria-label="${tried}: ${came}${mark}">${text}</a></td>`;
}
