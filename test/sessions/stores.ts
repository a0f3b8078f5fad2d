import { type AdjustableClock, standingClock } from '../../src/clock.ts';
import { type Logger, silentLog } from '../../src/log.ts';
import { openStore } from '../../src/sessions/open-store.ts';
import type { SessionStore } from '../../src/sessions/session-store.ts';
import type { RedisAddress, StoreAddress } from '../../src/sessions/store-address.ts';

/** Where a server of the test's own is. */
export function redisAddress(port: number, more: Partial<RedisAddress> = {}): RedisAddress {
  return {
    kind: 'redis',
    topology: 'standalone',
    servers: [{ host: '127.0.0.1', port }],
    master: null,
    tls: false,
    ca: null,
    username: null,
    password: null,
    passwordFile: null,
    database: 0,
    prefix: 'test',
    ...more,
  };
}

type Opener = { teardown(end: () => Promise<void>): void };

/** A store that is closed with the test, and its clock. */
export async function openFor(
  t: Opener,
  address: StoreAddress,
  parts: { clock?: AdjustableClock; log?: Logger } = {},
): Promise<{ store: SessionStore; clock: AdjustableClock }> {
  const clock = parts.clock ?? standingClock();
  const store = await openStore(address, { clock, log: parts.log ?? silentLog() });
  t.teardown(() => store.close());
  return { store, clock };
}

/** Resolves when the store tells an event of this kind. */
export function told(store: SessionStore, kind: string): Promise<void> {
  return new Promise((resolve) => store.onEvent((event) => event.kind === kind && resolve()));
}
