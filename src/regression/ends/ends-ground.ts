import { randomBytes } from 'node:crypto';
import { type AdjustableClock, standingClock } from '../../clock.ts';
import { createExchange, type Exchange } from '../../exchange/exchange.ts';
import { loadProfiles, type Profile } from '../../exchange/profile.ts';
import { LAB_RULES } from '../../lab/lab.ts';
import { loadRules } from '../../rules/load-rules.ts';
import type { RuleSet } from '../../rules/publishing-rule.ts';
import { createRecorder, type Recorder } from '../../trace/recorder.ts';
import { findFreePort } from './free-port.ts';
import { type HeldServer, startHeldServer } from './held-server.ts';
import { type Balancer, type BalancerKind, type Replicas, startBalancer } from './start-balancer.ts';
import { type Redis, startRedis } from './start-redis.ts';

/** What stands behind and in front of the gateways of one cell after the other. Each is started when it is first needed. */
export type EndsGround = {
  readonly clock: AdjustableClock;
  /** What gateways and mock Exchange record, together. */
  readonly recorder: Recorder;
  /** The lab's publishing rules. */
  rules(): Promise<RuleSet>;
  held(): Promise<HeldServer>;
  redis(): Promise<Redis>;
  balancer(kind: BalancerKind): Promise<Balancer & { replicas: Replicas }>;
  /** Ends a balancer whose replicas' ports somebody else has taken meanwhile: the next one gets others. */
  forgetBalancer(kind: BalancerKind): Promise<void>;
  exchange(): Promise<Exchange & { port: number }>;
  close(): Promise<void>;
};

/** The build whose OWA two people share a browser on: it keeps its session unless it is told (E-08). */
export const EXCHANGE_PROFILE = '2013-cu1';

export function createEndsGround(): EndsGround {
  const clock = standingClock();
  const recorder = createRecorder(clock);
  const rules = once(() => loadRules(LAB_RULES));
  const held = once(startHeldServer);
  const redis = once(() => startRedis());
  const exchange = once(() => startExchange(clock, recorder));
  const balancers = { haproxy: once(() => startInFront('haproxy')), nginx: once(() => startInFront('nginx')) };
  return {
    clock,
    recorder,
    rules: rules.get,
    held: held.get,
    redis: redis.get,
    exchange: exchange.get,
    balancer: (kind) => balancers[kind].get(),
    forgetBalancer: (kind) => balancers[kind].forget((balancer) => balancer.close()),
    async close() {
      await Promise.all([
        ...Object.values(balancers).map(({ forget }) => forget((balancer) => balancer.close())),
        held.forget((server) => server.close()),
        redis.forget((server) => server.stop()),
        exchange.forget((mock) => mock.close()),
      ]);
    },
  };
}

/** Starts what is asked for, unless that is there already. What could not be started is tried again when it is asked for again. */
function once<Started>(start: () => Promise<Started>) {
  let started: Promise<Started> | null = null;
  return {
    get(): Promise<Started> {
      started ??= start().catch((error: unknown) => {
        started = null;
        throw error;
      });
      return started;
    },
    async forget(end: (started: Started) => Promise<void>): Promise<void> {
      const ending = await started?.catch(() => null);
      started = null;
      if (ending) await end(ending);
    },
  };
}

async function startInFront(kind: BalancerKind): Promise<Balancer & { replicas: Replicas }> {
  const replicas: Replicas = [await findFreePort(), await findFreePort()];
  return { ...(await startBalancer({ kind, replicas })), replicas };
}

async function startExchange(clock: AdjustableClock, recorder: Recorder): Promise<Exchange & { port: number }> {
  const profile = (await loadProfiles()).get(EXCHANGE_PROFILE) as Profile;
  const exchange = createExchange({ profiles: new Map([[profile.name, profile]]), clock, recorder, random: randomBytes });
  return { ...exchange, port: await exchange.listen(0, '127.0.0.1') };
}
