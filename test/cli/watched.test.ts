import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { reading, series } from '../metrics/metrics-rig.ts';
import { send } from '../send-request.ts';
import { FREE, fetchPage, logOn, start } from './processes.ts';

const readingAt = (port: number) => reading(async () => (await send(port, 'GET', '/metrics', { Host: 'prometheus.test' })).body);

test('a proxy shows what happens at it, rules read again included; told to stop, it goes on showing it, is alive and not ready', async (t) => {
  const held = Promise.withResolvers<ServerResponse>();
  const site = createServer((request, response) => (request.url === '/slow' ? held.resolve(response) : response.end('page')));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  t.teardown(() => site.close(() => {}).closeAllConnections());
  const rules = (name: string) => `version: 1
listener: { validate: { users: users.yaml } }
rules:
  - { name: ${name}, publicNames: [wiki.test], paths: [/*], to: "http://127.0.0.1:${(site.address() as AddressInfo).port}", logoff: { url: /bye } }
`;
  const folder = makeTemporaryFolder('watched').path;
  const file = join(folder, 'rules.yaml');
  cpSync('rules/users.yaml', join(folder, 'users.yaml'));
  writeFileSync(file, rules('wiki'));
  const { child, until } = start(t, 'src/main.ts', ['proxy', '--rules', file, '--log-level', 'silent'], FREE);
  const [, port, consolePort] = await until(/Listening on 127\.0\.0\.1:(\d+);.* on port (\d+) \(\/livez, \/readyz, \/metrics\)/);
  const { read, values, growth } = readingAt(Number(consolePort));
  const before = await values();
  t.true((await read()).has('process_resident_memory_bytes'));
  t.false((await read()).has('logoff_lab_runs_total'));

  const Cookie = await logOn(Number(port), 'wiki.test');
  await fetchPage(Number(port), '/bye', 'wiki.test', { Cookie });
  t.like(await growth(before), {
    [series.logons('accepted')]: 1,
    [series.detected('wiki', 'yes')]: 1,
    [series.ended('logoff')]: 1,
    [series.requests('wiki', 'POST', 302)]: 1,
    [series.requests('wiki', 'GET', 200)]: 1,
  });

  const reread = until(/rules read again: 1 rule/);
  writeFileSync(file, rules('wiki2'));
  child.kill('SIGHUP');
  await reread;
  t.is((await values())[series.reloads('success')], 1);

  const again = await logOn(Number(port), 'wiki.test');
  const slow = fetchPage(Number(port), '/slow', 'wiki.test', { Cookie: again });
  const response = await held.promise;
  const stopping = until(/Stopping\./);
  child.kill('SIGTERM');
  await stopping;
  const status = async (path: string) => (await send(Number(consolePort), 'GET', path, { Host: 'x' })).status;
  t.deepEqual([await status('/livez'), await status('/readyz'), await status('/metrics')], [200, 503, 200]);
  response.end('late');
  t.is((await slow).statusCode, 200);
  t.deepEqual(await once(child, 'close'), [0, null]);
});

for (const [mode, has, hasNot] of [
  ['lab', ['logoff_lab_build_info', 'logoff_lab_requests_total', 'logoff_lab_runs_total'], []],
  ['backend', ['logoff_lab_build_info', 'nodejs_gc_duration_seconds'], ['logoff_lab_requests_total', 'logoff_lab_runs_total']],
] as const)
  test(`${mode} shows its numbers on the console port`, async (t) => {
    const { until } = start(t, 'src/main.ts', [mode], FREE);
    const [, port] = await until(mode === 'lab' ? /Open http:\/\/[\w.]+:(\d+)\// : /Health on port (\d+)/);
    const families = await readingAt(Number(port)).read();
    for (const name of has) t.true(families.has(name), name);
    for (const name of hasNot) t.false(families.has(name), name);
  });
