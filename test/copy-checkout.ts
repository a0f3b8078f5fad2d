import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Copies all that is in the repository, as it stands here, with the modules that are installed here. */
export function copyCheckout(folder: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { encoding: 'utf8' }).split('\0');
  // A file that has been removed since the last commit is still listed, and so are modules that are a link.
  for (const file of listed.filter((name) => name !== '' && name !== 'node_modules' && existsSync(name)))
    cpSync(file, join(folder, file));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
}
