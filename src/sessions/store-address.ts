import { isIPv6 } from 'node:net';
import { LabError } from '../errors.ts';
import { MOST_SESSIONS } from './memory-store.ts';
import { misread, plainWord, printable, type StoreUrl, shownUrl, splitUrl } from './store-url.ts';

/** Where sessions are to lie. `limit`: most sessions at a time; null: as many as the memory store takes by itself. */
export type StoreAddress = { kind: 'memory'; limit: number | null } | RedisAddress;

export type RedisAddress = {
  kind: 'redis';
  /** One server, the sentinels that know the master of `master`, or some nodes of a cluster. */
  topology: 'standalone' | 'sentinel' | 'cluster';
  /** IPv6 addresses without brackets. */
  servers: readonly { host: string; port: number }[];
  /** With sentinels only. */
  master: string | null;
  tls: boolean;
  /** Path of a PEM file with the authority of the servers' certificates; with TLS only. */
  ca: string | null;
  /** Never without a password or a passwordFile. */
  username: string | null;
  password: string | null;
  /** Path of a file that holds the password; then `password` is null. */
  passwordFile: string | null;
  database: number;
  /** Begins every key: 1 to 64 of A–Z a–z 0–9 _ . : - (it stands in `{prefix}:id` and in a pattern of SCAN). */
  prefix: string;
};

const LARGEST_LIMIT = 10_000_000;
const DEFAULT_PREFIX = 'logoff-lab';
const redisParameters = ['passwordFile', 'prefix', 'ca'];

/**
 * Reads `memory`, `memory?limit=50000` or the address of Redis servers: `rediss://user:password@host:6379/0?prefix=lab`,
 * `redis+sentinel://h1:26379,h2:26379/mymaster`, `redis+cluster://h1:6379,h2:6379`; `valkey` may stand for `redis`. Touches no file.
 * `problem` is one sentence (what was expected, what came, what to do) without anything that may be a password.
 */
export function readStoreAddress(text: string): StoreAddress | { problem: string } {
  try {
    const memory = /^memory(?:\?(.*))?$/s.exec(text);
    return memory === null ? readRedis(splitUrl(text)) : readMemory(memory[1]);
  } catch (error) {
    if (error instanceof LabError) return { problem: error.message };
    throw error;
  }
}

/** The same for logs and people, on one line and without a secret: `Redis at 10.0.0.5:6379 as lab, TLS, prefix logoff-lab`. */
export function describeStoreAddress(address: StoreAddress): string {
  if (address.kind === 'memory') {
    const limit = address.limit ?? MOST_SESSIONS;
    return `memory, at most ${limit.toLocaleString('en-US')} ${limit === 1 ? 'session' : 'sessions'}`;
  }
  const { topology, servers, master, username, passwordFile, tls, ca, database, prefix } = address;
  const places = servers.map(({ host, port }) => `${isIPv6(host) ? `[${host}]` : host}:${port}`).join(', ');
  const where = {
    standalone: `Redis at ${places}`,
    sentinel: `Redis master ${master} that the sentinels at ${places} know`,
    cluster: `Redis cluster at ${places}`,
  }[topology];
  return [
    `${where}${username === null ? '' : ` as ${printable(username)}`}`,
    ...(passwordFile === null ? [] : [`password from ${printable(passwordFile)}`]),
    ...(tls ? [`TLS${ca === null ? '' : ` with the authority in ${printable(ca)}`}`] : []),
    ...(database === 0 ? [] : [`database ${database}`]),
    `prefix ${prefix}`,
  ].join(', ');
}

function readMemory(query: string | undefined): StoreAddress {
  if (query?.includes('@')) throw misread('memory has no user name or password; expected memory or memory?limit=50000, got …@…');
  const limit = readParameters(query, ['limit']).get('limit');
  if (limit === undefined) return { kind: 'memory', limit: null };
  if (!/^\d{1,8}$/.test(limit) || Number(limit) < 1 || Number(limit) > LARGEST_LIMIT)
    throw misread(`limit: expected a whole number of sessions from 1 to 10,000,000, without separators, got ${quoted(limit)}`);
  return { kind: 'memory', limit: Number(limit) };
}

function readRedis(url: StoreUrl): RedisAddress {
  const { topology, tls, servers, scheme } = url;
  const given = readParameters(url.query, redisParameters);
  const passwordFile = given.get('passwordFile') ?? null;
  const ca = given.get('ca') ?? null;
  const prefix = given.get('prefix') ?? DEFAULT_PREFIX;
  if (ca !== null && !tls)
    throw misread(
      `ca names the authority of a TLS certificate, but ${scheme}:// is without TLS; write ${scheme.replace(/^(redis|valkey)/, '$1s')}://, or leave ca out`,
    );
  if (!/^[\w.:-]{1,64}$/.test(prefix))
    throw misread(`prefix: expected 1 to 64 of the characters A–Z, a–z, 0–9, _, ., : and -, got ${quoted(prefix)}`);
  const credentials = readCredentials(url, passwordFile);
  return { kind: 'redis', topology, servers, ...readPath(url), tls, ca, ...credentials, passwordFile, prefix };
}

/** `/2`, with sentinels `/mymaster` or `/mymaster/2`. */
function readPath(url: StoreUrl): Pick<RedisAddress, 'master' | 'database'> {
  const { topology, path, scheme } = url;
  const got = `got ${shownUrl(url)}`;
  if (topology === 'sentinel') {
    const [, master, database = '0'] = /^\/([\w.-]+)(?:\/(\d{1,5}))?$/.exec(path) ?? [];
    if (master === undefined)
      throw misread(
        `expected the name of a master after the sentinels, and perhaps the number of a database, as in ${scheme}://10.0.0.5:26379/mymaster/0, ${got}`,
      );
    return { master, database: Number(database) };
  }
  const [, database] = /^\/?(\d{0,5})$/.exec(path) ?? [];
  if (database === undefined)
    throw misread(`expected the number of a database or nothing after the server, as in ${scheme}://10.0.0.5:6379/0, ${got}`);
  if (topology === 'cluster' && Number(database) !== 0)
    throw misread(
      `expected no database after the servers, for a cluster has only number 0, ${got}; leave out what follows the /`,
    );
  return { master: null, database: Number(database) };
}

function readCredentials(url: StoreUrl, passwordFile: string | null): Pick<RedisAddress, 'username' | 'password'> {
  const { userInfo } = url;
  if (userInfo === null) return { username: null, password: null };
  const [, user = '', secret] = /^([^:]*)(?::(.*))?$/s.exec(userInfo) ?? [];
  const expected = 'expected user:password or :password before the @';
  if (user === '' && !secret)
    throw misread(`${expected}, got ${shownUrl(url)} with nothing there; leave out the @ if there is no password`);
  if (secret === '') throw misread(`${expected}, got ${shownUrl(url)} with an empty password; write it, or leave out the colon`);
  if (secret === undefined && passwordFile === null)
    throw misread(
      `${expected}, got ${shownUrl(url)} without a password; write a password alone as :password@, or name a file that holds it with ?passwordFile=PATH`,
    );
  if (secret !== undefined && passwordFile !== null)
    throw misread(
      `expected one password, got ${shownUrl(url)} with one before the @ and passwordFile too; remove one of the two`,
    );
  const decoded = (part: string) => decode(part, 'user name and password');
  return { username: decoded(user) || null, password: secret === undefined ? null : decoded(secret) };
}

function readParameters(query: string | undefined, known: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const pair of query?.split('&') ?? []) {
    const [, name, written = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined) throw misread(`expected name=value after the ?, got something else; known here: ${known.join(', ')}`);
    if (!known.includes(name)) throw unknownParameter(name, known);
    const value = decode(written, name);
    if (value === '') throw misread(`${name}: expected a value after the =, got nothing; write one, or leave ${name} out`);
    if (given.has(name)) throw misread(`${name} is given twice; remove one of the two`);
    given.set(name, value);
  }
  return given;
}

function unknownParameter(name: string, known: readonly string[]): LabError {
  if (name === 'limit')
    return misread('limit bounds the sessions in memory; how much Redis holds is set there (maxmemory), so leave it out');
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  const near = known.find(
    (other) => plain(name).startsWith(plain(other)) || (name.length > 2 && plain(other).startsWith(plain(name))),
  );
  // A password without its @host can hold a question mark; what is no plain word may be the rest of one.
  const called = plainWord(name) ? ` ${quoted(name)}` : ' of that name';
  return misread(`there is no parameter${called}; ${near ? `did you mean ${near}?` : `known here: ${known.join(', ')}`}`);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw misread(`${what}: expected a percent-encoded text, got one with a % that begins no character; write % as %25`);
  }
}

function quoted(text: string): string {
  return `"${printable(text.length > 80 ? `${text.slice(0, 79)}…` : text)}"`;
}
