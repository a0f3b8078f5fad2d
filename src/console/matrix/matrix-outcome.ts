import { type Html, html } from '../../html.ts';
import type { Cell, NotRunCell } from '../../regression/cell.ts';
import { differingCells, findingOf, notRunCells } from '../../regression/report/describe-cell.ts';
import { grouped } from '../../regression/report/lay-out-text.ts';
import { type Entry, stateOf, stateWords } from './matrix-cells.ts';
import { addressOfCell, type Latest } from './matrix-exchange.ts';

/** What is listed before the table, which shows all of them, is at most this much. */
const MOST_LISTED = 50;

/** How many of the cells that are shown came out how, and what there is elsewhere. */
export function countsOf(shown: readonly Entry[], all: readonly Entry[], latest: Latest): Html {
  const states = shown.map(({ input }) => stateOf(latest(input.id)));
  const counts = (['agrees', 'differs', 'fault', 'yet'] as const).map((state) => {
    const number = states.filter((one) => one === state).length;
    return html`<li class="${number > 0 && state}"><strong>${grouped(number)}</strong> ${stateWords[state]}</li>`;
  });
  const known = all.flatMap(({ input }) => latest(input.id) ?? []);
  const elsewhere = `In all suites ${grouped(known.length)} of ${grouped(all.length)} cells have been run, ${grouped(differingCells(known).length)} of them not as expected.`;
  return html`<div id="matrix-counts"><ul class="counts"><li><strong>${grouped(shown.length)}</strong> ${shown.length === 1 ? 'cell' : 'cells'}</li>${counts}</ul>
<p class="quiet">${elsewhere}</p></div>
`;
}

/** The cells that did not come out as expected, and those that did not run, with why. */
export function faultsOf(shown: readonly Entry[], latest: Latest): Html {
  const cells = shown.flatMap(({ input }) => latest(input.id) ?? []);
  const [differing, missing] = [differingCells(cells), notRunCells(cells)];
  return html`<div id="matrix-faults">${differing.length > 0 && differingList(differing)}${missing.length > 0 && missingList(missing)}</div>
`;
}

function differingList(cells: readonly Cell[]): Html {
  const listed = cells.slice(0, MOST_LISTED).map((cell) => {
    const { differences, because } = findingOf(cell);
    return html`<li>${linkTo(cell.id)}<ul>${differences.map((line) => html`<li>${line}</li>`)}<li>${because}</li></ul></li>
`;
  });
  return html`<section class="faults" aria-labelledby="matrix-differing"><h2 id="matrix-differing">Not as expected</h2>
<ul>${listed}${andMore(cells.length)}</ul></section>
`;
}

/** Cells that did not run for the same reason stand together. */
function missingList(cells: readonly NotRunCell[]): Html {
  const reasons = Map.groupBy(cells, ({ notRunBecause }) => notRunBecause);
  const listed = [...reasons].map(
    ([reason, group]) =>
      html`<li>${reason} (${grouped(group.length)})<ul>${group.slice(0, MOST_LISTED).map(({ id }) => html`<li>${linkTo(id)}</li>`)}${andMore(group.length)}</ul></li>
`,
  );
  return html`<section class="faults" aria-labelledby="matrix-missing"><h2 id="matrix-missing">Did not run</h2>
<ul>${listed}</ul></section>
`;
}

function linkTo(id: string): Html {
  return html`<a href="${addressOfCell(id)}">${id}</a>`;
}

function andMore(number: number): Html | false {
  return number > MOST_LISTED && html`<li>and ${grouped(number - MOST_LISTED)} more, which the tables mark</li>`;
}
