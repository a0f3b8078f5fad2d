import { connect, type Socket } from 'node:net';
import { LONGEST_ANSWER } from './ask.ts';
import { UPLOAD } from './content.ts';
import { HOST, type Note, type Session } from './traffic.ts';

/** A client that writes what it likes. */
export class RawClient {
  readonly socket: Socket;
  received = '';
  /** Resolves when the connection is gone; rejects if it stays beyond every limit. */
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('error', () => {}).setEncoding('latin1');
    this.socket.on('data', (chunk: string) => {
      this.received += chunk;
    });
    this.closed = new Promise((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error(`still open, with ${this.received.slice(0, 80)}`)), LONGEST_ANSWER);
      this.socket.once('close', () => {
        clearTimeout(deadline);
        resolve();
      });
    });
    this.closed.catch(() => {});
  }

  write(text: string): this {
    if (this.socket.writable) this.socket.write(text, 'latin1');
    return this;
  }

  /** Resolves when so many bytes have come. */
  has(bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.received.length < bytes) return;
        this.socket.off('data', look);
        resolve();
      };
      this.socket.on('data', look).once('close', () => reject(new Error(`closed after ${this.received}`)));
      look();
    });
  }

  leave(how: 'FIN' | 'RST'): void {
    if (how === 'FIN') this.socket.end();
    else this.socket.resetAndDestroy();
  }
}

/** The head of a request that brings the cookie. */
export function headOf(method: string, path: string, session: Session | null, ...fields: string[]): string {
  const cookie = session ? [`Cookie: ${session.cookie}`] : [];
  return [`${method} ${path} HTTP/1.1`, `Host: ${HOST}`, ...cookie, ...fields, '', ''].join('\r\n');
}

export const LENGTH = `Content-Length: ${UPLOAD}`;
export const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: bm90IGEgc2VjcmV0IGtleQ==',
];

/** What a client notes that asked for this and has nothing to show. */
export function noteOf(deed: Note['deed'], session: Session, id: string, end: Note['end']): Note {
  const nothing = { status: 0, headers: {}, body: '', exchange: null, location: '', sentAt: 0, seenAt: 0 };
  return { deed, user: session.user, id: `${session.mark}-${id}`, end, ...nothing };
}
