import { createScriptCache } from '../../src/browser/script-cache.ts';
import { startLab } from '../../src/lab/lab.ts';
import type { ExchangeInput } from '../../src/regression/cell.ts';
import { type CellTrace, traceOf } from '../../src/regression/trace-of.ts';
import { sequenceDiagram } from '../../src/trace/sequence-diagram.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

const LAST = Number.POSITIVE_INFINITY;
const DIALOG = 'Dialog: close all browser windows. Nothing is requested';

/** What the next visit meets, in the words of the reader. */
const endings: Readonly<Record<string, string>> = {
  'session-alive': 'Still signed in: the same session',
  'silent-relogin': 'Signed in again without being asked',
  gateway: 'Signed out: the gateway asks for the password',
  backend: 'Exchange asks for the password',
};

/** The sign-out of each cell as a fenced Mermaid diagram: the click, and the first request of the next visit. */
export async function diagramsOf(cells: readonly ExchangeInput[]): Promise<ReadonlyMap<string, string>> {
  const lab = await startLab();
  const cache = createScriptCache();
  const diagrams = new Map<string, string>();
  try {
    for (const cell of cells) diagrams.set(cell.id, diagramOf(cell, await traceOf(lab, cell, { cache })));
  } finally {
    await lab.close();
  }
  return diagrams;
}

function diagramOf(cell: ExchangeInput, { result, click, freshVisit }: CellTrace): string {
  const { clientAction, outcome, promptedBy, requests } = result;
  const click1 = click[0]?.seq ?? 0;
  const visit = freshVisit[0]?.seq ?? LAST;
  const remarks = [
    { seq: click1, text: `Click on Sign out in ${cell.app.toUpperCase()}` },
    ...(clientAction === 'dialog' ? [{ seq: click1, text: DIALOG }] : []),
    { seq: visit, text: 'Later, in the same browser' },
    { seq: LAST, text: endings[promptedBy ?? outcome] ?? outcome },
  ];
  const shown = [...firstExchanges(click, requests.length), ...firstExchanges(freshVisit, 1)];
  return `\`\`\`mermaid\n${sequenceDiagram(shown, remarks)}\`\`\`\n`;
}

/** What a landing page loads of its own accord is no part of the sign-out. */
function firstExchanges(events: readonly TraceEvent[], count: number): TraceEvent[] {
  const first = [...new Set(events.map(({ exchange }) => exchange))].slice(0, count);
  return events.filter(({ exchange }) => first.includes(exchange));
}
