import type { IncomingMessage } from 'node:http';

/** A request as the held server saw it. */
export type HeldRequest = {
  /** X-Request-Id. */
  request: string | null;
  /** Without the query. */
  path: string;
  /** The name in the Basic credentials. */
  user: string | null;
  /** Names of the cookies that it brought. */
  cookies: string[];
  /** `cut`: the other side ended the connection before the answer was complete, or ended the WebSocket. */
  state: 'open' | 'answered' | 'cut';
};

export type HeldJournal = {
  enter(message: IncomingMessage): HeldRequest;
  settle(entry: HeldRequest, state: 'answered' | 'cut'): void;
  read(): HeldRequest[];
  /** Waits for an entry with this path, state and, if given, X-Request-Id; there may be one already. */
  until(state: HeldRequest['state'], path: string, request?: string): Promise<HeldRequest>;
  /** Rejects what is still waited for. What is settled from now on is the server's own doing, and not noted. */
  close(): void;
};

type Wait = { matches(entry: HeldRequest): boolean; resolve(entry: HeldRequest): void; reject(error: Error): void; what: string };

export function createHeldJournal(): HeldJournal {
  const entries: HeldRequest[] = [];
  const waits = new Set<Wait>();
  let closed = false;
  const tell = (entry: HeldRequest) => {
    for (const wait of waits) {
      if (!wait.matches(entry)) continue;
      waits.delete(wait);
      wait.resolve({ ...entry });
    }
  };

  return {
    enter(message) {
      const entry: HeldRequest = { ...describe(message), state: 'open' };
      entries.push(entry);
      tell(entry);
      return entry;
    },
    settle(entry, state) {
      if (closed || entry.state !== 'open') return;
      entry.state = state;
      tell(entry);
    },
    read: () => structuredClone(entries),
    until(state, path, request) {
      const { promise, resolve, reject } = Promise.withResolvers<HeldRequest>();
      // Who does not look at it any more is not to be ended by it.
      promise.catch(() => {});
      const matches = (entry: HeldRequest) =>
        entry.state === state && entry.path === path && (request === undefined || entry.request === request);
      const found = entries.find(matches);
      if (found) resolve({ ...found });
      else if (closed) reject(new Error(`the held server is closed: no ${path} will be ${state}`));
      else waits.add({ matches, resolve, reject, what: `${path} to be ${state}` });
      return promise;
    },
    close() {
      closed = true;
      for (const { reject, what } of waits) reject(new Error(`the held server was closed while somebody waited for ${what}`));
      waits.clear();
    },
  };
}

function describe({ headers, url = '' }: IncomingMessage): Omit<HeldRequest, 'state'> {
  const request = headers['x-request-id'];
  const cookies = (headers.cookie ?? '').split(';').flatMap((pair) => pair.split('=', 1)[0]?.trim() || []);
  return {
    request: request === undefined ? null : String(request),
    path: pathOf(url),
    user: userOf(headers.authorization),
    cookies,
  };
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] as string;
}

function userOf(authorization: string | undefined): string | null {
  const [, token] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? [];
  return token === undefined ? null : (Buffer.from(token, 'base64').toString().split(':', 1)[0] as string);
}
