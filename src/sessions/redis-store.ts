import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { createNearCache } from './near-cache.ts';
import { RedisConnection, storeAway } from './redis-connection.ts';
import type { SessionStore, StoredSession, StoreEvent } from './session-store.ts';
import type { RedisAddress } from './store-address.ts';

/** A use is written down at most once a second, for every writing makes the other gateways read again. */
const RENEWAL_INTERVAL = 1_000;
/** Longer than the longest session that a listener can grant in practice; after it an ended id is merely unknown. */
const TOMBSTONE_LIFETIME = 24 * 60 * 60 * 1000;
const LIST_AT_ONCE = 1_000;
/** No session has such a short id. */
const MARK = 'reign';

/**
 * Puts ARGV[2] in the place of a record that begins with ARGV[1], for ARGV[3] ms; says whether there was one. With a fourth argument the
 * record goes in any case: a server that is full has no room for a tombstone, but can delete.
 */
const SWAP = `local v = redis.call('GET', KEYS[1])
if v and string.sub(v, 1, #ARGV[1]) == ARGV[1] then
  if not ARGV[4] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  elseif redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])['err'] then redis.call('DEL', KEYS[1]) end
  return 1
end
return 0`;

/**
 * Sessions in a Redis or Valkey server, which several gateways share. A record lies under `{prefix}:<id>` as `L<generation>|<record>`,
 * an ended one as `T<tombstone>`. What was read stays near until the server says that it has changed. Resolves when a first attempt to
 * connect has been made; as long as there is no connection everything is refused.
 */
export async function openRedisStore(
  address: RedisAddress,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<SessionStore> {
  const hearers: ((event: StoreEvent) => void)[] = [];
  const tell = (event: StoreEvent) => {
    for (const hear of hearers) hear(event);
  };
  const near = createNearCache();
  const root = `{${address.prefix}}:`;
  const connection = new RedisConnection(address, `${root}${MARK}`, {
    invalidated(key) {
      if (key === null) near.clear();
      else near.forget(key);
      // All at once: whoever has something open must ask anew, as after any other time without news.
      if (key === null) {
        tell({ kind: 'away' });
        tell({ kind: 'back' });
      } else if (key.startsWith(root)) tell({ kind: 'changed', id: key.slice(root.length) });
    },
    away(cause) {
      near.clear();
      log.warn({ cause }, 'the session store is away: nobody is let in until it is back');
      tell({ kind: 'away' });
    },
    back(anew) {
      log.info(anew ? 'the session store is back, but not as it was: everybody signs in again' : 'the session store is back');
      tell({ kind: 'back' });
    },
  });
  await connection.open();

  const live = () => `L${connection.generation}|`;
  const lasting = (expiresAt: number) => String(Math.max(1, Math.ceil(expiresAt - clock.now())));
  const swap = async (id: string, value: string, milliseconds: string, ...inAnyCase: string[]): Promise<boolean> => {
    // Whoever reads from now on asks the server, after it has swapped.
    near.forget(root + id);
    return (await connection.send(['EVAL', SWAP, '1', root + id, live(), value, milliseconds, ...inAnyCase])) === 1;
  };

  return {
    renewalInterval: RENEWAL_INTERVAL,
    shared: true,
    async create(id, record, expiresAt) {
      const done = await connection.send(['SET', root + id, live() + record, 'NX', 'PX', lasting(expiresAt)]);
      return done === 'OK';
    },
    read: (id) =>
      near.read(
        root + id,
        () => connection.fresh,
        async () => decode(await connection.send(['GET', root + id]), live()),
      ),
    replace: (id, record, expiresAt) => swap(id, live() + record, lasting(expiresAt)),
    async destroy(id, tombstone) {
      const was = await swap(id, `T${tombstone}`, String(TOMBSTONE_LIFETIME), 'in any case');
      // The server writes to all clients before it reads on: once it answers again, the news is on its way to every gateway.
      if (was) await connection.send(['PING']).catch(() => {});
      return was;
    },
    list: () => list(connection, root, live()),
    async ping() {
      if (!connection.fresh) throw storeAway();
    },
    onEvent: (hear) => void hearers.push(hear),
    async close() {
      connection.close();
      near.clear();
    },
  };
}

function decode(value: unknown, live: string): StoredSession {
  if (typeof value !== 'string') return { state: 'unknown' };
  if (value.startsWith('T')) return { state: 'ended', tombstone: value.slice(1) };
  return value.startsWith(live) ? { state: 'live', record: value.slice(live.length) } : { state: 'unknown' };
}

/** Over a connection of its own: what is merely listed is not watched for changes. */
async function list(connection: RedisConnection, root: string, live: string): Promise<{ id: string; record: string }[]> {
  const client = await connection.another();
  const records = new Map<string, string>();
  try {
    let cursor = '0';
    do {
      const [next, keys] = (await client.send(['SCAN', cursor, 'MATCH', `${root}*`, 'COUNT', String(LIST_AT_ONCE)])) as [
        string,
        string[],
      ];
      const values = keys.length === 0 ? [] : ((await client.send(['MGET', ...keys])) as (string | null)[]);
      for (const [at, key] of keys.entries()) {
        const stored = decode(values[at], live);
        if (stored.state === 'live') records.set(key.slice(root.length), stored.record);
      }
      cursor = String(next);
    } while (cursor !== '0');
  } catch (cause) {
    throw storeAway(cause);
  } finally {
    client.destroy();
  }
  return [...records].map(([id, record]) => ({ id, record }));
}
