import type { AdjustableClock } from '../clock.ts';
import { LabError } from '../errors.ts';
import { startLab as startWhole, type Lab as WholeLab } from '../lab/lab.ts';
import { SWITCHED_LABEL, SWITCHED_NAME } from '../lab/lab-setting.ts';
import { readLabChange } from '../lab/read-change.ts';
import { createLog } from '../log.ts';
import type { ExchangeOptions } from './start-exchange.ts';
import { type GatewaySession, shownSession } from './start-gateway.ts';
import { type SignOutOptions, type Trace, tryAt } from './try-to-sign-out.ts';
import type { VdirAuth, Verdict } from './verdict.ts';

/** Where a lab listens. */
export type LabOptions = {
  /** Default 0 for each: free ones. */
  ports?: { gateway?: number; exchange?: number; office365?: number };
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** Where the gateway's log lines (JSON) go; default: nowhere. `process.stderr` shows them. */
  log?: { write(line: string): unknown };
};

/** What can be switched at `mail.localhost` while the lab runs; what is left out stays. */
export type LabChange = Pick<ExchangeOptions, 'profile' | 'frontEnd' | 'vdirAuth' | 'signOutKind' | 'webConfig'> & {
  /** Named options of the mock (docs/facts.md); null puts one back to its default. */
  options?: Readonly<Record<string, string | null>>;
  /** The published server logoff URL that the gateway watches for; null: none. */
  logoffUrl?: string | null;
  match?: 'contains' | 'query' | 'exact';
  ignoreCase?: boolean;
  /** What the gateway answers to a hit: its own page, what the back end answers, or a redirect. */
  onLogoff?: 'page' | 'pass-through' | 'redirect';
  /** Whether the back end hears of the request that hit. */
  forwardToBackend?: boolean;
  /** Whether the gateway tells browsers to forget the back end's cookies when somebody signs out or in. */
  clearCookies?: boolean;
};

/** A lab that listens. */
export type Lab = {
  ports: { gateway: number; exchange: number; office365: number };
  /**
   * Outlook Web App through the gateway, by its public name's first label: a build (`2013-cu1`, `2013-cu9-announced`, …), or `mail`
   * (default) for the one that `configure` switches. Throws a `LabError` (`usage`) for a name that there is not.
   */
  url(name?: string): string;
  /** The time of all its parts; `clock.advance(8 * 3_600_000)` moves it eight hours forward. */
  clock: AdjustableClock;
  /** Switches what `mail.localhost` shows. Rejects with a `LabError` (`configuration`) for what there is not or cannot be, and then changes nothing. */
  configure(change: LabChange): Promise<void>;
  /** `tryToSignOut` at one of its own public names. */
  tryToSignOut(name?: string, options?: Pick<SignOutOptions, 'as' | 'signOutAt'>): Promise<Verdict>;
  /** Who is signed in at the gateway. */
  sessions(): Promise<GatewaySession[]>;
  /** What happened, from the event `since` on, on both sides of the gateway; the last 10,000 events, without secrets. */
  trace(since?: number): Trace;
  /** Ends every session on both sides and empties the trace. */
  reset(): Promise<void>;
  /** Stops listening; requests under way get `grace` ms (default 0). */
  close(grace?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Starts the whole lab in this process: the gateway, a mock Exchange of every build behind it, and a mock Office 365. `lab\alice` and
 * `lab\bob` sign in with the password `Passw0rd!`. Rejects with a `LabError` (`port-in-use`) for a port that cannot be had.
 *
 * ```js
 * const lab = await startLab();
 * const { outcome, because } = await lab.tryToSignOut('2013-cu1');
 * console.log(outcome, because); // session-alive The client showed its dialog …
 * await lab.close();
 * ```
 *
 * With Node 24: `await using lab = await startLab();`, and nothing has to be closed.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { host = '127.0.0.1', log } = options;
  const ports = { gateway: 0, exchange: 0, office365: 0, ...options.ports };
  const lab = await startWhole({ ports, host, ...(log && { log: createLog(log) }) });
  const url = (name = SWITCHED_LABEL) => `http://${publicName(lab, name)}:${lab.ports.gateway}/owa/`;
  return {
    ports: lab.ports,
    url,
    clock: lab.clock,
    async configure(change) {
      const now = { profiles: [...lab.profiles.keys()], setting: lab.setting(), code: 'configuration' } as const;
      await lab.configure(readLabChange(change, now));
    },
    tryToSignOut: (name, { as, signOutAt } = {}) => {
      const asked = { ...(as && { as }), ...(signOutAt !== undefined && { signOutAt }) };
      return tryAt({ url: url(name), clock: lab.clock, ...aboutSite(lab, name ?? SWITCHED_LABEL), ...asked });
    },
    sessions: async () => (await lab.gateway.listSessions()).map(shownSession),
    trace: (since) => lab.recorder.read(since),
    reset: lab.reset,
    close: lab.close,
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

function publicName({ gateway, exchange }: WholeLab, label: string): string {
  const published = gateway.rules().rules.flatMap(({ publicNames }) => publicNames);
  const names = exchange.labels().filter((known) => published.includes(`${known}.localhost`));
  if (names.includes(label)) return `${label}.localhost`;
  throw new LabError('usage', `the lab has no public name "${label}.localhost"; there are ${names.join(', ')}`);
}

/** Behind every name but the switched one the virtual directories ask for Basic. */
function aboutSite({ gateway, ports, recorder, setting }: WholeLab, label: string) {
  const name = `${label}.localhost`;
  const logoff = gateway.rules().rules.find(({ publicNames }) => publicNames.includes(name))?.logoff ?? null;
  const vdirAuth: VdirAuth = name === SWITCHED_NAME ? setting().vdirAuth : 'basic';
  const trace = (since?: number) => recorder.read(since);
  return { exchange: { port: ports.exchange, vdirAuth, trace }, logoffUrl: logoff?.url ?? null, match: logoff?.match ?? null };
}
