import { randomBytes } from 'node:crypto';
import { type AdjustableClock, runningClock } from '../clock.ts';
import { createExchange } from '../exchange/exchange.ts';
import { loadProfiles } from '../exchange/profile.ts';
import { plainPlan } from '../exchange/site-plan.ts';
import { contentsOf } from '../lab/lab-setting.ts';
import { readServers } from '../lab/read-change.ts';
import { createRecorder } from '../trace/recorder.ts';
import type { BackEnd, Trace } from './try-to-sign-out.ts';
import type { VdirAuth } from './verdict.ts';

/** The three web.config files that hold LogonSettings.SignOutKind: of the front end's OWA, and of the mailbox server's OWA and ECP. */
export type WebConfigFile = 'feOwa' | 'beOwa' | 'beEcp';

/** Which Exchange it is, and where. */
export type ExchangeOptions = {
  /** Build of the mailbox server, by its name in docs/facts.md: `2010`, `2013-cu1` (default), `2013-cu9-announced`, … */
  profile?: string;
  /** Build of the Client Access server; default: the same. */
  frontEnd?: string;
  /** How its virtual directories authenticate; default `basic`, which is what a proxy with a logon of its own delegates to. */
  vdirAuth?: VdirAuth;
  /** SignOutKind per web.config, null: commented out. What is not named is as the build ships it. */
  signOutKind?: Partial<Record<WebConfigFile, string | null>>;
  /** Whole web.config files, as text. */
  webConfig?: Partial<Record<WebConfigFile, string>>;
  /** Named options of the mock (docs/facts.md): `{ legacyForcedRequest: 'on' }`. */
  options?: Readonly<Record<string, string>>;
  /** Default 0: a free one. */
  port?: number;
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** Default: a clock of its own that runs. Another part's, so that all of them see the same time. */
  clock?: AdjustableClock;
};

/** A mock Exchange that listens. */
export type RunningExchange = Omit<BackEnd, 'trace'> & {
  /** Outlook Web App, without a proxy: `http://localhost:PORT/owa/`. */
  url: string;
  /** Its time; `advance(ms)` moves it forward, and what is due then happens. */
  clock: AdjustableClock;
  /** What happened there, from the event `since` on; the last 10,000 events, without secrets. */
  trace(since?: number): Trace;
  /** Forgets every session. */
  reset(): void;
  /** Stops listening and cuts what is open. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Label of its one site, which nobody gets to see. */
const ONLY = 'mail';

/**
 * Starts one mock Exchange, a front end and a mailbox server, that answers whatever Host a proxy sends. `lab\alice` and `lab\bob` have
 * mailboxes, with the password `Passw0rd!`. Rejects with a `LabError`: `configuration` for a profile, option or web.config that cannot
 * be, `port-in-use` for a port that cannot be had.
 *
 * ```js
 * const exchange = await startExchange({ profile: '2013-cu8', signOutKind: { beOwa: null } });
 * console.log(exchange.url); // http://localhost:41234/owa/
 * await exchange.close();
 * ```
 */
export async function startExchange(options: ExchangeOptions = {}): Promise<RunningExchange> {
  const { port: wanted = 0, host = '127.0.0.1', clock = runningClock(), ...given } = options;
  const profiles = await loadProfiles();
  const asked = readServers(given, [...profiles.keys()]);
  const { profile = '2013-cu1', frontEnd = profile, vdirAuth = 'basic' } = asked;
  const recorder = createRecorder(clock);
  const exchange = createExchange({ profiles, clock, recorder, random: randomBytes, only: ONLY });
  const close = () => exchange.close();
  const start = async () => {
    const plan = plainPlan(profile, frontEnd);
    const webConfig = contentsOf(asked.signOutKind, asked.webConfig);
    const servers = plan.servers.map((server) => ({ ...server, webConfig }));
    await exchange.configure(ONLY, { ...plan, servers, vdirAuth, options: asked.options ?? {} });
    return exchange.listen(wanted, host);
  };
  const port = await start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    port,
    url: `http://localhost:${port}/owa/`,
    vdirAuth,
    clock,
    trace: (since) => recorder.read(since),
    reset: () => exchange.reset(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
