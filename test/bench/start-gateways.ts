import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOnFreePort } from '../../src/regression/ends/free-port.ts';
import { type RunningProgram, runProgram } from '../../src/regression/ends/run-program.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { hashPassword } from '../../src/rules/password-hash.ts';
import type { Bench } from './figure.ts';
import { name, password, site } from './site.ts';

export type Process = { port: number; pid: number };

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** `count` gateways, each a process of its own as in service, in front of the same back end and on the same sessions. */
export async function startGateways(
  bench: Bench,
  { count, sessions, backEndPort }: { count: number; sessions: string; backEndPort: number },
): Promise<Process[]> {
  const folder = makeTemporaryFolder('bench');
  bench.teardown(folder.remove);
  const rules = join(folder.path, 'rules.yaml');
  writeFileSync(rules, rulesFor(backEndPort));
  writeFileSync(join(folder.path, 'users.yaml'), `users: [{ name: ${name}, hash: '${await hashPassword(password)}' }]\n`);
  const wanted = ['--rules', rules, '--sessions', sessions, '--console-port', '0', '--log-level', 'warn'];
  const start = () => startProcess(bench, folder.path, main, ['proxy', ...wanted, '--host', '127.0.0.1', '--port']);
  return Promise.all(Array.from({ length: count }, start));
}

/** A script in a process of its own, which takes a port as its last argument and says when it listens. */
export function startProcess(bench: Bench, folder: string, script: string, args: readonly string[]): Promise<Process> {
  return startOnFreePort(async (port) => {
    const node = ['--disable-warning=DEP0060', script, ...args, String(port)];
    const program: RunningProgram = runProgram(process.execPath, node, { folder });
    bench.teardown(() => program.end());
    await program.until(/^Listening on/m);
    return { port, pid: program.pid };
  });
}

function rulesFor(backEndPort: number): string {
  const { host, logoff } = site;
  return JSON.stringify({
    version: 1,
    listener: { name: 'Front door', validate: { users: 'users.yaml' } },
    rules: [{ name: 'Mail', publicNames: [host], paths: ['/*'], to: `http://127.0.0.1:${backEndPort}`, logoff: { url: logoff } }],
  });
}
