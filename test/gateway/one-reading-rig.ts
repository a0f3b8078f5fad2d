import { connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { TraceEvent } from '../../src/trace/trace-event.ts';
import { listen, Wire } from './forward-rig.ts';
import { type Change, startRig } from './gateway-rig.ts';

/**
 * A request as the published server got it, to the byte (latin1): the request line, the fields in order (only their names in lower
 * case), and the body without its framing.
 */
export type Logged = { start: string; fields: string[]; body: string };

/** What a row of a table sends; what it leaves out is an ordinary request for a published path. */
export type Sent = { start?: string; fields?: string[]; body?: string };

/** The fields that the gateway adds to each forwarded request, in their order. */
export const added = (id: string, { address = '127.0.0.1', proto = 'http', host = 'site.test' } = {}) => [
  `authorization: Basic ${Buffer.from('corp\\anna:secret pass').toString('base64')}`,
  `x-request-id: ${id}`,
  `x-forwarded-for: ${address}`,
  `x-forwarded-host: ${host}`,
  `x-forwarded-proto: ${proto}`,
];

export type ReadingRig = Awaited<ReturnType<typeof startReading>>;

/** The whole gateway, with somebody signed in, between raw bytes on the one side and raw bytes on the other. */
export async function startReading(t: ExecutionContext, change: Change = {}) {
  const { url, log } = await startLog(t);
  const { logOn, port, recorder } = await startRig(t, { ...change, to: { url, ...change.to } });
  const cookie = await logOn();
  const since = recorder.next();
  const raw = (bytes: string) => new Wire(connect({ port, host: '127.0.0.1' })).send(bytes);
  /** Sends a request with the session's cookie, as its last field, unless there is to be none. */
  const send = ({ start = 'GET /app/x HTTP/1.1', fields = ['Host: site.test'], body = '' }: Sent, own = `Cookie: ${cookie}`) =>
    raw(`${[start, ...fields, ...(own ? [own] : [])].join('\r\n')}\r\n\r\n${body}`);
  const events = (kind: TraceEvent['kind']) => recorder.read(since).events.filter((event) => event.kind === kind);
  return { log, cookie, raw, send, events, port };
}

/** What is asked after a refusal: if anything had gone on, it would lie before this in the log. */
export async function nothingWasForwarded(t: ExecutionContext, { send, log }: Pick<ReadingRig, 'send' | 'log'>): Promise<void> {
  const wire = send({ start: 'GET /app/marker HTTP/1.1' });
  await wire.until(/\r\n\r\nok$/);
  t.deepEqual(
    log.map(({ start }) => start),
    ['GET /app/marker HTTP/1.1'],
  );
  wire.socket.destroy();
}

/** Answers everything, WebSockets too, and writes down what has come whole. */
async function startLog(t: ExecutionContext): Promise<{ url: string; log: Logged[] }> {
  const log: Logged[] = [];
  const server = createServer((socket) => {
    const wire = new Wire(socket);
    socket.on('data', () => {
      for (let read = readOne(wire.received); read; read = readOne(wire.received)) {
        wire.received = wire.received.slice(read.length);
        log.push(read.logged);
        answer(socket, read.logged);
      }
    });
  });
  return { url: `http://127.0.0.1:${await listen(t, server)}`, log };
}

function answer(socket: Socket, { start, fields }: Logged): void {
  if (fields.some((field) => field.startsWith('upgrade:')))
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${start.startsWith('HEAD ') ? '' : 'ok'}`);
}

function readOne(received: string): { logged: Logged; length: number } | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [start = '', ...lines] = received.slice(0, end).split('\r\n');
  const fields = lines.map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()));
  const field = (name: string) => fields.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
  const rest = received.slice(end + 4);
  if (field('transfer-encoding') !== undefined) return readChunked({ start, fields }, rest, end + 4);
  const size = Number(field('content-length') ?? 0);
  return rest.length < size ? null : { logged: { start, fields, body: rest.slice(0, size) }, length: end + 4 + size };
}

function readChunked(head: Omit<Logged, 'body'>, rest: string, before: number): { logged: Logged; length: number } | null {
  let [body, at] = ['', 0];
  for (;;) {
    const found = /^([0-9a-f]+)\r\n/i.exec(rest.slice(at));
    if (!found) return null;
    const [line, hex = ''] = found;
    const size = Number.parseInt(hex, 16);
    const next = at + line.length + size + 2;
    if (rest.length < next) return null;
    body += rest.slice(at + line.length, next - 2);
    if (size === 0) return { logged: { ...head, body }, length: before + next };
    at = next;
  }
}
