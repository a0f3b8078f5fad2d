import { createHash } from 'node:crypto';
import type { Challenge } from './read-challenges.ts';

/** Names of node:crypto for the algorithms known here, weakest first (RFC 7616 §6.1). */
const hashes = new Map([
  ['MD5', 'md5'],
  ['SHA-256', 'sha256'],
]);

/** One use of a nonce: `count` is 1 for the first, and `cnonce` the client's own. */
export type NonceUse = { count: number; cnonce: string };

/** How strong a Digest challenge is, from 1; 0 if it cannot be answered: only MD5 and SHA-256 with `qop=auth` can. */
export function digestStrength({ parameters }: Challenge): number {
  const offered = parameters.get('qop')?.split(',') ?? [];
  if (!parameters.has('nonce') || !offered.some((qop) => qop.trim().toLowerCase() === 'auth')) return 0;
  return [...hashes.keys()].indexOf(algorithmOf(parameters)) + 1;
}

/** The Authorization field that answers a Digest challenge (RFC 7616 §3.4) for a request with this target. */
export function digestAuthorization(
  { parameters }: Challenge,
  { user, password }: { user: string; password: string },
  { method, target }: { method: string; target: string },
  { count, cnonce }: NonceUse,
): string {
  const [realm, nonce] = [parameters.get('realm') ?? '', parameters.get('nonce') ?? ''];
  const hash = (text: string) =>
    createHash(hashes.get(algorithmOf(parameters)) ?? 'md5')
      .update(text, 'utf8')
      .digest('hex');
  const nc = count.toString(16).padStart(8, '0');
  const response = hash(`${hash(`${user}:${realm}:${password}`)}:${nonce}:${nc}:${cnonce}:auth:${hash(`${method}:${target}`)}`);
  const optional = ['algorithm', 'opaque'].flatMap((name) => {
    const given = parameters.get(name);
    return given === undefined ? [] : [name === 'algorithm' ? `algorithm=${given}` : `opaque=${quoted(given)}`];
  });
  return [
    `Digest ${nameField(user)}`,
    `realm=${quoted(realm)}`,
    `uri=${quoted(target)}`,
    `nonce=${quoted(nonce)}`,
    `nc=${nc}`,
    `cnonce=${quoted(cnonce)}`,
    'qop=auth',
    `response="${response}"`,
    ...optional,
  ].join(', ');
}

function algorithmOf(parameters: Challenge['parameters']): string {
  return parameters.get('algorithm')?.toUpperCase() ?? 'MD5';
}

/** A name that a quoted string cannot hold is sent in the extended notation (RFC 7616 §3.4). */
function nameField(user: string): string {
  if (/^[\x20-\x7e]*$/.test(user)) return `username=${quoted(user)}`;
  return `username*=UTF-8''${encodeURIComponent(user).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
