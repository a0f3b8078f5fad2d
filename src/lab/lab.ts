import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type AdjustableClock, runningClock } from '../clock.ts';
import { createExchange, type Exchange } from '../exchange/exchange.ts';
import { loadProfiles, type Profile } from '../exchange/profile.ts';
import { plainPlan } from '../exchange/site-plan.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { type Logger, silentLog } from '../log.ts';
import { idleMeter, type Meter } from '../metrics/meter.ts';
import { createOffice365, type Office365 } from '../office365/office365.ts';
import { loadRules } from '../rules/load-rules.ts';
import type { RuleSet } from '../rules/publishing-rule.ts';
import { openStore } from '../sessions/open-store.ts';
import type { EndRecord } from '../sessions/session.ts';
import type { SessionManager } from '../sessions/session-manager.ts';
import type { StoreAddress } from '../sessions/store-address.ts';
import { createRecorder, type Recorder } from '../trace/recorder.ts';
import { type LabChange, type LabSetting, switchable } from './lab-setting.ts';
import { ADFS_NAME } from './office365-setting.ts';
import { startGateway } from './start-gateway.ts';

type Ports = { gateway: number; exchange: number; office365: number };

export type LabOptions = {
  /** 0 takes a free port. */
  ports?: Ports;
  host?: string;
  /** Publishing rules instead of the lab's own. */
  rules?: RuleSet;
  clock?: AdjustableClock;
  log?: Logger;
  /** Where the gateway's sessions lie; default: in memory. */
  sessions?: StoreAddress;
  /** What counts; default: nothing does. */
  meter?: Meter;
};

/** Gateway, mock Exchange, mock Office 365, clock, recorder and store, put together and listening. */
export type Lab = {
  ports: Ports;
  clock: AdjustableClock;
  recorder: Recorder;
  profiles: ReadonlyMap<string, Profile>;
  gateway: Gateway;
  exchange: Exchange;
  office365: Office365;
  sessions: SessionManager;
  setting(): LabSetting;
  /**
   * Switches `mail.localhost`; a profile or front end brings the files that it ships unless told otherwise (E-02), without one the files
   * stay and those given are saved. Throws LabError for what cannot be; then nothing has changed.
   */
  configure(change: LabChange): Promise<LabSetting>;
  /** Puts other rules of somebody's own in force, as the gateway does; those of the mock's address lead to the mock. */
  setRules(rules: RuleSet): Promise<EndRecord[]>;
  /** Ends every session on both sides and empties the trace. */
  reset(): Promise<void>;
  /** Requests under way get `grace` ms. */
  close(grace?: number): Promise<void>;
};

/** Where the lab's own rules expect the mock; replaced by the address that it really got. */
const EXCHANGE_IN_RULES = 'http://127.0.0.1:8082';
const anyPorts: Ports = { gateway: 0, exchange: 0, office365: 0 };

/** In co-existence, the users of Exchange 2007 come by this name (E-24). */
const LEGACY_LABEL = 'legacy';

export const LAB_RULES = fileURLToPath(new URL('../../rules/lab.yaml', import.meta.url));

/** Starts a lab on 127.0.0.1. Throws port-in-use. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { ports: wanted = anyPorts, host = '127.0.0.1', clock = runningClock(), log = silentLog() } = options;
  const { meter = idleMeter } = options;
  const profiles = await loadProfiles();
  const published = options.rules ?? withEveryProfile(await loadRules(LAB_RULES), profiles.keys());
  const recorder = createRecorder(clock);
  meter.ask({ droppedEvents: () => recorder.read().dropped });
  const exchange = createExchange({ profiles, clock, recorder, random: randomBytes });
  let gatewayPort = 0;
  const scheme = published.listener.tls ? 'https' : 'http';
  const issuer = () => `${scheme}://${ADFS_NAME}:${gatewayPort}/adfs/ls/`;
  const federation = { ...exchange.federation, issuer };
  const office365 = createOffice365({ clock, recorder, random: randomBytes, federation });
  const start = async () => {
    await exchange.configure(LEGACY_LABEL, plainPlan('2007'));
    const exchangePort = await exchange.listen(wanted.exchange, host);
    const office365Port = await office365.listen(wanted.office365, host);
    const dialled = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    const redirect = (rules: RuleSet) => redirectRules(rules, `http://${dialled}:${exchangePort}`);
    const store = await openStore(options.sessions ?? { kind: 'memory', limit: null }, { clock, log });
    const parts = { rules: redirect(published), clock, recorder, log, meter, store, revealPublishedNames: true };
    return { exchangePort, office365Port, redirect, ...(await startGateway({ port: wanted.gateway, host, ...parts })) };
  };
  const started = await start().catch(async (error: unknown) => {
    await Promise.all([exchange.close(), office365.close()]);
    throw error;
  });
  const { gateway, sessions } = started;
  const close = async (grace?: number) => {
    await started.close(grace);
    await Promise.all([exchange.close(), office365.close()]);
  };

  gatewayPort = started.port;
  const ports = { gateway: started.port, exchange: started.exchangePort, office365: started.office365Port };
  const lab = { ports, clock, recorder, profiles, gateway, exchange, office365, sessions, close };
  const { setting, configure, setRules } = switchable(lab);
  await configure({});
  const reset = async () => {
    await gateway.endSessions();
    exchange.reset();
    office365.reset();
    recorder.clear();
  };
  return { ...lab, setting, configure, setRules: (rules) => setRules(started.redirect(rules)), reset };
}

function redirectRules(ruleSet: RuleSet, exchangeUrl: string): RuleSet {
  const rules = ruleSet.rules.map((rule) =>
    rule.to.url === EXCHANGE_IN_RULES ? { ...rule, to: { ...rule.to, url: exchangeUrl } } : rule,
  );
  return { ...ruleSet, rules };
}

/** A build that somebody has added is published beside the others. */
function withEveryProfile(ruleSet: RuleSet, profiles: Iterable<string>): RuleSet {
  const known = ruleSet.rules.flatMap((rule) => rule.publicNames);
  const missing = [...profiles].map((name) => `${name}.localhost`).filter((name) => !known.includes(name));
  const rules = ruleSet.rules.map((rule, at) => (at === 0 ? { ...rule, publicNames: [...rule.publicNames, ...missing] } : rule));
  return { ...ruleSet, rules };
}
