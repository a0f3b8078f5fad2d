import { spawn } from 'node:child_process';
import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { findProgram, needProgram } from '../../src/regression/ends/find-program.ts';
import { findFreePort } from '../../src/regression/ends/free-port.ts';
import { type RunningProgram, runProgram } from '../../src/regression/ends/run-program.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { readImage, type Service } from './compose-file.ts';

/** Where a service's own port is on 127.0.0.1: with compose each has an address of its own. */
export type PortOf = (service: string, port: number) => number;

export type Composed = {
  portOf: PortOf;
  /** As `docker compose kill`: what is killed has no time to say goodbye. */
  kill(service: string): Promise<void>;
};

const LONGEST_START = 30_000;
/** What of the image's ports a setting moves. */
const ownPorts = {
  8080: 'LOGOFF_LAB_PORT',
  8081: 'LOGOFF_LAB_CONSOLE_PORT',
  8082: 'LOGOFF_LAB_EXCHANGE_PORT',
  8083: 'LOGOFF_LAB_OFFICE365_PORT',
};

/**
 * Starts each service's command with its environment as compose would, each when those that it depends on are healthy, but as
 * processes of this machine: names of services become ports of 127.0.0.1, in rules too. They end with the test.
 */
export async function startServices(t: ExecutionContext, services: readonly Service[]): Promise<Composed> {
  const portOf = await givePorts(services);
  const translate = translator(services, portOf);
  const app = layOutImage(t, translate);
  const started = new Map<string, RunningProgram>();
  while (started.size < services.length) {
    const next = services.filter(({ name, dependsOn }) => !started.has(name) && dependsOn.every((other) => started.has(other)));
    if (next.length === 0) throw new Error('these services wait for each other, or for one that there is not');
    const programs = next.map(
      async (service) => [service.name, await startService(t, service, { app, portOf, translate })] as const,
    );
    for (const [name, program] of await Promise.all(programs)) started.set(name, program);
  }
  return { portOf, kill: async (name) => started.get(name)?.end('SIGKILL') };
}

/** `here` names the service whose own addresses 0.0.0.0 and 127.0.0.1 are. */
type Translate = (text: string, here?: string) => string;
type Place = { app: string; portOf: PortOf; translate: Translate };

async function startService(t: ExecutionContext, service: Service, { app, portOf, translate }: Place): Promise<RunningProgram> {
  const { name, own } = service;
  const here = (text: string) => translate(text, name);
  const env = Object.fromEntries(Object.entries(service.environment).map(([variable, value]) => [variable, here(value)]));
  if (own) for (const [port, variable] of Object.entries(ownPorts)) env[variable] = String(portOf(name, Number(port)));
  const program = runProgram(...programOf(service, { app, portOf, translate }), { folder: app, env });
  t.teardown(() => program.end('SIGKILL'));
  // Each question costs as much as the start: none before there can be an answer.
  if (own) await program.until(/^Stop with Ctrl\+C/m);
  const [check = '', ...args] = service.healthcheck.map((word) => here(word).replace(/^\/app(?=\/)/, app));
  if (check === 'redis-cli') args.unshift('-p', String(portOf(name, 6379)));
  const deadline = performance.now() + LONGEST_START;
  while (!(await succeeds(pathOf(check), args, app, env))) {
    await program.check();
    if (performance.now() > deadline) throw new Error(`${name} is not healthy after ${LONGEST_START / 1000} s`);
  }
  return program;
}

/** The program of an image and what it is given; where it cannot be told by environment, also where to listen. */
function programOf({ name, image, own, command, volumes }: Service, { app, portOf, translate }: Place): [string, string[]] {
  const [program = '', ...args] = command.map((word) => word.replace(/^\/app(?=\/)/, app));
  if (own) return [pathOf(program), args];
  if (image.startsWith('redis:') && program === 'redis-server')
    return [needProgram('redis'), [...args, '--port', String(portOf(name, 6379)), '--bind', '127.0.0.1']];
  const mounted = volumes.map((volume) => volume.split(':')).find(([, target]) => target === '/etc/nginx/nginx.conf')?.[0];
  if (!image.startsWith('nginx:') || program !== 'nginx' || mounted === undefined)
    throw new Error(`how the image ${image} of ${name} is started is not known here`);
  const file = join(app, 'nginx.conf');
  const text = translate(readFileSync(mounted, 'utf8'));
  writeFileSync(file, text.replace('listen 8080;', `listen 127.0.0.1:${portOf(name, 8080)};`).replaceAll('/tmp/', `${app}/`));
  // One process, so that none is left when this one is killed.
  const single = args.map((word) => (word === 'daemon off;' ? `${word} master_process off;` : word));
  return [needProgram('nginx'), [...single, '-p', app, '-c', file]];
}

function pathOf(program: string): string {
  const path = program === 'node' ? process.execPath : findProgram(program, program.replace(/^redis/, 'valkey'));
  if (path === null) throw new Error(`there is no ${program} on this machine`);
  return path;
}

/** What stands in an image of this repository under /app, with the rules translated. */
function layOutImage(t: ExecutionContext, translate: Translate): string {
  const folder = makeTemporaryFolder('compose');
  t.teardown(folder.remove);
  for (const name of ['src', 'node_modules', 'package.json']) symlinkSync(resolve(name), join(folder.path, name));
  cpSync('rules', join(folder.path, 'rules'), { recursive: true });
  for (const file of globSync('rules/*/*.yaml', { cwd: folder.path })) {
    const path = join(folder.path, file);
    writeFileSync(path, translate(readFileSync(path, 'utf8')));
  }
  return folder.path;
}

async function givePorts(services: readonly Service[]): Promise<PortOf> {
  const inner = { own: readImage().ports, redis: [6379], nginx: [8080] };
  const given = new Map<string, number>();
  for (const { name, own, image } of services)
    for (const port of own ? inner.own : inner[image.split(':', 1)[0] as 'redis' | 'nginx'])
      given.set(`${name}:${port}`, await findFreePort());
  return (service, port) => {
    const free = given.get(`${service}:${port}`);
    if (free === undefined) throw new Error(`nobody listens at ${service}:${port}`);
    return free;
  };
}

/** `backend:8082` becomes 127.0.0.1 and a port, and so does what a service says of itself. */
function translator(services: readonly Service[], portOf: PortOf): Translate {
  const others = new RegExp(`\\b(${services.map(({ name }) => name).join('|')}):(\\d+)`, 'g');
  const itself = /\b(?:0\.0\.0\.0|127\.0\.0\.1)([:/])(\d+)/g;
  return (text, here) => {
    if (text.search(others) >= 0)
      return text.replace(others, (_, name: string, port: string) => `127.0.0.1:${portOf(name, Number(port))}`);
    if (here === undefined) return text;
    if (text === '0.0.0.0') return '127.0.0.1';
    return text.replace(itself, (_, mark: string, port: string) => `127.0.0.1${mark}${portOf(here, Number(port))}`);
  };
}

function succeeds(path: string, args: readonly string[], cwd: string, env: Record<string, string>): Promise<boolean> {
  return new Promise((resolve) => {
    const check = spawn(path, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
    check.on('error', () => resolve(false)).on('close', (code) => resolve(code === 0));
  });
}
