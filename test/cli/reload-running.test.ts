import { once } from 'node:events';
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { hashPassword } from '../../src/rules/password-hash.ts';
import { FREE, fetchPage, logOn, start } from './processes.ts';

/** Saves as most editors do. */
function save(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** A gateway in a process of its own before a server whose /events never ends, with a rule for wiki.test and one for shop.test. */
async function startProxy(t: ExecutionContext, ...more: string[]) {
  const site = createServer((request, response) => (request.url === '/events' ? response.write('first') : response.end('page')));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  t.teardown(() => site.close(() => {}).closeAllConnections());
  const folder = makeTemporaryFolder('reload').path;
  const to = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const rule = (name: string) => `  - { name: ${name}, publicNames: [${name}.test], paths: [/*], to: "${to}" }\n`;
  const rules = (...names: string[]) =>
    `version: 1\nlistener: { validate: { users: users.yaml } }\nrules:\n${names.map(rule).join('')}`;
  const files = { rules: join(folder, 'site.yaml'), users: join(folder, 'users.yaml') };
  writeFileSync(files.rules, rules('wiki', 'shop'));
  writeFileSync(files.users, readFileSync('rules/users.yaml'));
  const started = start(t, 'src/main.ts', ['proxy', '--rules', folder, '--log-level', 'silent', ...more], FREE);
  const [, port, consolePort] = await started.until(/Listening on 127\.0\.0\.1:(\d+);.* on port (\d+)[\s\S]*Ctrl\+C/);
  const isIn = async (host: string, Cookie: string) =>
    (await fetchPage(Number(port), '/page', host, { Cookie })).statusCode === 200;
  return { ...started, port: Number(port), consolePort: Number(consolePort), files, rules, isIn };
}

const stops = async (t: ExecutionContext, { child }: Pick<ReturnType<typeof start>, 'child'>) => {
  child.kill('SIGTERM');
  t.deepEqual(await once(child, 'close'), [0, null]);
};

test('another password ends that user’s session in a running proxy, and nobody else’s', async (t) => {
  const { files, isIn, port, until, ...proxy } = await startProxy(t);
  const [alice, bob] = [await logOn(port, 'wiki.test', 'lab\\alice'), await logOn(port, 'wiki.test')];
  t.deepEqual([await isIn('wiki.test', alice), await isIn('wiki.test', bob)], [true, true]);
  const text = readFileSync(files.users, 'utf8');
  save(files.users, text.replace(/(?<=bob\n {4}hash: ).*/, await hashPassword('another')));
  await until(/\nrules read again: 2 rules; 1 session ended\n/);
  t.deepEqual([await isIn('wiki.test', alice), await isIn('wiki.test', bob)], [true, false]);
  t.is(await logOn(port, 'wiki.test'), '');
  t.true(await isIn('wiki.test', await logOn(port, 'wiki.test', 'lab\\bob', 'another')));
  await stops(t, proxy);
});

test('a rule that is removed takes its sessions and their streams along', async (t) => {
  const { files, rules, isIn, port, until } = await startProxy(t);
  const [wiki, shop] = [await logOn(port, 'wiki.test'), await logOn(port, 'shop.test')];
  const sent = get({ port, path: '/events', headers: { Host: 'shop.test', Cookie: shop }, agent: false });
  const [stream] = (await once(sent, 'response')) as [IncomingMessage];
  const cut = new Promise((resolve) => stream.resume().on('error', resolve));
  save(files.rules, rules('wiki'));
  await until(/\nrules read again: 1 rule; 1 session ended\n/);
  t.regex(String(await cut), /aborted/);
  t.true(await isIn('wiki.test', wiki));
  t.is((await fetchPage(port, '/page', 'shop.test', { Cookie: shop })).statusCode, 404);
});

test('broken rules change nothing in a running proxy, and SIGHUP reads them again', async (t) => {
  const { files, rules, isIn, port, until, child } = await startProxy(t);
  const bob = await logOn(port, 'wiki.test');
  child.kill('SIGHUP');
  await until(/\nrules read again: 2 rules; 0 sessions ended\n/);
  save(files.rules, rules('wiki').replace('paths', 'pahts'));
  await until(/\nthe rules cannot be used .* stay in force:\n\S+site\.yaml:4:\d+: [\s\S]*\n\S+site\.yaml:4:\d+: .*"pahts"/);
  t.true(await isIn('wiki.test', bob));
  child.kill('SIGHUP');
  await until(/(rules cannot be used[\s\S]*"pahts"[\s\S]*){2}/);
  save(files.rules, rules('wiki'));
  await until(/\nrules read again: 1 rule; 0 sessions ended\n/);
  t.true(await isIn('wiki.test', bob));
  await stops(t, { child });
});

test('a proxy lists and ends sessions when it is asked for, and serves health alone when not', async (t) => {
  const api = (port: number, method = 'GET') => fetch(`http://127.0.0.1:${port}/api/sessions`, { method });
  const { port, consolePort, isIn } = await startProxy(t, '--admin-api');
  const bob = await logOn(port, 'wiki.test');
  t.like(await (await api(consolePort)).json(), { sessions: { length: 1, 0: { user: 'lab\\bob', publicName: 'wiki.test' } } });
  t.like(await (await api(consolePort, 'DELETE')).json(), { ended: 1 });
  t.false(await isIn('wiki.test', bob));
  const plain = await startProxy(t);
  t.is((await api(plain.consolePort)).status, 404);
  for (const path of ['livez', 'readyz']) t.is((await fetch(`http://127.0.0.1:${plain.consolePort}/${path}`)).status, 200);
});

test('SIGHUP finds nothing to read in a lab of its own rules, and does not end it', async (t) => {
  const lab = start(t, 'src/main.ts', ['lab'], FREE);
  await lab.until(/Ctrl\+C/);
  lab.child.kill('SIGHUP');
  await lab.until(/SIGHUP: there is nothing to read again/);
  await stops(t, lab);
});

test('a lab’s rules of one’s own lead to its mock after they are read again too, and what the switch says goes on', async (t) => {
  const folder = makeTemporaryFolder('lab-rules').path;
  cpSync('rules', folder, { recursive: true });
  const lab = start(t, 'src/main.ts', ['lab', '--rules', folder], FREE);
  const [, gateway, admin] = await lab.until(
    /http:\/\/2007\.localhost:(\d+)\/[\s\S]*http:\/\/127\.0\.0\.1:(\d+)\/\n[\s\S]*Ctrl\+C/,
  );
  const change = { method: 'PUT', body: '{"logoffUrl":"/gone"}', headers: { 'Content-Type': 'application/json' } };
  t.is((await fetch(`http://127.0.0.1:${admin}/api/lab`, change)).status, 200);
  const Cookie = await logOn(Number(gateway), 'mail.localhost', 'lab\\alice');
  const status = async (path: string) => (await fetchPage(Number(gateway), path, 'mail.localhost', { Cookie })).statusCode;
  t.is(await status('/owa/healthcheck.htm'), 200);
  const file = join(folder, 'lab.yaml');
  save(file, readFileSync(file, 'utf8').replace('name: AD FS', 'name: Federation'));
  await lab.until(/rules read again: 3 rules; 0 sessions ended\n/);
  t.is(await status('/owa/healthcheck.htm'), 200);
  t.is(await status('/owa/gone'), 200);
  t.is(await status('/owa/healthcheck.htm'), 302);
  await stops(t, lab);
});
