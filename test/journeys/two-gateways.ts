import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { closeServer, listen } from '../../src/listen.ts';
import { startOnFreePort } from '../../src/regression/ends/free-port.ts';
import { type HeldServer, startHeldServer } from '../../src/regression/ends/held-server.ts';
import { type RunningProgram, runProgram } from '../../src/regression/ends/run-program.ts';
import { startBalancer } from '../../src/regression/ends/start-balancer.ts';
import { type Redis, type RedisOptions, startRedis } from '../../src/regression/ends/start-redis.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { hashPassword } from '../../src/rules/password-hash.ts';

export const HOST = 'site.test';
export const PASSWORD = 'Passw0rd!';
const hash = await hashPassword(PASSWORD);

/** `logoff-lab proxy` as a process of its own. */
export type GatewayProcess = {
  /** On 127.0.0.1, as the next one; the same after each start. */
  readonly port: number;
  readonly healthPort: number;
  /** SIGKILL: it has no time to say or write anything. Resolves when it has gone. */
  kill(): Promise<void>;
  /** Once more on its ports. Resolves when it listens. */
  start(): Promise<void>;
};

/** A request as the published server saw it; `at`: performance.now(). */
export type Arrival = { user: string | null; path: string; at: number };

export type TwoGateways = {
  redis: Redis;
  gateways: readonly [a: GatewayProcess, b: GatewayProcess];
  ports: { balancer: number; a: number; b: number };
  /** What arrived at /app/*, which answers with the user's name and the path. */
  arrivals: readonly Arrival[];
  /** Published as /live/*. */
  held: HeldServer;
};

/** Two gateways with their sessions in one Redis, behind a real balancer that gives each request to the next of the two. */
export async function startTwoGateways(
  t: ExecutionContext,
  users: readonly string[],
  options: Pick<RedisOptions, 'persistence'> = {},
): Promise<TwoGateways> {
  const redis = await startRedis(options);
  t.teardown(() => redis.stop());
  const held = await startHeldServer();
  t.teardown(() => held.close());
  const { port, arrivals } = await startNamingServer(t);
  const rules = writeRules(t, users, { app: port, live: held.port });
  const args = ['--rules', rules, '--sessions', `redis://127.0.0.1:${redis.port}`];
  const gateways = await Promise.all([startGatewayProcess(t, args), startGatewayProcess(t, args)]);
  const [a, b] = [gateways[0].port, gateways[1].port];
  const balancer = await startBalancer({ kind: 'haproxy', replicas: [a, b] });
  t.teardown(() => balancer.close());
  return { redis, gateways, ports: { balancer: balancer.port, a, b }, arrivals, held };
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

async function startGatewayProcess(t: ExecutionContext, args: readonly string[]): Promise<GatewayProcess> {
  const folder = makeTemporaryFolder('gateway');
  t.teardown(folder.remove);
  const env = { NO_COLOR: '1', LOGOFF_LAB_LOG_LEVEL: 'error' };
  const startOn = async (port: number, healthPort: number): Promise<RunningProgram> => {
    const command = ['--disable-warning=DEP0060', MAIN, 'proxy', ...args, '--port', `${port}`, '--console-port', `${healthPort}`];
    const started = runProgram(process.execPath, command, { folder: folder.path, env });
    await started.until(/^Stop with Ctrl\+C/m);
    return started;
  };
  let [program, port, healthPort] = await startOnFreePort((port) =>
    startOnFreePort(async (healthPort) => [await startOn(port, healthPort), port, healthPort] as const),
  );
  t.teardown(() => program.end('SIGKILL'));
  return {
    port,
    healthPort,
    kill: () => program.end('SIGKILL'),
    async start() {
      program = await startOn(port, healthPort);
    },
  };
}

/** A published server that says who asked for what. */
async function startNamingServer(t: ExecutionContext): Promise<{ port: number; arrivals: readonly Arrival[] }> {
  const arrivals: Arrival[] = [];
  const server = createServer(({ headers, url = '' }, response) => {
    const [, token] = /^Basic (\S+)$/.exec(headers.authorization ?? '') ?? [];
    const user = token === undefined ? null : (Buffer.from(token, 'base64').toString().split(':', 1)[0] as string);
    arrivals.push({ user, path: url, at: performance.now() });
    response.end(pageFor(user, url));
  });
  t.teardown(() => closeServer(server));
  return { port: await listen(server, 0, '127.0.0.1'), arrivals };
}

/** What the published server answers. */
export const pageFor = (user: string | null, path: string) => `${user} asked for ${path}`;

function writeRules(t: ExecutionContext, users: readonly string[], ports: { app: number; live: number }): string {
  const folder = makeTemporaryFolder('rules');
  t.teardown(folder.remove);
  const rule = (name: 'app' | 'live', more: string) =>
    `  - { name: ${name}, publicNames: [${HOST}], paths: [/${name}/*], to: "http://127.0.0.1:${ports[name]}", delegation: basic${more} }`;
  const rules = ['version: 1', 'listener: { validate: { users: users.yaml } }', 'rules:'];
  rules.push(rule('app', ', logoff: { url: /app/bye }'), rule('live', ''));
  const entries = users.map((name) => `  - { name: ${name}, hash: "${hash}" }`);
  writeFileSync(join(folder.path, 'rules.yaml'), `${rules.join('\n')}\n`);
  writeFileSync(join(folder.path, 'users.yaml'), `version: 1\nusers:\n${entries.join('\n')}\n`);
  return join(folder.path, 'rules.yaml');
}
