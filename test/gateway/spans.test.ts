import { Server } from 'node:http';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import test, { type ExecutionContext } from 'ava';
import { type Change, startRig } from './gateway-rig.ts';
import { heldConnections } from './held.ts';

// What a program with an SDK does before it starts anything else; this file has a process of its own.
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${PARENT}-01`;

type Rig = Awaited<ReturnType<typeof startRig>>;

/** The spans of what `act` has the gateway do, once the request's own, which ends last, is there. */
async function spansOf(act: () => Promise<unknown>): Promise<ReadableSpan[]> {
  exporter.reset();
  await act();
  while (!exporter.getFinishedSpans().some(({ kind }) => kind === SpanKind.SERVER)) await new Promise(setImmediate);
  return exporter.getFinishedSpans();
}

const started = async (t: ExecutionContext, change: Change = {}, respond?: Parameters<typeof startRig>[2]) => {
  const rig = await startRig(t, change, respond);
  return { ...rig, Cookie: await rig.logOn() };
};

/** `GET > find session`: each span with what it is in, up to the request's. */
function tree(spans: readonly ReadableSpan[]): string[] {
  const path = (span: ReadableSpan): string => {
    const parent = spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
    return `${parent ? `${path(parent)} > ` : ''}${span.name} ${SpanKind[span.kind]}`;
  };
  return spans.map(path).sort();
}

const serverOf = (spans: readonly ReadableSpan[]) => spans.find(({ kind }) => kind === SpanKind.SERVER) as ReadableSpan;
const clientOf = (spans: readonly ReadableSpan[]) => spans.find(({ kind }) => kind === SpanKind.CLIENT) as ReadableSpan;

test.serial(
  'a page is a span of the server, with the look into the session store and the way to the published server in it',
  async (t) => {
    const { ask, Cookie, backEnd } = await started(t);
    const spans = await spansOf(() => ask('GET', '/app/page?q=secret', { Cookie }));
    t.deepEqual(tree(spans), ['GET SERVER', 'GET SERVER > GET CLIENT', 'GET SERVER > find session INTERNAL']);
    const { 'logoff_lab.request_id': id, ...attributes } = serverOf(spans).attributes;
    t.regex(String(id), /^[0-9a-f-]{36}$/);
    t.deepEqual(attributes, {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/app/page',
      'server.address': 'site.test',
      'http.response.status_code': 200,
      'logoff_lab.rule': 'Site',
      'logoff_lab.logoff_detected': false,
      'logoff_lab.refused': false,
      'logoff_lab.outcome': 'answered',
    });
    t.deepEqual(clientOf(spans).attributes, {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': (backEnd.address() as { port: number }).port,
      'http.response.status_code': 200,
      'logoff_lab.outcome': 'sent',
    });
    for (const { instrumentationScope, status } of spans) {
      t.is(instrumentationScope.name, 'logoff-lab');
      t.is(status.code, SpanStatusCode.UNSET);
    }
  },
);

test.serial('a logon has the check of the password and the new session in it', async (t) => {
  const { logOn } = await started(t);
  t.deepEqual(tree(await spansOf(() => logOn())), [
    'POST SERVER',
    'POST SERVER > check password INTERNAL',
    'POST SERVER > create session INTERNAL',
  ]);
});

test.serial('a sign-out that is detected says so, and has the end of the session in it', async (t) => {
  const { ask, Cookie } = await started(t);
  const spans = await spansOf(() => ask('GET', '/app/bye', { Cookie }));
  t.deepEqual(tree(spans), ['GET SERVER', 'GET SERVER > end session INTERNAL', 'GET SERVER > find session INTERNAL']);
  t.true(serverOf(spans).attributes['logoff_lab.logoff_detected']);
});

test.serial('the client’s traceparent is the parent, and the published server gets that of our own span', async (t) => {
  const { ask, Cookie, seen } = await started(t);
  const spans = await spansOf(() => ask('GET', '/app/', { Cookie, traceparent, tracestate: 'a=b', baggage: 'c=d' }));
  const server = serverOf(spans);
  t.deepEqual([server.spanContext().traceId, server.parentSpanContext?.spanId], [TRACE, PARENT]);
  t.true(server.parentSpanContext?.isRemote);
  const { headers } = seen.at(-1) ?? {};
  t.is(headers?.['traceparent'], `00-${TRACE}-${clientOf(spans).spanContext().spanId}-01`);
  t.deepEqual([headers?.['tracestate'], headers?.['baggage']], ['a=b', 'c=d']);
});

test.serial(
  'what cannot be a traceparent begins a trace of its own, and nothing of it reaches the published server',
  async (t) => {
    const { ask, Cookie, seen } = await started(t);
    const spans = await spansOf(() => ask('GET', '/app/', { Cookie, traceparent: 'nonsense', tracestate: 'a=b' }));
    t.is(serverOf(spans).parentSpanContext, undefined);
    const { headers } = seen.at(-1) ?? {};
    t.is(headers?.['traceparent']?.slice(0, 36), `00-${serverOf(spans).spanContext().traceId}-`);
    t.is(headers?.['tracestate'], undefined);
  },
);

test.serial('a span that an SDK has made for the request already is the parent, whatever the client says', async (t) => {
  const { ask, Cookie } = await started(t);
  const outer = trace.getTracer('instrumentation').startSpan('outer');
  // As instrumentations of node:http do.
  const { emit } = Server.prototype;
  Server.prototype.emit = function emitInSpan(this: Server, ...event: Parameters<typeof emit>) {
    return context.with(trace.setSpan(context.active(), outer), () => emit.apply(this, event));
  } as typeof emit;
  t.teardown(() => Object.assign(Server.prototype, { emit }));
  const spans = await spansOf(() => ask('GET', '/app/', { Cookie, traceparent }));
  t.is(serverOf(spans).parentSpanContext?.spanId, outer.spanContext().spanId);
});

test.serial('a published server that cannot be reached is an error of both spans, by name and without a message', async (t) => {
  const { ask, Cookie } = await started(t, { to: { url: 'http://127.0.0.1:1' } });
  const spans = await spansOf(() => ask('GET', '/app/', { Cookie }));
  t.is(clientOf(spans).attributes['error.type'], 'backend-unreachable');
  t.like(serverOf(spans).attributes, { 'error.type': '502', 'http.response.status_code': 502 });
  for (const { status, events } of [clientOf(spans), serverOf(spans)])
    t.deepEqual([status, events], [{ code: SpanStatusCode.ERROR }, []]);
});

test.serial('an answer that says 404 is an error of the way there, and none of the gateway', async (t) => {
  const { ask, Cookie } = await started(t, {}, (_, response) => response.writeHead(404).end());
  const spans = await spansOf(() => ask('GET', '/app/', { Cookie }));
  t.deepEqual([clientOf(spans).status.code, serverOf(spans).status.code], [SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
  t.is(clientOf(spans).attributes['error.type'], '404');
});

test.serial('a session store that is away is an error of its own span, by its code', async (t) => {
  const { ask, Cookie, store } = await started(t);
  store.away = 'before';
  const spans = await spansOf(() => ask('GET', '/app/', { Cookie }));
  const find = spans.find(({ name }) => name === 'find session');
  store.away = false;
  t.deepEqual([find?.attributes, find?.status], [{ 'error.type': 'store-away' }, { code: SpanStatusCode.ERROR }]);
});

test.serial('a request that is refused says so', async (t) => {
  const { ask } = await started(t);
  const spans = await spansOf(() => ask('GET', '/app/../x'));
  t.deepEqual(tree(spans), ['GET SERVER']);
  t.like(serverOf(spans).attributes, { 'logoff_lab.refused': true, 'http.response.status_code': 400 });
});

test.serial('a WebSocket is one span on each side, from its beginning to its end', async (t) => {
  const { respond, attach, open } = heldConnections();
  const { backEnd, port, Cookie, gateway } = await started(t, {}, respond);
  attach(backEnd);
  const spans = await spansOf(async () => {
    const held = await open(port, 'WebSocket', { Host: 'site.test', Cookie });
    t.deepEqual(tree(exporter.getFinishedSpans()), ['find session INTERNAL']);
    await gateway.gateway.endSessions();
    await held.end;
  });
  t.like(serverOf(spans).attributes, { 'http.response.status_code': 101, 'logoff_lab.outcome': 'cut-off' });
  t.is(clientOf(spans).attributes['logoff_lab.outcome'], 'aborted');
});

test.serial('a method that the conventions do not know is no name of a span', async (t) => {
  const { ask } = await started(t);
  const server = serverOf(await spansOf(() => ask('MKCALENDAR', '/app/')));
  t.is(server.name, 'HTTP');
  t.like(server.attributes, { 'http.request.method': '_OTHER', 'http.request.method_original': 'MKCALENDAR' });
});

const secretive: [title: string, act: (rig: Rig & { Cookie: string }) => Promise<unknown>][] = [
  ['a query', ({ ask, Cookie }) => ask('GET', '/app/?x=Kolibri', { Cookie })],
  ['a query behind an escaped mark', ({ ask, Cookie }) => ask('GET', '/app/%3Fx=Kolibri', { Cookie })],
  ['the form’s own address', ({ post }) => post({}, '/CookieAuth.dll%3FLogon&password=Kolibri')],
  ['a form', ({ post }) => post({ username: 'Kolibri', password: 'Kolibri' })],
  ['a mailbox in a path', ({ ask, Cookie }) => ask('GET', '/app/Kolibri@site.test/x', { Cookie })],
  ['an escaped mailbox in a path', ({ ask, Cookie }) => ask('GET', '/app/Kolibri%40site.test/x', { Cookie })],
  ['credentials of an address in a path', ({ ask, Cookie }) => ask('GET', '/app/https://Kolibri@x/', { Cookie })],
  ['a parameter of a path', ({ ask, Cookie }) => ask('GET', '/app/;password=Kolibri', { Cookie })],
  ['a cookie', ({ ask, Cookie }) => ask('GET', '/app/', { Cookie: `${Cookie}; own=Kolibri` })],
  ['Authorization', ({ ask, Cookie }) => ask('GET', '/app/', { Cookie, Authorization: 'Basic Kolibri' })],
];

for (const [title, act] of secretive)
  test.serial(`no span holds what stands in ${title}, nor the session’s cookie or user`, async (t) => {
    const rig = await started(t);
    const spans = await spansOf(() => act(rig));
    const told = JSON.stringify(
      spans.map(({ name, attributes, events, links, status }) => [name, attributes, events, links, status]),
    );
    for (const secret of ['Kolibri', 'anna', ...rig.Cookie.slice('cadataTMG='.length).split('.')])
      t.false(told.includes(secret), told);
  });
