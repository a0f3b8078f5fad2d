import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { type Started, start } from '../cli/processes.ts';
import { IMAGE } from './build-image.ts';
import type { Storage } from './storage.ts';

type RunOptions = {
  /** After the name of the image. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** `source:target:ro`. */
  volumes?: readonly string[];
  /** Without one of its own (host), or with one in which it is alone (none). */
  network?: 'host' | 'none';
};

type Container = Started & {
  /** Standard output alone. */
  stdout(): string;
  /** Runs a command in it; resolves to its exit code and both outputs. */
  execute(...command: string[]): Promise<{ code: number; output: string }>;
  /** Of its first process, as this machine counts. */
  pid(): Promise<number>;
  /** Resolves to its exit code. */
  ended: Promise<number>;
};

/** Starts containers of the image. */
export type Containers = {
  /** Whether a container is closed in as one of Docker is. If not, it is merely another root folder and another user. */
  readonly confined: boolean;
  start(t: ExecutionContext, options: RunOptions): Promise<Container>;
};

/** Docker gives a read-only container no folder that can be written to either. Debian’s podman refuses the limits of this machine’s root. */
export const confined = [
  ...['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
  ...['--no-healthcheck', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096'],
];

/** With podman; where a machine does not let it run anything, with buildah's chroot. Throws if neither can. */
export async function openContainers(storage: Storage): Promise<Containers> {
  const podman = podmanContainers(storage);
  try {
    await storage.execute('podman', ...storage.podman, 'run', '--rm', ...confined, '--network', 'host', IMAGE, '--version');
    return podman;
  } catch (error) {
    await storage.execute('buildah', 'run', ...(await chroot(storage, {})), '--', 'node', '--version').catch((cause: Error) => {
      throw new Error(`neither podman nor buildah runs anything here: ${(error as Error).message}`, { cause });
    });
    return chrootContainers(storage);
  }
}

let names = 0;

function podmanContainers({ env, podman, execute }: Storage): Containers {
  return {
    confined: true,
    async start(t, { args = [], env: variables = {}, volumes = [], network = 'host' }) {
      const name = `lab-${++names}`;
      const settings = Object.entries(variables).map(([key, value]) => `--env=${key}=${value}`);
      const mounts = volumes.map((volume) => `--volume=${volume}`);
      const words = ['run', '--rm', '--name', name, '--network', network, ...confined, ...settings, ...mounts, IMAGE, ...args];
      const started = start(t, 'podman', [...podman, ...words], env);
      t.teardown(() => execute('podman', ...podman, 'rm', '--force', '--time', '0', '--ignore', name));
      return {
        ...withEnd(started),
        execute: (...command) => toEnd(start(t, 'podman', [...podman, 'exec', name, ...command], env)),
        pid: async () => Number(await execute('podman', ...podman, 'inspect', '--format', '{{.State.Pid}}', name)),
      };
    },
  };
}

function chrootContainers(storage: Storage): Containers {
  return {
    confined: false,
    async start(t, options) {
      const { Entrypoint, Cmd } = (await inspect(storage)).config;
      const words = await chroot(storage, options);
      const started = start(t, 'buildah', ['run', ...words, '--', ...Entrypoint, ...(options.args ?? Cmd)], storage.env);
      t.teardown(() => {
        for (const pid of innerPids(started.child.pid as number)) process.kill(pid, 'SIGKILL');
      });
      return {
        ...withEnd(started),
        execute: (...command) => toEnd(start(t, 'buildah', ['run', ...words, '--', ...command], storage.env)),
        pid: async () => innerPids(started.child.pid as number)[0] as number,
      };
    },
  };
}

/** Words of `buildah run` up to the command: a new container, and how it is to be run. */
async function chroot({ execute }: Storage, { env = {}, volumes = [] }: RunOptions): Promise<string[]> {
  const container = (await execute('buildah', 'from', '--pull-never', IMAGE)).trim();
  const settings = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`);
  return ['--isolation=chroot', ...settings, ...volumes.map((volume) => `--volume=${volume}`), container];
}

/** The processes at the end of the chain that buildah starts one from the other. */
function innerPids(pid: number): number[] {
  let below: number[];
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    below = threads.flatMap(
      (thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').match(/\d+/g)?.map(Number) ?? [],
    );
  } catch {
    return []; // gone
  }
  return below.length === 0 ? [pid] : below.flatMap(innerPids);
}

function withEnd(started: Started): Started & Pick<Container, 'stdout' | 'ended'> {
  let text = '';
  started.child.stdout?.on('data', (chunk: string) => {
    text += chunk;
  });
  return { ...started, stdout: () => text, ended: once(started.child, 'close').then(([code]) => code as number) };
}

async function toEnd({ child, output }: Started): Promise<{ code: number; output: string }> {
  const [code] = (await once(child, 'close')) as [number];
  return { code, output: output() };
}

/** What `docker inspect` tells of an image, as far as it is of interest here. */
type ImageConfig = {
  config: {
    User: string;
    Env: string[];
    Entrypoint: string[];
    Cmd: string[];
    WorkingDir: string;
    ExposedPorts: Record<string, unknown>;
    Labels: Record<string, string>;
    Healthcheck: { Test: string[]; Interval: number; Timeout: number };
    StopSignal?: string;
  };
};

export async function inspect({ execute }: Storage): Promise<ImageConfig> {
  const { Docker } = JSON.parse(await execute('buildah', 'inspect', '--type', 'image', IMAGE)) as { Docker: ImageConfig };
  return Docker;
}
