import { createServer } from 'node:http';
import Koa, { type Context, type Middleware } from 'koa';
import Router from 'koa-router';
import { LabError } from '../errors.ts';
import { type Html, html } from '../html.ts';
import type { Lab } from '../lab/lab.ts';
import { closeServer, listen } from '../listen.ts';
import { type Logger, silentLog } from '../log.ts';
import { cellWithTrace } from '../regression/cell-with-trace.ts';
import { createRuns } from '../runs/create-runs.ts';
import { knownCells } from '../runs/known-cells.ts';
import { addHealth, type HealthParts, healthOverview } from './add-health.ts';
import { answer, answerText, RETRY_AFTER } from './answer.ts';
import { addAdminApi, labOverview } from './api/admin-api.ts';
import type { GivenFiles } from './api/notes.ts';
import { addTraceApi, traceOverview } from './api/trace-api.ts';
import { createEventStreams, type EventStreams } from './event-stream.ts';
import { isForWatchers } from './health.ts';
import { matrixOverview } from './matrix/matrix-api.ts';
import { createMatrixCells } from './matrix/matrix-cells.ts';
import { addMatrixPages } from './matrix/matrix-pages.ts';
import { createMatrixRuns, type RunMatrix } from './matrix/matrix-runs.ts';
import { showTrace } from './matrix/show-cell.ts';
import { keepOtherSitesOut } from './other-sites.ts';
import { answerPage, script, stylesheet } from './page.ts';
import { addReadingPages } from './reading/reading-pages.ts';
import { requireToken } from './require-token.ts';
import { addComparePages } from './run/compare-pages.ts';
import { countRuns } from './run/count-runs.ts';
import { addRunPages } from './run/run-pages.ts';
import { addSessionsApi, type SessionsOwner, sessionsOverview } from './sessions/sessions-api.ts';
import { addSessionsPage } from './sessions/sessions-page.ts';

export type Console = { listen(port: number, host: string): Promise<number>; close(): Promise<void> };

export type ConsoleParts = HealthParts & {
  /** Whose sessions the admin API lists and ends; null: none are. */
  admin?: SessionsOwner | null;
  /** Adds the rest of the admin API. */
  lab?: Lab;
  /** Asked for by everything but health and metrics; null: nothing is, and only this machine's own names are answered. */
  token?: string | null;
  log?: Logger;
  /** Web.config files of the command line, by what they stand for. */
  given?: GivenFiles;
  /** What runs the cells of the matrix; a test's own, where none shall really run. */
  runMatrix?: RunMatrix;
};

/** Health for whoever watches, and what there is of pages and the admin API. Its own port, no cookies. */
export function createConsole(parts: ConsoleParts): Console {
  const { admin, lab, token = null, log = silentLog() } = parts;
  const streams = createEventStreams(log);
  const router = new Router({ sensitive: true, strict: true });
  const overview = `${healthOverview(parts)}${admin ? sessionsOverview : ''}${lab ? labOverview + traceOverview + matrixOverview : ''}`;
  addHealth(router, parts);
  if (admin) addSessionsApi(router, admin);
  if (admin || lab) addPageFiles(router);
  if (admin) addSessionsPage(router, { owner: admin, streams, ...(lab && { lab }) });
  const closeLab = lab && addLabPages(router, { ...parts, lab, streams });
  if (admin || lab) router.get('/api', (ctx) => answerText(ctx, 200, overview));
  if (admin && !lab) router.get('/', (ctx) => answerText(ctx, 200, overview));
  const app = new Koa();
  app.silent = true;
  app.use(answerErrors);
  app.use(keepOtherSitesOut);
  app.use(token === null ? allowOwnNames : requireToken(token, log));
  app.use(router.routes() as unknown as Middleware); // the router's context has more than a step needs
  app.use((ctx) => answerText(ctx, 404, `There is no ${ctx.method} ${ctx.path} here. There is:\n${overview}`));
  const server = createServer(app.callback());
  const close = async () => {
    streams.closeAll();
    await closeLab?.();
    await closeServer(server);
  };
  return { listen: (port, host) => listen(server, port, host), close };
}

/** What only a lab has; returns what ends its runs. */
function addLabPages(
  router: Router,
  { lab, streams, metrics, given = {}, runMatrix }: ConsoleParts & { lab: Lab; streams: EventStreams },
): () => Promise<void> {
  const { profiles } = lab;
  const known = knownCells(profiles);
  const runs = createRuns(lab, known);
  if (metrics) runs.follow(countRuns(metrics.meter));
  const cells = createMatrixCells(profiles);
  const matrix = createMatrixRuns(cells, runMatrix);
  addAdminApi(router, lab, given);
  addTraceApi(router, lab, streams);
  addRunPages(router, { lab, runs, streams, cells: known });
  addComparePages(router, { lab, runs, cells: known });
  addMatrixPages(router, { cells, profiles, runs: matrix, streams, runCell: cellWithTrace, showTrace });
  addReadingPages(router, lab);
  return async () => {
    await Promise.all([runs.close(), matrix.close()]);
  };
}

/** The look of the pages and their one script, for as long as the page itself: another version of the program may bring others. */
function addPageFiles(router: Router): void {
  for (const [path, type, text] of [
    ['/console.css', 'text/css', stylesheet],
    ['/console.js', 'text/javascript', script],
  ] as const)
    router.get(path, (ctx) => {
      ctx.set('Cache-Control', 'no-cache');
      ctx.type = type;
      ctx.body = text;
    });
}

/**
 * A page of another site must not reach the API under a name that it made point here. Health and metrics are for everybody. Where a token is asked
 * for, this is not: under such a name the browser has none to send.
 */
async function allowOwnNames(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  const own = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|console\.mail\.localhost)$/i.test(ctx.hostname);
  if (!own && !isForWatchers(ctx.path))
    throw new LabError(
      'forbidden',
      `the admin API answers to localhost, 127.0.0.1 and console.mail.localhost, not to "${ctx.hostname}"`,
    );
  await next();
}

/** What store-away says is for visitors of the published sites. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof LabError)) return 'the console failed while it handled this request';
  return error.code === 'store-away' ? 'the session store cannot be asked: try again when /readyz is 200' : error.message;
}

async function answerErrors(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  try {
    await next();
  } catch (error) {
    const known = error instanceof LabError;
    ctx.status = known ? error.status : 500;
    if (ctx.status === 503) ctx.set('Retry-After', RETRY_AFTER);
    const isPage = !ctx.path.startsWith('/api') && ctx.accepts('html', 'json') === 'html';
    if (isPage) answerPage(ctx, { title: CANNOT_BE, here: null, content: apology(error) }, ctx.status);
    else answer(ctx, { error: sentenceOf(error) });
  }
}

const CANNOT_BE = 'That cannot be';

/** What a person has asked for and cannot have is said on a page. */
function apology(error: unknown): Html {
  return html`<h1>${CANNOT_BE}</h1>
<p>${sentenceOf(error)}.</p>
<p>Go back and choose again.</p>`;
}
