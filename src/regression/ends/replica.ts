import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { AdjustableClock } from '../../clock.ts';
import { LabError } from '../../errors.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { startGateway } from '../../lab/start-gateway.ts';
import { silentLog } from '../../log.ts';
import type { RuleSet } from '../../rules/publishing-rule.ts';
import { createSessionManager } from '../../sessions/session-manager.ts';
import type { SessionStore, StoreEvent } from '../../sessions/session-store.ts';
import type { Recorder } from '../../trace/recorder.ts';
import { type WatchedRecorder, watchRecorder } from './watched-recorder.ts';

/** One gateway: with a store, and so a near cache and a connection, of its own. */
export type Replica = {
  /** As answers name it in X-Replica. */
  readonly name: 'a' | 'b';
  readonly port: number;
  readonly recorder: WatchedRecorder;
  /** The one that runs now. */
  readonly gateway: Gateway;
  /** Resolves when its store has told of such an event since it was opened, and the gateway has heard of it. */
  heard(kind: StoreEvent['kind']): Promise<void>;
  /** Whether its store has been away, or a request was refused because it could not be asked. */
  lostStore(): boolean;
  /** Stops it without grace, and starts it again on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

type Parts = {
  name: 'a' | 'b';
  port: number;
  rules: RuleSet;
  clock: AdjustableClock;
  recorder: Recorder;
  openStore: () => Promise<SessionStore>;
};

/** Throws port-in-use. */
export async function startReplica({ name, port, rules, clock, recorder: all, openStore }: Parts): Promise<Replica> {
  const recorder = watchRecorder(clock, all);
  let lost = false;
  const start = async () => {
    const store = await openStore();
    const sessions = createSessionManager({ store, clock, random: randomBytes });
    const heard = hearEvents(store);
    store.onEvent(({ kind }) => {
      lost ||= kind === 'away' || kind === 'back';
    });
    const options = { rules, port, host: '127.0.0.1', clock, recorder, log: silentLog(), sessions, revealPublishedNames: false };
    return { ...(await startGateway(options)), heard };
  };
  let running = await whenPortIsFree(start);
  return {
    name,
    port,
    recorder,
    get gateway() {
      return running.gateway;
    },
    heard: (kind) => running.heard(kind),
    lostStore: () => lost || recorder.read().events.some(({ status }) => status === 503),
    async restart() {
      await running.close();
      running = await whenPortIsFree(start);
    },
    close: () => running.close(),
  };
}

/**
 * Tries again for a second while the port is taken: a program that another thread is about to start has, for a moment, copies of all
 * sockets of this process, also of those that have been closed here.
 */
async function whenPortIsFree<Started>(start: () => Promise<Started>): Promise<Started> {
  const deadline = AbortSignal.timeout(1_000);
  for (;;)
    try {
      return await start();
    } catch (error) {
      if (deadline.aborted || !(error instanceof LabError && error.code === 'port-in-use')) throw error;
      await setImmediate();
    }
}

/** To be called when the session manager listens already, so that it has heard of everything before. */
function hearEvents(store: SessionStore): (kind: StoreEvent['kind']) => Promise<void> {
  const first = new Map<StoreEvent['kind'], PromiseWithResolvers<void>>();
  const of = (kind: StoreEvent['kind']) => {
    const known = first.get(kind) ?? Promise.withResolvers<void>();
    first.set(kind, known);
    return known;
  };
  store.onEvent(({ kind }) => of(kind).resolve());
  return (kind) => of(kind).promise;
}
