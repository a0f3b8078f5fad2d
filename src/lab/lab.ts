import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type AdjustableClock, runningClock } from '../clock.ts';
import { createExchange, type Exchange } from '../exchange/exchange.ts';
import { loadProfiles, type Profile } from '../exchange/profile.ts';
import type { VdirAuth } from '../exchange/sign-out.ts';
import type { SignOutFiles } from '../exchange/web-config.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { type Logger, silentLog } from '../log.ts';
import { loadRules } from '../rules/load-rules.ts';
import type { LogoffSetting, RuleSet } from '../rules/publishing-rule.ts';
import type { SessionManager } from '../sessions/session-manager.ts';
import { createRecorder, type Recorder } from '../trace/recorder.ts';
import { startGateway } from './start-gateway.ts';

/** The public name whose Exchange and logoff URL can be switched while the lab runs. */
export const SWITCHED_NAME = 'mail.localhost';

/** What stands behind the switched name. `signOutKind` is the raw value in effect per file, null = absent. */
export type LabSetting = {
  profile: string;
  vdirAuth: VdirAuth;
  signOutKind: SignOutFiles;
  logoffUrl: string | null;
  match: LogoffSetting['match'];
};

export type LabOptions = {
  /** 0 takes a free port. */
  ports?: { gateway: number; exchange: number };
  host?: string;
  /** Publishing rules instead of the lab's own. */
  rules?: string;
  clock?: AdjustableClock;
  log?: Logger;
};

/** Gateway, mock Exchange, clock, recorder and store, put together and listening. */
export type Lab = {
  ports: { gateway: number; exchange: number };
  clock: AdjustableClock;
  recorder: Recorder;
  profiles: ReadonlyMap<string, Profile>;
  gateway: Gateway;
  exchange: Exchange;
  sessions: SessionManager;
  setting(): LabSetting;
  /** Switches `mail.localhost`; a new profile brings its shipped SignOutKind unless told otherwise. Throws RangeError on an unknown profile. */
  configure(change: Partial<Omit<LabSetting, 'signOutKind'>> & { signOutKind?: Partial<SignOutFiles> }): LabSetting;
  /** Ends every session on both sides and empties the trace. */
  reset(): Promise<void>;
  /** Requests under way get `grace` ms. */
  close(grace?: number): Promise<void>;
};

/** Where the lab's own rules expect the mock; replaced by the address that it really got. */
const EXCHANGE_IN_RULES = 'http://127.0.0.1:8082';

export const LAB_RULES = fileURLToPath(new URL('../../rules/lab.yaml', import.meta.url));

/** Starts a lab on 127.0.0.1. Throws port-in-use, or RulesError for rules that do not hold. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { ports: wanted = { gateway: 0, exchange: 0 }, host = '127.0.0.1', clock = runningClock(), log = silentLog() } = options;
  const [profiles, rulesAsWritten] = await Promise.all([loadProfiles(), loadRules(options.rules ?? LAB_RULES)]);
  const recorder = createRecorder(clock);
  const random = randomBytes;
  const exchange = createExchange({ profiles, clock, recorder, random });

  const exchangePort = await exchange.listen(wanted.exchange, host);
  const dialled = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const rules = redirectRules(rulesAsWritten, `http://${dialled}:${exchangePort}`);
  const started = await startGateway({
    rules,
    port: wanted.gateway,
    host,
    clock,
    recorder,
    log,
    revealPublishedNames: true,
  }).catch(async (error: unknown) => {
    await exchange.close();
    throw error;
  });
  const { gateway, sessions } = started;
  const close = async (grace?: number) => {
    await started.close(grace);
    await exchange.close();
  };

  const ports = { gateway: started.port, exchange: exchangePort };
  const lab = { ports, clock, recorder, profiles, gateway, exchange, sessions, close };
  const { setting, configure } = switchable(lab);
  configure({});
  const reset = async () => {
    await gateway.endSessions();
    exchange.reset();
    recorder.clear();
  };
  return { ...lab, setting, configure, reset };
}

function switchable({
  exchange,
  gateway,
  profiles,
}: Pick<Lab, 'exchange' | 'gateway' | 'profiles'>): Pick<Lab, 'setting' | 'configure'> {
  let current: LabSetting = {
    profile: '2013-cu1',
    vdirAuth: 'basic',
    signOutKind: (profiles.get('2013-cu1') as Profile).shipped,
    logoffUrl: '/owa/logoff.owa',
    match: 'contains',
  };
  const label = SWITCHED_NAME.split('.', 1)[0] as string;

  return {
    setting: () => current,
    configure({ signOutKind, ...change }) {
      const next = { ...current, ...change };
      const shipped = profiles.get(next.profile)?.shipped;
      const before = change.profile === undefined ? current.signOutKind : shipped;
      const site = exchange.configure(label, { ...next, signOutKind: { ...before, ...signOutKind } });
      current = { ...next, signOutKind: site.signOutKind };
      gateway.setRules(withLogoffUrl(gateway.rules(), current));
      return current;
    },
  };
}

function redirectRules(ruleSet: RuleSet, exchangeUrl: string): RuleSet {
  const rules = ruleSet.rules.map((rule) =>
    rule.to.url === EXCHANGE_IN_RULES ? { ...rule, to: { ...rule.to, url: exchangeUrl } } : rule,
  );
  return { ...ruleSet, rules };
}

function withLogoffUrl(ruleSet: RuleSet, { logoffUrl: url, match }: LabSetting): RuleSet {
  const rules = ruleSet.rules.map((rule) => {
    if (!rule.publicNames.includes(SWITCHED_NAME)) return rule;
    return { ...rule, logoff: url === null ? null : { ...(rule.logoff ?? defaultLogoff), url, match } };
  });
  return { ...ruleSet, rules };
}

const defaultLogoff: Omit<LogoffSetting, 'url' | 'match'> = {
  ignoreCase: true,
  onLogoff: 'page',
  redirectTo: null,
  forwardToBackend: false,
};
