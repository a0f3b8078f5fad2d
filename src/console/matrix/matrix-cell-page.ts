import { type Html, html } from '../../html.ts';
import { type AnyCell, type Cell, type CellExpected, isEnds, isExchange, isOffice365 } from '../../regression/cell.ts';
import { fieldAt } from '../../regression/field-at.ts';
import { describeInputs, inputColumns } from '../../regression/report/columns.ts';
import { hasRun } from '../../regression/report/describe-cell.ts';
import { endsColumns } from '../../regression/report/ends-columns.ts';
import { office365Columns } from '../../regression/report/office365-columns.ts';
import { facts } from '../../scenarios/facts.ts';
import { judgement, markInWords } from '../judgement.ts';
import type { Entry } from './matrix-cells.ts';
import { addressOfCell } from './matrix-exchange.ts';
import { pageOf, type Selection } from './matrix-selection.ts';

/** What the page of a cell shows. `trace`: what happened, laid out. */
export type CellPage = { entry: Entry; cell: AnyCell; trace: Html; before: Entry | null; after: Entry | null; from: Selection };

/** The page of one cell: its verdict, what it rests on, and what happened. */
export function cellPage({ entry, cell, trace, before, after, from }: CellPage): Html {
  const { input, expected } = entry;
  return html`<h1 class="cell-words">${wordsOf(entry)}</h1>
<p class="cell-id quiet"><code>${input.id}</code>, run just now</p>
${hasRun(cell) ? judgement(cell) : html`<p class="notice"><strong>Did not run.</strong> ${cell.notRunBecause}</p>\n`}
<nav class="tabs" aria-label="Cells"><ul>${linkTo(before, 'prev', 'Previous cell')}<li><a href="${pageOf(from)}">Matrix</a></li>${linkTo(after, 'next', 'Next cell')}<li><a href="${addressOfCell(input.id)}">Run again</a></li></ul></nav>
${!isEnds(input) && inTheLab(input.id)}<h2>What happened</h2>
${trace}${expected && expectationOf(expected, cell)}${expected && factsOf(expected.facts)}`;
}

/** As a run: on the page of that everything is told as it happens, and a person can do it too. */
function inTheLab(id: string): Html {
  return html`<form method="post" action="/runs" class="row"><input type="hidden" name="cell" value="${id}">
<button name="how" value="driven" class="quiet">Run it live</button> <button name="how" value="by hand" class="quiet">Try it yourself</button></form>
`;
}

function linkTo(entry: Entry | null, rel: string, text: string): Html | false {
  return entry !== null && html`<li><a rel="${rel}" href="${addressOfCell(entry.input.id)}">${text}</a></li>`;
}

/** What is tried, in the words of the report's columns; the suite stands in the id. */
function wordsOf({ input }: Entry): string {
  const suite = inputColumns.suite.title;
  const but = <Column extends { title: string }>(columns: readonly Column[]) => columns.filter(({ title }) => title !== suite);
  if (isOffice365(input)) return describeInputs(but(Object.values(office365Columns)), input);
  if (isEnds(input)) return describeInputs(but(Object.values(endsColumns)), input);
  return describeInputs(but(Object.values(inputColumns)), input);
}

/** Of an expectation, what is no field of a cell. */
const GROUNDS = ['mark', 'facts', 'because'];

function expectationOf(expected: CellExpected, cell: AnyCell): Html {
  const fields = Object.keys(expected).filter((field) => !GROUNDS.includes(field));
  const differs = (field: string) => hasRun(cell) && cell.differs.some((one) => one.split('.')[0] === field);
  return html`<h2>What is expected</h2>
<p>${expected.because} [${markInWords(expected.mark)}]</p>
<div class="matrix-scroll" role="region" aria-label="Expected and seen" tabindex="0"><table class="cells rows">
<thead><tr><th scope="col">field</th><th scope="col">expected</th><th scope="col">seen</th></tr></thead>
<tbody>
${fields.map(
  (field) =>
    html`<tr${differs(field) && html` class="differs"`}><th scope="row">${field}${differs(field) && ' ≠'}</th><td>${shown(fieldAt(expected, field))}</td><td>${hasRun(cell) ? shown(seen(cell, field)) : '–'}</td></tr>
`,
)}</tbody>
</table></div>
${namesRequests(expected) && html`<p>Of each request the expectation says how its path and query begin; case makes no difference.</p>\n`}`;
}

function namesRequests(expected: CellExpected): boolean {
  return 'requests' in expected && Array.isArray(expected.requests) && expected.requests.length > 0;
}

/** Expected of a request is only how its target begins. */
function seen(cell: Cell, field: string): unknown {
  return field === 'requests' && isExchange(cell) ? cell.requests.map(({ target }) => target) : fieldAt(cell, field);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', then ');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key}: ${inner ?? 'none'}`)
    .join(', ');
}

function factsOf(ids: readonly string[]): Html {
  const known = facts.filter(({ id }) => ids.includes(id));
  return html`<h2>Facts</h2>
<dl class="codes">${known.map(({ id, mark, gist }) => html`<div><dt><a href="/facts#${id}">${id}</a> [${mark}]</dt><dd>${gist}</dd></div>`)}</dl>
`;
}
