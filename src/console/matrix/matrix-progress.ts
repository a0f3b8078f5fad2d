import { type Html, html } from '../../html.ts';
import { grouped } from '../../regression/report/lay-out-text.ts';
import { progressText } from '../../regression/report/progress-text.ts';
import type { MatrixState } from './matrix-runs.ts';
import { fieldsOf, type Selection } from './matrix-selection.ts';

/** The part of the page that runs cells: what is under way and how to stop it, or what can be run. `now`: ms of `performance.now()`. */
export function runPart(state: MatrixState, selection: Selection, shown: number, all: number, now: number): Html {
  const fields = fieldsOf(selection).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  if (state.running)
    return html`<section id="matrix-run" class="matrix-run" aria-label="Run">
${progressPart(state, now)}<form method="post" action="/matrix/stop">${fields}<button>Stop</button></form>
</section>
`;
  return html`<section id="matrix-run" class="matrix-run" aria-label="Run">
${state.message !== null && html`<p>Last run: ${state.message}</p>\n`}<form method="post" action="/matrix/run">${fields}${
    shown > 0 &&
    html`<button name="which" value="shown">Run ${shown === 1 ? 'this cell' : `these ${grouped(shown)} cells`}</button> `
  }<button name="which" value="all">Run all ${grouped(all)}</button></form>
</section>
`;
}

/** How far the run is. */
export function progressPart({ done, of, startedAt }: MatrixState, now: number): Html {
  return html`<div id="matrix-progress"><progress max="${of}" value="${done}" aria-labelledby="matrix-pace"></progress> <span id="matrix-pace">${progressText(done, of, now - (startedAt ?? now))}</span></div>
`;
}
