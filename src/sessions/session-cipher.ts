import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject } from 'node:crypto';

/**
 * Credentials at rest: AES-256-GCM under a key that only the cookie holds, bound to the session id. Who reads the store
 * learns no password; who knows an id but not its secret gets null.
 */
export function seal(plain: string, id: string, secret: string, nonce: Buffer): string {
  const cipher = createCipheriv('aes-256-gcm', key(secret), nonce).setAAD(Buffer.from(id));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

export function unseal(sealed: string, id: string, secret: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key(secret), bytes.subarray(0, 12)).setAAD(Buffer.from(id));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/**
 * The secret is 256 random bits, so one hash is all the derivation that it needs. As a KeyObject: of a Buffer, Node first finds out by
 * two exceptions that it is none, which takes longer than the cipher.
 */
function key(secret: string): KeyObject {
  return createSecretKey(hash('sha256', `logoff-lab session ${secret}`, 'buffer'));
}
