import type Router from 'koa-router';
import { LabError } from '../../errors.ts';
import type { Lab } from '../../lab/lab.ts';
import { followEvents } from '../../trace/follow-events.ts';
import { harOf } from '../../trace/har.ts';
import { sequenceDiagram } from '../../trace/sequence-diagram.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { version } from '../../version.ts';
import { answer } from '../answer.ts';
import { type EventStreams, firstWanted } from '../event-stream.ts';
import { offlineTrace } from '../run/offline-page.ts';

/** What the API has of the trace, for people. */
export const traceOverview = `  GET    /api/trace[?since=N]            what happened, as events
  GET    /api/trace/stream[?since=N]     the same as it happens, as server-sent events: data is one event, id its number
  GET    /api/trace/export?format=F      all of it as har (side=browser or side=back-end), mermaid, json or html
  DELETE /api/trace                      forgets it
`;

type Told = { text: string; type: string; extension: string };
const json = (value: unknown, extension = 'json'): Told => ({
  ...{ text: `${JSON.stringify(value, null, 2)}\n`, type: 'application/json', extension },
});
const sides = { browser: 'browser', 'back-end': 'back end' } as const;

const formats: Record<string, (events: readonly TraceEvent[], side: (typeof sides)[keyof typeof sides]) => Told> = {
  har: (events, side) => json(harOf(events, { side, version: version(), title: 'logoff-lab' }), 'har'),
  mermaid: (events) => ({ text: sequenceDiagram(events), type: 'text/plain', extension: 'mmd' }),
  json: (events) => json(events),
  html: (events) => ({ text: offlineTrace(events), type: 'text/html', extension: 'html' }),
};

export function addTraceApi(router: Router, { recorder }: Lab, streams: EventStreams): void {
  router.get('/api/trace', (ctx) => answer(ctx, recorder.read(Number(ctx.query['since'] ?? 1) || 1)));
  router.delete('/api/trace', (ctx) => {
    recorder.clear();
    answer(ctx, {});
  });
  router.get('/api/trace/stream', (ctx) => {
    streams.open(ctx, (stream, last) =>
      followEvents(recorder, { from: firstWanted(ctx, last), signal: stream.signal }, async ({ events, dropped }) => {
        if (dropped > 0) stream.send('dropped', { dropped });
        for (const event of events) {
          stream.send('message', event, event.seq);
          await stream.drained();
        }
      }),
    );
  });
  router.get('/api/trace/export', (ctx) => {
    const { format = 'json', side = 'browser' } = ctx.query;
    const write = Object.entries(formats).find(([name]) => name === format)?.[1];
    if (!write) throw new LabError('bad-request', `format: expected one of ${Object.keys(formats).join(', ')}`);
    const wanted = Object.entries(sides).find(([name]) => name === side)?.[1];
    if (!wanted) throw new LabError('bad-request', `side: expected one of ${Object.keys(sides).join(', ')}`);
    const { text, type, extension } = write(recorder.read().events, wanted);
    ctx.set({ 'Cache-Control': 'no-store', 'Content-Type': `${type}; charset=utf-8` });
    // A file, never a page under the console's own address.
    ctx.set('Content-Disposition', `attachment; filename="trace.${extension}"`);
    ctx.body = text;
  });
}
