import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { blocksOf, filesOf } from '../docs/page-blocks.ts';
import { commitBaseImage } from './base-image.ts';
import { buildWords } from './build-image.ts';
import { containerTest } from './container-test.ts';
import { baseOf, readDockerfile } from './dockerfile.ts';
import { makeStorage, type Storage } from './storage.ts';

const PAGE = 'docs/how-to/containers.md';
/** There is no engine for Compose and none for Kubernetes: tests of their own run what those files say. */
const lines = blocksOf(PAGE).flatMap(({ language, text }) =>
  language === 'sh' && !/^(docker compose|kubectl) /m.test(text) ? text : [],
);

/** The folder of a container's mounts and programs: what `docker` is to do here, done by buildah and podman. */
function layOutDocker({ folder, podman }: Storage, build: readonly string[]): string {
  const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');
  const flags = ['--network', 'host', '--no-healthcheck', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096'];
  const script = `#!/bin/bash
podman=(podman ${quoted(podman)})
what=$1
shift
case $what in
  build) exec buildah ${quoted(build)} "$@" ;;
  run) exec "\${podman[@]}" run ${quoted(flags)} "$@" ;;
  *) exec "\${podman[@]}" "$what" "$@" ;;
esac
`;
  const path = join(folder, 'bin/docker');
  mkdirSync(dirname(path));
  writeFileSync(path, script, { mode: 0o755 });
  return dirname(path);
}

containerTest(`${PAGE}: each line with docker does what it says, the build included`, async (t) => {
  t.timeout(300_000);
  const storage = makeStorage();
  t.teardown(() => storage.remove());
  await commitBaseImage(storage, baseOf());
  const bin = layOutDocker(storage, buildWords(storage));
  const checkout = join(storage.folder, 'checkout');
  const copied = readDockerfile().flatMap(({ word, rest }) => (word === 'COPY' ? rest.split(' ').slice(1, -1) : []));
  for (const name of ['Dockerfile', '.dockerignore', ...copied]) cpSync(name, join(checkout, name), { recursive: true });
  for (const [file, text] of filesOf(PAGE)) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    writeFileSync(join(checkout, file), text);
  }
  const begin = [`cd '${checkout}'`, `PATH='${bin}':$PATH`, 'set -ex -o pipefail'];
  const builds = /^docker build .*\n/gm;
  const text = lines.join('\n');
  await t.notThrowsAsync(storage.execute('bash', '-c', [...begin, ...(text.match(builds) ?? [])].join('\n')));
  // With a network of its own: so the ports that the page names are free, and nobody else can come to them.
  const run = (rest: string) =>
    storage.execute('unshare', '--net', 'bash', '-c', ['busybox ip link set lo up', ...begin, rest].join('\n'));
  // Not of our image: what is wrong with that must show.
  const refused = await run(`docker run --rm ${baseOf()} node --version`).then(
    () => null,
    (error: Error) => error.message,
  );
  if (refused === null) await t.notThrowsAsync(run(text.replace(builds, '')));
  else
    t.log(
      `Built, and not run: this machine lets podman run nothing in a network of its own; image.test.ts says how it runs. ${refused}`,
    );
});

test(`${PAGE} tries what the issue of an image is: to build, to run without a setting, rules, a web.config, the matrix`, (t) => {
  const text = lines.join('\n');
  for (const words of [
    /^docker build /m,
    /^docker run .*\blogoff-lab$/m,
    / proxy --rules \/rules$/m,
    /LOGOFF_LAB_WEB_CONFIG=/,
    / matrix /,
  ])
    t.regex(text, words);
});
