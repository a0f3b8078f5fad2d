import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { findProgram } from '../../src/regression/ends/find-program.ts';
import type { Storage } from './storage.ts';

/** Paths in the base image for what npm needs to know of this machine; empty there, and laid over while the image is built. */
export const npmSettings = { npmrc: '/usr/local/etc/npmrc', authorities: '/usr/local/etc/npm-authorities.pem' };

/**
 * Commits an image with Node, npm and busybox of this machine under the name that the Dockerfile begins with: what node:24-slim has,
 * as far as this repository's Dockerfile uses it. So nothing has to be fetched from a registry of images.
 */
export async function commitBaseImage(storage: Storage, name: string): Promise<void> {
  const root = join(storage.folder, 'base');
  layOutBase(root);
  const container = (await storage.execute('buildah', 'from', 'scratch')).trim();
  await storage.execute('buildah', 'add', '--quiet', container, root, '/');
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await storage.execute('buildah', 'config', '--env', `PATH=${path}`, '--cmd', '["node"]', container);
  await storage.execute('buildah', 'commit', '--quiet', container, `docker.io/library/${name}`);
  await storage.execute('buildah', 'rm', container);
}

function layOutBase(root: string): void {
  const at = (path: string) => join(root, path);
  for (const folder of ['bin', 'usr/bin', 'usr/local/bin', 'usr/local/etc', 'usr/local/lib', 'etc', 'root', 'home/node'])
    mkdirSync(at(folder), { recursive: true });
  mkdirSync(at('tmp'), { mode: 0o777 });
  const busybox = findProgram('busybox') as string;
  for (const program of [process.execPath, busybox]) for (const library of librariesOf(program)) copy(library, at(library));
  copy(process.execPath, at('usr/local/bin/node'));
  copy(busybox, at('bin/busybox'));
  for (const applet of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n'))
    if (applet !== 'busybox') symlinkSync('busybox', at(`bin/${applet}`));
  symlinkSync('../../bin/env', at('usr/bin/env'));
  cpSync(npmFolder(), at('usr/local/lib/npm'), { recursive: true });
  symlinkSync('../lib/npm/bin/npm-cli.js', at('usr/local/bin/npm'));
  writeFileSync(at('etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n');
  writeFileSync(at('etc/group'), 'root:x:0:\nnode:x:1000:\n');
  for (const empty of Object.values(npmSettings)) writeFileSync(at(empty), '');
}

/** What the program is linked to, and what the C library loads by itself to look names up. */
function librariesOf(program: string): string[] {
  let linked: string[];
  try {
    linked = execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).match(/\/\S+/g) ?? [];
  } catch {
    return []; // linked to nothing
  }
  const beside = (name: string) => linked.filter((path) => path.includes('/libc.so')).map((path) => join(dirname(path), name));
  return [...linked, ...['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'].flatMap(beside)].filter((path) =>
    existsSync(path),
  );
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(from), to);
}

/** The npm of this machine with all that it needs in one folder, which Debian's own package npm has not. */
function npmFolder(): string {
  const folder = dirname(dirname(realpathSync(findProgram('npm') ?? '/')));
  if (!existsSync(join(folder, 'bin/npm-cli.js')) || !existsSync(join(folder, 'node_modules')))
    throw new Error(`${folder} is no npm that could be copied as it is`);
  return folder;
}

/** What the npm of this machine goes by; not what npm would go by that is started with the Node of node_modules. */
export function npmOfThisMachine(): { registry: string; authorities: string | null } {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const ask = (key: string) => execFileSync('npm', ['config', 'get', key], { env, encoding: 'utf8' }).trim();
  const authorities = [ask('cafile'), process.env['NODE_EXTRA_CA_CERTS'] ?? ''].find((file) => existsSync(file));
  return { registry: ask('registry'), authorities: authorities ?? null };
}
