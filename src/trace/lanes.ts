import { type Html, html } from '../html.ts';
import type { Hop, Leg, Party } from './hop.ts';
import { browserCell, partyCell } from './lane-cells.ts';

/** Headings of the lanes, from the browser to those who hold the sessions, and whom the last three are for. */
export type LaneColumns = readonly { title: string; parties: readonly Party[] }[];

const gateway = { title: 'TMG', parties: ['gateway'] } as const;
const kinds = {
  exchange: [
    { title: 'Browser', parties: [] },
    gateway,
    { title: 'Front end', parties: ['front-end', 'adfs', 'logon-server'] },
    { title: 'Mailbox', parties: ['mailbox', 'portal', 'owa', 'sharepoint'] },
  ],
  office365: [
    { title: 'Browser', parties: [] },
    gateway,
    { title: 'Logon server', parties: ['logon-server', 'adfs', 'front-end'] },
    { title: 'Services', parties: ['portal', 'owa', 'sharepoint', 'mailbox'] },
  ],
  any: [
    { title: 'Browser', parties: [] },
    gateway,
    { title: 'Front end or logon server', parties: ['front-end', 'logon-server', 'adfs'] },
    { title: 'Mailbox or services', parties: ['mailbox', 'portal', 'owa', 'sharepoint'] },
  ],
} as const satisfies Record<string, LaneColumns>;

/** The lanes of a run of this kind; `any`: of a trace in which there may be both. */
export function laneColumns(kind: keyof typeof kinds): LaneColumns {
  return kinds[kind];
}

export type HopView = {
  columns: LaneColumns;
  /** It decided the verdict. */
  deciding?: boolean;
  /** It has just happened, and may be shown so. */
  fresh?: boolean;
  /** Where the facts are read: an address that ids are appended to, or null for ids without a link. Default: `/facts#`. */
  factsAt?: string | null;
  /** Whether many cookies are folded away; not in a table that goes on for thousands of rows. Default: they are. */
  folds?: boolean;
};

export type LanesPart = Omit<HopView, 'deciding'> & {
  /** Of the element that further rows are appended to. */
  id: string;
  title: string | Html;
  hops: readonly Hop[];
  /** Key of the hop that decided. */
  decidingKey?: string | null;
};

type LanesTable = { caption: string | Html; columns: LaneColumns; bodies: readonly Html[]; id?: string; isLong?: boolean };

/**
 * The table of a trace: a body for each part of a run. `id`: the element that further bodies are appended to, or if it `isLong` further
 * rows, which live-page.js puts into bodies as `rowBodies` does.
 */
export function lanesTable({ caption, columns, bodies, id = 'lanes', isLong = false }: LanesTable): Html {
  // Roles are written out, for rows that CSS lays out as a grid are no rows to a screen reader any more.
  return html`<table class="lanes${isLong && ' long'}" id="${id}" role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    ({ title }) => html`<th scope="col" role="columnheader">${title}</th>`,
  )}</tr></thead>
${bodies}
</table>
`;
}

/** A part of a run with its hops. */
export function partBody({ id, title, hops, decidingKey, ...view }: LanesPart): Html {
  return html`<tbody id="${id}" role="rowgroup">
<tr class="part" role="row"><th scope="rowgroup" colspan="${view.columns.length}" role="rowheader" aria-colspan="${view.columns.length}">${title}</th></tr>
${hops.map((hop) => hopRow(hop, { ...view, deciding: hop.key === decidingKey }))}</tbody>
`;
}

/** Rows of one body, as in live-page.js. */
const ROWS_OF_BODY = 100;

/** Thousands of rows, in bodies: those far off the screen cost a browser nothing, which of single rows would not be so. */
export function rowBodies(rows: readonly Html[]): Html[] {
  const bodies = Array.from({ length: Math.ceil(rows.length / ROWS_OF_BODY) }, (_, at) =>
    rows.slice(at * ROWS_OF_BODY, (at + 1) * ROWS_OF_BODY),
  );
  return bodies.map((some) => html`<tbody class="hops" role="rowgroup">${some}</tbody>\n`);
}

/** One hop: what the browser saw of it heads the row, and each party says what it got, did and told. */
export function hopRow(hop: Hop, view: HopView): Html {
  const { columns, deciding = false, fresh = false, factsAt = '/facts#', folds = true } = view;
  const classes = ['hop', deciding && 'deciding', hop.isNoise && 'noise', fresh && 'fresh'].filter(Boolean);
  const [browser, ...lanes] = columns;
  return html`<tr id="${hop.key}" class="${classes.join(' ')}" role="row">
<th scope="row" role="rowheader" data-lane="${browser?.title}">${browserCell(hop, deciding, folds)}</th>
${lanes.map(({ title, parties }) => {
  const isIn = ({ party }: { party: Party }) => parties.includes(party);
  const legs: readonly Leg[] = hop.legs.filter(isIn);
  const cell = partyCell({ legs, sessions: hop.sessions.filter(isIn), browser: hop.legs[0], title, factsAt, folds });
  return html`<td role="cell" data-lane="${title}"${legs.length === 0 && html` class="unasked"`}>${cell}</td>
`;
})}</tr>
`;
}
