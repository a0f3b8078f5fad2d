import { Html, html } from '../../html.ts';
import { pageHead } from '../../html-page.ts';
import type { Run } from '../../runs/run.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { stylesheet } from '../page.ts';
import { lanesOfRun, lanesOfTrace } from './lanes-of-run.ts';
import { verdictInWords } from './verdict-panel.ts';

/** The run as one file that needs nothing else: no script, and a policy that lets it load nothing. */
export function offlinePage(run: Run, events: readonly TraceEvent[]): string {
  const who = run.how === 'driven' ? 'The scripted browser' : 'A person';
  const when = new Date(run.startedAt).toISOString();
  const content = html`${verdictInWords(run)}
${lanesOfRun(run, events, null)}`;
  return layOut(run.title, content, `${who} signed in and out of the mock servers of logoff-lab, ${when} by the lab’s clock.`);
}

/** All that the lab still knows of, as such a file. */
export function offlineTrace(events: readonly TraceEvent[]): string {
  return layOut(
    'What happened in the lab',
    lanesOfTrace(events, null),
    'Requests to the gateway and the mock servers of logoff-lab.',
  );
}

function layOut(title: string, content: Html, footer: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
${pageHead(`${title} · logoff-lab`)}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>${new Html(stylesheet)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${new Html(withoutLinks(content.text))}
</main>
<footer>${footer} Secrets are not in here.</footer>
</body>
</html>
`.text;
}

/** Links lead to pages of the console, which are not in the file. */
function withoutLinks(markup: string): string {
  return markup.replace(/<a href="[^"]*"[^>]*>(.*?)<\/a>/gs, '$1');
}
