import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE } from './build-image.ts';
import type { Storage } from './storage.ts';

/** An entry of a layer: `path` without a slash at either end. */
type LayerEntry = { path: string; kind: string; mode: string; owner: string; size: number };

/** What the image adds to the one that it is made of, in each of its layers. */
export async function readLayers({ folder, execute }: Storage): Promise<LayerEntry[]> {
  const place = join(folder, 'layers');
  mkdirSync(place, { recursive: true });
  await execute('buildah', 'push', '--quiet', '--format', 'v2s2', IMAGE, `dir:${place}`);
  const { layers } = JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8')) as { layers: { digest: string }[] };
  const lists = layers
    .slice(1) // the base is one layer
    .map(({ digest }) => execute('tar', '--numeric-owner', '-tvf', join(place, digest.replace('sha256:', ''))));
  const lines = (await Promise.all(lists)).join('').trimEnd().split('\n');
  return lines.map((line) => {
    const [, mode = '', owner = '', size = '', path = ''] = /^(\S+) (\S+) +(\d+) \S+ \S+ (.*?)\/?$/.exec(line) ?? [];
    return {
      path: path.replace(/ -> .*| link to .*/, ''),
      kind: mode.slice(0, 1),
      mode: mode.slice(1),
      owner,
      size: Number(size),
    };
  });
}
