import { type Html, html } from '../../html.ts';
import type { Mark } from '../../scenarios/fact.ts';
import { facts } from '../../scenarios/facts.ts';
import { verdictCodes } from '../../scenarios/verdict-codes.ts';

const anchors = new Set([...facts.map(({ id }) => id), ...verdictCodes.map(({ code }) => code)]);

/** A text in which each fact and each code is a link to what it says. */
export function withCitations(text: string): Html {
  const parts = text.split(/\b([A-Z][A-Z\d]*(?:-[A-Z\d]+)*-\d+(?:\.\d+)*)\b/);
  return html`${parts.map((part) => (anchors.has(part) ? html`<a href="/facts#${part}">${part}</a>` : part))}`;
}

/** How well something is known, as a word: colour alone would say nothing to many. */
export function markSign(mark: Mark): Html {
  return html`<span class="mark mark-${mark}">${mark}</span>`;
}
