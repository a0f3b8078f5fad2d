import { type AdjustableClock, runningClock } from '../clock.ts';
import { LabError } from '../errors.ts';
import { startGateway as startWith } from '../lab/start-gateway.ts';
import { createLog, silentLog } from '../log.ts';
import { publishedAddresses } from '../rules/entrance.ts';
import { createRecorder } from '../trace/recorder.ts';
import type { RulesDocument, Users } from './given-rules.ts';
import { readGivenRules } from './read-given-rules.ts';
import type { Trace } from './try-to-sign-out.ts';

/** What a gateway publishes, for whom, and where. */
export type GatewayOptions = {
  /** Publishing rules (docs/proxy.md): the path of a YAML file or of a folder of them, YAML text of several lines, or the same as a value. */
  rules: string | RulesDocument;
  /** Who may sign in, and with which password, whatever the rules say of that: `{ 'lab\\alice': 'Passw0rd!' }`. */
  users?: Users;
  /** Default 0: a free one. */
  port?: number;
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** Where log lines (JSON) go; default: nowhere. `process.stderr` shows them. */
  log?: { write(line: string): unknown };
  /** Default: a clock of its own that runs. Another part's, so that both see the same time. */
  clock?: AdjustableClock;
};

/** A gateway that listens. */
export type RunningGateway = {
  port: number;
  /** Where the first rule is published, on the gateway's port: `http://wiki.localhost:41234/`. Other rules may change it. */
  readonly url: string;
  /** Its time; `clock.advance(ms)` moves it forward, and sessions time out. */
  clock: AdjustableClock;
  /** Who is signed in. */
  sessions(): Promise<GatewaySession[]>;
  /** Signs everybody out; resolves to how many that were. */
  endSessions(): Promise<number>;
  /**
   * Puts other rules in force. Sessions stay, unless their site or user is gone. Rejects as `startGateway` does, and if `listener.tls` would
   * begin or end (another certificate is taken), and then changes nothing.
   */
  setRules(rules: string | RulesDocument, users?: Users): Promise<void>;
  /** What happened, from the event `since` on: requests, answers, sessions and decisions, the last 10,000, without secrets. */
  trace(since?: number): Trace;
  /** Stops listening; requests under way get `grace` ms (default 0). */
  close(grace?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A session of a gateway. Times are milliseconds since 1970 by its clock. */
export type GatewaySession = {
  user: string;
  /** The site that the user signed in at; the session is valid for no other. */
  publicName: string;
  clientAddress: string;
  loggedOnAt: number;
  lastUsedAt: number;
  expiresAt: number;
  /** How many are open at the gateway. */
  connections: number;
};

/**
 * Starts a gateway that signs people in with a form and watches for logoff URLs as TMG did, in front of a server of yours. Sessions lie
 * in memory. Rejects with a `LabError`: `configuration` with every mistake in the rules and its line, `port-in-use` for a port that cannot
 * be had.
 *
 * ```js
 * const gateway = await startGateway({
 *   users: { alice: 'correct horse' },
 *   rules: {
 *     rules: [{ name: 'Wiki', publicNames: ['wiki.localhost'], paths: ['/*'], to: 'http://127.0.0.1:3000', delegation: 'basic',
 *       logoff: { url: 'action=logout' } }],
 *   },
 * });
 * console.log(gateway.url); // http://wiki.localhost:41234/
 * await gateway.close();
 * ```
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { port: wanted = 0, host = '127.0.0.1', clock = runningClock() } = options;
  const rules = await readGivenRules(options.rules, options.users);
  const recorder = createRecorder(clock);
  const log = options.log ? createLog(options.log) : silentLog();
  const parts = { port: wanted, host, rules, clock, recorder, log, revealPublishedNames: false };
  const { gateway, port, close } = await startWith(parts);
  return {
    port,
    get url() {
      return publishedAddresses(gateway.rules(), port)[0] as string;
    },
    clock,
    sessions: async () => (await gateway.listSessions()).map(shownSession),
    endSessions: async () => (await gateway.endSessions()).length,
    async setRules(next, users = options.users) {
      const asked = await readGivenRules(next, users, gateway.rules());
      if ((asked.listener.tls === null) !== (rules.listener.tls === null)) throw new LabError('configuration', TLS_STAYS);
      await gateway.setRules(asked);
    },
    trace: (since) => recorder.read(since),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

const TLS_STAYS = 'listener.tls cannot begin or end while the gateway listens: close it, and start another with these rules';

/** Without what only the gateway needs to know. */
export function shownSession(session: GatewaySession): GatewaySession {
  const { user, publicName, clientAddress, loggedOnAt, lastUsedAt, expiresAt, connections } = session;
  return { user, publicName, clientAddress, loggedOnAt, lastUsedAt, expiresAt, connections };
}
