import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HeaderFields } from '../header-fields.ts';
import type { BackEnd } from '../rules/publishing-rule.ts';

/** One request on its way to the published server. */
export type Forwarding = {
  request: IncomingMessage;
  to: BackEnd;
  /** The request target that was matched; exactly this string is sent. */
  target: string;
  /** Fields that replace the client's of the same name (case ignored); null removes them. */
  replace: Readonly<Record<string, string | null>>;
  /** The connection to the back end carries nothing after this. */
  closeAfter?: boolean;
  /** Aborts both sides, e.g. because the session ended. */
  signal?: AbortSignal;
  /** Called once with the end-to-end response fields; returns those that the client gets. */
  editResponse(head: { status: number; headers: HeaderFields }): HeaderFields;
};

/** What came of it. `failed` before anything was sent to the client leaves the answer to the caller. */
export type ForwardOutcome =
  | { kind: 'sent'; status: number }
  | { kind: 'client-gone' }
  | { kind: 'aborted' }
  | { kind: 'failed'; code: 'backend-unreachable' | 'backend-broken' | 'backend-slow'; headersSent: boolean; cause: unknown };

export type Forwarder = {
  /** Sends the request on and streams the answer to `response`; never rejects. With `response` null the answer is read and dropped. */
  http(forwarding: Forwarding, response: ServerResponse | null): Promise<ForwardOutcome>;
  /** The same for an upgrade (WebSocket): resolves when the connection has ended, or at once when it failed. */
  upgrade(forwarding: Forwarding, socket: Duplex, head: Buffer): Promise<ForwardOutcome>;
  close(): Promise<void>;
};
