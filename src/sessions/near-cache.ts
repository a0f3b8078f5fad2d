import { setImmediate as turn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { StoredSession } from './session-store.ts';

/** Sessions that were read lately, as long as the server says of none that it has changed. */
export type NearCache = {
  /** What is known of `key`, else what `fetch` says, which is kept unless the key is forgotten before that arrives. */
  read(key: string, isFresh: () => boolean, fetch: () => Promise<StoredSession>): Promise<StoredSession>;
  forget(key: string): void;
  clear(): void;
};

type Entry = { stored: StoredSession } | { coming: Promise<StoredSession> };

const MOST_ENTRIES = 50_000;

export function createNearCache(limit = MOST_ENTRIES): NearCache {
  // A size of one each, for `max` would set aside room for all of them at once.
  const entries = new LRUCache<string, Entry>({ maxSize: limit, sizeCalculation: () => 1 });

  async function load(key: string, fetch: () => Promise<StoredSession>): Promise<StoredSession> {
    const entry = { coming: fetch() };
    entries.set(key, entry);
    try {
      const stored = await entry.coming;
      if (entries.peek(key) === entry) {
        // Made-up ids must not push out real ones.
        if (stored.state === 'unknown') entries.delete(key);
        else entries.set(key, { stored });
      }
      return stored;
    } catch (error) {
      if (entries.peek(key) === entry) entries.delete(key);
      throw error;
    }
  }

  return {
    async read(key, isFresh, fetch) {
      const known = isFresh() ? entries.get(key) : undefined;
      if (!known) return load(key, fetch);
      // What was asked for before this reader came may be of before an end that the reader knows of: then the news follows it.
      const stored = 'coming' in known ? await known.coming : known.stored;
      if (stored.state !== 'live') return stored;
      // What the server has sent meanwhile must be able to arrive, however fast one hit follows the other.
      await turn();
      const now = entries.peek(key);
      return isFresh() && now && 'stored' in now && now.stored === stored ? stored : load(key, fetch);
    },
    forget: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
