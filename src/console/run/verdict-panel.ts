import { type Html, html } from '../../html.ts';
import { isOffice365 } from '../../regression/cell.ts';
import type { Advice, Run, RunState } from '../../runs/run.ts';
import { headlineOf } from '../headline.ts';
import { basis, grounds, judgement } from '../judgement.ts';

/** What the page says above everything: how far the run is and what to do next, or its verdict. */
export function verdictPanel(run: Run, address: string): Html {
  return html`<section id="verdict" class="panel ${run.verdict ? headlineOf(run.verdict.cell).tone : ''}" aria-labelledby="verdict-title">
${run.verdict ? judged(run, run.verdict) : underWay(run, address)}
</section>`;
}

/** What somebody who listens is told when the run gets there. */
export function announcement(run: Run): string {
  return run.verdict ? `${headlineOf(run.verdict.cell).text}. ${run.verdict.cell.because}` : `${run.title}: ${titles[run.state]}`;
}

const titles: Record<RunState, string> = {
  running: 'The scripted browser signs in and out',
  'waiting for sign-in': 'Waiting for you to sign in',
  'signed in': 'You are signed in',
  'signing out': 'Signing out',
  'waiting for next visit': 'The sign-out is over',
  judged: 'Judged',
  failed: 'The run failed',
  'given up': 'Given up',
};

const steps: readonly [RunState, string][] = [
  ['waiting for sign-in', 'Sign in'],
  ['signed in', 'Sign out'],
  ['waiting for next visit', 'Visit again'],
  ['judged', 'Verdict'],
];

function underWay(run: Run, address: string): Html {
  return html`<h2 id="verdict-title">${titles[run.state]}</h2>
${run.how === 'by hand' && stepList(run.state)}
${whatToDo(run, address)}`;
}

function stepList(state: RunState): Html {
  const at = steps.findIndex(([step]) => step === (state === 'signing out' ? 'signed in' : state));
  return html`<ol class="steps">${steps.map(
    ([, name], index) => html`<li class="${index < at ? 'done' : ''}"${index === at && html` aria-current="step"`}>${name}</li>`,
  )}</ol>`;
}

function whatToDo(run: Run, address: string): Html {
  const { state, hint } = run;
  if (state === 'running') return html`<p>Watch the requests below.</p>`;
  if (state === 'failed') return html`<p class="notice">${run.failure}</p>${againButtons(run)}`;
  if (state === 'given up') return html`<p>Another run has begun.</p>${againButtons(run)}`;
  const said = html`<p>${hint}</p>`;
  if (state === 'waiting for sign-in') return html`${said}${whereToSignIn(run, address)}`;
  return html`${said}${visitAgain(run, state === 'signed in' ? 'I have signed out: open the address again' : 'Open the address again')}`;
}

function whereToSignIn({ input }: Run, address: string): Html {
  const who = isOffice365(input) ? 'alice@lab.example' : 'lab\\alice';
  return html`<p><a id="site-link" href="${address}" target="_blank" rel="noopener" data-site>${address}</a> as <kbd>${who}</kbd> with the password <kbd>Passw0rd!</kbd></p>`;
}

/** A form, since it marks where the next visit begins; its answer leads to the site. */
function visitAgain(run: Run, text: string): Html {
  return html`<form method="post" action="/runs/${run.id}/visit" target="_blank" rel="noopener" data-site><button id="visit-again">${text}</button></form>`;
}

function judged(run: Run, { cell, advice }: NonNullable<Run['verdict']>): Html {
  return html`<h2 id="verdict-title">${headlineOf(cell).text}</h2>
${grounds(cell)}
${advice.length > 0 && adviceList(run, advice)}
${againButtons(run)}`;
}

/** The verdict of a run without anything to press, or why there is none. */
export function verdictInWords({ verdict, state, failure }: Run): Html {
  return verdict ? judgement(verdict.cell) : html`<p class="notice">${titles[state]}${failure !== null && `: ${failure}`}</p>`;
}

function adviceList({ id }: Run, advice: readonly Advice[]): Html {
  return html`<h3>What to change</h3>
<ul class="advice">${advice.map(
    ({ sentence, mark, facts }, at) => html`<li><span>${sentence} <span class="quiet">${basis({ mark, facts })}</span></span>
<form method="post" action="/runs/${id}/advice"><input type="hidden" name="advice" value="${at}"><button name="how" value="driven">Apply and run again</button></form></li>`,
  )}</ul>`;
}

function againButtons({ id }: Run): Html {
  return html`<form method="post" action="/runs/${id}/again" class="row"><button name="how" value="driven" class="quiet">Run it again</button>
<button name="how" value="by hand" class="quiet">Try it yourself</button></form>`;
}
