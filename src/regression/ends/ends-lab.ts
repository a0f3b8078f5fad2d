import { randomUUID } from 'node:crypto';
import type { AdjustableClock } from '../../clock.ts';
import { LabError } from '../../errors.ts';
import { plainPlan } from '../../exchange/site-plan.ts';
import { silentLog } from '../../log.ts';
import { createMemoryStore } from '../../sessions/memory-store.ts';
import { openStore } from '../../sessions/open-store.ts';
import type { SessionStore } from '../../sessions/session-store.ts';
import { type RedisAddress, readStoreAddress } from '../../sessions/store-address.ts';
import type { Recorder } from '../../trace/recorder.ts';
import type { EndsInput } from '../cell.ts';
import { type Answer, type Asked, ask } from './ask.ts';
import { type EndsGround, EXCHANGE_PROFILE } from './ends-ground.ts';
import { type EndsRules, HELD_NAME, rulesFor } from './ends-rules.ts';
import { findFreePort } from './free-port.ts';
import type { HeldServer } from './held-server.ts';
import { type Replica, startReplica } from './replica.ts';
import { type Redis, startRedis } from './start-redis.ts';

/** The gateways of one cell, on the ground that all share. */
export type EndsLab = {
  readonly clock: AdjustableClock;
  readonly recorder: Recorder;
  readonly held: HeldServer;
  /** Where people come in: the balancer, or the only gateway. */
  readonly port: number;
  /** Sessions are ended at the first. */
  readonly replicas: readonly [Replica, ...Replica[]];
  /** Where the cell tries what is left: at the first, or at the other. */
  readonly tried: Replica;
  readonly rules: EndsRules;
  /** The server that holds the sessions, and where in it; null: they are in memory. */
  readonly store: { redis: Redis; address: RedisAddress } | null;
  /** Has the balancer send the next request to this replica. */
  steer(to: Replica): Promise<void>;
  /** A request to this replica, as people send it: through the balancer. Rejects if another one answers. */
  askAt(replica: Replica, asked: Asked): Promise<Answer>;
  /** From now on the store may be away: that is what the cell is about. */
  expectAway(): void;
  /** Whether the store was away before it was to be, or at all. */
  disturbed(): boolean;
  close(): Promise<void>;
};

/** A store that holds no more than alice and bob. */
const TWO = 2;
const MOST_STEERS = 10;

/** Fresh gateways with an empty store. Throws MissingProgram, or what kept the ground from standing. */
export async function openEndsLab(ground: EndsGround, cell: EndsInput): Promise<EndsLab> {
  try {
    return await open(ground, cell);
  } catch (error) {
    if (!(error instanceof LabError && error.code === 'port-in-use')) throw error;
    if (cell.balancer !== 'none') await ground.forgetBalancer(cell.balancer);
    return await open(ground, cell);
  }
}

async function open(ground: EndsGround, cell: EndsInput): Promise<EndsLab> {
  const { clock, recorder } = ground;
  const [held, labs] = [await ground.held(), await ground.rules()];
  const rules = rulesFor(cell, labs, { held: held.port, exchange: await exchangeFor(ground, cell) });
  const balancer = cell.balancer === 'none' ? null : await ground.balancer(cell.balancer);
  const ports = balancer?.replicas ?? [await findFreePort()];
  const store = cell.store === 'redis' ? await storeFor(ground, cell) : null;
  const closing = store?.close ? [store.close] : [];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  const openOne = async (): Promise<SessionStore> =>
    store ? openStore(store.address, { clock, log: silentLog() }) : createMemoryStore(clock, limitOf(cell));
  recorder.clear();
  try {
    const replicas: Replica[] = [];
    for (const [at, port] of ports.entries()) {
      const name = at === 0 ? 'a' : 'b';
      const replica = await startReplica({ name, port, rules: rules.all, clock, recorder, openStore: openOne });
      closing.push(() => replica.close());
      replicas.push(replica);
    }
    const [first, ...others] = replicas as [Replica, ...Replica[]];
    const port = balancer?.port ?? first.port;
    const tried = cell.at === 'same-replica' ? first : (others[0] as Replica);
    const reach = reaching(port, replicas);
    const watch = watchStores(replicas);
    return { clock, recorder, held, port, replicas: [first, ...others], tried, rules, store, ...reach, ...watch, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function limitOf({ endedBy }: EndsInput): number | undefined {
  return endedBy === 'eviction' ? TWO : undefined;
}

/** Port of a mock Exchange without sessions, for a cell that needs one. */
async function exchangeFor(ground: EndsGround, { vdirAuth }: EndsInput): Promise<number | null> {
  if (vdirAuth === null) return null;
  const exchange = await ground.exchange();
  await exchange.configure('mail', { ...plainPlan(EXCHANGE_PROFILE), vdirAuth, options: {} });
  return exchange.port;
}

/** A prefix of its own in the server that all share; a server of its own for a cell that kills or freezes it. */
async function storeFor(ground: EndsGround, { endedBy, options }: EndsInput) {
  const ownServer = endedBy.startsWith('store-');
  const persistence = options?.['snapshot'] ? 'snapshot' : 'none';
  const redis = ownServer ? await startRedis({ persistence }) : await ground.redis();
  const address = readStoreAddress(`redis://${redis.host}:${redis.port}/?prefix=ends-${randomUUID()}`) as RedisAddress;
  return { redis, address, close: ownServer ? () => redis.stop() : null };
}

function watchStores(replicas: readonly Replica[]): Pick<EndsLab, 'expectAway' | 'disturbed'> {
  const lost = () => replicas.some((replica) => replica.lostStore());
  let before: boolean | null = null;
  return {
    expectAway() {
      before = lost();
    },
    disturbed: () => before ?? lost(),
  };
}

/** Balancers send one request here and the next one there, and nobody else uses this one. */
function reaching(port: number, replicas: readonly Replica[]): Pick<EndsLab, 'steer' | 'askAt'> {
  async function steer(to: Replica): Promise<void> {
    if (replicas.length === 1) return;
    for (let tries = 0; tries < MOST_STEERS; tries++) {
      const { replica } = await ask(port, { host: HELD_NAME, path: '/CookieAuth.dll?GetLogon?reason=0' });
      if (replica !== null && replica !== to.name) return;
    }
    throw new Error(`the balancer has not sent any of ${MOST_STEERS} requests to another replica than ${to.name}`);
  }
  return {
    steer,
    async askAt(replica, asked) {
      await steer(replica);
      const answer = await ask(port, asked);
      if (replicas.length > 1 && answer.replica !== replica.name)
        throw new Error(`${asked.path} was to go to replica ${replica.name}, and ${answer.replica ?? 'the balancer'} answered`);
      return answer;
    },
  };
}
