import type Router from 'koa-router';
import { LabError } from '../../errors.ts';
import { type Html, html } from '../../html.ts';
import type { Lab } from '../../lab/lab.ts';
import { cellParts } from '../../regression/cell-part.ts';
import type { KnownCells } from '../../runs/known-cells.ts';
import { presetsOf } from '../../runs/presets.ts';
import type { Run, Runs } from '../../runs/run.ts';
import { alignHops } from '../../trace/align-hops.ts';
import type { Hop, Leg } from '../../trace/hop.ts';
import { hopsOf } from '../../trace/hops.ts';
import { partyNames } from '../../trace/lane-cells.ts';
import { answerPage, seeOther } from '../page.ts';
import { readForm } from '../read-form.ts';
import { partOf, partTitles } from './lanes-of-run.ts';
import { chosenRun } from './read-choice.ts';
import { verdictInWords } from './verdict-panel.ts';

type Parts = { lab: Lab; runs: Runs; cells: KnownCells };

/** What is chosen when nobody has chosen: the story itself. */
const USUAL = ['cu1-breaks-it', 'cu9-as-announced'] as const;

/** Two runs side by side, step by step. */
export function addComparePages(router: Router, parts: Parts): void {
  const { lab, runs, cells } = parts;
  const named = (id: unknown): Run | null => {
    if (id === undefined) return null;
    const run = typeof id === 'string' ? runs.get(id) : null;
    if (!run) throw new LabError('not-found', `there is no run "${String(id)}": only the last ones are kept`);
    return run;
  };
  router.get('/compare', (ctx) => {
    const [left, right] = [named(ctx.query['left']), named(ctx.query['right'])];
    const content = html`<h1>Two sign-outs, step by step</h1>
${chooser(cells, runs.list(), left, right)}
${left && right && comparison(left, right, runs)}`;
    answerPage(ctx, { title: 'Compare', here: 'compare', content });
  });
  router.post('/compare', async (ctx) => {
    const form = await readForm(ctx);
    const ids: string[] = [];
    for (const side of ['left', 'right']) ids.push((await runFor(form.get(side) ?? '')).id);
    seeOther(ctx, `/compare?left=${ids[0]}&right=${ids[1]}`);
  });

  /** A run that there is, or one of a preset, driven now. */
  async function runFor(choice: string): Promise<Run> {
    const there = runs.get(choice);
    if (there) return there;
    const { input, title } = chosenRun(new URLSearchParams({ preset: choice }), { profiles: lab.profiles, cells });
    return runs.ended((await runs.drive(input, title)).id);
  }
}

function chooser(cells: KnownCells, all: readonly Run[], left: Run | null, right: Run | null): Html {
  const options = [
    ...presetsOf(cells).map(({ name, title }) => ({ value: name, title: `Run now: ${title}` })),
    ...all.map(({ id, title, how }) => ({ value: id, title: `${id}: ${title}, ${how}` })),
  ];
  const select = (name: string, label: string, chosen: string) =>
    html`<label>${label} <select name="${name}">${options.map(
      ({ value, title }) => html`<option value="${value}"${value === chosen && html` selected`}>${title}</option>`,
    )}</select></label>`;
  return html`<form method="post" action="/compare" class="fields wide card">
${select('left', 'Left', left?.id ?? USUAL[0])}
${select('right', 'Right', right?.id ?? USUAL[1])}
<p class="row"><button>Compare</button></p>
</form>`;
}

function comparison(left: Run, right: Run, runs: Runs): Html {
  const [leftHops, rightHops] = [left, right].map((run) =>
    Map.groupBy(
      hopsOf(runs.eventsOf(run.id)).filter(({ isNoise }) => !isNoise),
      (hop) => partOf(run, hop),
    ),
  ) as [Map<string, Hop[]>, Map<string, Hop[]>];
  const parts = cellParts.filter((part) => part !== 'probes');
  return html`<div class="sides">${[left, right].map((run) => html`<div><h2><a href="/runs/${run.id}">${run.title}</a></h2>${verdictInWords(run)}</div>`)}</div>
<table class="compare"><caption>Steps that both took stand side by side; what they did otherwise is marked</caption>
<thead><tr><th scope="col">Step</th><th scope="col">${left.title}</th><th scope="col">${right.title}</th></tr></thead>
${parts.map((part) => partRows(partTitles[part], alignHops(leftHops.get(part) ?? [], rightHops.get(part) ?? [])))}</table>`;
}

function partRows(title: string, pairs: readonly (readonly [Hop | null, Hop | null])[]): Html {
  const rows = pairs.length > 0 ? pairs : [[null, null] as const];
  return html`<tbody><tr class="part"><th scope="rowgroup" colspan="3">${title}</th></tr>${rows.map(([left, right], at) => {
    const [told, toldRight] = [tell(left), tell(right)];
    const differs = told.map(String).join() !== toldRight.map(String).join();
    return html`<tr class="${differs && 'differs'}"><th scope="row">${at + 1}${differs && html` <strong>differs</strong>`}</th><td>${told}</td><td>${toldRight}</td></tr>`;
  })}</tbody>`;
}

/** A hop in short: the request and its answer, the gateway's decision, and what became of sessions. */
function tell(hop: Hop | null): Html[] {
  const first = hop?.legs[0];
  if (!hop || !first) return [html`<p class="quiet">nothing was requested</p>`];
  const notes = hop.legs.flatMap(({ notes }) => notes.map(({ sentence }) => html`<p>${sentence}</p>`));
  const sessions = hop.sessions.map(({ party, state, reason }) => `${partyNames[party]} ${state}${reason ? ` (${reason})` : ''}`);
  return [
    html`<p><code>${requestOf(first)}</code></p>`,
    ...cookies(first),
    ...notes,
    html`<p class="quiet">${sessions.length > 0 ? `Sessions: ${sessions.join(', ')}` : 'No session yet'}; ${reached(hop)}</p>`,
  ];
}

function requestOf({ method, target, status, location }: Leg): string {
  return `${method} ${target} → ${status ?? 'no answer'}${location === null ? '' : ` ${location}`}`;
}

function cookies({ set, cleared }: Leg): Html[] {
  return [
    ...(set.length > 0 ? [html`<p>sets ${set.join(', ')}</p>`] : []),
    ...(cleared.length > 0 ? [html`<p>clears ${cleared.join(', ')}</p>`] : []),
  ];
}

function reached({ legs }: Hop): string {
  return `reached ${legs.map(({ party }) => partyNames[party]).join(', ')}`;
}
