import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needProgram } from './find-program.ts';
import { startOnFreePort } from './free-port.ts';
import { type RunningProgram, runProgram } from './run-program.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

export type RedisOptions = {
  /** What a restart finds: nothing (default), what was there when it was last shut down, or everything that was ever confirmed. */
  persistence?: keyof typeof persistences;
  /** Of the user `default`. */
  password?: string;
  /** Lines as in an ACL file: `user anna on >secret ~* +@all`. */
  users?: readonly string[];
  /** Paths of PEM files. There is no port without TLS then. Clients need no certificate. */
  tls?: { cert: string; key: string; ca: string };
  /** Further lines of redis.conf (`cluster-enabled yes`; the bus takes the port 10,000 above), or of sentinel.conf. */
  settings?: readonly string[];
  /** Not a server but a Sentinel, which `settings` tell whom to monitor. */
  sentinel?: boolean;
};

export type Redis = {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Ends it for good and removes its data. */
  stop(): Promise<void>;
  /** SIGKILL: as a power cut. Resolves when it has gone; the data stay for `restart`. */
  kill(): Promise<void>;
  /** SIGSTOP: connections are still accepted, by the kernel, and nothing is answered. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Shuts it down if it runs (kills it if it is frozen), and starts it on the same port and data. Resolves when it is ready. */
  restart(): Promise<void>;
};

const persistences = {
  none: ['save ""', 'appendonly no'],
  snapshot: ['save 3600 1', 'appendonly no'],
  'append-only': ['save ""', 'appendonly yes', 'appendfsync always'],
};

/** `Sentinel ID is` is what a Sentinel says at the same place. */
const READY = /Ready to accept connections|Sentinel ID is/;

/** A real redis-server (or valkey-server) on a free port of 127.0.0.1. Throws MissingProgram; or why it did not start, in its words. */
export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  const path = needProgram('redis');
  const folder = makeTemporaryFolder('redis');
  try {
    return await startOnFreePort(async (port) => {
      // In a file, which a Sentinel and CONFIG REWRITE write to, and where passwords are not in the list of processes.
      const file = join(folder.path, 'redis.conf');
      writeFileSync(file, `${settingsOf(options, port, folder.path).join('\n')}\n`, { mode: 0o600 });
      const start = () => startServer(path, options.sentinel ? [file, '--sentinel'] : [file], folder.path);
      return control(port, folder, start, await start());
    });
  } catch (error) {
    folder.remove();
    throw error;
  }
}

async function startServer(path: string, args: string[], folder: string): Promise<RunningProgram> {
  const program = runProgram(path, args, { folder });
  try {
    await program.until(READY);
    return program;
  } catch (error) {
    await program.end('SIGKILL');
    throw error;
  }
}

function control(port: number, folder: TemporaryFolder, start: () => Promise<RunningProgram>, first: RunningProgram): Redis {
  let program = first;
  let frozen = false;
  const end = async () => {
    // A stopped process does not see SIGTERM before it goes on.
    await program.end(frozen ? 'SIGKILL' : 'SIGTERM');
    frozen = false;
  };
  return {
    host: '127.0.0.1',
    port,
    get pid() {
      return program.pid;
    },
    async stop() {
      await end();
      folder.remove();
    },
    async kill() {
      await program.end('SIGKILL');
      frozen = false;
    },
    freeze() {
      program.signal('SIGSTOP');
      frozen = true;
    },
    thaw() {
      program.signal('SIGCONT');
      frozen = false;
    },
    async restart() {
      await end();
      program = await start();
    },
  };
}

function settingsOf(options: RedisOptions, port: number, folder: string): string[] {
  const { persistence = 'none', password, users = [], tls, settings = [], sentinel } = options;
  const lines = ['bind 127.0.0.1', `dir ${quote(folder)}`];
  if (!sentinel) lines.push(...persistences[persistence]);
  if (tls) lines.push('port 0', `tls-port ${port}`, 'tls-auth-clients no');
  else lines.push(`port ${port}`);
  if (tls) lines.push(`tls-cert-file ${quote(tls.cert)}`, `tls-key-file ${quote(tls.key)}`, `tls-ca-cert-file ${quote(tls.ca)}`);
  if (password !== undefined) lines.push(`requirepass ${quote(password)}`);
  return [...lines, ...users, ...settings];
}

/** redis.conf knows the escapes of JSON, besides `\u`. */
function quote(text: string): string {
  return JSON.stringify(text);
}
