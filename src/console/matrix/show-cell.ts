import { type Html, html } from '../../html.ts';
import type { TracedCell } from '../../regression/cell-with-trace.ts';
import { hasRun } from '../../regression/report/describe-cell.ts';
import { decidingEvent } from '../../runs/deciding.ts';
import { lanesOfRun, lanesOfTrace } from '../run/lanes-of-run.ts';

/** What happened in a cell, as lanes; an end of a session has no parts. */
export function showTrace({ cell, events, parts }: TracedCell): Html {
  if (events.length === 0) return html`<p>Nothing was recorded.</p>\n`;
  if (parts.length === 0) return lanesOfTrace(events);
  const verdict = hasRun(cell) ? { cell, deciding: decidingEvent(cell, parts, events) } : null;
  return lanesOfRun({ input: cell, parts, verdict }, events);
}
