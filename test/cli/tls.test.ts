import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { goodUsers } from '../rules/marked-rules.ts';
import { certificateFor, createAuthority } from '../tls-authority.ts';
import { FREE, fetchPage, run, start } from './processes.ts';

const authority = await createAuthority();
const [wiki, renewed, expired] = await Promise.all([
  certificateFor(authority, ['wiki.localhost']),
  certificateFor(authority, ['wiki.localhost']),
  certificateFor(authority, ['wiki.localhost'], { to: 0 }),
]);

/** Saves as most editors do. */
function save(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

const TLS = 'tls: { certificate: lab.crt, key: lab.key }, ';

/** A folder with rules for a listener, its certificate and key, and users. */
function folderWith(certificate = wiki, to = 'http://127.0.0.1:1') {
  const folder = makeTemporaryFolder('tls').path;
  const [rules, crt, key] = ['site.yaml', 'lab.crt', 'lab.key'].map((name) => join(folder, name)) as [string, string, string];
  const text = (tls: string) =>
    `version: 1\nlistener: { ${tls}validate: { users: users.yaml } }\nrules:\n  - { name: Wiki, publicNames: [wiki.localhost], paths: [/*], to: "${to}" }\n`;
  writeFileSync(rules, text(TLS));
  writeFileSync(crt, certificate.certificate);
  writeFileSync(key, certificate.key());
  writeFileSync(join(folder, 'users.yaml'), goodUsers);
  return { folder, rules, crt, key, text };
}

/** Status by TLS, and the fingerprint of the certificate that was shown. */
async function visit(port: number): Promise<{ status: number | undefined; shown: string | undefined }> {
  const name = { servername: 'wiki.localhost', headers: { Host: 'wiki.localhost' } };
  const [answer] = await once(get({ host: '127.0.0.1', port, path: '/', agent: false, ca: authority.cert, ...name }), 'response');
  answer.resume();
  return { status: answer.statusCode, shown: (answer.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256 };
}

async function startProxy(t: ExecutionContext) {
  const site = createServer((_, response) => response.end('page'));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  t.teardown(() => site.close());
  const files = folderWith(wiki, `http://127.0.0.1:${(site.address() as AddressInfo).port}`);
  const started = start(t, 'src/main.ts', ['proxy', '--rules', files.folder, '--log-level', 'info'], FREE);
  const [, consolePort, port] = await started.until(
    /health on port (\d+)[\s\S]*\n {2}https:\/\/wiki\.localhost:(\d+)\/\n.*Ctrl\+C/,
  );
  return { ...started, ...files, port: Number(port), consolePort: Number(consolePort) };
}

test('a proxy with a certificate is opened by https, its console by http, and a renewed certificate takes its place', async (t) => {
  const { port, consolePort, until, output, crt, key, child } = await startProxy(t);
  t.regex(output(), /It speaks TLS, with a certificate for wiki\.localhost/);
  t.false(output().includes('Warning'));
  const before = await visit(port);
  t.is(before.status, 302);
  t.is((await fetchPage(consolePort, '/livez', '127.0.0.1')).statusCode, 200);
  const health = await run(t, ['healthcheck'], { LOGOFF_LAB_CONSOLE_PORT: `${consolePort}` });
  t.is(health.code, 0);

  save(key, renewed.key());
  await until(/stay in force:\n\S+site\.yaml:2:\d+: The private key in "\S+lab\.key" is not that of the first certificate/);
  t.deepEqual(await visit(port), before);
  save(crt, renewed.certificate);
  await until(/\nrules read again: 1 rule; 0 sessions ended\n/);
  const after = await visit(port);
  t.is(after.status, 302);
  t.not(after.shown, before.shown);

  const [, secret = ''] = renewed.key().split('\n');
  t.false(output().includes(secret.slice(0, 30)) || output().includes('PRIVATE KEY'));
  child.kill('SIGTERM');
  t.deepEqual(await once(child, 'close'), [0, null]);
});

test('a listener that is to begin or end TLS needs a restart, which a reload says until it has it', async (t) => {
  const { port, until, rules, text, child } = await startProxy(t);
  save(rules, text(''));
  const says = '; the listener goes on with TLS and the certificate that it has: to change that \\(`tls`\\) takes a restart\n';
  await until(new RegExp(`read again: 1 rule; 0 sessions ended${says}`));
  t.is((await visit(port)).status, 302);
  child.kill('SIGHUP');
  await until(new RegExp(`(ended${says}[\\s\\S]*){2}`));
  save(rules, text(TLS));
  await until(/0 sessions ended\n/);
  t.is((await visit(port)).status, 302);
});

test('a proxy in plain HTTP goes on so when its rules get a certificate, and says that this takes a restart', async (t) => {
  const { folder, rules, text } = folderWith();
  save(rules, text(''));
  const { until } = start(t, 'src/main.ts', ['proxy', '--rules', folder, '--log-level', 'silent'], FREE);
  const [, port] = await until(/ {2}http:\/\/wiki\.localhost:(\d+)\/\n.*Ctrl\+C/);
  save(rules, text(TLS));
  await until(/; the listener goes on in plain HTTP: to change that \(`tls`\) takes a restart\n/);
  t.is((await fetchPage(Number(port), '/', 'wiki.localhost')).statusCode, 302);
});

test('an expired certificate is warned of by rules check, by a proxy that starts, and when it is read again', async (t) => {
  const { folder, rules } = folderWith(expired);
  const warning = /\nWarning: browsers will not accept the certificate: it has expired on \d{4}-\d\d-\d\d; make another\.\n/;
  const checked = await run(t, ['rules', 'check', rules]);
  t.is(checked.code, 0);
  t.regex(checked.output, warning);
  const { until, child } = start(t, 'src/main.ts', ['proxy', '--rules', folder, '--log-level', 'silent'], FREE);
  await until(new RegExp(`${warning.source}[\\s\\S]*Ctrl\\+C`));
  child.kill('SIGHUP');
  await until(new RegExp(`read again: 1 rule; 0 sessions ended${warning.source}`));
});
