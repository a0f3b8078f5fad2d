import type { Context } from 'koa';
import type Router from 'koa-router';
import { LabError } from '../../errors.ts';
import type { Profile } from '../../exchange/profile.ts';
import { type Html, html } from '../../html.ts';
import type { CellInput } from '../../regression/cell.ts';
import type { TracedCell } from '../../regression/cell-with-trace.ts';
import { quote } from '../../rules/quote.ts';
import { createTurns } from '../../turns.ts';
import type { EventStreams } from '../event-stream.ts';
import { isAskedElsewhere } from '../other-sites.ts';
import { answerPage, seeOther } from '../page.ts';
import { readForm } from '../read-form.ts';
import { addMatrixApi } from './matrix-api.ts';
import { cellPage } from './matrix-cell-page.ts';
import type { Entry, MatrixCells } from './matrix-cells.ts';
import { addressOfCell } from './matrix-exchange.ts';
import type { MatrixRuns } from './matrix-runs.ts';
import { fieldsOf, pageOf, pairsOf, readSelection, type Selection } from './matrix-selection.ts';
import { tellPage } from './matrix-stream.ts';
import { type MatrixView, viewOf } from './matrix-view.ts';

export type MatrixParts = {
  cells: MatrixCells;
  runs: MatrixRuns;
  profiles: ReadonlyMap<string, Profile>;
  streams: EventStreams;
  /** Runs one cell and tells what happened, and lays that out. */
  runCell: (input: CellInput) => Promise<TracedCell>;
  showTrace: (run: TracedCell) => Html;
};

/** Adds the pages of the regression matrix, and its part of the admin API. */
export function addMatrixPages(router: Router, parts: MatrixParts): void {
  const { cells, runs, profiles, streams } = parts;
  const view = (selection: Selection): MatrixView => viewOf(selection, cells, runs, profiles);
  addMatrixApi(router, cells, runs);
  router.get('/matrix', (ctx) => {
    const selection = readSelection(new URLSearchParams(ctx.querystring), cells.all());
    // Read before the page is made: what happens in between is told again.
    const since = String(runs.version());
    const stream = `/matrix/stream?${new URLSearchParams([...fieldsOf(selection), ['since', since]])}`;
    const { content } = view(selection);
    answerPage(ctx, {
      title: 'Matrix',
      here: 'matrix',
      content: content(),
      stream,
      ...(!runs.state().running && { reloadEvery: null }),
    });
  });
  router.get('/matrix/stream', (ctx) => {
    const query = new URLSearchParams(ctx.querystring);
    const selection = readSelection(query, cells.all(), ['since']);
    const since = Number(query.get('since')) || 0;
    streams.open(ctx, (stream, last) => tellPage(stream, last ?? since, view(selection), runs));
  });
  router.post('/matrix/run', async (ctx) => {
    const form = await readForm(ctx);
    const selection = readSelection(form, cells.all(), ['which']);
    runs.start(form.get('which') === 'all' ? [] : pairsOf(selection));
    seeOther(ctx, pageOf(selection));
  });
  router.post('/matrix/stop', async (ctx) => {
    const selection = readSelection(await readForm(ctx), cells.all());
    await runs.stop();
    seeOther(ctx, pageOf(selection));
  });
  router.get('/matrix/cell', showCell(parts));
}

/** Pages of cells that wait for their run. */
const MOST_CELLS = 20;

function showCell({ cells, runCell, showTrace }: MatrixParts): (ctx: Context) => Promise<void> {
  // However many pages are opened at once: each run takes a lab, and some take servers.
  const turns = createTurns(MOST_CELLS, `${MOST_CELLS} cells are run already: load the page again in a while`);
  return async (ctx) => {
    const id = new URLSearchParams(ctx.querystring).get('id') ?? '';
    const entry = cells.find(id);
    if (!entry) throw new LabError('not-found', `there is no cell ${quote(id, 200)}; each cell of the matrix leads to its page`);
    if (isAskedElsewhere(ctx)) return answerPage(ctx, { title: id, here: 'matrix', content: question(id) });
    const made = await turns.take(
      () => runCell(entry.input),
      () => !ctx.req.socket.destroyed,
    );
    const [before = null, after = null] = neighbours(entry, cells.all());
    const content = cellPage({ entry, cell: made.cell, trace: showTrace(made), before, after, from: around(entry, cells) });
    answerPage(ctx, { title: id, here: 'matrix', content });
  };
}

/** A run costs work, so it takes a person's word, and no other site's. */
function question(id: string): Html {
  return html`<h1>Run this cell?</h1>
<p class="cell-id"><code>${id}</code></p>
<p>Another site has led you here. <a href="${addressOfCell(id)}">Run it, and see what happens</a></p>`;
}

function neighbours({ number, input }: Entry, all: readonly Entry[]): (Entry | undefined)[] {
  return [all[number - 1], all[number + 1]].map((entry) => (entry?.input.suite === input.suite ? entry : undefined));
}

/** The page of the matrix that a cell is on. */
function around({ input }: Entry, cells: MatrixCells): Selection {
  const fields = new URLSearchParams({ suite: input.suite });
  const { filters } = readSelection(fields, cells.all());
  const own = Object.keys(filters).map((key) => [key, String((input as unknown as Record<string, unknown>)[key])]);
  return { suite: input.suite, filters: Object.fromEntries(own) };
}
