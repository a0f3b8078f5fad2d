import { unwatchFile, watchFile } from 'node:fs';
import { resolve } from 'node:path';

/** Files and folders that are looked at again and again. */
export type FileWatch = {
  /** From now on `changed` is called when this file is saved, comes or goes, or when this folder's list of names is another. */
  add(file: string): void;
  close(): void;
};

/** `interval`: how often each is looked at, ms. watchFile, for fs.watch misses what is saved by renaming and links led elsewhere. */
export function createFileWatch(interval: number, changed: () => void): FileWatch {
  const watched = new Set<string>();
  let closed = false;
  return {
    add(file) {
      const name = resolve(file);
      if (closed || watched.has(name)) return;
      watched.add(name);
      watchFile(name, { interval, persistent: false }, changed);
    },
    close() {
      closed = true;
      for (const name of watched) unwatchFile(name, changed);
    },
  };
}
