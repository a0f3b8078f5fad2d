import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service as compose.yaml describes it, what the image of this repository adds included. */
export type Service = {
  name: string;
  image: string;
  /** Made of this repository's Dockerfile. */
  own: boolean;
  /** Program and arguments; of an image of other people only what comes after its entry point. */
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
  healthcheck: readonly string[];
  /** `source:target:mode`. */
  volumes: readonly string[];
  ports: readonly string[];
  dependsOn: readonly string[];
  /** Everything as it was read. */
  keys: Readonly<Record<string, unknown>>;
};

type Written = {
  image: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck: { test: [kind: string, ...command: string[]] };
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
};

/** What the Dockerfile says that compose needs to know. */
export type Image = { entrypoint: readonly string[]; environment: Readonly<Record<string, string>>; ports: readonly number[] };

export function readCompose(text = readFileSync('compose.yaml', 'utf8')): Service[] {
  const { services } = parse(text, { merge: true }) as { services: Record<string, Written> };
  const image = readImage();
  return Object.entries(services).map(([name, keys]) => {
    const own = keys.build === '.';
    return {
      name,
      image: keys.image,
      own,
      command: [...(own ? image.entrypoint : []), ...(keys.command ?? [])],
      environment: { ...(own && image.environment), ...keys.environment },
      healthcheck: keys.healthcheck.test.slice(1),
      volumes: keys.volumes ?? [],
      ports: keys.ports ?? [],
      dependsOn: Object.keys(keys.depends_on ?? {}),
      keys,
    };
  });
}

export function readImage(text = readFileSync('Dockerfile', 'utf8')): Image {
  const lines = text.replace(/\\\n/g, ' ').split('\n');
  const said = (word: string) => lines.flatMap((line) => (line.startsWith(`${word} `) ? line.slice(word.length + 1).trim() : []));
  const pairs = said('ENV').flatMap((line) => line.split(/\s+/).map((pair) => pair.split('=', 2) as [string, string]));
  return {
    entrypoint: JSON.parse(said('ENTRYPOINT')[0] ?? '[]') as string[],
    environment: Object.fromEntries(pairs),
    ports: said('EXPOSE').flatMap((line) => line.split(/\s+/).map(Number)),
  };
}
