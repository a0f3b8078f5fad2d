import { randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { Settings } from './settings.ts';

/** Where the console listens, and what it asks for; `token` null: nothing. `made`: nobody gave one, so it has to be printed. */
export type ConsoleAccess = { host: string; token: string | null; made: boolean };

/** Of the same site as mail.localhost, whose cookies therefore come along in a frame of the console's pages. */
const CONSOLE_NAME = 'console.mail.localhost';

/** 128 bits, url-safe. */
const TOKEN_BYTES = 16;

/** `serves`: whether there is more than health on it, which is for everybody. */
export function consoleAccess(
  { host, consoleHost, consoleToken }: Pick<Settings, 'host' | 'consoleHost' | 'consoleToken'>,
  serves: boolean,
  random: (bytes: number) => Buffer = randomBytes,
): ConsoleAccess {
  const at = consoleHost ?? host;
  if (!serves) return { host: at, token: null, made: false };
  if (consoleToken !== null || isLoopback(at)) return { host: at, token: consoleToken, made: false };
  return { host: at, token: random(TOKEN_BYTES).toString('base64url'), made: true };
}

/** Anything that is not surely this machine's own counts as open to others. */
function isLoopback(host: string): boolean {
  return /^(localhost|::1)$/i.test(host) || (isIPv4(host) && host.startsWith('127.'));
}

/** The address by which a program of this machine reaches what listens on `host`. */
export function dialledHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

export function consoleUrl(host: string, port: number): string {
  const dialled = dialledHost(host);
  return `http://${dialled.includes(':') ? `[${dialled}]` : dialled}:${port}/`;
}

/** The address of its pages for a browser of this machine: by the name under which they can show the lab's sites in a frame. */
export function consolePageUrl(host: string, port: number): string {
  const dialled = dialledHost(host);
  return dialled === '127.0.0.1' || dialled === 'localhost' ? `http://${CONSOLE_NAME}:${port}/` : consoleUrl(host, port);
}

/** What whoever starts the console has to know to get in; null: nothing. A token that was given is not told. */
export function accessSentences({ host, token, made }: ConsoleAccess, port: number): string | null {
  if (token === null) return null;
  const url = consoleUrl(host, port);
  const how = 'as the password, with any user name: browsers ask for both';
  if (!made) return `Console: ${url}  asks for the token that it was given, ${how}.`;
  return `Console: ${url}  token: ${token}\nIt asks for this token ${how}; so does curl -u lab ${url}api`;
}
