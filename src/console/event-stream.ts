import type { Context } from 'koa';

/** One reader of a stream of server-sent events. */
export type EventStream = {
  /** `id` comes back as Last-Event-ID when the browser connects again. `data` becomes JSON. */
  send(event: string, data: unknown, id?: number): void;
  /** Resolves once the reader has room for more; at once if it has now. */
  drained(): Promise<void>;
  /** Aborts when the reader has gone, or the console closes. */
  signal: AbortSignal;
};

export type EventStreams = {
  /** Answers a request with a stream that stays open. `from`: the id behind which the reader wants to go on; 0: from the beginning. */
  open(ctx: Context): { stream: EventStream; from: number };
  closeAll(): void;
};

/** So that whatever stands between does not take a quiet stream for a dead one, ms. */
const HEARTBEAT = 15_000;
/** How long a browser waits before it connects again, ms. */
const RETRY = 500;

export function createEventStreams(): EventStreams {
  const open = new Set<AbortController>();
  return {
    open(ctx) {
      const { res } = ctx;
      const gone = new AbortController();
      open.add(gone);
      ctx.respond = false;
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
        'X-Content-Type-Options': 'nosniff',
      });
      res.write(`retry: ${RETRY}\n\n`);
      const heartbeat = setInterval(() => res.write(':\n\n'), HEARTBEAT).unref();
      gone.signal.addEventListener('abort', () => {
        clearInterval(heartbeat);
        open.delete(gone);
        res.destroy();
      });
      res.on('close', () => gone.abort());
      return { stream: streamTo(res, gone.signal), from: Number(ctx.get('Last-Event-ID')) || 0 };
    },
    closeAll() {
      for (const gone of [...open]) gone.abort();
    },
  };
}

function streamTo(res: Context['res'], signal: AbortSignal): EventStream {
  return {
    signal,
    send(event, data, id) {
      if (signal.aborted) return;
      res.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    drained() {
      if (!res.writableNeedDrain || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        res.once('drain', resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
  };
}
