import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { SessionStore, StoreEvent } from './session-store.ts';

/** Longer than the longest session a listener can grant in practice; after it an ended id is merely unknown. */
const TOMBSTONE_LIFETIME = 24 * 60 * 60 * 1000;

/** So many take about 100 MB. */
export const MOST_SESSIONS = 100_000;

/** Sessions in this process, at most `limit`, the least recently used leaving first. A restart signs everybody off. */
export function createMemoryStore(clock: Clock, limit = MOST_SESSIONS): SessionStore {
  const hearers: ((event: StoreEvent) => void)[] = [];
  // A size of one each, for `max` would set aside room for all of them at once.
  const bounds = { maxSize: limit, sizeCalculation: () => 1, perf: { now: () => clock.now() }, ttlResolution: 0 };
  const live = new LRUCache<string, string>({
    ...bounds,
    disposeAfter(record, id, reason) {
      if (reason === 'evict') for (const hear of hearers) hear({ kind: 'evicted', id, record });
    },
  });
  const tombstones = new LRUCache<string, string>({ ...bounds, ttl: TOMBSTONE_LIFETIME });

  function put(id: string, record: string, expiresAt: number): void {
    const ttl = expiresAt - clock.now();
    if (ttl > 0) live.set(id, record, { ttl });
    else live.delete(id);
  }

  return {
    renewalInterval: 0,
    shared: false,
    async create(id, record, expiresAt) {
      if (live.has(id) || tombstones.has(id)) return false;
      put(id, record, expiresAt);
      return true;
    },
    async read(id) {
      // No use yet: whoever reads may have no secret, or be looking only whether its time is over. A use is written.
      const record = live.peek(id);
      if (record !== undefined) return { state: 'live', record };
      const tombstone = tombstones.get(id);
      return tombstone === undefined ? { state: 'unknown' } : { state: 'ended', tombstone };
    },
    async replace(id, record, expiresAt) {
      if (!live.has(id)) return false;
      put(id, record, expiresAt);
      return true;
    },
    async destroy(id, tombstone) {
      const was = live.delete(id);
      if (was) tombstones.set(id, tombstone);
      return was;
    },
    async list() {
      return [...live.entries()].map(([id, record]) => ({ id, record }));
    },
    size: () => live.size,
    async ping() {},
    onEvent: (hear) => void hearers.push(hear),
    async close() {
      live.clear();
      tombstones.clear();
    },
  };
}
