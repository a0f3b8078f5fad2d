import { createScriptCache, type ScriptCache } from '../../src/browser/script-cache.ts';
import { type Lab, startLab } from '../../src/lab/lab.ts';
import type { ExchangeInput, Office365Input } from '../../src/regression/cell.ts';
import { serviceActedAt } from '../../src/regression/office365/judge-office365.ts';
import { type CellTrace, traceOf } from '../../src/regression/trace-of.ts';
import { type DiagramRemark, sequenceDiagram } from '../../src/trace/sequence-diagram.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

const LAST = Number.POSITIVE_INFINITY;
const LATER = 'Later, in the same browser';
const DIALOG = 'Dialog: close all browser windows. Nothing is requested';

/** What the next visit meets, in the words of the reader. */
const endings: Readonly<Record<string, string>> = {
  'session-alive': 'Still signed in: the same session',
  'silent-relogin': 'Signed in again without being asked',
  gateway: 'Signed out: the gateway asks for the password',
  backend: 'Exchange asks for the password',
};

type Shared = { cache: ScriptCache };

/** One diagram after the other, in one lab. */
async function drawEach<Item>(
  items: readonly Item[],
  draw: (item: Item, lab: Lab, shared: Shared) => Promise<string>,
): Promise<string[]> {
  const lab = await startLab();
  const cache = createScriptCache();
  const diagrams: string[] = [];
  try {
    for (const item of items) diagrams.push(await draw(item, lab, { cache }));
  } finally {
    await lab.close();
  }
  return diagrams;
}

/** The sign-out of each cell as a fenced Mermaid diagram: the click, and the first request of the next visit. */
export async function diagramsOf(cells: readonly ExchangeInput[]): Promise<ReadonlyMap<string, string>> {
  const diagrams = await drawEach(cells, async (cell, lab, shared) => diagramOf(cell, await traceOf(lab, cell, shared)));
  return new Map(cells.map(({ id }, at) => [id, diagrams[at] as string]));
}

function diagramOf(cell: ExchangeInput, { result, click, freshVisit }: CellTrace): string {
  const { clientAction, outcome, promptedBy, requests } = result;
  const click1 = click[0]?.seq ?? 0;
  const visit = freshVisit[0]?.seq ?? LAST;
  const remarks = [
    { seq: click1, text: `Click on Sign out in ${cell.app.toUpperCase()}` },
    ...(clientAction === 'dialog' ? [{ seq: click1, text: DIALOG }] : []),
    { seq: visit, text: LATER },
    { seq: LAST, text: endings[promptedBy ?? outcome] ?? outcome },
  ];
  const shown = [...firstExchanges(click, requests.length), ...firstExchanges(freshVisit, 1)];
  return fenced(shown, remarks);
}

/** What a landing page loads of its own accord is no part of the sign-out. */
function firstExchanges(events: readonly TraceEvent[], count: number): TraceEvent[] {
  const first = [...new Set(events.map(({ exchange }) => exchange))].slice(0, count);
  return events.filter(({ exchange }) => first.includes(exchange));
}

/** A cell of Office 365, all of it or what would be too long together. */
export type DrawnCell = { cell: Office365Input; part: 'all' | 'click' | 'next visit' };

/** The same for Office 365, to the last request; each with what the logon server is sent of its cookie. */
export function office365DiagramsOf(drawn: readonly DrawnCell[]): Promise<string[]> {
  return drawEach(drawn, async ({ cell, part }, lab, shared) => {
    const { result, click, freshVisit } = await traceOf(lab, cell, shared);
    const acting = serviceActedAt(cell);
    const clicked = part === 'next visit' ? [] : click;
    const visited = part === 'click' ? [] : freshVisit;
    const end = part === 'click' ? [] : [endOf(acting && result.after[acting], [...clicked, ...visited])];
    return fenced(
      [...clicked, ...visited],
      [
        ...firstOf(clicked, `Click on Sign out in ${acting === 'owa' ? 'OWA' : acting}`),
        ...firstOf(visited, LATER),
        ...[...clicked, ...visited].flatMap(tellOfCookie),
        ...end.map((text) => ({ seq: LAST, text })),
      ],
    );
  });
}

/** Before the first of these events, if there are any. */
function firstOf(events: readonly TraceEvent[], text: string): DiagramRemark[] {
  return events.slice(0, 1).map(({ seq }) => ({ seq, text }));
}

/** Whether a page of the logon server is asked for with the authentication cookie. */
function tellOfCookie({ seq, party, kind, method, target = '', cookies = [] }: TraceEvent): DiagramRemark[] {
  if (party !== 'logon-server' || kind !== 'request' || method !== 'GET' || !/^\/log(in|out)\.srf/.test(target)) return [];
  return [{ seq, text: cookies.some(({ name }) => name === 'MSPAuth') ? 'Sends MSPAuth' : 'Sends no MSPAuth' }];
}

function endOf(outcome: string | null, shown: readonly TraceEvent[]): string {
  if (outcome !== 'prompt') return endings[outcome ?? ''] ?? '';
  return shown.at(-1)?.party === 'logon-server'
    ? 'Signed out: the logon server asks for the password'
    : (endings['gateway'] ?? '');
}

function fenced(events: readonly TraceEvent[], remarks: readonly DiagramRemark[]): string {
  return `\`\`\`mermaid\n${sequenceDiagram(events, remarks)}\`\`\`\n`;
}
