import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import type { Recorder } from '../../src/trace/recorder.ts';
import { Wire } from './forward-rig.ts';
import { startRig } from './gateway-rig.ts';
import { heldConnections } from './held.ts';

test('the trace shows a request as it came, and of its cookies and credentials the names alone', async (t) => {
  const { ask, recorder } = await startRig(t);
  const { headers } = await ask('GET', '/app/a?b', {
    'X-Field': 'shown',
    Cookie: 'a=hidden; b=hidden',
    Authorization: 'hidden',
  });
  const [request] = recorder.read().events;
  t.like(request, {
    ...{ kind: 'request', party: 'gateway', exchange: headers['x-request-id'] },
    ...{ method: 'GET', host: 'site.test', target: '/app/a?b' },
    cookies: [
      { name: 'a', did: 'sent' },
      { name: 'b', did: 'sent' },
    ],
  });
  const shown = new Map(request?.headers);
  t.is(shown.get('X-Field'), 'shown');
  for (const name of ['Cookie', 'Authorization']) t.is(shown.get(name), null);
  t.false(JSON.stringify(recorder.read().events).includes('hidden'));
});

for (const [address, shown] of [
  ['/CookieAuth.dll?Logon&user=a&pw=hidden', '/CookieAuth.dll?Logon'],
  ['/COOKIEAUTH.DLL?logon&pw=hidden', '/COOKIEAUTH.DLL?logon'],
  ['/CookieAuth.dll%3FLogon&pw=hidden', '/CookieAuth.dll%3FLogon'],
  ['/CookieAuth.dll?GetLogon?curl=Z2FappZ2F&reason=0', '/CookieAuth.dll?GetLogon?curl=Z2FappZ2F&reason=0'],
  ['/CookieAuth.dll?GetPic?formdir=3&image=gateway.css', '/CookieAuth.dll?GetPic?formdir=3&image=gateway.css'],
] as const)
  test(`the trace shows the address ${address} as ${shown}`, async (t) => {
    const { ask, recorder } = await startRig(t);
    await ask('GET', address);
    t.is(recorder.read().events[0]?.target, shown);
  });

for (const framing of ['Content-Length: 99', 'Transfer-Encoding: chunked'])
  test(`a request whose body (${framing}) does not go on in time is answered under the id that it has in the trace, and once`, async (t) => {
    const { port, recorder, logOn } = await startRig(t, { limits: { bodyTime: 300 } }, () => {});
    const fields = ['Host: site.test', `Cookie: ${await logOn()}`, framing];
    const client = new Wire(connect({ port, host: '127.0.0.1' })).send('POST /app/slow HTTP/1.1', ...fields, '', '');
    const asked = () => recorder.read().events.find(({ target }) => target === '/app/slow');
    while (!asked()) await setImmediate();
    client.send('4', 'half', '');
    await client.closed;
    const id = /\r\nX-Request-Id: (\S+)\r\n/.exec(client.received)?.[1];
    t.is(asked()?.exchange, id);
    t.deepEqual(await answersTo(recorder, '/app/slow'), [{ status: 408, outcome: 'answered' }]);
  });

/** What the trace says of the answers to requests for a target, once there is one. */
async function answersTo(recorder: Recorder, wanted: string): Promise<unknown[]> {
  const answers = () => {
    const { events } = recorder.read();
    const asked = events.filter(({ target }) => target === wanted).map(({ exchange }) => exchange);
    return events.filter(({ kind, exchange }) => kind === 'response' && asked.includes(exchange));
  };
  while (answers().length === 0) await setImmediate();
  return answers().map(({ status, outcome }) => ({ status, outcome }));
}

for (const [kind, end, status, outcome] of [
  ['long poll', 'cut', undefined, 'cut-off'],
  ['long poll', 'finished', 200, 'answered'],
  ['event stream', 'cut', 200, 'cut-off'],
  ['WebSocket', 'cut', 101, 'cut-off'],
  ['WebSocket', 'finished', 101, 'answered'],
] as const)
  test(`of a ${kind} that is ${end} the trace shows ${status ?? 'no status'}, ${outcome}`, async (t) => {
    const held = heldConnections();
    const { backEnd, logOn, ask, port, recorder } = await startRig(t, {}, held.respond);
    held.attach(backEnd);
    const Cookie = await logOn();
    const one = await held.open(port, kind, { Host: 'site.test', Cookie, ...(kind !== 'WebSocket' && { Connection: 'close' }) });
    const { target = '' } = recorder.read().events.findLast((event) => event.kind === 'request') ?? {};
    if (end === 'cut') await ask('GET', '/app/bye', { Cookie });
    else one.finish();
    await one.end;
    t.deepEqual(await answersTo(recorder, target), [{ status, outcome }]);
  });

test('the trace shows the published server’s answer as the client got it, with the rule that it went by', async (t) => {
  const { ask, logOn, recorder } = await startRig(t, {}, (_, response) => {
    response.setHeader('Set-Cookie', ['theirs=hidden', 'cadataTMG=hidden']);
    response.setHeader('X-Theirs', 'shown').end();
  });
  const Cookie = await logOn();
  await ask('GET', '/app/', { Cookie });
  await answersTo(recorder, '/app/');
  const answer = recorder.read().events.findLast(({ kind }) => kind === 'response');
  t.like(answer, { rule: 'Site', cookies: [{ name: 'theirs', did: 'set' }], method: 'GET', host: 'site.test' });
  t.is(new Map(answer?.headers).get('X-Theirs'), 'shown');
});

test('a session is its site’s in whatever case Host is written, with any port, and with a dot at the end', async (t) => {
  const { ask, logOn } = await startRig(t);
  const Cookie = await logOn();
  for (const Host of ['SITE.test', 'site.test:8080', 'site.test.', 'Site.Test.:1'])
    t.is((await ask('GET', '/app/', { Host, Cookie })).status, 200, Host);
});

test('a path that is not published is denied, however long its query, and so is / with one', async (t) => {
  const { ask } = await startRig(t, { limits: { queryBytes: 10 } });
  for (const target of [`/other?${'q'.repeat(20)}`, '/?q']) t.is((await ask('GET', target)).status, 403, target);
});

test('a session of an address is its address’s in whatever form Host is written, and what is no address is refused', async (t) => {
  const { ask, logOn } = await startRig(t, { rule: { publicNames: ['[::1]'] } });
  const Cookie = await logOn({}, { Host: '[::1]:8080' });
  t.is((await ask('GET', '/app/', { Host: '[0:0:0::1]', Cookie })).status, 200);
  t.is((await ask('GET', '/app/', { Host: '[::::]', Cookie })).status, 400);
});
