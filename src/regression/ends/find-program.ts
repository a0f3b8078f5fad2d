import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program of other people that this suite starts: the names that it may have (the first found is taken), and who brings it. */
export const programs = {
  redis: { names: ['redis-server', 'valkey-server'], debianPackage: 'redis-server' },
  haproxy: { names: ['haproxy'], debianPackage: 'haproxy' },
  nginx: { names: ['nginx'], debianPackage: 'nginx' },
} as const;

export type ProgramName = keyof typeof programs;

/** Where Debian installs what administrators start; the PATH of other users lacks it. */
const beside = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];

/** Nobody's fault: a program that a cell needs is not on this machine. */
export class MissingProgram extends Error {
  override readonly name = 'MissingProgram';
  readonly program: ProgramName;

  constructor(program: ProgramName) {
    const { names, debianPackage } = programs[program];
    super(`no ${names.join(' or ')} on this machine: install Debian’s package ${debianPackage}`);
    this.program = program;
  }
}

/** Path of the first of these executables in PATH, else in the folders of system programs; null if there is none. */
export function findProgram(...names: readonly string[]): string | null {
  const inPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = [inPath, beside].flatMap((folders) => names.flatMap((name) => folders.map((folder) => join(folder, name))));
  return paths.find(isExecutable) ?? null;
}

/** The same for one of `programs`. Throws MissingProgram. */
export function needProgram(program: ProgramName): string {
  const path = findProgram(...programs[program].names);
  if (path === null) throw new MissingProgram(program);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
