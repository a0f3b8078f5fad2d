import { type ExchangeOptionName, exchangeOptions, readOptions } from '../../exchange/options.ts';
import { type Profile, readsSignOutKind } from '../../exchange/profile.ts';
import {
  entryInWords,
  parseSignOutKind,
  type SignOutKindParser,
  valueInEffect,
  type WebConfigFile,
} from '../../exchange/web-config/web-config.ts';
import type { Lab } from '../../lab/lab.ts';
import { installsServers, type LabChange, SWITCHED_LABEL, SWITCHED_NAME } from '../../lab/lab-setting.ts';
import { ADFS_NAME } from '../../lab/office365-setting.ts';
import { webConfigFiles } from '../../lab/read-change.ts';
import { office365Profiles } from '../../office365/profiles.ts';
import { serverOf, unread } from './web-config-state.ts';

/** Files that were given on the command line, by what they stand for: their paths. */
export type GivenFiles = Partial<Record<WebConfigFile, string>>;

const changes = (file: WebConfigFile, { signOutKind, webConfig }: LabChange) =>
  signOutKind?.[file] !== undefined || webConfig?.[file] !== undefined;

/** What somebody should know about a change: files that another build has replaced, and what has no effect. `savedBefore`: by hand. */
export function notesOnChange(lab: Lab, change: LabChange, savedBefore: readonly WebConfigFile[], given: GivenFiles): string[] {
  const saved = webConfigFiles.filter((file) => changes(file, change));
  const replaced = installsServers(change) ? webConfigFiles.filter((file) => !changes(file, change)) : [];
  return [
    ...replaced.flatMap((file) => noteOnReplaced(lab, file, savedBefore, given)),
    ...notesOnFiles(lab, saved),
    ...notesOnOptions(lab, change),
    ...notesOnAuthentication(lab),
    ...notesOnLogoff(lab, change),
    ...notesOnOffice365(lab, change),
  ];
}

/** Which files behind the switched name somebody has saved since their build was installed. */
export function filesSavedByHand(lab: Lab): WebConfigFile[] {
  return webConfigFiles.filter((file) => serverOf(lab, file).application(file).changed());
}

function noteOnReplaced(lab: Lab, file: WebConfigFile, before: readonly WebConfigFile[], given: GivenFiles): string[] {
  const server = serverOf(lab, file);
  const path = given[file];
  if (!before.includes(file) && (path === undefined || !readsSignOutKind(server.profile()))) return [];
  const now = entryInWords(server.application(file).file().entry);
  const again = path === undefined ? 'do it again if you need it' : `to put it back, save ${path} again`;
  const gone = path === undefined ? 'what was saved before is gone' : 'the file of --web-config is not on this server';
  return [
    `${file}: ${server.profile().name} brought its own web.config (${now}), as every cumulative update does: ${gone}; ${again} [E-02]`,
  ];
}

/** About web.config files that have just been saved. */
export function notesOnFiles(lab: Lab, files: readonly WebConfigFile[]): string[] {
  const notes = files.flatMap((file) => notesOnFile(lab, file));
  const matters = files.some((file) => readsSignOutKind(serverOf(lab, file).profile()));
  return matters ? [...notes, REMINDER] : notes;
}

const REMINDER =
  'a cumulative update (here: a profile or frontEnd) overwrites web.config; going back to LegacyLogOff is supported with CU9 or later only, ' +
  'and may go [E-02]';

function notesOnFile(lab: Lab, file: WebConfigFile): string[] {
  const server = serverOf(lab, file);
  const { name, withoutKey } = server.profile();
  if (!readsSignOutKind(server.profile())) return [`${file}: no effect, ${unread(server)}`];
  const { vdirAuth, options } = lab.setting();
  const { entry, notes } = server.application(file).file();
  const value = valueInEffect(entry);
  const said = [...notes];
  const { signOutKindParser } = readOptions(options);
  if (value !== null && !isKnownKind(value, signOutKindParser))
    said.push(`${file}: ${entryInWords(entry)}, which is no value that Exchange knows, so it means DefaultSignOut [E-01]`);
  if (value === null && withoutKey === 'option landing')
    said.push(`${file}: what a missing key means to ${name} is not proven; here it is what the option landing says`);
  if (file === 'feOwa' && vdirAuth !== 'fba')
    said.push(`feOwa: no effect with vdirAuth ${vdirAuth}: this file decides with fba only [E-12, E-13]`);
  const application = server.application(file);
  if (application.file() !== application.running())
    said.push(
      `${file}: saved, but not read: the option autoRecycle is false, so the pool waits for curl -X POST -H 'Content-Type: application/json' -d '{}' …/api/recycle [E-02]`,
    );
  return said;
}

function isKnownKind(value: string, parser: SignOutKindParser): boolean {
  const known = ['', '0', 'defaultsignout'].includes(value.trim().toLowerCase());
  return known || parseSignOutKind(value, parser) === 'LegacyLogOff';
}

/** Options that matter to some builds only. */
const matters: Partial<Record<ExchangeOptionName, (profile: Profile) => boolean>> = {
  signOutKindParser: readsSignOutKind,
  landing: ({ withoutKey }) => withoutKey === 'option landing',
  logoffPageSource: ({ signOut }) => signOut === 'logoff-page',
  signoutPage: ({ signoutPage }) => signoutPage === 'asks-mailbox',
  mixedFarm: ({ signoutPage, generation }) => signoutPage === 'absent' && generation === '2013',
};

function notesOnOptions(lab: Lab, { options = {} }: LabChange): string[] {
  const profiles = lab.exchange.servers(SWITCHED_LABEL).map((server) => server.profile());
  const idle = (Object.keys(matters) as ExchangeOptionName[]).filter(
    (name) =>
      (options[name] ?? exchangeOptions[name].values[0]) !== exchangeOptions[name].values[0] &&
      !profiles.some((profile) => matters[name]?.(profile)),
  );
  const builds = [...new Set(profiles.map(({ name }) => name))].join(' and ');
  return idle.map((name) => `options.${name}: no effect with ${builds} [${exchangeOptions[name].fact}]`);
}

/** AD FS came with Service Pack 1 of 2013. */
function notesOnAuthentication(lab: Lab): string[] {
  if (lab.setting().vdirAuth !== 'adfs') return [];
  const [sp1, front] = ['2013-cu4', lab.setting().frontEnd].map((name) => [...lab.profiles.keys()].indexOf(name)) as [
    number,
    number,
  ];
  return front < sp1 ? [`vdirAuth adfs: no server of ${lab.setting().frontEnd} had it; it came with 2013 SP1 (2013-cu4)`] : [];
}

function notesOnLogoff(lab: Lab, change: LabChange): string[] {
  const keys = (['match', 'ignoreCase', 'onLogoff', 'forwardToBackend'] as const).filter((key) => change[key] !== undefined);
  const published = lab.gateway.rules().rules.some((rule) => rule.publicNames.includes(SWITCHED_NAME));
  if (!published)
    return [`no rule publishes ${SWITCHED_NAME}, so nobody gets there through the gateway, and its logoff URL has no effect`];
  if (keys.length === 0 || lab.setting().logoffUrl !== null) return [];
  return [`${keys.join(', ')}: no effect while logoffUrl is null`];
}

function notesOnOffice365(lab: Lab, { office365 }: LabChange): string[] {
  const published = lab.gateway.rules().rules.some((rule) => rule.publicNames.includes(ADFS_NAME));
  const { signOutKind } = office365 ?? {};
  return [
    ...(office365?.profile === 'zones' ? [ZONES] : []),
    ...(office365?.profile === 'third-party-cookies-blocked' ? [BLOCKED] : []),
    ...(office365?.profile && office365Profiles.get(office365.profile)?.logoutStyle === 'page' ? [FRAMES] : []),
    ...(signOutKind && !isKnownKind(signOutKind, 'enum')
      ? [
          `office365.signOutKind: ${JSON.stringify(signOutKind)} is no value that Exchange knows, so it means DefaultSignOut [E-01, O-09]`,
        ]
      : []),
    ...(office365?.adfsLogoffUrl != null && !published
      ? [`office365.adfsLogoffUrl: no effect, no rule publishes ${ADFS_NAME}`]
      : []),
  ];
}

const FRAMES =
  'office365.profile: cookies that were set before this change are not meant for frames, so end the sessions now: POST /api/reset';
const ZONES =
  'office365.profile zones: only a browser that keeps cookies apart by zone shows it, as the matrix’s does; any other behaves as after Method 3, ' +
  'and is signed out. literal shows the same in every browser [O-05]';
const BLOCKED =
  'office365.profile third-party-cookies-blocked: the server does what single-sign-out does; it is the browser that must block third-party cookies [O-06]';
