import { type Html, html } from '../html.ts';
import type { Cell } from '../regression/cell.ts';
import { findingOf } from '../regression/report/describe-cell.ts';
import { type Mark, marks } from '../scenarios/fact.ts';
import { verdictCodes } from '../scenarios/verdict-codes.ts';
import { headlineOf } from './headline.ts';

/** What came of a cell, and what that rests on. */
export function judgement(cell: Cell): Html {
  const { text, tone } = headlineOf(cell);
  return html`<div class="panel ${tone}"><p class="headline">${text}</p>${grounds(cell)}</div>`;
}

/** The sentence, the codes, and whether that was to be expected. */
export function grounds(cell: Cell): Html {
  return html`<p class="because">${cell.because}</p>
${codeList(cell.codes)}
${expectation(cell)}`;
}

function codeList(codes: readonly string[]): Html {
  if (codes.length === 0) return html`<p>No verdict code applies.</p>`;
  const known = codes.map((code) => verdictCodes.find((candidate) => candidate.code === code) ?? { code, name: '', meaning: '' });
  return html`<ul class="codes">${known.map(
    ({ code, name, meaning }) => html`<li><a href="/facts#${code}">${code}</a> <strong>${name}</strong>: ${meaning}</li>`,
  )}</ul>`;
}

/** How well something is known, in words, and the facts that it rests on. */
export function basis({ mark, facts }: { mark: Mark; facts: readonly string[] }): Html {
  return html`[${markInWords(mark)}] ${facts.map((fact, at) => html`${at > 0 && ' '}<a href="/facts#${fact}">${fact}</a>`)}`;
}

export function markInWords(mark: Mark): string {
  return mark === 'infer' ? marks[mark] : `${mark}: ${marks[mark]}`;
}

/** Whether it came out as documented, and how well that is known. */
function expectation(cell: Cell): Html {
  const { expected } = cell;
  if (!expected)
    return html`<p class="quiet">Nothing is committed for this choice: what you see is what happened, and no more.</p>`;
  const known = basis(expected);
  if (cell.agrees) return html`<p class="quiet">As expected ${known}: ${expected.because}</p>`;
  const { differences } = findingOf(cell);
  return html`<div class="notice bad"><p><strong>Not as expected</strong> ${known}</p><ul>${differences.map(
    (line) => html`<li>${line}</li>`,
  )}</ul><p>Expected because: ${expected.because}</p></div>`;
}
