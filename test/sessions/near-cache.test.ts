import test from 'ava';
import { createNearCache } from '../../src/sessions/near-cache.ts';
import type { StoredSession } from '../../src/sessions/session-store.ts';

const live = { state: 'live', record: 'x' } as const;
const ended = { state: 'ended', tombstone: 't' } as const;

for (const news of ['with it', 'right after it', 'never'])
  test(`who joins a question that was asked before is not told what was so before: news that comes ${news}`, async (t) => {
    const near = createNearCache();
    const early = Promise.withResolvers<StoredSession>();
    const first = near.read(
      'id',
      () => true,
      () => early.promise,
    );
    const joined = near.read(
      'id',
      () => true,
      async () => ended,
    );
    early.resolve(live);
    if (news === 'with it') near.forget('id');
    t.is(await first, live);
    if (news === 'right after it') near.forget('id');
    t.is(await joined, news === 'never' ? live : ended);
  });
