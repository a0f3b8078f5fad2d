import type { Context } from 'koa';
import type Router from 'koa-router';
import { LabError } from '../../errors.ts';
import { type Html, html } from '../../html.ts';
import type { Lab } from '../../lab/lab.ts';
import { SWITCHED_NAME } from '../../lab/lab-setting.ts';
import { isOffice365 } from '../../regression/cell.ts';
import type { KnownCells } from '../../runs/known-cells.ts';
import { isOver, type Run, type RunInput, type Runs } from '../../runs/run.ts';
import { type EventStreams, firstWanted } from '../event-stream.ts';
import { answerPage, seeOther } from '../page.ts';
import { readForm } from '../read-form.ts';
import { exportFormats, exportLinks, exportRun, isExportFormat } from './export-run.ts';
import { lanesOfRows, lanesOfRun, wayAbout } from './lanes-of-run.ts';
import { createLiveFeed, type LiveFeed } from './live-feed.ts';
import { chosenRun } from './read-choice.ts';
import { runForm } from './run-form.ts';
import { streamAll, streamRun } from './run-stream.ts';
import { verdictPanel } from './verdict-panel.ts';

export type RunPagesParts = { lab: Lab; runs: Runs; streams: EventStreams; cells: KnownCells };

/** Where nobody reads the stream: time enough to fill in the form, s. */
const RELOAD_EVERY = 30;

/** Where the forms of these pages lead in the end: sites of the lab, at whatever port. */
const SITES = 'http://*.localhost:*';

/** All that a mailbox does, but nothing to the page around it: with rules of somebody's own, the site answers whatever it likes. */
const FRAMED = 'allow-downloads allow-forms allow-modals allow-popups allow-same-origin allow-scripts';

/** The run page: what to run, how far it is, the verdict, and every hop as it happens. */
export function addRunPages(router: Router, parts: RunPagesParts): void {
  const { lab, runs, streams, cells } = parts;
  const runOf = (ctx: Context & { params: Record<string, string> }): Run => {
    const run = runs.get(ctx.params['id'] ?? '');
    if (!run) throw new LabError('not-found', `there is no run "${ctx.params['id']}": only the last ones are kept`);
    return run;
  };
  const begin = (how: string | null, input: RunInput, title: string): Promise<Run> => {
    if (how !== 'driven' && how !== 'by hand') throw new LabError('bad-request', 'how: expected "driven" or "by hand"');
    return how === 'driven' ? runs.drive(input, title) : runs.beginByHand(input, title);
  };

  const feed = createLiveFeed(lab.recorder);
  router.get('/', (ctx) => answerPage(ctx, livePage(parts, feed)));
  router.get('/stream', (ctx) => streams.open(ctx, (stream, last) => streamAll(stream, firstWanted(ctx, last), { lab, feed })));
  router.get('/runs/:id', (ctx) => answerPage(ctx, pageOf(runOf(ctx), parts)));
  router.get('/runs/:id/stream', (ctx) => {
    const run = runOf(ctx);
    streams.open(ctx, (stream, last) => streamRun(stream, firstWanted(ctx, last), run, parts));
  });
  router.get('/runs/:id/export', (ctx) => {
    const run = runOf(ctx);
    const format = ctx.query['format'];
    if (!isExportFormat(format)) throw new LabError('bad-request', `format: expected one of ${exportFormats.join(', ')}`);
    const { text, type, file } = exportRun(run, runs.eventsOf(run.id), format);
    ctx.set({ 'Cache-Control': 'no-store', 'Content-Type': type, 'Content-Disposition': `attachment; filename="${file}"` });
    ctx.body = text;
  });
  router.post('/runs', async (ctx) => {
    const form = await readForm(ctx);
    const { input, title } = chosenRun(form, { profiles: lab.profiles, cells });
    seeOther(ctx, `/runs/${(await begin(form.get('how'), input, title)).id}`);
  });
  router.post('/runs/:id/again', async (ctx) => {
    const [form, { input, title }] = [await readForm(ctx), runOf(ctx)];
    seeOther(ctx, `/runs/${(await begin(form.get('how'), input, title)).id}`);
  });
  router.post('/runs/:id/advice', async (ctx) => {
    const [form, { verdict, title }] = [await readForm(ctx), runOf(ctx)];
    const advice = verdict?.advice.find((_, at) => String(at) === form.get('advice'));
    if (!advice) throw new LabError('bad-request', 'advice: expected the number of one that the run gives');
    seeOther(ctx, `/runs/${(await begin(form.get('how'), advice.input, `${title}, changed`)).id}`);
  });
  router.post('/runs/:id/visit', async (ctx) => {
    await readForm(ctx);
    const run = runOf(ctx);
    try {
      seeOther(ctx, runs.visitAgain(run.id));
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'bad-request') throw error;
      // It is shown where the site would be: in a tab of its own, or in the frame.
      answerPage(
        ctx,
        { title: TOO_EARLY, here: 'run', content: tooEarly(run, runs.addressOf(run), error), inOwnFrame: true },
        400,
      );
    }
  });
}

const TOO_EARLY = 'Not yet';

function tooEarly({ title }: Run, address: string, { message }: LabError): Html {
  return html`<h1>${TOO_EARLY}</h1>
<p>${title}: ${message}.</p>
<p><a href="${address}">Back to the site</a></p>`;
}

/** Without a run: what to run, and whatever happens in the lab. */
function livePage({ lab, runs, cells }: RunPagesParts, feed: LiveFeed) {
  const { hops, next } = feed.all();
  const content = html`<h1>Sign out, and see whether you are signed out</h1>
${runForm({ profiles: lab.profiles, cells })}
${runList(runs.list())}
<section aria-labelledby="live-title"><h2 id="live-title">What happens in the lab</h2>
<p class="quiet">Every request, whoever makes it: also at the addresses of the builds, such as <code>2013-cu1.localhost:${lab.ports.gateway}/owa/</code>.</p>
${lanesOfRows(hops.map(feed.row))}</section>`;
  return {
    title: 'Run',
    here: 'run',
    content,
    stream: `/stream?since=${next}`,
    reloadEvery: RELOAD_EVERY,
    sites: SITES,
  } as const;
}

function runList(all: readonly Run[]): Html {
  if (all.length === 0) return html``;
  return html`<details class="card"><summary>Earlier runs (${all.length})</summary><ul>${all.map(
    ({ id, title, state, how, verdict }) =>
      html`<li><a href="/runs/${id}">${title}</a>, ${how}: ${verdict ? verdict.cell.because : state}</li>`,
  )}</ul></details>`;
}

function pageOf(run: Run, { lab, runs, cells }: RunPagesParts) {
  const next = lab.recorder.next();
  const over = isOver(run);
  const lanes = lanesOfRun(run, runs.eventsOf(run.id));
  const content = html`<h1>${run.title}</h1>
<div class="story"><div>
${verdictPanel(run, runs.addressOf(run))}
<p class="quiet">${describeInput(run.input)}</p>
<section aria-labelledby="lanes-title"><h2 id="lanes-title">Hop by hop</h2>
${wayAbout(run, lanes)}
${lanes}
${exportLinks(run)}</section></div>
${run.how === 'by hand' && !over && !isOffice365(run.input) && beside(runs.addressOf(run))}</div>
<details class="card"><summary>Another run</summary>${runForm({ profiles: lab.profiles, cells })}</details>`;
  return {
    title: run.title,
    here: 'run',
    content,
    sites: SITES,
    ...(!over && { stream: `/runs/${run.id}/stream?since=${next}` }),
  } as const;
}

/** The site in a frame, which takes the script; only a page of the same site (`console.mail.localhost`) gets its cookies. */
function beside(address: string): Html {
  return html`<details class="card beside" hidden data-frame="${address}"><summary>Show the site beside this page</summary>
<p class="notice" hidden>In a frame the site gets its cookies only from a page of its own site: open this page as <code>console.mail.localhost</code>, at the same port.</p>
<iframe name="site" title="The site" sandbox="${FRAMED}"></iframe></details>`;
}

function describeInput(input: RunInput): Html {
  if (isOffice365(input)) return html`Office 365 as in profile ${input.profile}: ${input.action}`;
  const { profile, vdirAuth, signOutKind, signOutKindSource, app, client, logoffUrl, match } = input;
  const kinds = Object.entries(signOutKind).map(([file, value]) => `${file} ${value ?? 'absent'}`);
  return html`${SWITCHED_NAME} is ${profile}, virtual directories ${vdirAuth}; SignOutKind ${
    signOutKindSource === 'shipped' ? 'as shipped' : kinds.join(', ')
  }; ${app}, client ${client}; the rule watches for <code>${logoffUrl ?? 'nothing'}</code>${match && ` (${match})`}`;
}
