import type { Middleware, ParameterizedContext } from 'koa';
import type { Clock } from '../clock.ts';
import type { HeaderFields } from '../header-fields.ts';
import type { Logger } from '../log.ts';
import type { EndedRequest, LogonResult, Meter } from '../metrics/meter.ts';
import type { PublishingRule, RuleSet } from '../rules/publishing-rule.ts';
import type { Session } from '../sessions/session.ts';
import type { SessionManager } from '../sessions/session-manager.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { Forwarder } from './forward-types.ts';
import type { LiveConnections } from './live-connections.ts';
import type { Policy } from './policy.ts';
import type { RequestTarget } from './read-target.ts';

/** What the steps of the gateway learn about one request, each adding its part. */
export type Visit = {
  /** X-Request-Id, the same at the published server. */
  id: string;
  /** The client's, as a trusted proxy in front says it is, else that of the connection. */
  clientAddress: string;
  /** The client came by TLS: to the trusted proxy in front, as that one says, else to the gateway itself. */
  secure: boolean;
  /** X-Forwarded-For for the published server. */
  forwardedFor: string;
  /** Host without port, lower case. */
  publicName: string;
  target: RequestTarget;
  /** The rules in force when the request came; a reload in between does not change them. */
  policy: Policy;
  /** Of the public name, whatever the path: the logon form belongs to it. */
  rules: readonly PublishingRule[];
  rule: PublishingRule | null;
  session: Session | null;
  /** Aborts when that session ends, or no rule publishes this any more. */
  signal: AbortSignal | null;
  /** Every live session that the request's cookies open, be it from where they do not belong: more than `session`, perhaps. */
  presented: readonly Session[];
  /** A session lives, but what the request would have opened in it has been cut off already. */
  interrupted: boolean;
  /** The request no longer counts as an open connection of its session. */
  release: () => void;
  /** Why the logon form is shown (T-08). */
  reason: LogonReason;
  /** Present on an upgrade (WebSocket): where to continue. */
  upgrade: Upgrade | null;
  /** Status of the refusal that went out past the steps, because the body of the request did not come to its end; else null. */
  refusedUnread: number | null;
  /** What became of the answer. */
  outcome: NonNullable<TraceEvent['outcome']>;
  /** Why the request was refused before it was matched against any rule, or for its size; null if it was not. */
  refusal: string | null;
  /** What came of the logon form that it sent in; null if it sent none. */
  logon: LogonResult | null;
  /** Whether it was taken for a sign-out. */
  logoff: EndedRequest['logoff'];
  /** Header fields that were sent past Koa, for the trace. */
  sentHeaders: HeaderFields | null;
};

/** Reason codes of the logon form: 0 first visit, 1 logged off, 2 bad credentials, 3 timed out (T-08; 1 and 3 [infer]). */
export type LogonReason = 0 | 1 | 2 | 3;

export type Upgrade = { socket: import('node:stream').Duplex; head: Buffer };

/** What the gateway is given. */
export type GatewayParts = {
  rules: RuleSet;
  sessions: SessionManager;
  clock: Clock;
  recorder: Recorder;
  log: Logger;
  meter: Meter;
  /** Lab mode: the page for an unknown Host names the published names. */
  revealPublishedNames: boolean;
};

/** What the steps share. */
export type GatewayTools = Omit<GatewayParts, 'rules'> & {
  forwarder: Forwarder;
  live: LiveConnections;
  policy: () => Policy;
  newRequestId: () => string;
};

export type Step = Middleware<Visit>;
export type VisitContext = ParameterizedContext<Visit>;
