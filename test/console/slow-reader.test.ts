import { getEventListeners, once } from 'node:events';
import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { standingClock } from '../../src/clock.ts';
import { createEventStreams, type EventStream } from '../../src/console/event-stream.ts';
import { createLiveFeed } from '../../src/console/run/live-feed.ts';
import { streamAll } from '../../src/console/run/run-stream.ts';
import { closeServer } from '../../src/listen.ts';
import { silentLog } from '../../src/log.ts';
import { createRecorder } from '../../src/trace/recorder.ts';

/** More than the buffers of both ends of a connection hold together with what one turn may add. */
const MOST_KEPT = 128 * 1_024;
const LONG = 'long '.repeat(400);

/** A live page's stream of a recorder that forgets nothing, with somebody who has connected and does not read. */
async function startStopped(t: ExecutionContext) {
  const recorder = createRecorder(standingClock(), 1_000_000);
  const streams = createEventStreams(silentLog());
  const opened = Promise.withResolvers<{ stream: EventStream; res: ServerResponse }>();
  const app = new Koa();
  app.use((ctx) => {
    streams.open(ctx, (stream) => {
      opened.resolve({ stream, res: ctx.res });
      return streamAll(stream, 1, { lab: { recorder }, feed: createLiveFeed(recorder) });
    });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    streams.closeAll();
    await closeServer(server);
  });
  const { port } = server.address() as { port: number };
  const [answer] = (await once(get({ host: '127.0.0.1', port, agent: false }), 'response')) as [IncomingMessage];
  t.teardown(() => answer.destroy());
  let made = 0;
  const hops = (count: number) => {
    for (let at = 0; at < count; at++)
      recorder.record({ exchange: `x${++made}`, party: 'gateway', kind: 'request', method: 'GET', target: '/', sentence: LONG });
    for (let at = 0; at < count; at++)
      recorder.record({ exchange: `x${made - at}`, party: 'gateway', kind: 'decision', sentence: LONG });
    return made;
  };
  return { answer, hops, ...(await opened.promise) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('of a reader that does not read no more than a little is kept, and when it reads again it has missed nothing', async (t) => {
  const { answer, hops, stream, res } = await startStopped(t);
  let most = 0;
  // Until whatever lies between is full.
  while (!res.writableNeedDrain) {
    hops(500);
    for (let turns = 0; turns < 100 && !res.writableNeedDrain; turns++) {
      await turn();
      most = Math.max(most, res.writableLength);
    }
  }
  const last = hops(1_000);
  for (let turns = 0; turns < 200; turns++) await turn();
  most = Math.max(most, res.writableLength);
  t.true(most < MOST_KEPT, `${most} bytes were kept`);

  const seen = new Set<string>();
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = (text + chunk).split('\n');
    text = lines.pop() as string;
    for (const line of lines) {
      t.not(line, 'event: reload');
      const key = /^data: \{"key":"(hop-\d+)"/.exec(line)?.[1];
      if (key !== undefined) seen.add(key);
    }
    if (seen.size === last) break;
  }
  t.is(seen.size, last);
  t.true(getEventListeners(stream.signal, 'abort').length < 10, 'whoever waited listens no more');
});
