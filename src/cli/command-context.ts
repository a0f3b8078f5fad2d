import { steadyOutput } from '../steady-output.ts';

/** What a command gets besides its flags; `exitWith` sets the exit code of a command that ended well. */
export type CommandContext = {
  env: Readonly<Record<string, string | undefined>>;
  exitWith: (code: number) => void;
};

/** For people and logs; standard output is for machines. */
export const standardError = steadyOutput(2);

export function say(text: string): void {
  standardError.write(`${text}\n`);
}
