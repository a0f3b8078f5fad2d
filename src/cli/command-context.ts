import { readFileSync } from 'node:fs';

/** What a command gets besides its flags; `exitWith` sets the exit code of a command that ended well. */
export type CommandContext = {
  env: Readonly<Record<string, string | undefined>>;
  exitWith: (code: number) => void;
};

/** People's text goes to standard error; standard output is for machines. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function version(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
