import { readFileSync, statSync } from 'node:fs';
import { printable } from '../rules/quote.ts';

const BYTES_AT_MOST = 64 * 1024;

const reasons: Partial<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  ENAMETOOLONG: 'its name is too long',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
};

/**
 * The text of a file that holds a secret, without the line break that editors put at its end. Throws an Error whose message names the
 * file, unless the name looks like the secret itself, and says why it cannot be read.
 */
export function readSecretFile(path: string): string {
  try {
    return read(path).replace(/\r?\n$/, '');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const shown = path === '' || /:\/\/|@/.test(path) ? 'the file' : printable(path);
    // Node's own messages repeat the path.
    throw new Error(`${shown} cannot be read: ${code === undefined ? message : (reasons[code] ?? code)}`, { cause });
  }
}

/** Looks before it opens: opening a pipe would wait for ever. */
function read(path: string): string {
  const info = statSync(path);
  if (info.isDirectory()) throw new Error('it is a folder, not a file');
  if (!info.isFile()) throw new Error('it is not a regular file');
  if (info.size > BYTES_AT_MOST) throw new Error('it is larger than 64 KiB');
  return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
}
