import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { needProgram } from './find-program.ts';
import { startOnFreePort } from './free-port.ts';
import { nginxConfig } from './nginx-config.ts';
import { type RunningProgram, runProgram } from './run-program.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export type BalancerKind = 'haproxy' | 'nginx';

export type Balancer = {
  readonly kind: BalancerKind;
  /** On 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
};

/** Ports on 127.0.0.1. Answers name them `a` and `b`, in the field X-Replica. */
export type Replicas = readonly [a: number, b: number];

type Start = (path: string, port: number, replicas: Replicas, folder: string) => RunningProgram;

const HAPROXY_CONFIG = fileURLToPath(new URL('./haproxy.cfg', import.meta.url));

const starts: Record<BalancerKind, Start> = {
  haproxy(path, port, [a, b], folder) {
    const env = { LISTEN: `127.0.0.1:${port}`, REPLICA_A: `127.0.0.1:${a}`, REPLICA_B: `127.0.0.1:${b}` };
    return runProgram(path, ['-db', '-f', HAPROXY_CONFIG], { folder, env });
  },
  nginx(path, port, replicas, folder) {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, nginxConfig(port, replicas, folder));
    return runProgram(path, ['-e', 'stderr', '-p', folder, '-c', file], { folder });
  },
};

/**
 * The real program in front of two replicas: in turn by request, nothing buffered, Host as sent. A replica that cannot be connected
 * to is passed over; an answer that breaks off breaks off for the client too, and one that never began becomes a 502. Throws
 * MissingProgram; or why it did not start, in its words.
 */
export async function startBalancer(options: { kind: BalancerKind; replicas: Replicas }): Promise<Balancer> {
  const { kind, replicas } = options;
  const path = needProgram(kind);
  const folder = makeTemporaryFolder(kind);
  try {
    return await startOnFreePort(async (port) => {
      const program = starts[kind](path, port, replicas, folder.path);
      const close = async () => {
        await program.end();
        folder.remove();
      };
      try {
        await accepting(program, port);
        return { kind, port, close };
      } catch (error) {
        await program.end('SIGKILL');
        throw error;
      }
    });
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/** Neither program says that it listens: a connection tells. Ends with the program, or when that takes too long. */
async function accepting(program: RunningProgram, port: number): Promise<void> {
  const deadline = AbortSignal.timeout(15_000);
  while (!(await connects(port))) {
    await program.check();
    if (deadline.aborted) throw new Error(`nobody listens on port ${port} after 15 s`);
    await setImmediate();
  }
}

async function connects(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
