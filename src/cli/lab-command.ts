import { Command } from 'commander';
import { readOptions } from '../exchange/options.ts';
import { readsSignOutKind } from '../exchange/profile.ts';
import { closesWindowOnLogout } from '../exchange/sign-out.ts';
import { names } from '../exchange/web-config/explain-web-config.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { SWITCHED_NAME, serverWith } from '../lab/lab-setting.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics/create-metrics.ts';
import { expectationFor } from '../regression/expectation-for.ts';
import { certificateWarnings } from '../rules/explain-certificate.ts';
import { explainRule } from '../rules/explain-rule.ts';
import { describeStoreAddress, type StoreAddress } from '../sessions/store-address.ts';
import { version } from '../version.ts';
import { addressLines } from './address-lines.ts';
import { type CommandContext, say, standardError } from './command-context.ts';
import { consolePageUrl, consoleUrl } from './console-access.ts';
import { explainTakenPort } from './explain-taken-port.ts';
import { inColumns } from './in-columns.ts';
import { watchRules } from './reload-rules.ts';
import { serve } from './serve.ts';
import { storeAddressFor } from './store-address-for.ts';
import { openWebConfigFiles } from './web-config-files.ts';
import { settingsOf, withSettings } from './with-settings.ts';

const settings = [
  'port',
  'consolePort',
  'exchangePort',
  'office365Port',
  'office365Profile',
  'host',
  'consoleHost',
  'rules',
  'sessions',
  'webConfig',
  'logLevel',
] as const;
const defaults = { logLevel: 'warn' };

const examples = `
Examples:
  npx logoff-lab lab
  npx logoff-lab lab --web-config beOwa=web.config       a file of yours on every build that reads the key; edit it while the lab runs
  npx logoff-lab lab --office365-profile literal         an Office 365 that cannot be signed out of, in any browser`;

export function labCommand(context: CommandContext): Command {
  const command = new Command('lab')
    .description('gateway, mock Exchange, mock Office 365 and console, without any configuration (the default command)')
    .addHelpText('after', examples);
  return withSettings(command, settings, defaults).action(async () => {
    const wanted = settingsOf(command, context, defaults);
    const { port, exchangePort, office365Port, host } = wanted;
    const ports = { gateway: port, exchange: exchangePort, office365: office365Port };
    const metrics = createMetrics(['process', 'gateway', 'lab']);
    const { meter } = metrics;
    const watch = wanted.rules === null ? null : await watchRules(wanted.rules, { say, meter });
    process.on('SIGHUP', () => (watch ? void watch.reload() : say(NOTHING_TO_RELOAD)));
    const store = storeAddressFor(wanted, watch?.rules.listener.sessions ?? null);
    const log = createLog(standardError, wanted.logLevel);
    const options = { ports, host, sessions: store, log, meter };
    const files = await openWebConfigFiles(wanted.webConfig ?? [], { say });
    try {
      const lab = await explainTakenPort(startLab(watch ? { ...options, rules: watch.rules } : options), wanted, { all: true });
      watch?.putOn(lab);
      await lab.configure({ office365: { profile: wanted.office365Profile } });
      files.putOn(lab.exchange, [...lab.profiles.values()]);
      const drainTime = () => lab.gateway.rules().listener.limits.drainTime;
      await serve(wanted, { sessions: lab.sessions, admin: lab, lab, metrics, log, drainTime }, lab.close, (consolePort) => {
        const at = wanted.consoleHost ?? host;
        const admin = consoleUrl(at, consolePort);
        if (wanted.rules !== null) return ownRules(lab, store, admin);
        return welcome(lab, store, { pages: consolePageUrl(at, consolePort), admin });
      });
    } finally {
      watch?.close();
      files.close();
    }
  });
}

const NOTHING_TO_RELOAD =
  'SIGHUP: there is nothing to read again, for the lab goes by rules of its own (--rules gives it others)';

/** With rules of somebody's own, the lab's names and users need not hold: what the rules publish is told instead. */
function ownRules({ ports, gateway }: Lab, store: StoreAddress, admin: string): string {
  const ruleSet = gateway.rules();
  return [
    `Sessions: ${describeStoreAddress(store)}.`,
    ...ruleSet.rules.map(explainRule),
    ...certificateWarnings(ruleSet, Date.now()),
    'Published:',
    ...addressLines(ruleSet, ports.gateway),
    `Console: ${admin}`,
    'Stop with Ctrl+C.',
  ].join('\n');
}

/** The builds that tell the story; all the others have an address too. */
const telling = ['2010', '2013-cu1', '2013-cu8', '2013-cu9-announced', '2013-cu9-shipped', '2016-rtm'];

/** The addresses, the users, and what to click. `pages`: where the console is opened, `admin`: where a program asks it. */
function welcome(lab: Lab, store: StoreAddress, { pages, admin }: { pages: string; admin: string }): string {
  const { ports } = lab;
  const profiles = [...lab.profiles.values()];
  const [shown, others] = [true, false].map((wanted) => profiles.filter(({ name }) => telling.includes(name) === wanted));
  const lines = inColumns((shown ?? []).map(({ name, title }) => [siteUrl(name, ports.gateway), title, promise(lab, name)]));
  return `
logoff-lab ${version()}: sign in, click Sign out, and see whether you are signed out.

Open ${pages} in a browser: choose a story, press "Run it", and read why.

Or open one of these, sign in as lab\\alice with the password Passw0rd!, and click Sign out:

${lines.join('\n')}

Then open the same address again. A logon form: you were signed out. Mail: you were not.

  Other builds      ${siteUrl('NAME', ports.gateway)} for ${names(others ?? [], profiles)}
  Another user      lab\\bob, password Passw0rd!
  Yours to switch   http://${SWITCHED_NAME}:${ports.gateway}/owa/ is ${lab.setting().profile} until you say otherwise (${admin}api says what there is):
                    curl -X PUT ${admin}api/lab -H 'Content-Type: application/json' -d '{"profile":"2013-cu8"}'
  No gateway        ${siteUrl('2013-cu1', ports.exchange)} and so on: the mock Exchange itself
  Office 365        ${office365(lab)}
  Sessions          in ${describeStoreAddress(store)}
  The whole matrix  npx logoff-lab matrix

Stop with Ctrl+C.
`;
}

/** Where to go; a browser of today does not show what the profile zones is about. */
function office365({ ports, setting }: Lab): string {
  const { profile } = setting().office365;
  const address = `http://outlook.mail365.localhost:${ports.office365}/owa/ as alice@lab.example, profile ${profile}`;
  return profile === 'zones'
    ? `${address};\n                    to see what its users saw in any browser: --office365-profile literal`
    : address;
}

function siteUrl(label: string, port: number): string {
  return `http://${label}.localhost:${port}/owa/`;
}

const DIALOG = 'a dialog and no request: still signed in';
const SEEN = 'the gateway sees the sign-out: signed out';

/** What the committed expectations say of this build behind the lab's own rule, or what becomes of it with a web.config of one's own. */
function promise({ exchange }: Lab, profile: string): string {
  const server = serverWith('beOwa', exchange.servers(profile));
  if (server?.application('beOwa').changed() && readsSignOutKind(server.profile()))
    return `${closesWindowOnLogout(server.part('beOwa', readOptions()), 'basic') ? DIALOG : SEEN} (with your web.config)`;
  const asShipped = { signOutKind: null, signOutKindSource: 'shipped', options: null, installOrder: null } as const;
  const rule = { via: 'gateway', logoffUrl: '/owa/logoff.owa', match: 'contains', vdirAuth: 'basic' } as const;
  const client = { suite: 'exchange', app: 'owa', client: 'premium' } as const;
  const expected = expectationFor({ ...client, ...rule, ...asShipped, profile, frontEnd: profile });
  if (!expected) return '';
  return expected.detected ? SEEN : DIALOG;
}
