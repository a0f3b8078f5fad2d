import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HeaderFields } from '../header-fields.ts';
import type { Limits } from '../rules/limits-schema.ts';
import type { BackEnd } from '../rules/publishing-rule.ts';

/** What of the listener's limits is about the way to a published server. */
export type ForwardLimits = Pick<Limits, 'bodyBytes' | 'connectTime' | 'responseTime' | 'streamTime' | 'upgradeTime'>;

/** One request on its way to the published server. */
export type Forwarding = {
  request: IncomingMessage;
  to: BackEnd;
  /** The request target that was matched; exactly this string is sent. */
  target: string;
  /** Fields that replace the client's of the same name (case ignored); null removes them. */
  replace: Readonly<Record<string, string | null>>;
  limits: ForwardLimits;
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
  | { kind: 'failed'; code: ForwardFault; headersSent: boolean; cause: unknown };

export type ForwardFault = 'backend-unreachable' | 'backend-broken' | 'backend-slow' | 'too-large';

export type Forwarder = {
  /** Sends the request on and streams the answer to `response`; never rejects. With `response` null the answer is read and dropped. */
  http(forwarding: Forwarding, response: ServerResponse | null): Promise<ForwardOutcome>;
  /** The same for an upgrade (WebSocket): resolves when the connection has ended, or at once when it failed. */
  upgrade(forwarding: Forwarding, socket: Duplex, head: Buffer): Promise<ForwardOutcome>;
  /** Ends the WebSockets that stand, each with what is already on its way. */
  endTunnels(): void;
  close(): Promise<void>;
};
