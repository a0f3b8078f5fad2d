import { randomBytes } from 'node:crypto';
import { runningClock } from '../../src/clock.ts';
import { silentLog } from '../../src/log.ts';
import { openStore } from '../../src/sessions/open-store.ts';
import { createSessionManager, type SessionManager } from '../../src/sessions/session-manager.ts';
import type { SessionStore } from '../../src/sessions/session-store.ts';
import { readStoreAddress, type StoreAddress } from '../../src/sessions/store-address.ts';

export type OpenManager = { address: StoreAddress; store: SessionStore; manager: SessionManager };

/** A store at an address as `--sessions` takes it, and its manager, as a gateway has them. */
export async function openManager(sessions: string): Promise<OpenManager> {
  const address = readStoreAddress(sessions);
  if ('problem' in address) throw new Error(address.problem);
  const clock = runningClock();
  const store = await openStore(address, { clock, log: silentLog() });
  return { address, store, manager: createSessionManager({ store, clock, random: randomBytes }) };
}
