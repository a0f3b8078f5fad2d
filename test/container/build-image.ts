import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitBaseImage, npmOfThisMachine, npmSettings } from './base-image.ts';
import { baseOf } from './dockerfile.ts';
import type { Storage } from './storage.ts';

export const IMAGE = 'localhost/logoff-lab';

/** Builds this repository's Dockerfile, as `docker build .` would, on a base image of our own. */
export async function buildImage(storage: Storage): Promise<void> {
  await commitBaseImage(storage, baseOf());
  await storage.execute('buildah', ...buildWords(storage), '-t', IMAGE, '.');
}

/** What buildah has to be told in place of `docker build`. `--format docker`: only that knows HEALTHCHECK. */
export function buildWords(storage: Storage): string[] {
  const { registry, authorities } = npmOfThisMachine();
  const npmrc = join(storage.folder, 'npmrc');
  const lines = [`registry=${registry}`, ...(authorities ? [`cafile=${npmSettings.authorities}`] : [])];
  writeFileSync(npmrc, `${lines.join('\n')}\n`, { mode: 0o600 });
  const volumes = ['-v', `${npmrc}:${npmSettings.npmrc}:ro`];
  if (authorities) volumes.push('-v', `${authorities}:${npmSettings.authorities}:ro`);
  return ['bud', '--isolation', 'chroot', '--pull-never', '--format', 'docker', ...volumes];
}
