import { readFile } from 'node:fs/promises';
import { RedisClient as Client } from '@redis/client';
import { inTime } from './in-time.ts';
import type { RedisAddress } from './store-address.ts';

/** One connection to one server; it is never opened again by itself. */
export type RedisClient = {
  /** Sends a command. Rejects with what the server or the connection says. */
  send(command: readonly string[]): Promise<unknown>;
  destroy(): void;
};

export type Server = { host: string; port: number };

type Hearers = {
  /** A key that this connection has read was changed; null: all of them. Without it, the server keeps no account of what is read. */
  invalidated?: (key: string | null) => void;
  /** The connection is gone. */
  lost: (cause: unknown) => void;
};

/**
 * By RESP 3, as is the default. The class has hundreds of methods, which the library's own `createClient` makes anew (8 ms) for every
 * connection that differs from the last.
 */
const createClient = Client.factory();

/** Milliseconds for a connection to stand and greet. */
const CONNECT_TIMEOUT = 2_000;

/** Connects; rejects if that has not come about in time. The password is read from its file each time, for it may have been changed. */
export async function connectRedis(address: RedisAddress, server: Server, hearers: Hearers): Promise<RedisClient> {
  const tls = address.tls ? { tls: true as const, ...(await authorityOf(address)), ...servernameOf(server) } : {};
  const password = await passwordOf(address);
  const client = createClient({
    socket: { ...server, ...tls, connectTimeout: CONNECT_TIMEOUT, reconnectStrategy: false },
    name: 'logoff-lab',
    ...(address.username !== null && { username: address.username }),
    ...(password !== null && { password }),
    database: address.database,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    ...(hearers.invalidated && { emitInvalidate: true }),
  });
  client.on('invalidate', (key: unknown) => hearers.invalidated?.(key === null ? null : String(key)));
  client.on('error', () => {});
  try {
    await inTime(client.connect(), CONNECT_TIMEOUT);
  } catch (error) {
    client.destroy();
    throw error;
  }
  client.on('terminated', hearers.lost);
  return { send: (command) => client.sendCommand(command as string[]), destroy: () => client.destroy() };
}

async function passwordOf({ password, passwordFile }: RedisAddress): Promise<string | null> {
  return passwordFile === null ? password : (await readFile(passwordFile, 'utf8')).replace(/\r?\n$/, '');
}

async function authorityOf({ ca }: RedisAddress): Promise<{ ca?: string }> {
  return ca === null ? {} : { ca: await readFile(ca, 'utf8') };
}

/** SNI has no place for an address (RFC 6066 §3). */
function servernameOf({ host }: Server): { servername?: string } {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}
