import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { bytesAtMost } from './yaml-source.ts';

const reasons: Partial<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
};

/** The text of a UTF-8 file of at most 1 MiB. Rejects with an Error whose message is half a sentence: `it does not exist`. */
export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(reasons[error.code ?? ''] ?? error.message, { cause: error });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error('it is not UTF-8 text', { cause });
  }
}

/** Looks before it opens: opening a pipe would wait for ever. */
async function readBytes(path: string): Promise<Uint8Array> {
  const info = await stat(path);
  if (info.isDirectory()) throw new Error('it is a folder, not a file');
  if (!info.isFile()) throw new Error('it is not a regular file');
  if (info.size > bytesAtMost) throw new Error('it is larger than 1 MiB');
  return await readFile(path);
}

/** The path of a file that the file `from` names, in the way `from` itself was written: both stand in messages. */
export function pathBeside(from: string, path: string): string {
  return isAbsolute(path) ? path : from.slice(0, from.lastIndexOf('/') + 1) + path;
}
