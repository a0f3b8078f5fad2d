import type { FileContent } from '../exchange/application.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { readOptions } from '../exchange/options.ts';
import type { ExchangeServer } from '../exchange/server.ts';
import type { VdirAuth } from '../exchange/sign-out.ts';
import { plainPlan, type SitePlan } from '../exchange/site-plan.ts';
import { readWebConfig } from '../exchange/web-config/read-web-config.ts';
import { webConfigText } from '../exchange/web-config/shipped-web-config.ts';
import type { SignOutFiles, WebConfigFile } from '../exchange/web-config/web-config.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Office365 } from '../office365/office365.ts';
import type { LogoffSetting, PublishingRule, RuleSet } from '../rules/publishing-rule.ts';
import type { EndRecord } from '../sessions/session.ts';
import {
  checkOffice365,
  configureOffice365,
  type LabOffice365,
  type LabOffice365Change,
  office365Setting,
} from './office365-setting.ts';

/** The public name whose Exchange and logoff URL can be switched while the lab runs. */
export const SWITCHED_NAME = 'mail.localhost';
export const SWITCHED_LABEL = 'mail';

/** What stands behind the switched name. */
export type LabSetting = {
  /** Version of the mailbox server, and of the Client Access server. */
  profile: string;
  frontEnd: string;
  /** Account → version of the server that holds this mailbox, where it is another. */
  mailboxes: Readonly<Record<string, string>>;
  vdirAuth: VdirAuth;
  /** The raw value in effect per web.config; null: absent or commented out. */
  signOutKind: SignOutFiles;
  /** Named options of the mock. */
  options: Readonly<Record<string, string>>;
  /** What the gateway watches for, and what a hit does. */
  logoffUrl: string | null;
  match: LogoffSetting['match'];
  ignoreCase: boolean;
  onLogoff: LogoffSetting['onLogoff'];
  forwardToBackend: boolean;
  /** Whether browsers are told to forget the cookies that the rules name; false: nothing says that TMG did. [infer] */
  clearCookies: boolean;
  /** The other mock, which nobody switches by the rest of this. */
  office365: LabOffice365;
};

/** Any of a setting, and whole web.config files as text. `plan`: servers of one's own instead of one front end and one mailbox server. */
export type LabChange = Partial<Omit<LabSetting, 'signOutKind' | 'office365'>> & {
  office365?: LabOffice365Change;
  signOutKind?: Partial<SignOutFiles>;
  webConfig?: Partial<Record<WebConfigFile, string>>;
  plan?: SitePlan;
};

type SwitchedSetting = Omit<LabSetting, 'office365'>;

/** Where `onLogoff: redirect` sends the browser: a page outside what the rule publishes. */
const REDIRECT_TO = '/bye';

const first: SwitchedSetting = {
  profile: '2013-cu1',
  frontEnd: '2013-cu1',
  mailboxes: {},
  vdirAuth: 'basic',
  signOutKind: { feOwa: null, beOwa: null, beEcp: null },
  options: {},
  logoffUrl: '/owa/logoff.owa',
  match: 'contains',
  ignoreCase: true,
  onLogoff: 'page',
  forwardToBackend: false,
  clearCookies: true,
};

/** The switch of a lab: what stands behind the name now, and how that is changed. */
export function switchable(parts: { exchange: Exchange; office365: Office365; gateway: Gateway }): {
  setting(): LabSetting;
  configure(change: LabChange): Promise<LabSetting>;
  /** Puts other rules in force; what the switch says of its rule goes on. */
  setRules(rules: RuleSet): Promise<EndRecord[]>;
} {
  const { exchange, gateway } = parts;
  let current = first;
  let named = cookiesOf(gateway.rules());

  /** Other builds bring the files that they ship; what is given for these is in effect at once. */
  async function install(next: SwitchedSetting, plan: SitePlan, contents: FileContents): Promise<void> {
    const servers = plan.servers.map((server) => ({ ...server, webConfig: { ...contents, ...server.webConfig } }));
    await exchange.configure(SWITCHED_LABEL, { ...plan, servers, vdirAuth: next.vdirAuth, options: next.options });
  }

  const setting = () => ({
    ...current,
    signOutKind: keysInEffect(exchange.servers(SWITCHED_LABEL)),
    office365: office365Setting(parts),
  });
  /** Throws before anything is changed. */
  function check({ signOutKind, webConfig, office365, plan: _, ...change }: LabChange) {
    if (office365) checkOffice365(parts, office365);
    return { contents: contentsOf(signOutKind, webConfig), next: settingAfter(current, change) };
  }

  return {
    setting,
    async configure(change) {
      const { contents, next } = check(change);
      const installs = installsServers(change) || change.plan !== undefined;
      if (installs || !exchange.labels().includes(SWITCHED_LABEL)) await install(next, change.plan ?? planFor(next), contents);
      else {
        if (change.vdirAuth !== undefined || change.options !== undefined) exchange.adjust(SWITCHED_LABEL, next);
        for (const [file, content] of Object.entries(contents))
          exchange.saveWebConfig(SWITCHED_LABEL, file as WebConfigFile, content);
      }
      current = next;
      await gateway.setRules(switchRule(gateway.rules(), current, named));
      if (change.office365) await configureOffice365(parts, change.office365);
      return setting();
    },
    setRules(rules) {
      named = cookiesOf(rules);
      return gateway.setRules(switchRule(rules, current, named));
    },
  };
}

/** Whether a change brings servers of other builds, and with them the files that these ship. */
export function installsServers(change: LabChange): boolean {
  return change.profile !== undefined || change.frontEnd !== undefined || change.mailboxes !== undefined;
}

/** One front end, and a mailbox server for each version that somebody's mailbox is on. */
function planFor({ profile, frontEnd, mailboxes }: SwitchedSetting): SitePlan {
  const { servers } = plainPlan(profile, frontEnd);
  const others = [...new Set(Object.values(mailboxes))].filter((version) => version !== profile);
  const nameOf = (version: string) => `mbx-${others.indexOf(version) + 2}`;
  return {
    servers: [...servers, ...others.map((version) => ({ name: nameOf(version), profile: version, roles: ['mailbox'] as const }))],
    mailboxes: Object.fromEntries(Object.entries(mailboxes).map(([account, version]) => [account, nameOf(version)])),
  };
}

/** A profile is that of both servers and of every mailbox unless the change says otherwise. Throws LabError for options that there are not. */
function settingAfter(current: SwitchedSetting, change: Partial<SwitchedSetting>): SwitchedSetting {
  const next = { ...current, ...change };
  if (change.profile !== undefined && change.frontEnd === undefined) next.frontEnd = change.profile;
  if (change.profile !== undefined && change.mailboxes === undefined) next.mailboxes = {};
  readOptions(next.options);
  return next;
}

type FileContents = Partial<Record<WebConfigFile, FileContent>>;

/** Read here already, so that nothing is changed by half. Throws LabError for what no web.config is or can hold. */
export function contentsOf(
  signOutKind: Partial<SignOutFiles> = {},
  webConfig: Partial<Record<WebConfigFile, string>> = {},
): FileContents {
  for (const [file, value] of Object.entries(signOutKind))
    webConfigText(file as WebConfigFile, '', value === null ? 'absent' : { value });
  for (const [file, text] of Object.entries(webConfig)) readWebConfig(text, file);
  const values = Object.entries(signOutKind).map(([file, value]) => [file, { value }]);
  const texts = Object.entries(webConfig).map(([file, text]) => [file, { text }]);
  return Object.fromEntries([...values, ...texts]);
}

/** feOwa of the first front end, beOwa and beEcp of the first mailbox server. */
function keysInEffect(servers: readonly ExchangeServer[]): SignOutFiles {
  const key = (file: WebConfigFile) => serverWith(file, servers)?.application(file).key() ?? null;
  return { feOwa: key('feOwa'), beOwa: key('beOwa'), beEcp: key('beEcp') };
}

/** The first of the servers that has such a file: it stands for the others. */
export function serverWith(file: WebConfigFile, servers: readonly ExchangeServer[]): ExchangeServer | undefined {
  return servers.find((server) => server.has(file));
}

/** How the gateway gets into a virtual directory; FBA and AD FS ignore what it delegates (T-18, T-25). */
const delegations: Record<VdirAuth, PublishingRule['delegation']> = {
  basic: 'basic',
  fba: 'basic',
  adfs: 'basic',
  windows: 'negotiate',
  digest: 'client',
};

/** What each rule names, by the rule's name. */
type NamedCookies = ReadonlyMap<string, PublishingRule['clearCookies']>;

function cookiesOf({ rules }: RuleSet): NamedCookies {
  return new Map(rules.map((rule) => [rule.name, rule.clearCookies]));
}

function switchRule(ruleSet: RuleSet, setting: SwitchedSetting, named: NamedCookies): RuleSet {
  const { logoffUrl: url, match, ignoreCase, onLogoff } = setting;
  // As in rules: whoever answers what the back end answers must ask it.
  const forwardToBackend = setting.forwardToBackend || onLogoff === 'pass-through';
  const redirectTo = onLogoff === 'redirect' ? REDIRECT_TO : null;
  const logoff = url === null ? null : { url, match, ignoreCase, onLogoff, redirectTo, forwardToBackend };
  const rules = ruleSet.rules.map((rule) => ({
    ...rule,
    clearCookies: (setting.clearCookies && named.get(rule.name)) || [],
    ...(rule.publicNames.includes(SWITCHED_NAME) && { delegation: delegations[setting.vdirAuth], logoff }),
  }));
  return { ...ruleSet, rules };
}
