import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { validate } from 'dockerfile-utils';
import { baseOf, execForm, type Instruction, readDockerfile } from './dockerfile.ts';

const text = readFileSync('Dockerfile', 'utf8');

test('Docker’s own rules find nothing in the Dockerfile', (t) => {
  t.deepEqual(
    validate(text).map(({ range, message }) => `${range.start.line + 1}: ${message}`),
    [],
  );
});

type Habit = { sentence: string; holds: (instructions: readonly Instruction[]) => boolean; broken: string };

const of = (instructions: readonly Instruction[], word: string) => instructions.filter((one) => one.word === word);
const last = (instructions: readonly Instruction[], word: string) => of(instructions, word).at(-1)?.rest ?? '';

/** What Docker allows and we do not. `broken`: a line that makes the Dockerfile one that lacks it. */
const habits: readonly Habit[] = [
  {
    sentence: 'one stage, on the slim Node 24 by its tag',
    holds: (file) => of(file, 'FROM').length === 1 && /^node:24(\.\d+)*-slim$/.test(baseOf([...file])),
    broken: 'FROM node:latest AS build',
  },
  {
    sentence: 'every command is in exec form, which hands signals to Node itself',
    holds: (file) => ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'].every((word) => execForm(last(file, word)) !== null),
    broken: 'ENTRYPOINT node /app/src/main.ts',
  },
  {
    sentence: 'the user is a number, is not root, and is not changed afterwards',
    holds: (file) => of(file, 'USER').length === 1 && /^[1-9]\d*:[1-9]\d*$/.test(last(file, 'USER')),
    broken: 'USER node',
  },
  {
    sentence: 'nothing is added once the user is not root any more',
    holds: (file) =>
      file.findLastIndex(({ word }) => ['RUN', 'COPY'].includes(word)) < file.findIndex(({ word }) => word === 'USER'),
    broken: 'RUN true',
  },
  {
    sentence: 'only what a copy names comes in, and nothing from the network but by npm',
    holds: (file) =>
      of(file, 'ADD').length === 0 && of(file, 'COPY').every(({ rest }) => !/(^| )\.{0,2}\/? \S+$|--chown|\*/.test(rest)),
    broken: 'COPY . .',
  },
  {
    sentence: 'packages are those of the lock file, without those of development, and run no script of theirs',
    holds: (file) =>
      of(file, 'RUN').every(({ rest }) =>
        [/^npm ci /, / --omit=dev /, / --omit=optional /, / --ignore-scripts /].every((word) => word.test(rest)),
      ),
    broken: 'RUN npm install',
  },
  {
    sentence: 'ports are above 1024',
    holds: (file) =>
      of(file, 'EXPOSE')
        .flatMap(({ rest }) => rest.split(' ').map(Number))
        .every((port) => port > 1024),
    broken: 'EXPOSE 80',
  },
  {
    sentence: 'nothing is a secret, nor asked for by argument',
    holds: (file) =>
      of(file, 'ARG').length === 0 && of(file, 'ENV').every(({ rest }) => !/token|password|secret|_FILE|sessions/i.test(rest)),
    broken: 'ENV LOGOFF_LAB_CONSOLE_TOKEN=0123456789abcdef',
  },
];

for (const { sentence, holds, broken } of habits)
  test(`the Dockerfile: ${sentence}`, (t) => {
    t.true(holds(readDockerfile(text)));
    t.false(holds(readDockerfile(`${text}${broken}\n`)), 'and this is not so after a line that breaks it');
  });

test('what is sent to the builder is what the Dockerfile copies, and no more, least of all keys that somebody keeps beside the rules', (t) => {
  const [first, ...others] = readFileSync('.dockerignore', 'utf8').trim().split('\n');
  const allowed = others.filter((line) => line.startsWith('!'));
  const copied = of(readDockerfile(text), 'COPY').flatMap(({ rest }) =>
    rest
      .split(' ')
      .filter((word) => !word.startsWith('--'))
      .slice(0, -1),
  );
  t.is(first, '*');
  // The last line that fits decides.
  t.deepEqual(others.slice(allowed.length), ['**/*.key', '**/*.pem', '**/*.pfx', '**/*.p12', '**/.*']);
  t.deepEqual(allowed.sort(), copied.map((name) => `!${name}`).sort());
  t.true(copied.every((name) => existsSync(name)));
});
