import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { authenticate, findPerson, type Person } from './directory.ts';

/** A virtual directory without forms: who the Authorization field says it is, and what to ask with when it does not say. */
export type Challenge = { person: Person | null; ask: readonly string[] };

const REALM = 'Exchange of the lab';
const NONCE_LIFE = 5 * 60_000;

/** Verifies Basic, Windows or Digest authentication (E-30). `key` signs the nonces of Digest. */
export function createChallenges(clock: Clock, key: Buffer) {
  return function challenge(kind: 'basic' | 'windows' | 'digest', method: string, target: string, field: string): Challenge {
    if (kind === 'basic') return { person: readBasic(field), ask: [`Basic realm="${REALM}"`] };
    if (kind === 'windows') return { person: readLabToken(field), ask: ['Negotiate', 'NTLM'] };
    const nonce = signNonce(clock.now(), key);
    const { person, stale } = readDigest(field, method, target, (given) => nonceAge(given, clock.now(), key));
    const common = `realm="${REALM}", qop="auth", nonce="${nonce}"${stale ? ', stale=true' : ''}`;
    return { person, ask: ['SHA-256', 'MD5'].map((algorithm) => `Digest ${common}, algorithm=${algorithm}`) };
  };
}

export function readBasic(field: string): Person | null {
  const [, encoded] = /^basic +([a-z0-9+/=]+)$/i.exec(field) ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : authenticate(text.slice(0, colon), text.slice(colon + 1));
}

/**
 * Negotiate and NTLM in one step, with a token of the lab's own, `logoff-lab NUL user NUL password` in base64: it says who somebody is,
 * as a Kerberos ticket would, and is neither Kerberos nor NTLM.
 */
function readLabToken(field: string): Person | null {
  const [, encoded] = /^(?:negotiate|ntlm) +([a-z0-9+/=]+)$/i.exec(field) ?? [];
  if (encoded === undefined) return null;
  const [kind, user, password, ...more] = Buffer.from(encoded, 'base64').toString('utf8').split('\0');
  if (kind !== 'logoff-lab' || user === undefined || password === undefined || more.length > 0) return null;
  return authenticate(user, password);
}

/** RFC 7616, qop=auth. A right answer to an old nonce is stale: the client need not ask its user again. */
function readDigest(
  field: string,
  method: string,
  target: string,
  ageOf: (nonce: string) => number | null,
): { person: Person | null; stale: boolean } {
  const none = { person: null, stale: false };
  if (!/^digest /i.test(field)) return none;
  const given = parameters(field.slice(7));
  const { username = '', realm, nonce = '', uri, qop, nc = '', cnonce = '', response = '', algorithm = 'MD5' } = given;
  const name = /^(md5|sha-256)$/i.test(algorithm) ? algorithm.toLowerCase().replace('-', '') : null;
  const person = findPerson(username);
  const age = ageOf(nonce);
  if (!name || !person || realm !== REALM || uri !== target || qop !== 'auth' || age === null) return none;
  const hash = (text: string) => createHash(name).update(text).digest('hex');
  const secret = hash(`${username}:${realm}:${person.password}`);
  const expected = hash([secret, nonce, nc, cnonce, qop, hash(`${method}:${uri}`)].join(':'));
  if (!same(response.toLowerCase(), expected)) return none;
  return age < NONCE_LIFE ? { person, stale: false } : { person: null, stale: true };
}

/** `a="b\"c", d=e` → its parts, with names in lower case. */
function parameters(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(?<![a-z-])([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)];
  return Object.fromEntries(
    pairs.map(([, name, quoted, plain]) => [name?.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain]),
  );
}

function signNonce(time: number, key: Buffer): string {
  const stamp = time.toString(36);
  return `${stamp}.${createHmac('sha256', key).update(stamp).digest('base64url')}`;
}

/** ms since the nonce was made; null if it is not ours. */
function nonceAge(nonce: string, now: number, key: Buffer): number | null {
  const time = Number.parseInt(nonce.split('.', 1)[0] as string, 36);
  return Number.isFinite(time) && same(nonce, signNonce(time, key)) ? now - time : null;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
