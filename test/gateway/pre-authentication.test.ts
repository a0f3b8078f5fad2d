import { connect } from 'node:net';
import test from 'ava';
import type { Delegation } from '../../src/rules/publishing-rule.ts';
import { Wire } from './forward-rig.ts';
import { startRig } from './gateway-rig.ts';
import { nothingWasForwarded, startReading } from './one-reading-rig.ts';

const paths = [
  '/app',
  '/app/',
  '/APP/X',
  '/app/x.css',
  '/app/favicon.ico',
  '/app/robots.txt',
  '/app/.well-known/x',
  '/app/healthz',
].concat(
  [
    '/app/x?a?b',
    '/app/x??',
    '/app/x?y=/CookieAuth.dll?GetLogon',
    '/app/CookieAuth.dll?GetLogon',
    '/app/%43ookieAuth.dll',
    '/app/x;a=.gif',
  ],
  [
    '/adfs/ls/?wa=wsignin1.0&wctx=a',
    '/adfs/ls/idpinitiatedsignon',
    '/adfs/services/trust/mex',
    '/FederationMetadata/2007-06/FederationMetadata.xml',
  ],
);
const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'];
const credentials = [
  `Cookie: cadataTMG=${'A'.repeat(22)}.${'B'.repeat(43)}; cadata=x; MSISAuth=y; FedAuth=z; sessionid=1`,
  'Authorization: Basic Y29ycFxhbm5hOnNlY3JldCBwYXNz',
];
const published = ['/app/*', '/adfs/*', '/FederationMetadata/*'];

for (const delegation of ['basic', 'none', 'client', 'ntlm', 'negotiate'] as Delegation[])
  test(`[T-05] delegation ${delegation}: without a session no path, method or cookie brings the published server a connection`, async (t) => {
    const { port, backEnd } = await startRig(t, { rule: { delegation, paths: published } });
    let connections = 0;
    backEnd.on('connection', () => connections++);
    const ask = async (start: string, fields: string[]) => {
      const lines = [`${start} HTTP/1.1`, 'Host: site.test', ...fields, ...credentials, '', ''];
      const wire = new Wire(connect({ port, host: '127.0.0.1' })).send(...lines);
      await wire.closed;
      const name = `${start} ${fields.join()}`;
      t.regex(wire.received, /^HTTP\/1.1 302 .*^location: \/CookieAuth\.dll\?GetLogon\?curl=Z2F/ims, name);
      t.regex(wire.received, /^cache-control: no-store\r$/im, name);
    };
    for (const path of paths) {
      for (const method of methods) await ask(`${method} ${path}`, ['Content-Length: 0', 'Connection: close']);
      await ask(`GET ${path}`, ['Connection: Upgrade', 'Upgrade: websocket']);
    }
    t.is(connections, 0);
  });

test('[T-05] a body that was sent along with no session goes nowhere', async (t) => {
  const rig = await startReading(t);
  const body = 'GET /app/y HTTP/1.1\r\nHost: site.test\r\n\r\n';
  const fields = ['Host: site.test', `Content-Length: ${body.length}`, 'Connection: close'];
  const wire = rig.send({ start: 'POST /app/x HTTP/1.1', fields, body }, '');
  await wire.closed;
  t.deepEqual(wire.received.match(/HTTP\/1\.1 \d+(?= \w)/g), ['HTTP/1.1 302']);
  await nothingWasForwarded(t, rig);
});

for (const onLogoff of ['page', 'pass-through'] as const)
  test(`[T-04] ${onLogoff}: a sign-out that the published server is told of is not told without a session`, async (t) => {
    const rig = await startReading(t, { logoff: { onLogoff, forwardToBackend: true } });
    for (const start of ['GET /app/bye HTTP/1.1', 'POST /app/%62ye HTTP/1.1', 'GET /app/x?/bye HTTP/1.1']) {
      const wire = rig.send({ start, fields: ['Host: site.test', 'Connection: close', ...credentials] }, '');
      await wire.closed;
      t.regex(wire.received, /^HTTP\/1.1 200 /);
    }
    await nothingWasForwarded(t, rig);
  });

test('what is sent in one go behind a sign-out finds no session any more', async (t) => {
  const rig = await startReading(t);
  const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: site.test\r\nCookie: ${rig.cookie}\r\n\r\n`;
  const wire = rig.raw(one('/app/bye') + one('/app/x'));
  await wire.until(/HTTP\/1\.1 302 .*GetLogon.*reason=1/s);
  wire.socket.destroy();
  t.regex(wire.received, /^HTTP\/1\.1 200 /);
  t.is(rig.log.length, 0);
});

test('a sign-out in escapes is matched and forwarded as what the published server reads', async (t) => {
  const rig = await startReading(t, { logoff: { url: '/logoff.owa', onLogoff: 'pass-through', forwardToBackend: true } });
  const wire = rig.send({ start: 'GET /app/%6cogoff%2Eowa;x=1?a HTTP/1.1' });
  await wire.until(/\r\n\r\nok$/);
  wire.socket.destroy();
  t.deepEqual(
    rig.log.map(({ start }) => start),
    ['GET /app/logoff.owa;x=1?a HTTP/1.1'],
  );
  const [decision] = rig.events('decision');
  t.is(decision?.target, '/app/logoff.owa;x=1?a');
  t.is(decision?.session?.state, 'ending');
});

test('the gateway’s own page in escapes is the gateway’s own page, and not the published server’s', async (t) => {
  const rig = await startReading(t, { rule: { paths: ['/*'] } });
  for (const path of [
    '/CookieAuth.dll?GetLogon?curl=Z2F',
    '/%43ookie%41uth%2edll?GetLogon?curl=Z2F',
    '/cookieauth.DLL%3FGetLogon',
  ]) {
    const wire = rig.send({ start: `GET ${path} HTTP/1.1`, fields: ['Host: site.test', 'Connection: close'] });
    await wire.closed;
    t.regex(wire.received, /name="logonForm"/, path);
  }
  await nothingWasForwarded(t, rig);
});

test('a path that is not published is denied with and without a session, however it is written', async (t) => {
  const rig = await startReading(t);
  for (const path of ['/', '/ap', '/app;x=1', '/app;x=1/y', '/apps', '/app%3f', '/secret', '/%2e%2e;/app/'])
    for (const cookie of [undefined, '']) {
      const wire = rig.send({ start: `GET ${path} HTTP/1.1`, fields: ['Host: site.test', 'Connection: close'] }, cookie);
      await wire.closed;
      // The bare name alone leads somewhere: to the first path that is published.
      t.regex(wire.received, path === '/' ? /^HTTP\/1.1 302 .*^location: \/app\/\r$/ims : /^HTTP\/1.1 40[03] /, path);
    }
  await nothingWasForwarded(t, rig);
});
