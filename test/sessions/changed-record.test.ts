import { randomBytes } from 'node:crypto';
import test from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';

const place = { listener: 'Lab', publicName: 'mail.test', clientAddress: '10.0.0.1' };

/** A session whose record somebody who can write to the store changes; and what its cookie finds then, where it is valid. */
async function findChanged(change: object, presented = place, kind: 'idle' | 'absolute' = 'idle') {
  const clock = standingClock();
  const store = createMemoryStore(clock);
  const manager = createSessionManager({ store, clock, random: randomBytes });
  const anna = { user: 'anna', password: 'x', stamp: 's1', trusted: false, bindToClientAddress: true };
  const lifetime = { kind, length: 600_000 };
  const { cookie } = await manager.create({ ...anna, ...place, lifetime });
  const [{ id, record }] = (await store.list()) as [{ id: string; record: string }];
  await store.replace(id, JSON.stringify({ ...JSON.parse(record), ...change }), clock.now() + 1e7);
  const found = (await manager.find(cookie, presented)).state;
  clock.advance(600_000);
  return { found, later: (await manager.find(cookie, presented)).state, now: clock.now() - 600_000 };
}

const changes: [change: object, where?: Partial<typeof place>][] = [
  [{ user: 'bert' }],
  [{ user: 'ann', stamp: 'as1' }],
  [{ stamp: 's2' }],
  [{ listener: 'Other' }, { listener: 'Other' }],
  [{ publicName: 'other.test' }, { publicName: 'other.test' }],
  [{ clientAddress: '10.9.9.9' }, { clientAddress: '10.9.9.9' }],
  [{ bindToClientAddress: false }, { clientAddress: '10.9.9.9' }],
  [{ bindToClientAddress: 0 }, { clientAddress: '10.9.9.9' }],
  [{ trusted: true }],
  [{ trusted: 'false' }],
  [{ publicId: 'other' }],
  [{ loggedOnAt: 1 }],
  [{ lifetime: { kind: 'absolute', length: 600_000 } }],
  [{ lifetime: { kind: ['idle'], length: 600_000 } }],
  [{ lifetime: { kind: 'idle', length: 600_001 } }],
  [{ lifetime: null }],
  [{ sealed: '' }],
];
for (const [change, where] of changes)
  test(`the cookie of a session whose record says ${JSON.stringify(change)} since opens nothing`, async (t) => {
    t.is((await findChanged(change, { ...place, ...where })).found, 'none');
  });

test('uses move a session’s times, and its cookie opens it as before', async (t) => {
  t.is((await findChanged({})).found, 'alive');
  const { now } = await findChanged({});
  t.is((await findChanged({ lastUsedAt: now - 1, expiresAt: now + 1 })).found, 'alive');
  t.is((await findChanged({ expiresAt: now })).found, 'ended');
});

test('a session that no use prolongs ends in its time, whatever its record says', async (t) => {
  const { found, later } = await findChanged({ expiresAt: 8e15 }, place, 'absolute');
  t.deepEqual([found, later], ['alive', 'ended']);
});
