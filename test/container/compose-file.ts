import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { execForm, readDockerfile } from './dockerfile.ts';

/** A service as a compose file describes it, what the image of this repository adds included. */
export type Service = {
  name: string;
  image: string;
  /** Made of this repository's Dockerfile. */
  own: boolean;
  /** Program and arguments; of an image of other people only what comes after its entry point. */
  command: readonly string[];
  /** Without what only a shell may say. */
  environment: Readonly<Record<string, string>>;
  healthcheck: readonly string[];
  /** `source:target:mode`. */
  volumes: readonly string[];
  ports: readonly string[];
  dependsOn: readonly string[];
  /** Everything as it was read. */
  keys: z.infer<typeof serviceSchema>;
};

const command = z.array(z.string()).min(1);
const duration = z.string().regex(/^\d+s$/);

/** Compose's own words, as far as these files use them: a misspelt one is an error. */
const serviceSchema = z.strictObject({
  image: z.string().regex(/^[a-z-]+(:(?!latest$)[\w.-]+)?$/),
  build: z.literal('.').optional(),
  user: z.string().optional(),
  command: command.optional(),
  environment: z.record(z.string(), z.string().nullable()).optional(),
  volumes: z.array(z.string().regex(/^\.\/[^:]+:\/[^:]+:ro$/)).optional(),
  tmpfs: z.array(z.string().startsWith('/')).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD')], z.string()),
      interval: duration,
      timeout: duration,
      start_period: duration,
      start_interval: duration,
    })
    .optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
});
const fileSchema = z.looseObject({ name: z.string().optional(), services: z.record(z.string(), serviceSchema) });

/** What the Dockerfile says that compose needs to know. */
export type Image = {
  entrypoint: readonly string[];
  command: readonly string[];
  healthcheck: readonly string[];
  environment: Readonly<Record<string, string>>;
  ports: readonly number[];
};

/** Throws for what is no compose file, or one with a word that is not expected. */
export function readCompose(file: string): Service[] {
  const { services, ...rest } = fileSchema.parse(parse(readFileSync(file, 'utf8'), { merge: true }));
  const unknown = Object.keys(rest).find((key) => key !== 'name' && !key.startsWith('x-'));
  if (unknown !== undefined) throw new Error(`${file}: ${unknown} is none of the keys of compose`);
  const image = readImage();
  return Object.entries(services).map(([name, keys]) => {
    const own = keys.build === '.';
    const said = Object.entries(keys.environment ?? {}).flatMap(([key, value]) => (value === null ? [] : [[key, value]]));
    return {
      name,
      image: keys.image,
      own,
      command: [...(own ? image.entrypoint : []), ...(keys.command ?? (own ? image.command : []))],
      environment: { ...(own && image.environment), ...Object.fromEntries(said) },
      healthcheck: keys.healthcheck?.test.slice(1) ?? (own ? image.healthcheck : []),
      volumes: keys.volumes ?? [],
      ports: keys.ports ?? [],
      dependsOn: Object.keys(keys.depends_on ?? {}),
      keys,
    };
  });
}

export function readImage(): Image {
  const instructions = readDockerfile();
  const said = (word: string) => instructions.filter((one) => one.word === word).map(({ rest }) => rest);
  const words = (word: string) => execForm(said(word)[0] ?? '') ?? [];
  const pairs = said('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('=', 2) as [string, string]));
  return {
    entrypoint: words('ENTRYPOINT'),
    command: words('CMD'),
    healthcheck: words('HEALTHCHECK'),
    environment: Object.fromEntries(pairs),
    ports: said('EXPOSE').flatMap((line) => line.split(' ').map(Number)),
  };
}
