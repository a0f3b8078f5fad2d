import { ProxyTracer, trace } from '@opentelemetry/api';
import test from 'ava';
import { startRig } from './gateway-rig.ts';

// Nothing in this file's process registers an SDK: then every tracer is the API's own, and what is asked of it is to no use.
const asked: string[] = [];
for (const method of ['startSpan', 'startActiveSpan'] as const) {
  const real = ProxyTracer.prototype[method];
  ProxyTracer.prototype[method] = function (this: ProxyTracer, ...all: unknown[]) {
    asked.push(String(all[0]));
    return Reflect.apply(real, this, all);
  };
}
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('without an SDK no request gets a traceparent', async (t) => {
  const { ask, logOn, seen } = await startRig(t);
  const Cookie = await logOn();
  t.is((await ask('GET', '/app/', { Cookie })).status, 200);
  t.is((await ask('GET', '/app/', { Cookie, tracestate: 'a=b' })).status, 200);
  t.deepEqual(
    seen.map(({ headers }) => [headers['traceparent'], headers['tracestate'], headers['baggage']]),
    [
      [undefined, undefined, undefined],
      [undefined, 'a=b', undefined],
    ],
  );
  t.is(trace.getActiveSpan(), undefined);
});

test('without an SDK what a client says of its spans reaches the published server as it is', async (t) => {
  const { ask, logOn, seen } = await startRig(t);
  await ask('GET', '/app/', { Cookie: await logOn(), Traceparent: traceparent, Tracestate: 'a=b,c=d', Baggage: 'user=x' });
  const { rawHeaders = [] } = seen[0] ?? {};
  for (const pair of ['Traceparent', traceparent, 'Tracestate', 'a=b,c=d', 'Baggage', 'user=x'])
    t.is(rawHeaders.filter((one) => one === pair).length, 1);
});

test('without an SDK no span is asked for, neither for a request, nor for its store, nor for what goes out', async (t) => {
  const { ask, logOn } = await startRig(t);
  const Cookie = await logOn();
  t.is((await ask('GET', '/app/', { Cookie, traceparent })).status, 200);
  t.is((await ask('GET', '/app/bye', { Cookie })).status, 200);
  trace.getTracer('of the test').startSpan('of the test').end();
  t.deepEqual(asked, ['of the test']);
});
