import { exchangeOptions } from '../../exchange/options.ts';
import { type Html, html } from '../../html.ts';
import type { Lab } from '../../lab/lab.ts';
import type { NamedOption } from '../../named-options.ts';
import { office365Options } from '../../office365/options.ts';
import { type Fact, type Mark, marks } from '../../scenarios/fact.ts';
import { exchangeFacts } from '../../scenarios/facts-exchange.ts';
import { gatewayFacts } from '../../scenarios/facts-gateway.ts';
import { office365Facts } from '../../scenarios/facts-office365.ts';
import { requirements } from '../../scenarios/requirements.ts';
import { verdictCodes } from '../../scenarios/verdict-codes.ts';
import { markSign, withCitations } from './cited.ts';
import { optionsTable } from './options-table.ts';
import { readingTable } from './reading-table.ts';

/** Which facts are wanted: of one mark, null for every one, and with each of these words. */
export type FactFilter = { mark: Mark | null; text: string };

/** The filter of an address; what there is no mark of counts as every one. */
export function readFilter(query: URLSearchParams): FactFilter {
  const mark = query.get('mark') ?? '';
  return { mark: isMark(mark) ? mark : null, text: (query.get('text') ?? '').trim().slice(0, LONGEST_TEXT) };
}

const LONGEST_TEXT = 200;

function isMark(text: string): text is Mark {
  return Object.hasOwn(marks, text);
}

const groups: readonly (readonly [id: string, title: string, facts: readonly Fact[]])[] = [
  ['gateway', 'The gateway', gatewayFacts],
  ['exchange', 'Exchange', exchangeFacts],
  ['office365', 'Office 365', office365Facts],
  ['requirements', 'Requirements on the ends of sessions', requirements],
];

/** Every fact, code and option of the lab, to read. */
export function factsContent({ setting }: Pick<Lab, 'setting'>, filter: FactFilter): Html {
  const wanted = (mark: Mark, ...texts: string[]) => (filter.mark === null || mark === filter.mark) && holds(filter.text, texts);
  const found = groups.map(([id, title, facts]) => {
    const some = facts.filter(({ id, mark, gist, source, state = '' }) => wanted(mark, id, gist, source, state));
    return { id, title, count: some.length, all: facts.length, content: some.length > 0 && factTable(some) };
  });
  const isOption = ([name, { mark, meaning, fact, values }]: [string, NamedOption]) =>
    wanted(mark, name, meaning, fact, ...values);
  const { options, office365 } = setting();
  const choices = [
    ['options-exchange', 'Options of the mock Exchange', exchangeOptions, options],
    ['options-office365', 'Options of the mock Office 365', office365Options, office365.options],
  ] as const;
  const readings = choices.map(([id, title, known, chosen]) => {
    const some = Object.entries<NamedOption>(known).filter(isOption);
    return {
      id,
      title,
      count: some.length,
      all: Object.keys(known).length,
      content: some.length > 0 && optionsTable(some, chosen),
    };
  });
  const codes = verdictCodes.filter(
    ({ code, name, meaning }) => filter.mark === null && holds(filter.text, [code, name, meaning]),
  );
  const ofCodes = { count: codes.length, all: verdictCodes.length, content: codes.length > 0 && codeTable(codes) };
  const parts = [...found, { id: 'codes', title: 'Codes of verdicts', ...ofCodes }, ...readings];
  return html`<div class="admin">
<h1>Facts</h1>
<p>Each behaviour of the lab cites a fact, and each fact says how well it is known. Where a reading is not certain, it is an option that can be switched.</p>
${filterForm(filter)}
<p role="status">${told(filter, parts)}</p>
<nav aria-label="On this page"><ul><li><a href="#marks">Marks</a></li>${parts.map(
    ({ id, title, count, all }) =>
      html`<li><a href="#${id}">${title}</a> <small>${count === all ? all : `${count} of ${all}`}</small></li>`,
  )}</ul></nav>
<section aria-labelledby="marks">
<h2 id="marks">Marks</h2>
<dl>${Object.entries(marks).map(([mark, meaning]) => html`<div><dt>${markSign(mark as Mark)}</dt><dd>${meaning}</dd></div>`)}</dl>
</section>
${parts.map(
  ({ id, title, content }) => html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content || html`<p>None of these.</p>`}
</section>
`,
)}</div>`;
}

/** Whether each word of what somebody looks for is in one of the texts, whatever its case. */
function holds(looked: string, texts: readonly string[]): boolean {
  const all = texts.join('\n').toLowerCase();
  return looked
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function told({ mark, text }: FactFilter, parts: readonly { count: number; all: number }[]): string {
  const sum = (key: 'count' | 'all') => parts.reduce((total, part) => total + part[key], 0);
  if (mark === null && text === '') return `${sum('all')} facts, codes and options.`;
  return `${sum('count')} of ${sum('all')} facts, codes and options${mark === null ? '' : ` are marked ${mark}`}${text === '' ? '' : `${mark === null ? '' : ' and'} hold “${text}”`}.`;
}

function filterForm({ mark, text }: FactFilter): Html {
  const choices = [['', 'any'] as const, ...Object.entries(marks)];
  return html`<form method="get" action="/facts" role="search">
<label for="mark">Mark</label> <select id="mark" name="mark">${choices.map(
    ([value, meaning]) =>
      html`<option value="${value}"${value === (mark ?? '') && html` selected`}>${value === '' ? meaning : `${value}: ${meaning}`}</option>`,
  )}</select>
<label for="text">Text</label> <input id="text" name="text" type="search" value="${text}" size="24">
<button>Show</button>${(mark !== null || text !== '') && html` <a href="/facts">Show all</a>`}
</form>`;
}

function factTable(some: readonly Fact[]): Html {
  return readingTable(
    ['Fact', 'Mark', 'What is known', 'Source'],
    some.map(({ id, mark, gist, source, state }) => {
      const known = html`${withCitations(gist)}${state && html` <small>(${state})</small>`}`;
      return { id, cells: [anchorTo(id), html`${markSign(mark)} <small>${marks[mark]}</small>`, known, source] };
    }),
  );
}

function codeTable(codes: typeof verdictCodes): Html {
  return readingTable(
    ['Code', 'Name', 'Meaning'],
    codes.map(({ code, name, meaning }) => ({ id: code, cells: [anchorTo(code), name, meaning] })),
  );
}

function anchorTo(id: string): Html {
  return html`<a href="#${id}">${id}</a>`;
}
