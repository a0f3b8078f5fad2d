import { type Html, html } from '../html.ts';
import { type Cell, isOffice365 } from '../regression/cell.ts';
import { findingOf } from '../regression/report/describe-cell.ts';
import type { Advice, Run, RunState } from '../runs/run.ts';
import { marks } from '../scenarios/fact.ts';
import { verdictCodes } from '../scenarios/verdict-codes.ts';
import { headlineOf } from './headline.ts';

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
  const site = html`<a href="${address}" target="_blank" rel="noopener" data-site>${address}</a>`;
  if (run.state === 'waiting for sign-in') {
    const who = isOffice365(run.input) ? 'alice@lab.example' : 'lab\\alice';
    return html`<p>Open ${site} and sign in as <kbd>${who}</kbd> with the password <kbd>Passw0rd!</kbd>.</p>`;
  }
  if (run.state === 'signed in')
    return html`<p>Now click <strong>Sign out</strong> there. If nothing happens here but a dialog appears there, close it and go on:</p>
${visitAgain(run, 'I clicked Sign out: open the address again')}`;
  if (run.state === 'waiting for next visit' || run.state === 'signing out')
    return html`<p>Are you signed out? Whoever opens the address now shows it.</p>${visitAgain(run, 'Open the address again')}`;
  if (run.state === 'failed') return html`<p class="notice">${run.failure ?? 'Nobody said why.'}</p>${againButtons(run)}`;
  if (run.state === 'given up') return html`<p>${run.failure ?? 'Another run has begun.'}</p>${againButtons(run)}`;
  return html`<p>Watch the requests below.</p>`;
}

/** A form, since it marks where the next visit begins; its answer leads to the site. */
function visitAgain(run: Run, text: string): Html {
  return html`<form method="post" action="/runs/${run.id}/visit" target="_blank" rel="noopener" data-site><button>${text}</button></form>`;
}

function judged(run: Run, verdict: NonNullable<Run['verdict']>): Html {
  const { cell, advice } = verdict;
  const { text } = headlineOf(cell);
  return html`<h2 id="verdict-title">${text}</h2>
<p class="because">${cell.because}</p>
${codeList(cell.codes)}
${expectation(cell)}
${advice.length > 0 && adviceList(run, advice)}
${againButtons(run)}`;
}

function codeList(codes: readonly string[]): Html {
  if (codes.length === 0) return html`<p>No verdict code: nothing of what can survive a sign-out has survived this one.</p>`;
  const known = codes.map((code) => verdictCodes.find((candidate) => candidate.code === code) ?? { code, name: '', meaning: '' });
  return html`<ul class="codes">${known.map(
    ({ code, name, meaning }) => html`<li><a href="/facts#${code}">${code}</a> <strong>${name}</strong>: ${meaning}</li>`,
  )}</ul>`;
}

/** Whether it came out as documented, and how well that is known. */
export function expectation(cell: Cell): Html {
  const { expected } = cell;
  if (!expected)
    return html`<p class="quiet">Nothing is committed for this choice: what you see is what happened, and no more.</p>`;
  const known = html`<span title="${marks[expected.mark]}">[${expected.mark}]</span> ${expected.facts.map(
    (fact) => html`<a href="/facts#${fact}">${fact}</a> `,
  )}`;
  if (cell.agrees) return html`<p class="quiet">As expected ${known} ${expected.because}</p>`;
  const { differences } = findingOf(cell);
  return html`<div class="notice bad"><p><strong>Not as expected</strong> ${known}</p><ul>${differences.map(
    (line) => html`<li>${line}</li>`,
  )}</ul><p>Expected because: ${expected.because}</p></div>`;
}

function adviceList({ id }: Run, advice: readonly Advice[]): Html {
  return html`<h3>What to change</h3>
<ul class="advice">${advice.map(
    ({ sentence, mark, facts }, at) => html`<li><span>${sentence} <span class="quiet">[${mark}] ${facts.map(
      (fact) => html`<a href="/facts#${fact}">${fact}</a> `,
    )}</span></span>
<form method="post" action="/runs/${id}/advice"><input type="hidden" name="advice" value="${at}"><button name="how" value="driven">Apply and run again</button></form></li>`,
  )}</ul>`;
}

function againButtons({ id }: Run): Html {
  return html`<form method="post" action="/runs/${id}/again" class="row"><button name="how" value="driven" class="quiet">Run it again</button>
<button name="how" value="by hand" class="quiet">Try it yourself</button></form>`;
}
