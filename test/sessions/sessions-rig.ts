import { randomBytes } from 'node:crypto';
import { standingClock } from '../../src/clock.ts';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import type { EndRecord, NewSession, Session, Tombstone } from '../../src/sessions/session.ts';
import { createSessionManager, type SessionManager } from '../../src/sessions/session-manager.ts';
import { holdStore } from './held-store.ts';

export const MINUTE = 60_000;
export const presented = { listener: 'Lab', publicName: 'mail.localhost', clientAddress: '127.0.0.1' };
export const alice: NewSession = {
  ...presented,
  user: 'lab\\alice',
  password: 'Passw0rd!',
  stamp: 's1',
  bindToClientAddress: true,
  trusted: false,
  lifetime: { kind: 'idle', length: 10 * MINUTE },
};
export const logoff = { reason: 'logoff', rule: 'Exchange', request: 'r1' } as const;
export const admin = { reason: 'admin', rule: null, request: null } as const;

/** A gateway's part: it has the connections that are put into `connections`, and `told` is what it hears. */
export function listenTo(sessions: SessionManager) {
  const told = { ended: [] as EndRecord[], elsewhere: [] as [Tombstone | null, number][], away: 0 };
  const connections = new Map<string, number>();
  sessions.listen({
    cut(id) {
      const count = connections.get(id) ?? 0;
      connections.delete(id);
      return count;
    },
    isOpen: (id) => connections.has(id),
    ended: (record) => told.ended.push(record),
    endedElsewhere: (...what) => told.elsewhere.push(what),
    away: () => told.away++,
  });
  return { told, connections };
}

type Setting = { limit?: number; shared?: boolean; renewalInterval?: number; session?: Partial<NewSession> };

/** One session with two connections, over a store that does as it is told. */
export async function setUp({ limit, shared = false, renewalInterval = 0, session: more }: Setting = {}) {
  const clock = standingClock();
  const memory = createMemoryStore(clock, limit);
  const store = holdStore({ ...memory, shared, renewalInterval });
  const sessions = createSessionManager({ store, clock, random: randomBytes });
  const { told, connections } = listenTo(sessions);
  const { session, cookie } = await sessions.create({ ...alice, ...more });
  connections.set(session.id, 2);
  /** Another process ends it; this one has not been told yet. */
  const endElsewhere = () => store.destroy(session.id, JSON.stringify(tombstoneOf(session)));
  const find = () => sessions.find(cookie, presented);
  return { clock, memory, store, sessions, told, connections, session, cookie, endElsewhere, find };
}

export function tombstoneOf({ publicId, user }: Session): Tombstone {
  return { ...logoff, publicId, user, at: 5 };
}
