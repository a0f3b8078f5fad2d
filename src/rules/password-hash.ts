import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { LabError } from '../errors.ts';

type ScryptHash = { cost: number; blockSize: number; parallelization: number; salt: Buffer; key: Buffer };

/** N × r × p at most: 128 MiB and, all in all, eight times the work of `hashPassword`. A hash from elsewhere cannot take the machine. */
const workAtMost = 2 ** 20;

export const hashPattern = '^scrypt\\$[0-9]{1,7}\\$[0-9]{1,4}\\$[0-9]{1,4}\\$[A-Za-z0-9+/]+={0,2}\\$[A-Za-z0-9+/]+={0,2}$';

/** `scrypt$N$r$p$<salt base64>$<key base64>` of a password, with a new random salt. Takes about 40 ms. */
export async function hashPassword(password: string): Promise<string> {
  if (password.includes('\0')) throw new LabError('usage', 'A password cannot contain the character NUL.');
  const salt = randomBytes(16);
  const key = await derive(password, { cost: 16384, blockSize: 8, parallelization: 1, salt }, 32);
  return `scrypt$16384$8$1$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** Whether `hash` was made of `password`. Rejects with LabError `configuration` for what is no hash: the rules loader lets none through. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parsed = parseHash(hash);
  if (typeof parsed === 'string') throw new LabError('configuration', `A stored password hash cannot be used: ${parsed}.`);
  // HMAC, and so scrypt, fills a password up with NULs: `x` and `x` with a NUL after it have the same key.
  if (password.includes('\0')) return false;
  return timingSafeEqual(await derive(password, parsed, parsed.key.length), parsed.key);
}

/** The parts of a hash, or the reason why it is none. */
export function parseHash(hash: string): ScryptHash | string {
  if (hash.length > 512 || !new RegExp(hashPattern).test(hash)) return 'it does not look like scrypt$N$r$p$salt$key';
  const [, N, r, p, salt64 = '', key64 = ''] = hash.split('$');
  const [cost, blockSize, parallelization] = [Number(N), Number(r), Number(p)];
  if (cost < 2 || !Number.isInteger(Math.log2(cost))) return `N must be a power of two, but it is ${cost}`;
  if (blockSize < 1 || parallelization < 1) return 'r and p must be at least 1';
  if (Math.log2(cost) >= 16 * blockSize) return `N must be below 2^(16 × r), but it is ${cost}`;
  if (cost * blockSize * parallelization > workAtMost)
    return `N × r × p must not exceed ${workAtMost}, which would take too much memory or time`;
  const [salt, key] = [Buffer.from(salt64, 'base64'), Buffer.from(key64, 'base64')];
  if (salt.toString('base64') !== salt64 || key.toString('base64') !== key64) return 'its salt or key is not base64';
  // An empty key would equal the empty key of every password.
  if (salt.length < 8 || key.length < 16 || key.length > 64) return 'its salt must have at least 8 bytes, its key 16 to 64';
  return { cost, blockSize, parallelization, salt, key };
}

function derive(password: string, hash: Omit<ScryptHash, 'key'>, length: number): Promise<Buffer> {
  const { cost, blockSize, parallelization, salt } = hash;
  const options: ScryptOptions = { cost, blockSize, parallelization, maxmem: 256 * (workAtMost + blockSize * parallelization) };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
