import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject } from 'node:crypto';

/**
 * Credentials at rest: AES-256-GCM under a key that only the cookie holds, bound to `context`, the texts that stand beside them. Who
 * reads the store learns no password; who writes there can put them beside no other texts: without the secret or with a changed context
 * they open as null.
 */
export function seal(plain: string, context: readonly string[], secret: string, nonce: Buffer): string {
  const cipher = createCipheriv('aes-256-gcm', key(secret), nonce).setAAD(bytesOf(context));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

export function unseal(sealed: string, context: readonly string[], secret: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key(secret), bytes.subarray(0, 12)).setAAD(bytesOf(context));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Each text with its length before it: no two contexts have the same bytes. */
function bytesOf(context: readonly string[]): Buffer {
  let all = '';
  for (const text of context) all += `${text.length}:${text}`;
  return Buffer.from(all);
}

/**
 * The secret is 256 random bits, so one hash is all the derivation that it needs. As a KeyObject: of a Buffer, Node first finds out by
 * two exceptions that it is none, which takes longer than the cipher.
 */
function key(secret: string): KeyObject {
  return createSecretKey(hash('sha256', `logoff-lab session ${secret}`, 'buffer'));
}
