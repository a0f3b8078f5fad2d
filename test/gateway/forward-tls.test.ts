import { createServer as createTcpServer } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { generate } from 'selfsigned';
import type { ForwardOutcome } from '../../src/gateway/forward-types.ts';
import { rawBackEnd, type Setting, startGateway } from './forward-rig.ts';

const end = /\r\n\r\n/;
const requests = {
  http: (host: string) => ['GET / HTTP/1.1', `Host: ${host}`, '', ''],
  ws: (host: string) => ['GET / HTTP/1.1', `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket', '', ''],
};

/** A back end with a certificate for one name or address. */
async function startTls(t: ExecutionContext, host: string, altName: { type: 2; value: string } | { type: 7; ip: string }) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'lab' }], {
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [altName] }],
  });
  const backEnd = await rawBackEnd(t, createServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }));
  const to: Setting['to'] = { url: backEnd.url.replace('127.0.0.1', host), ca: cert };
  return { backEnd, to };
}

for (const [kind, request] of Object.entries(requests)) {
  test(`${kind}: the certificate is checked for the back end’s own name, whatever the client’s Host`, async (t) => {
    const { backEnd, to } = await startTls(t, 'localhost', { type: 2, value: 'localhost' });
    const gateway = await startGateway(t, { to });
    gateway.client(...request('mail.example'));
    const server = await backEnd.connection();
    t.regex(await server.until(end), /\r\nhost: mail\.example\r\n/i);
    t.is((server.socket as TLSSocket).servername, 'localhost');
    t.not((server.socket as TLSSocket).alpnProtocol, 'h2');
  });

  test(`${kind}: an address has no SNI, and the certificate is checked for it`, async (t) => {
    const { backEnd, to } = await startTls(t, '127.0.0.1', { type: 7, ip: '127.0.0.1' });
    const gateway = await startGateway(t, { to });
    gateway.client(...request('mail.example'));
    const server = await backEnd.connection();
    await server.until(end);
    t.false((server.socket as TLSSocket).servername);
  });

  for (const host of ['localhost', '127.0.0.1']) {
    test(`${kind}: a certificate for the client’s Host is not one for ${host}`, async (t) => {
      const { to } = await startTls(t, host, { type: 2, value: 'mail.example' });
      const gateway = await startGateway(t, { to });
      await gateway.client(...request('mail.example')).until(/backend-unreachable/);
      const outcome = (await gateway.outcome()) as ForwardOutcome & { kind: 'failed' };
      t.like(outcome, { kind: 'failed', code: 'backend-unreachable', headersSent: false });
      t.regex(String(outcome.cause), /altnames/);
    });
  }

  test(`${kind}: a certificate of an unknown authority is backend-unreachable, and the cause says so`, async (t) => {
    const { to } = await startTls(t, 'localhost', { type: 2, value: 'localhost' });
    const gateway = await startGateway(t, { to: { ...to, ca: null } });
    await gateway.client(...request('localhost')).until(/backend-unreachable/);
    const outcome = (await gateway.outcome()) as ForwardOutcome & { kind: 'failed' };
    t.like(outcome, { kind: 'failed', code: 'backend-unreachable', headersSent: false });
    t.regex(String(outcome.cause), /self-signed certificate/);
  });

  test(`${kind}: a back end that takes the connection but not the handshake is backend-unreachable after connectTime`, async (t) => {
    const backEnd = await rawBackEnd(t, createTcpServer());
    const gateway = await startGateway(t, {
      to: { url: backEnd.url.replace('http:', 'https:') },
      limits: { connectTime: 100 },
    });
    await gateway.client(...request('h')).until(/backend-unreachable/);
    const outcome = (await gateway.outcome()) as ForwardOutcome & { kind: 'failed' };
    t.like(outcome, { kind: 'failed', code: 'backend-unreachable', headersSent: false });
    t.regex(String(outcome.cause), /\b100 ?ms/);
    await (await backEnd.connection()).closed;
  });
}

test('requests for several Hosts share one connection', async (t) => {
  const { backEnd, to } = await startTls(t, 'localhost', { type: 2, value: 'localhost' });
  const gateway = await startGateway(t, { to });
  const client = gateway.client(...requests.http('a.example'));
  const server = await backEnd.connection();
  for (const name of ['b', 'c', 'd']) {
    await server.until(new RegExp(`host: ${String.fromCharCode(name.charCodeAt(0) - 1)}\\.example\r\n[\\s\\S]*\r\n\r\n$`));
    server.send('HTTP/1.1 200 OK', 'Content-Length: 1', '', name);
    await client.until(new RegExp(`\r\n\r\n${name}$`));
    client.send(...requests.http(`${name}.example`));
  }
  await server.until(/host: d\.example/);
  t.is(backEnd.count(), 1);
});

test('a request whose client left while the connection was being made is never sent', async (t) => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'lab' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const held = Promise.withResolvers<() => void>();
  const server = createServer({ key, cert, SNICallback: (_name, done) => held.resolve(() => done(null)) });
  const over = new Promise((resolve) => {
    server.on('connection', (socket) => socket.on('close', () => resolve('nothing')));
    server.on('secureConnection', (socket) => socket.on('data', resolve));
  });
  const backEnd = await rawBackEnd(t, server);
  const gateway = await startGateway(t, { to: { url: backEnd.url.replace('127.0.0.1', 'localhost'), ca: cert } });
  const client = gateway.client(...requests.http('h'));
  const goOn = await held.promise;
  client.socket.destroy();
  t.deepEqual(await gateway.outcome(), { kind: 'client-gone' });
  goOn();
  t.is(await over, 'nothing');
});
