import { type Html, html } from '../../html.ts';
import { isOffice365 } from '../../regression/cell.ts';
import { withEveryField } from '../../regression/cell-fields.ts';
import { describeTrace } from '../../regression/report/describe-trace.ts';
import { junitReport } from '../../regression/report/junit.ts';
import { summarise } from '../../regression/run-matrix.ts';
import { confirmationOf } from '../../runs/confirmation.ts';
import type { Run } from '../../runs/run.ts';
import { type HarOptions, harOf } from '../../trace/har.ts';
import { sequenceDiagram } from '../../trace/sequence-diagram.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { version } from '../../version.ts';
import { headlineOf } from '../headline.ts';
import { partTitle, requestedNothing } from './lanes-of-run.ts';
import { offlinePage } from './offline-page.ts';

type Told = { run: Run; events: readonly TraceEvent[] };

const har =
  (side: HarOptions['side']) =>
  ({ run, events }: Told) =>
    json(harOf(events, { side, version: version(), title: run.title }));

type Format = { name: string; extension: string; type: string; write: (told: Told) => string };

/** What a run can be written as; JUnit needs a verdict. */
const formats = {
  html: { name: 'One HTML file', extension: 'html', type: 'text/html', write: ({ run, events }) => offlinePage(run, events) },
  har: { name: 'HAR, the browser’s side', extension: 'har', type: 'application/json', write: har('browser') },
  'har-back-end': {
    name: 'HAR, behind the gateway',
    extension: 'back-end.har',
    type: 'application/json',
    write: har('back end'),
  },
  mermaid: { name: 'Mermaid', extension: 'mmd', type: 'text/plain', write: diagramOf },
  markdown: { name: 'Markdown', extension: 'md', type: 'text/markdown', write: markdownOf },
  junit: { name: 'JUnit', extension: 'xml', type: 'application/xml', write: junitOf },
  json: { name: 'JSON', extension: 'json', type: 'application/json', write: jsonOf },
} as const satisfies Record<string, Format>;

export type ExportFormat = keyof typeof formats;
export const exportFormats = Object.keys(formats) as ExportFormat[];

export function isExportFormat(text: unknown): text is ExportFormat {
  return exportFormats.some((format) => format === text);
}

/** A run as a file: its text, its type and a name to save it under. Secrets are not in the trace, so they are in no file. */
export function exportRun(
  run: Run,
  events: readonly TraceEvent[],
  format: ExportFormat,
): { text: string; type: string; file: string } {
  const { type, extension, write } = formats[format] as Format;
  return { text: write({ run, events }), type: `${type}; charset=utf-8`, file: `${run.id}.${extension}` };
}

export function exportLinks({ id, input }: Run): Html {
  // Office 365 stands behind no gateway; AD FS does.
  const behind = !isOffice365(input) || input.identity === 'federated';
  const offered = exportFormats.filter((format) => format !== 'har-back-end' || behind);
  return html`<p class="row"><span>Save as</span> ${offered.map(
    (format) => html`<a href="/runs/${id}/export?format=${format}" download>${formats[format].name}</a> `,
  )}</p>`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function diagramOf({ run, events }: Told): string {
  const shown = events.filter((event) => !isProbe(run, event));
  const remarks = run.parts.flatMap(({ part, from }) => {
    if (part === 'probes') return [];
    const nothing =
      part === 'sign-out' && run.verdict && requestedNothing(run.verdict.cell) ? ': the click requests nothing' : '';
    return { seq: from, text: `${partTitle(run.input, part)}${nothing}` };
  });
  return sequenceDiagram(shown, remarks);
}

/** What the lab itself asks is no part of the story. */
function isProbe({ parts }: Run, { seq }: TraceEvent): boolean {
  return parts.findLast(({ from }) => from <= seq)?.part === 'probes';
}

function markdownOf(told: Told): string {
  const { run, events } = told;
  const { verdict } = run;
  const said = verdict
    ? [`**${headlineOf(verdict.cell).text}.** ${escapeMarkdown(verdict.cell.because)}`, codesOf(run)]
    : [`${run.state}${run.failure ? `: ${escapeMarkdown(run.failure)}` : ''}`];
  const steps = describeTrace(events, isOffice365(run.input)).map((line) => `    ${line}`);
  return [`# ${escapeMarkdown(run.title)}`, ...said, `\`\`\`mermaid\n${diagramOf(told)}\`\`\``, steps.join('\n'), ''].join(
    '\n\n',
  );
}

function codesOf({ verdict }: Run): string {
  const { codes, expected, agrees } = verdict?.cell ?? { codes: [], expected: null, agrees: false };
  const known = expected
    ? `${agrees ? 'as expected' : 'not as expected'} [${expected.mark}: ${expected.facts.join(', ')}]`
    : 'nothing is committed for this choice';
  return [codes.join(', ') || 'no verdict code', known].filter(Boolean).join('; ');
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|&]/g, (char) => `\\${char}`);
}

/** JUnit knows nothing between passed and failed but skipped: a verdict that nobody can compare with anything has not passed. */
function junitOf({ run }: Told): string {
  const judged = run.verdict?.cell;
  const told = judged && `nothing is committed for this choice, so it is neither right nor wrong: ${judged.because}`;
  const notRunBecause = told ?? run.failure ?? `the run is ${run.state}`;
  const compared = judged && confirmationOf(judged) !== 'no-expectation';
  const cell = compared ? judged : { ...run.input, notRun: true as const, notRunBecause, agrees: false as const };
  return junitReport({ schema: 'logoff-lab/matrix@1', summary: summarise([cell]), cells: [cell] });
}

function jsonOf({ run, events }: Told): string {
  const verdict = run.verdict && {
    ...run.verdict,
    confirmation: confirmationOf(run.verdict.cell),
    cell: withEveryField(run.verdict.cell),
  };
  return json({ schema: 'logoff-lab/run@1', run: { ...run, verdict }, events });
}
