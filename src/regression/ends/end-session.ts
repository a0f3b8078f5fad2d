import type { EndedBy } from '../../scenarios/ends-case.ts';
import { connectRedis } from '../../sessions/redis-client.ts';
import type { EndsInput } from '../cell.ts';
import type { EndsLab } from './ends-lab.ts';
import { ALICE, type EndsRules } from './ends-rules.ts';
import { endRecorded } from './session-records.ts';
import { comes, must } from './within.ts';

/** What people can do to alice's session. `publicId`: as administrators know it. */
export type People = {
  publicId: string;
  signOut(): Promise<void>;
  /** Somebody else signs in, in alice's browser. */
  signInAnew(): Promise<void>;
  /** Bob, and a third person, use a store that has room for two. */
  fillStore(): Promise<void>;
};

type End = (lab: EndsLab, people: People, cell: EndsInput) => Promise<unknown>;

/** Of a public computer, in the lab's rules, ms. */
const TIME_OUT = 10 * 60 * 1000;

const timeOut: End = async ({ clock }) => clock.advance(TIME_OUT);

const ends: Readonly<Record<EndedBy, End>> = {
  nothing: async () => {},
  logoff: (_, { signOut }) => signOut(),
  'idle-time-out': timeOut,
  'session-time-out': timeOut,
  admin: (lab, { publicId }) => lab.replicas[0].gateway.endSessions((session) => session.publicId === publicId),
  'admin-user': (lab) => lab.replicas[0].gateway.endSessions(({ user }) => user === ALICE),
  'admin-all': (lab) => lab.replicas[0].gateway.endSessions(),
  'new-logon': (_, { signInAnew }) => signInAnew(),
  'user-removed': (lab) => reload(lab, 'withoutAlice'),
  'password-changed': (lab) => reload(lab, 'otherPassword'),
  'rule-removed': (lab) => reload(lab, 'withoutSite'),
  eviction: (_, { fillStore }) => fillStore(),
  restart: (lab) => lab.replicas[0].restart(),
  'store-restart': restartStore,
  async 'store-frozen'(lab) {
    lab.expectAway();
    redisOf(lab).redis.freeze();
    await allHear(lab, 'away');
  },
  async 'store-away'(lab) {
    lab.expectAway();
    await redisOf(lab).redis.kill();
    await allHear(lab, 'away');
  },
};

/** Ends alice's session in the way of the cell, at the first replica, and waits until that has come to its end there. */
export async function endSession(lab: EndsLab, people: People, cell: EndsInput): Promise<void> {
  await ends[cell.endedBy](lab, people, cell);
  if (leavesRecord(cell)) await comes(endRecorded(lab, people.publicId));
}

/** Redis keeps the sessions while a gateway restarts, and nobody ends one while the store is away. */
function leavesRecord({ endedBy, store }: EndsInput): boolean {
  return endedBy !== 'nothing' && !endedBy.startsWith('store-') && !(endedBy === 'restart' && store === 'redis');
}

/** A reload, and another that takes it back: what is tried afterwards is the session, not the rules. */
async function reload({ replicas, rules }: EndsLab, change: Exclude<keyof EndsRules, 'all'>): Promise<void> {
  await replicas[0].gateway.setRules(rules[change]);
  await replicas[0].gateway.setRules(rules.all);
}

async function restartStore(lab: EndsLab, { signOut, publicId }: People, { options }: EndsInput): Promise<void> {
  const { redis, address } = redisOf(lab);
  if (options?.['snapshot'] === 'before-logoff') {
    const client = await connectRedis(address, redis, { lost() {} });
    await must(client.send(['SAVE']), 'the snapshot').finally(() => client.destroy());
    await signOut();
    await comes(endRecorded(lab, publicId));
  }
  lab.expectAway();
  await redis.kill();
  await allHear(lab, 'away');
  await redis.restart();
  await allHear(lab, 'back');
}

function redisOf({ store }: EndsLab): NonNullable<EndsLab['store']> {
  if (!store) throw new Error('this cell has no Redis');
  return store;
}

function allHear({ replicas }: EndsLab, kind: 'away' | 'back'): Promise<unknown> {
  return comes(Promise.all(replicas.map((replica) => replica.heard(kind))));
}
