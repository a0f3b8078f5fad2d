import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

export type TemporaryFolder = { readonly path: string; remove(): void };

/** A new folder that only this user can read. It goes with this process, if nobody has removed it before. */
export function makeTemporaryFolder(name: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `logoff-lab-${name}-`));
  // A program that has just been killed may have been writing.
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  const callOff = atExit(remove);
  let removed = false;
  return {
    path,
    remove() {
      if (removed) return;
      removed = true;
      callOff();
      remove();
    },
  };
}
