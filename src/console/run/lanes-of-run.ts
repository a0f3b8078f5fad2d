import { type Html, html } from '../../html.ts';
import { type Cell, type CellInput, isExchange, isOffice365 } from '../../regression/cell.ts';
import type { CellPart } from '../../regression/cell-part.ts';
import type { Run } from '../../runs/run.ts';
import type { Hop } from '../../trace/hop.ts';
import { hopsOf } from '../../trace/hops.ts';
import { hopRow, type LaneColumns, laneColumns, lanesTable, partBody, rowBodies } from '../../trace/lanes.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';

/** Where the console shows the facts. */
const FACTS = '/facts#';

export const partTitles: Record<CellPart, string> = {
  'sign-in': 'Signing in',
  'sign-out': 'Signing out',
  probes: 'The lab looks at what is left, with requests that disturb nothing',
  'next-visit': 'The same address again',
};

/** What the lanes need to know of a run, or of a cell that was run. */
export type Told = Pick<Run, 'parts'> & { input: CellInput; verdict: { cell: Cell; deciding: number | null } | null };

/** A run as lanes, hop by hop, in its parts. `factsAt`: as for a row. */
export function lanesOfRun(run: Told, events: readonly TraceEvent[], factsAt: string | null = FACTS): Html {
  const byPart = Map.groupBy(hopsOf(events), (hop) => partOf(run, hop));
  const bodies = run.parts.map(({ part }) => bodyOf(run, part, byPart.get(part) ?? [], factsAt));
  return lanesTable({ caption: CAPTION, columns: columnsOf(run), bodies });
}

const CAPTION = 'What each party saw and did';

/** Links to what people look for in the lanes of a run that is over; whether something decides shows in their markup. */
export function wayAbout({ verdict }: Told, lanes: Html): Html {
  const decides = lanes.text.includes('id="decides"') && html`<a href="#decides">what decides</a> `;
  const links = html`Go to <a href="#${idOf('sign-out')}">the sign-out</a> ${decides}<a href="#${idOf('next-visit')}">the next visit</a>`;
  return html`<p id="way-about" class="row">${verdict !== null && links}</p>`;
}

/** Id of the table with everybody's hops. */
export const LIVE = 'live';

/** Everything that happened, whoever did it; the table has the id LIVE. */
export function lanesOfTrace(events: readonly TraceEvent[], factsAt: string | null = FACTS): Html {
  return lanesOfRows(hopsOf(events).map((hop) => rowOfAny(hop, factsAt)));
}

/** The same of rows that have been made already. */
export function lanesOfRows(rows: readonly Html[]): Html {
  const columns = laneColumns('any');
  const heading = partBody({ id: 'every-request', title: 'Every request', columns, hops: [] });
  return lanesTable({ caption: CAPTION, columns, bodies: [heading, ...rowBodies(rows)], id: LIVE, isLong: true });
}

/** A hop of whatever kind, in a table that may be long. */
export function rowOfAny(hop: Hop, factsAt: string | null = FACTS): Html {
  return hopRow(hop, { columns: laneColumns('any'), factsAt, folds: false });
}

/** The element of a part, with the hops of it. */
export function bodyOf(run: Told, part: CellPart, hops: readonly Hop[], factsAt: string | null = FACTS): Html {
  const decidingKey = hops.find((hop) => decides(run, hop))?.key ?? null;
  return partBody({ id: idOf(part), title: titleOf(run, part, hops), columns: columnsOf(run), hops, decidingKey, factsAt });
}

/** Where nothing was requested, that decides; and where everybody is found signed in, nobody is visited. */
function titleOf({ input, verdict }: Told, part: CellPart, hops: readonly Hop[]): string | Html {
  if (part === 'next-visit' && verdict !== null && hops.length === 0)
    return `${partTitles[part]}: not needed, for every service had let the user in already`;
  if (part === 'sign-out' && verdict !== null && requestedNothing(verdict.cell))
    return html`${partTitles[part]}: the click requested nothing, and that <strong class="decides" id="decides">decides</strong>`;
  return partTitle(input, part);
}

/** At Office 365 something else than a sign-out may be what is tried. */
export function partTitle(input: CellInput, part: CellPart): string {
  return part === 'sign-out' && isOffice365(input) ? input.action : partTitles[part];
}

export function requestedNothing(cell: Cell): boolean {
  return isExchange(cell) && cell.clientAction === 'dialog';
}

export function rowOf(run: Told, hop: Hop): Html {
  return hopRow(hop, { columns: columnsOf(run), deciding: decides(run, hop) });
}

export function partOf({ parts }: Told, { first }: Pick<Hop, 'first'>): CellPart {
  return parts.findLast(({ from }) => from <= first)?.part ?? 'sign-in';
}

/** Id of a part's element. */
export function idOf(part: CellPart): string {
  return `part-${part}`;
}

function decides({ verdict }: Told, { first, last }: Hop): boolean {
  const deciding = verdict?.deciding ?? null;
  return deciding !== null && first <= deciding && deciding <= last;
}

function columnsOf({ input }: Told): LaneColumns {
  return laneColumns(isOffice365(input) ? 'office365' : 'exchange');
}
