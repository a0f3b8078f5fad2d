import { once } from 'node:events';
import type { Context } from 'koa';
import { LabError } from '../errors.ts';
import type { Logger } from '../log.ts';

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
  /**
   * Answers a request with a stream that stays open, and lets `tell` write to it. `last`: the last id that the reader has got, if it connects
   * again; else null. Throws busy when too many are open already. When `tell` rejects, that is logged, and the stream is cut off: its
   * reader comes again.
   */
  open(ctx: Context, tell: (stream: EventStream, last: number | null) => Promise<void>): void;
  closeAll(): void;
};

/** Each costs work with everything that happens. */
const MOST_OPEN = 100;
/** So that whatever stands between does not take a quiet stream for a dead one, ms. */
const HEARTBEAT = 15_000;
/** How long a browser waits before it connects again, ms. */
const RETRY = 500;

export function createEventStreams(log: Logger): EventStreams {
  const open = new Set<AbortController>();
  return {
    open(ctx, tell) {
      if (open.size >= MOST_OPEN)
        throw new LabError('busy', `${MOST_OPEN} pages are kept up to date already: close some, and load this one again`);
      const { res } = ctx;
      const gone = new AbortController();
      open.add(gone);
      ctx.respond = false;
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      });
      res.write(`retry: ${RETRY}\n\n`);
      // A reader that does not read has enough to read.
      const heartbeat = setInterval(() => res.writableNeedDrain || res.write(':\n\n'), HEARTBEAT).unref();
      gone.signal.addEventListener('abort', () => {
        clearInterval(heartbeat);
        open.delete(gone);
        res.destroy();
      });
      res.on('close', () => gone.abort());
      // Nobody waits for it: a rejection would end the process.
      tell(streamTo(res, gone.signal), lastOf(ctx)).catch((error: unknown) => {
        log.error({ err: error, path: ctx.path }, 'a stream of the console failed');
        gone.abort();
      });
    },
    closeAll() {
      for (const gone of [...open]) gone.abort();
    },
  };
}

function lastOf(ctx: Context): number | null {
  const id = ctx.get('Last-Event-ID');
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}

/** Where a stream of numbered events begins for this reader: behind what it has got, else at what the address says under `since`. */
export function firstWanted(ctx: Context, last: number | null): number {
  return last === null ? Number(ctx.query['since']) || 1 : last + 1;
}

function streamTo(res: Context['res'], signal: AbortSignal): EventStream {
  return {
    signal,
    send(event, data, id) {
      if (signal.aborted) return;
      res.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    async drained() {
      if (!res.writableNeedDrain || signal.aborted) return;
      await once(res, 'drain', { signal }).catch(() => {}); // the reader has gone
    },
  };
}
