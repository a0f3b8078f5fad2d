import { readFileSync } from 'node:fs';

/** An instruction of a Dockerfile: its word in capitals, and the rest with continued lines as one. */
export type Instruction = { word: string; rest: string };

export function readDockerfile(text = readFileSync('Dockerfile', 'utf8')): Instruction[] {
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n');
  return lines.flatMap((line) => {
    const [, word, rest] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    return word === undefined || rest === undefined ? [] : [{ word: word.toUpperCase(), rest: rest.replace(/\s+/g, ' ') }];
  });
}

/** The image that a Dockerfile begins with. */
export function baseOf(instructions = readDockerfile()): string {
  return instructions.find(({ word }) => word === 'FROM')?.rest ?? '';
}

/** What an instruction in exec form says: null for another form. */
export function execForm(rest: string): string[] | null {
  try {
    const words: unknown = JSON.parse(rest.slice(rest.indexOf('[')));
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : null;
  } catch {
    return null;
  }
}
