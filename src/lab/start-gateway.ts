import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import type { Logger } from '../log.ts';
import { idleMeter, type Meter } from '../metrics/meter.ts';
import type { RuleSet } from '../rules/publishing-rule.ts';
import { createMemoryStore } from '../sessions/memory-store.ts';
import { createSessionManager, type SessionManager } from '../sessions/session-manager.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Recorder } from '../trace/recorder.ts';

export type StartedGateway = { gateway: Gateway; sessions: SessionManager; port: number; close(grace?: number): Promise<void> };

/** A listening gateway and its sessions. Throws port-in-use. */
export async function startGateway(options: {
  rules: RuleSet;
  port: number;
  host: string;
  clock: Clock;
  recorder: Recorder;
  log: Logger;
  revealPublishedNames: boolean;
  /** What counts; default: nothing does. */
  meter?: Meter;
  /** Where sessions lie; default: in memory. Closed with the gateway. */
  store?: SessionStore;
  /** Instead of a store. */
  sessions?: SessionManager;
}): Promise<StartedGateway> {
  const { rules, clock, recorder, log, revealPublishedNames } = options;
  const { store = createMemoryStore(clock), meter = idleMeter } = options;
  const sessions = options.sessions ?? createSessionManager({ store, clock, random: randomBytes });
  const gateway = createGateway({ rules, sessions, clock, recorder, log, meter, revealPublishedNames });
  const close = async (grace?: number) => {
    await gateway.close(grace);
    await sessions.close();
  };
  try {
    return { gateway, sessions, port: await gateway.listen(options.port, options.host), close };
  } catch (error) {
    await close();
    throw error;
  }
}
