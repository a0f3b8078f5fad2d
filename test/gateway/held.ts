import { once } from 'node:events';
import { request as ask, type RequestListener, type Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

export const kinds = ['WebSocket', 'event stream', 'long poll', 'download', 'upload'] as const;
export type Kind = (typeof kinds)[number];

/**
 * A connection through the gateway that stands. `end`: how it ended for its client, 'cut' or the status of an answer that came whole
 * (of a WebSocket: the code it was closed with). `gone`: the back end has lost it, or brought it to its end. `finish`: lets it come to one.
 */
export type Held = { end: Promise<'cut' | number>; gone: Promise<unknown>; finish(): void };

type AtBackEnd = Pick<Held, 'gone' | 'finish'>;

/** A back end whose answers stay half said, and a client for each kind of connection to it. */
export function heldConnections() {
  const arrivals = new Map<string, (at: AtBackEnd) => void>();
  let count = 0;

  const respond: RequestListener = (request, response) => {
    const arrive = (finish: () => void) =>
      arrivals.get(request.url ?? '')?.({ finish, gone: new Promise((resolve) => response.once('close', resolve)) });
    if (request.url?.includes('event-stream'))
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    if (request.url?.includes('download')) response.writeHead(200, { 'Content-Length': 16 }).write('one half');
    if (request.method === 'POST') {
      request.on('end', () => response.end()).once('data', () => arrive(() => {}));
    } else arrive(() => response.end('the rest'));
  };

  /** Opens one; resolves when both sides have it. */
  async function open(port: number, kind: Kind, headers: Record<string, string>): Promise<Held> {
    const path = `/app/held/${kind.replace(' ', '-')}/${++count}`;
    const arrived = new Promise<AtBackEnd>((resolve) => arrivals.set(path, resolve));
    if (kind === 'WebSocket') {
      const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers }).on('error', () => {});
      const end = once(client, 'close').then(([code]) => (code === 1006 ? 'cut' : code));
      const [atBackEnd] = await Promise.all([arrived, once(client, 'open')]);
      return { ...atBackEnd, end };
    }
    const sent = ask({ host: '127.0.0.1', port, path, method: kind === 'upload' ? 'POST' : 'GET', headers, agent: false });
    const end = new Promise<'cut' | number>((resolve) => {
      sent.on('error', () => resolve('cut'));
      sent.on('response', (answer) => {
        answer.resume().on('error', () => {});
        answer.on('close', () => resolve(answer.complete ? (answer.statusCode ?? 0) : 'cut'));
      });
    });
    if (kind === 'upload') sent.write('one half');
    else sent.end();
    const streams = kind === 'event stream' || kind === 'download';
    const [atBackEnd] = await Promise.all([arrived, streams && once(sent, 'response')]);
    return { ...atBackEnd, end, ...(kind === 'upload' && { finish: () => sent.end('the rest') }) };
  }

  /** Takes the WebSockets that come to a server whose requests go to `respond`. */
  function attach(server: Server): void {
    new WebSocketServer({ server }).on('connection', (peer, request) =>
      arrivals.get(request.url ?? '')?.({ gone: once(peer, 'close'), finish: () => peer.close(1000) }),
    );
  }

  return { respond, attach, open };
}
