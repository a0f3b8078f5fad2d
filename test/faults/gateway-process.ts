import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { startOnFreePort } from '../../src/regression/ends/free-port.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { type Started, start } from '../cli/processes.ts';
import { cheapHash } from '../gateway/gateway-rig.ts';
import { ask } from './ask.ts';
import type { PublishedServer } from './published-server.ts';
import { USERS, WITNESS } from './start-site.ts';
import { HOST, PASSWORD } from './traffic.ts';

const hash = cheapHash(PASSWORD);
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export type Setting = {
  /** What the listener has besides its users, in YAML. */
  listener?: string;
  args?: readonly string[];
  /** Options of node. */
  node?: readonly string[];
  /** What a shell does before it becomes the gateway, and where that writes: `ulimit -n 128; exec "$@"`. */
  shell?: string;
  /** Nothing of what it says can be read. */
  mute?: true;
  env?: Record<string, string>;
};

/** `logoff-lab proxy` as a process of its own. */
export type GatewayProcess = {
  /** Of 127.0.0.1; the same after each start. */
  readonly port: number;
  readonly healthPort: number;
  readonly program: Started;
  saveRules(text: string): void;
  /** Sends the signal; resolves to how the process ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<[code: number | null, signal: string | null]>;
  /** Once more. Resolves when it answers. */
  start(): Promise<void>;
};

/** Rules for /app/*, and `more` for nothing that anybody asks for. */
export function rulesOf(published: PublishedServer, listener = '', more = 0): string {
  const rule = (name: string, path: string, end: string) =>
    `  - { name: ${name}, publicNames: [${HOST}], paths: [/${path}/*], to: "http://127.0.0.1:${published.port}"${end} }`;
  const spare = Array.from({ length: more }, (_, at) => rule(`spare${at}`, `spare${at}`, ''));
  const head = ['version: 1', `listener: { validate: { users: users.yaml }${listener && `, ${listener}`} }`, 'rules:'];
  return `${[...head, rule('app', 'app', ', logoff: { url: /app/bye }'), ...spare].join('\n')}\n`;
}

export async function startGatewayProcess(
  t: ExecutionContext,
  published: PublishedServer,
  setting: Setting = {},
): Promise<GatewayProcess> {
  const folder = makeTemporaryFolder('faults');
  t.teardown(folder.remove);
  const rules = join(folder.path, 'rules.yaml');
  const saveRules = (text: string) => {
    writeFileSync(`${rules}.new`, text);
    renameSync(`${rules}.new`, rules);
  };
  saveRules(rulesOf(published, setting.listener));
  const users = [...USERS, WITNESS].map((name) => `  - { name: ${name}, hash: "${hash}" }\n`);
  writeFileSync(join(folder.path, 'users.yaml'), `version: 1\nusers:\n${users.join('')}`);

  async function startOn(port: number, healthPort: number): Promise<Started> {
    const { node = [], args = [], shell = 'exec "$@"', mute, env } = setting;
    const gateway = [process.execPath, '--disable-warning=DEP0060', ...node, MAIN, 'proxy', '--rules', rules, ...args];
    const ports = ['--port', `${port}`, '--console-port', `${healthPort}`];
    const started = start(t, '/bin/bash', ['-c', shell, 'bash', ...gateway, ...ports], env);
    started.child.setMaxListeners(0);
    await (mute ? Promise.race([isAlive(healthPort), started.until(/(?!)/)]) : started.until(/Ctrl\+C/));
    return started;
  }
  const begin = async (port: number, healthPort: number) => [await startOn(port, healthPort), port, healthPort] as const;
  let [program, port, healthPort] = await startOnFreePort((port) => startOnFreePort((health) => begin(port, health)));
  return {
    port,
    healthPort,
    get program() {
      return program;
    },
    saveRules,
    async end(signal) {
      const over = once(program.child, 'close');
      program.child.kill(signal);
      return (await over) as [number | null, string | null];
    },
    async start() {
      program = await startOn(port, healthPort);
    },
  };
}

export async function health(port: number, path: '/livez' | '/readyz'): Promise<number> {
  return (await ask('GET', path, { port, agent: false, headers: { Host: '127.0.0.1' } })).status;
}

async function isAlive(port: number): Promise<void> {
  while ((await health(port, '/livez')) !== 200);
}
