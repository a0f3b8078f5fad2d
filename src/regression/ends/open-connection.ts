import { randomBytes } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';

export type ConnectionKind = 'poll' | 'events' | 'download' | 'upload' | 'socket';

export type Opened = {
  /** 0 as long as there is no answer. */
  status: number;
  /** Names in Set-Cookie. */
  cookies: string[];
  /** X-Replica. */
  replica: string | null;
};

/** What has come of the answer so far; `bytes` of its body, or by the WebSocket. */
export type PartialAnswer = { status: number; setCookies: string[]; replica: string | null; bytes: number };

export type OpenConnection = {
  /**
   * For events, download and socket: when the head of the answer has come. For poll and upload: when the head of the request (and
   * the first bytes of the upload) have been sent. In any case when the connection is over. Never rejects.
   */
  readonly opened: Promise<Opened>;
  /** `answered`: a complete answer came. `cut`: the connection ended before, or a WebSocket ended, or was closed here. Never rejects. */
  readonly over: Promise<'cut' | 'answered'>;
  answer(): PartialAnswer;
  /** True when at least so many bytes have come; false when the connection is over before. */
  received(bytes: number): Promise<boolean>;
  /** More bytes of an upload, or by a WebSocket. */
  send(bytes: string | Buffer): void;
  /** An upload has been sent in full. */
  finish(): void;
  close(): void;
};

/** What an upload brings before it waits. */
export const FIRST_UPLOAD = 'first part\n';

/** Opens a connection of the kind that a session keeps open, to `path` at `host`, which is looked for on 127.0.0.1. */
export function openConnection(
  kind: ConnectionKind,
  to: { port: number; host: string; cookie: string | null; path: string },
): OpenConnection {
  const { port, path } = to;
  const method = kind === 'upload' ? 'POST' : 'GET';
  const sent = request({ host: '127.0.0.1', port, path, method, headers: fieldsFor(kind, to), agent: false });
  const connection = follow(sent);
  if (kind === 'poll') sent.once('finish', connection.open);
  if (kind === 'upload') sent.write(FIRST_UPLOAD, connection.open);
  else sent.end();
  return connection;
}

function fieldsFor(kind: ConnectionKind, { host, cookie }: { host: string; cookie: string | null }): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = { Host: host };
  if (cookie !== null) fields['Cookie'] = cookie;
  if (kind === 'events') fields['Accept'] = 'text/event-stream';
  if (kind === 'upload') fields['Content-Type'] = 'application/octet-stream';
  if (kind !== 'socket') return fields;
  const key = randomBytes(16).toString('base64');
  return { ...fields, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key };
}

function follow(sent: ClientRequest): OpenConnection & { open(): void } {
  const opened = Promise.withResolvers<Opened>();
  const over = Promise.withResolvers<'cut' | 'answered'>();
  const body = countBytes();
  let head: Opened = { status: 0, cookies: [], replica: null };
  let socket: Socket | null = null;

  const open = () => opened.resolve({ ...head });
  const end = (how: 'cut' | 'answered') => {
    open();
    over.resolve(how);
    body.end();
  };
  sent.on('response', (response: IncomingMessage) => {
    head = headOf(response);
    open();
    response.on('data', body.add).on('error', () => {});
    response.on('close', () => end(response.complete ? 'answered' : 'cut'));
  });
  sent.on('upgrade', (response: IncomingMessage, upgraded: Socket, first: Buffer) => {
    socket = upgraded;
    head = headOf(response);
    open();
    body.add(first);
    socket.on('data', body.add).on('error', () => {});
    socket.on('close', () => end('cut'));
  });
  sent.on('error', () => {});
  // With an answer, it is the answer that tells how it ended: an upload may be refused before it has been sent.
  sent.on('close', () => {
    if (head.status === 0) end('cut');
  });

  return {
    opened: opened.promise,
    over: over.promise,
    answer: () => ({ status: head.status, setCookies: [...head.cookies], replica: head.replica, bytes: body.count() }),
    received: body.reach,
    open,
    send: (bytes) => void (socket ?? sent).write(bytes),
    finish: () => void sent.end(),
    close() {
      sent.destroy();
      socket?.destroy();
    },
  };
}

function headOf({ statusCode = 0, headers }: IncomingMessage): Opened {
  const replica = headers['x-replica'];
  const cookies = (headers['set-cookie'] ?? []).map((field) => field.split('=', 1)[0] as string);
  return { status: statusCode, cookies, replica: replica === undefined ? null : String(replica) };
}

/** Counts bytes, for which one can wait. */
function countBytes() {
  const waits = new Set<{ bytes: number; resolve: (came: boolean) => void }>();
  let count = 0;
  let ended = false;
  const settle = () => {
    for (const wait of waits) {
      if (count < wait.bytes && !ended) continue;
      waits.delete(wait);
      wait.resolve(count >= wait.bytes);
    }
  };
  return {
    count: () => count,
    add(chunk: Buffer) {
      count += chunk.length;
      settle();
    },
    end() {
      ended = true;
      settle();
    },
    reach: (bytes: number) =>
      new Promise<boolean>((resolve) => {
        waits.add({ bytes, resolve });
        settle();
      }),
  };
}
