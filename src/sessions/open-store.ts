import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { createMemoryStore } from './memory-store.ts';
import { openRedisStore } from './redis-store.ts';
import type { SessionStore } from './session-store.ts';
import type { StoreAddress } from './store-address.ts';

/** The store at an address. A Redis that cannot be reached yet is waited for by the store, not here. */
export async function openStore(address: StoreAddress, parts: { clock: Clock; log: Logger }): Promise<SessionStore> {
  if (address.kind === 'redis') return openRedisStore(address, parts);
  return createMemoryStore(parts.clock, address.limit ?? undefined);
}
