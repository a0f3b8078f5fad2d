import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Images and containers of one test, in a folder that goes with them. */
export type Storage = {
  readonly folder: string;
  /** What buildah and podman have to be told by environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What podman has to be told before its command. */
  readonly podman: readonly string[];
  /** Runs a program to its end; resolves to its standard output. Rejects with both outputs unless it exits with 0. */
  execute(program: string, ...args: string[]): Promise<string>;
  /** Ends every container and removes everything. */
  remove(): Promise<void>;
};

/** Nothing of it outlives this process, however that ends. */
export function makeStorage(): Storage {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  const [store, run, conf] = ['store', 'run', 'storage.conf'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(conf, `[storage]\ndriver = "overlay"\ngraphroot = "${store}"\nrunroot = "${run}"\n`);
  const podman = ['--root', store, '--runroot', run, '--cgroup-manager=cgroupfs', '--runtime', 'runc'];
  // TMPDIR: what a builder that is killed leaves behind goes too.
  const env = { CONTAINERS_STORAGE_CONF: conf, BUILDAH_ISOLATION: 'chroot', TMPDIR: folder };
  const remover = removeWithThisProcess(folder, podman, env);
  return {
    folder,
    env,
    podman,
    execute: (program, ...args) =>
      new Promise((resolve, reject) => {
        const options = { env: { ...process.env, ...env }, maxBuffer: 1e8 };
        execFile(program, args, options, (error, stdout, stderr) => {
          if (error) reject(new Error(`${program} ended with ${error.code}:\n${stdout}${stderr}`));
          else resolve(stdout);
        });
      }),
    async remove() {
      remover.stdin.end();
      await once(remover, 'exit');
    },
  };
}

/** Containers have a parent of their own: they outlive a process that is killed. A shell waits for the end of its pipe, however that comes. */
function removeWithThisProcess(folder: string, podman: readonly string[], env: Record<string, string>) {
  const script = [
    'read -r _',
    'podman "$@" rm --all --force --time 0',
    'buildah rm --all',
    'umount "$FOLDER/store/overlay"',
    'rm -rf -- "$FOLDER"',
  ].join('\n');
  return spawn('/bin/sh', ['-c', script, 'sh', ...podman], {
    env: { ...process.env, ...env, FOLDER: folder },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}
