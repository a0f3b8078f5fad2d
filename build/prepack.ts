import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { keepDeclarations } from './declarations.ts';
import { replaceManifest, restoreManifest } from './kept-manifest.ts';
import { packedManifest } from './packed-manifest.ts';

/**
 * Run by npm before it packs: compiles src to dist, puts what else the program reads of src beside, and lends npm the package.json of the package
 * until build/postpack.ts gives the checkout its own back. If anything fails before, nothing has changed but dist.
 */
function prepack(): void {
  if (restoreManifest())
    say('package.json was still that of the package, since an earlier npm pack was cut short: it is put back.');
  rmSync('dist', { recursive: true, force: true });
  const { status, error } = spawnSync('tsc', ['-p', 'build/tsconfig.json'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) fail(`The sources could not be compiled${error ? `: ${error.message}` : ''}.`);
  keepDeclarations('dist', 'index.d.ts');
  for (const file of globSync('**/*.{css,js,cfg}', { cwd: 'src' })) {
    if (existsSync(`dist/${file}`)) fail(`src/${file} and a compiled file have the same name: give it another.`);
    cpSync(`src/${file}`, `dist/${file}`);
  }
  chmodSync('dist/main.js', 0o755);
  replaceManifest(`${JSON.stringify(packedManifest(readManifest()), null, 2)}\n`);
}

function readManifest(): Record<string, unknown> {
  return JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
}

function fail(sentence: string): never {
  say(`${sentence} Nothing is packed.`);
  process.exit(1);
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

prepack();
