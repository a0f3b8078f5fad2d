import {
  type Attributes,
  context,
  ProxyTracerProvider,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { SessionManager } from '../sessions/session-manager.ts';
import { withoutSecrets } from '../trace/without-secrets.ts';
import { version } from '../version.ts';
import type { Forwarder, Forwarding, ForwardOutcome } from './forward-types.ts';
import type { VisitContext } from './visit.ts';
import { whatWentOut } from './what-went-out.ts';

/**
 * OpenTelemetry spans, named and described by its conventions for HTTP. Whoever starts this process with an SDK gets them
 * (docs/how-to/metrics.md); without one nothing is made and no request is changed. No user, query, cookie or address of a client is in them.
 */
const tracer = trace.getTracer('logoff-lab', version());
const nobody = new ProxyTracerProvider().getDelegate();

/** Asked each time, for an SDK may come later. Without one, the API's own spans that do nothing would cost a request more than 1 %. */
function isListening(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegate() !== nobody;
}

/** The step around those that may answer: a span of the server, child of the one that the client says it has. */
export async function spanRequest(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  if (!isListening()) return next();
  const active = context.active();
  // An SDK may have its own span for what node:http takes in.
  const parent = trace.getSpan(active) ? active : propagation.extract(active, ctx.req.headers);
  await tracer.startActiveSpan(spanName(ctx.method), { kind: SpanKind.SERVER }, parent, async (span) => {
    try {
      await next();
    } finally {
      if (span.isRecording()) describe(span, ctx);
      span.end();
    }
  });
}

/** The conventions want few names of spans; Node's parser lets some thirty methods pass. */
function isCommon(method: string): boolean {
  return /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH)$/.test(method);
}

function spanName(method: string): string {
  return isCommon(method) ? method : 'HTTP';
}

function aboutMethod(method: string): Attributes {
  return isCommon(method)
    ? { 'http.request.method': method }
    : { 'http.request.method': '_OTHER', 'http.request.method_original': method };
}

function describe(span: Span, ctx: VisitContext): void {
  const { id, target, publicName, secure, rule, logoff, refusal } = ctx.state;
  const { outcome, status } = whatWentOut(ctx);
  span.setAttributes({
    ...aboutMethod(ctx.method),
    'url.scheme': secure ? 'https' : 'http',
    ...(target && { 'url.path': shownPath(target.path) }),
    ...(publicName && { 'server.address': publicName }),
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(rule && { 'logoff_lab.rule': rule.name }),
    'logoff_lab.logoff_detected': logoff !== null,
    'logoff_lab.refused': refusal !== null,
    'logoff_lab.outcome': outcome,
    'logoff_lab.request_id': id,
  });
  if (status !== undefined && status >= 500) fail(span, String(status));
}

/** A path as a span has it: people put credentials, and addresses of mailboxes, into paths too. Pure. */
export function shownPath(path: string): string {
  const segments = withoutSecrets(path.replace(/%3F.*/is, '')).split('/');
  // Segment by segment: one pattern for all would take a time that grows with the square of a path's length.
  return segments.map((segment) => (/@|%40/i.test(segment) ? '…' : segment)).join('/');
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Does the work in a span of its own, a child of the request's. */
export function inSpan<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  if (!isListening()) return work();
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } catch (error) {
      fail(span, error instanceof Error && 'code' in error ? String(error.code) : 'internal');
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The same sessions, with a span for each time that a request has their store asked. */
export function withSpans(sessions: SessionManager): SessionManager {
  return {
    ...sessions,
    find: (...args) => inSpan('find session', () => sessions.find(...args)),
    create: (...args) => inSpan('create session', () => sessions.create(...args)),
    end: (...args) => inSpan('end session', () => sessions.end(...args)),
  };
}

/** The same forwarder, with a span for each request that goes out; the published server is told of it, as the SDK's propagator does. */
export function forwardInSpans(forwarder: Forwarder): Forwarder {
  return {
    ...forwarder,
    http: (forwarding, response) => inClientSpan(forwarding, (told) => forwarder.http(told, response)),
    upgrade: (forwarding, socket, head) => inClientSpan(forwarding, (told) => forwarder.upgrade(told, socket, head)),
  };
}

function inClientSpan(forwarding: Forwarding, send: (told: Forwarding) => Promise<ForwardOutcome>): Promise<ForwardOutcome> {
  if (!isListening()) return send(forwarding);
  const method = forwarding.request.method ?? 'GET';
  return tracer.startActiveSpan(spanName(method), { kind: SpanKind.CLIENT }, async (span) => {
    const outcome = await send(withContext(forwarding));
    if (span.isRecording()) describeOutgoing(span, { method, url: forwarding.to.url, outcome });
    span.end();
    return outcome;
  });
}

/** What the client has said of its spans is replaced by ours, or goes: it could contradict. */
function withContext(forwarding: Forwarding): Forwarding {
  const told: Record<string, string | null> = Object.fromEntries(propagation.fields().map((name) => [name, null]));
  propagation.inject(context.active(), told);
  return { ...forwarding, replace: { ...told, ...forwarding.replace } };
}

function describeOutgoing(span: Span, { method, url, outcome }: { method: string; url: string; outcome: ForwardOutcome }): void {
  const { hostname, port, protocol } = new URL(url);
  span.setAttributes({
    ...aboutMethod(method),
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'logoff_lab.outcome': outcome.kind,
  });
  if (outcome.kind === 'sent') span.setAttribute('http.response.status_code', outcome.status);
  if (outcome.kind === 'sent' && outcome.status >= 400) fail(span, String(outcome.status));
  if (outcome.kind === 'failed') fail(span, outcome.code);
}
