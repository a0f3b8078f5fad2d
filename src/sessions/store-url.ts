import { isIPv4, isIPv6 } from 'node:net';
import { LabError } from '../errors.ts';

/** An address as it was written, in parts. */
type Written = {
  /** Lower case, without `://`; empty if there is none. */
  scheme: string;
  /** What stands before the last @; null without an @. */
  userInfo: string | null;
  hosts: string;
  path: string;
  query: string | undefined;
};

/** The parts of `redis://user:password@host:6379/0?name=value`; its servers are read, user name, path and query are not yet. */
export type StoreUrl = Written & {
  topology: 'standalone' | 'sentinel' | 'cluster';
  tls: boolean;
  /** IPv6 addresses without brackets. */
  servers: readonly Server[];
};

type Server = { host: string; port: number };

const known =
  'redis:// or valkey://, with TLS rediss:// or valkeys://, for several servers redis+sentinel:// or redis+cluster://';
const ports = { standalone: 6379, sentinel: 26_379, cluster: 6379 } as const;

/** Takes the address of Redis servers apart. Throws LabError with a sentence in which no password is. */
export function splitUrl(text: string): StoreUrl {
  const written = partsOf(text);
  const { scheme, userInfo, hosts } = written;
  const [, , secure, kind = 'standalone'] = /^(redis|valkey)(s?)(?:[+-](sentinel|cluster))?$/.exec(scheme) ?? [];
  if (secure === undefined) throw unknownStore(written);
  if (userInfo !== null && /[/?#@]/.test(userInfo))
    throw misread(
      `expected user name and password percent-encoded before the @, got ${shownUrl(written)} with one of / ? # @ before the last @; ` +
        'write / as %2F, ? as %3F, # as %23, @ as %40',
    );
  const topology = kind as StoreUrl['topology'];
  const servers = hosts.split(',').map((host) => readServer(host, ports[topology]));
  if (!servers.every((server) => server !== null))
    throw misread(
      `expected host or host:port, an IPv6 address in brackets, a port from 1 to 65535, got ${shownUrl(written)}; ` +
        `a password stands before an @, as in ${scheme}://:password@host`,
    );
  if (topology === 'standalone' && servers.length > 1)
    throw misread(
      `expected one server, got ${shownUrl(written)}; several are written with ${scheme}+sentinel:// or ${scheme}+cluster://`,
    );
  return { ...written, topology, tls: secure === 's', servers };
}

/** An address as messages may show it: without what stands before the last @, and without what could be a password that lost its @. */
export function shownUrl({ scheme, userInfo, hosts, path, query }: Written): string {
  const start = `${scheme === '' ? '' : `${scheme}://`}${userInfo === null ? '' : '…@'}`;
  const names = hosts.split(',');
  const wrong = names.findIndex((name) => readServer(name, 1) === null);
  if (wrong < 0) return `${start}${hosts}${/^(\/\d{0,5})?$/.test(path) ? path : '/…'}${query === undefined ? '' : '?…'}`;
  const [host = '', port] = (names[wrong] ?? '').split(':');
  const begun = port !== undefined && isHostName(host) ? `${host}:` : '';
  return `${start}${[...names.slice(0, wrong), begun].join(',')}${hosts === '' ? '' : '…'}`;
}

/** Without control and direction characters: text of somebody's own can neither drive a terminal nor break a line. */
export function printable(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}

/** The last @ ends the user name and password: an @ that somebody forgot to encode cannot show what stands before another. */
function partsOf(text: string): Written {
  const [, scheme = '', rest = text] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  const at = rest.lastIndexOf('@');
  const [, hosts = '', path = '', query] = /^([^/?]*)([^?]*)(?:\?(.*))?$/s.exec(rest.slice(at + 1)) ?? [];
  return { scheme: scheme.toLowerCase(), userInfo: at < 0 ? null : rest.slice(0, at), hosts, path, query };
}

function unknownStore(written: Written): LabError {
  const { scheme, userInfo, hosts, path, query } = written;
  if (scheme === 'memory') return misread('there is no store memory://; did you mean memory?');
  if (scheme !== '')
    return misread(`there is no store ${plainWord(scheme) ? `${scheme}://` : 'of that scheme'}; known are memory, ${known}`);
  const nothing = userInfo === null && hosts === '' && path === '' && query === undefined;
  // A text without an @ is not shown: it may be a password that got into the wrong variable.
  const got = nothing ? 'nothing' : userInfo === null ? 'a text that is neither' : shownUrl(written);
  return misread(`expected memory or the address of a store such as redis://10.0.0.5:6379, got ${got}; known are ${known}`);
}

/** A word that people may have meant as a name here; anything else could be a part of a password in a malformed address. */
export function plainWord(text: string): boolean {
  return /^[a-z+_-]{1,24}$/i.test(text);
}

function readServer(text: string, defaultPort: number): Server | null {
  const [, bracketed, name = '', written] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = written === undefined ? defaultPort : Number(written);
  const right = bracketed === undefined ? isHostName(name) : isIPv6(bracketed);
  return right && port >= 1 && port <= 65_535 ? { host: bracketed ?? name, port } : null;
}

function isHostName(text: string): boolean {
  return /^\w[\w.-]{0,252}$/.test(text) && (!/^[\d.]+$/.test(text) || isIPv4(text));
}

/** What is wrong with the text of an address, in a sentence that shows no secret. */
export function misread(sentence: string): LabError {
  return new LabError('configuration', sentence);
}
