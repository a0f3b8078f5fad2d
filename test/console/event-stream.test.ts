import { getEventListeners, once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { createEventStreams, type EventStream } from '../../src/console/event-stream.ts';
import type { LabError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';

/** A server of nothing but streams, each told by `tell`. */
async function startStreams(t: ExecutionContext, tell: (stream: EventStream) => Promise<void>) {
  const lines: string[] = [];
  const streams = createEventStreams(createLog({ write: (line) => lines.push(line) }));
  const app = new Koa();
  app.silent = true;
  app.use((ctx) => {
    try {
      streams.open(ctx, tell);
    } catch (error) {
      ctx.status = (error as LabError).status;
    }
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    streams.closeAll();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const sent = get({ host: '127.0.0.1', port, path: '/x?token=secret', agent: false });
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.on('error', () => {});
    t.teardown(() => answer.destroy());
    return answer;
  };
  return { open, streams, logged: () => lines.join('') };
}

test('a stream whose teller fails is cut off and logged, so that its reader comes again; the process and the others go on', async (t) => {
  const fails = Promise.withResolvers<void>();
  let opened = 0;
  const { open, logged } = await startStreams(t, async (stream) => {
    stream.send('said', ++opened);
    if (opened === 1) await fails.promise;
  });
  const [first, second] = [await open(), await open()];
  const cut = new Promise((resolve) => first.resume().on('close', resolve));
  fails.reject(new Error('no such hop'));
  await cut;
  t.true(first.destroyed);
  t.false(second.destroyed);
  t.regex(logged(), /no such hop.*a stream of the console failed/);
  t.false(logged().includes('secret'));
});

test('a reader who is slow again and again leaves nothing behind with each wait', async (t) => {
  const left = Promise.withResolvers<number>();
  const { open } = await startStreams(t, async (stream) => {
    const before = getEventListeners(stream.signal, 'abort').length;
    for (let times = 0; times < 20; times++) {
      stream.send('large', 'x'.repeat(1_000_000));
      await stream.drained();
    }
    left.resolve(getEventListeners(stream.signal, 'abort').length - before);
  });
  (await open()).resume();
  t.is(await left.promise, 0);
});

test('who waits for a reader that goes, or for the console to close, is not kept waiting', async (t) => {
  const ended: string[] = [];
  const both = Promise.withResolvers<void>();
  const { open, streams } = await startStreams(t, async (stream) => {
    stream.send('large', 'x'.repeat(20_000_000));
    await stream.drained();
    ended.push(stream.signal.aborted ? 'gone' : 'there');
    if (ended.length === 2) both.resolve();
  });
  const [first] = [await open(), await open()];
  first.destroy();
  streams.closeAll();
  await both.promise;
  t.deepEqual(ended, ['gone', 'gone']);
});

test('of more streams than there is room for the last is refused, and one that has gone makes room', async (t) => {
  const { open } = await startStreams(t, async () => {});
  const all = [];
  for (let number = 0; number < 100; number++) all.push(await open());
  const refused = await open();
  t.is(refused.statusCode, 503);
  all[0]?.destroy();
  let again = await open();
  while (again.statusCode !== 200) again = await open();
  t.is(again.statusCode, 200);
});
