import { LabError } from '../errors.ts';
import { type FileContent, readContent } from './application.ts';
import { type ExchangeOptions, readOptions } from './options.ts';
import type { Profile } from './profile.ts';
import type { Role } from './server.ts';
import type { VdirAuth } from './sign-out.ts';
import type { WebConfigFile } from './web-config/web-config.ts';

/** One machine of a site: its build, its roles, and what its web.config files hold if not what the build ships. */
export type ServerPlan = {
  name: string;
  profile: string;
  roles: readonly Role[];
  webConfig?: Partial<Record<WebConfigFile, FileContent>>;
};

/** What stands behind one public name. The first mailbox server holds every mailbox that `mailboxes` says nothing about. */
export type SitePlan = {
  servers: readonly ServerPlan[];
  vdirAuth?: VdirAuth;
  options?: Readonly<Record<string, string>>;
  /** Account → name of the server that holds the mailbox. */
  mailboxes?: Readonly<Record<string, string>>;
  /** Names of the front ends that the balancing pool sends clients to; default: all. */
  pool?: readonly string[];
};

/** A plan without its servers, every default filled in. */
export type SiteSettings = {
  vdirAuth: VdirAuth;
  options: ExchangeOptions;
  mailboxes: Readonly<Record<string, string>>;
  pool: readonly string[];
};

/** What can be changed without touching the servers. Options that are not named are at their default. */
export type SettingsChange = { vdirAuth: VdirAuth; options: Readonly<Record<string, string>> };

/** One front end and one mailbox server; the front end's build is the mailbox server's unless said otherwise. */
export function plainPlan(profile: string, frontEnd = profile): SitePlan {
  return {
    servers: [
      { name: 'cas-1', profile: frontEnd, roles: ['client-access'] },
      { name: 'mbx-1', profile, roles: ['mailbox'] },
    ],
  };
}

/** Checks everything that a plan says, before anything is changed by it. Throws LabError for one that cannot be. */
export function checkPlan(plan: SitePlan, profileNamed: (name: string) => Profile): void {
  readPlan(plan);
  checkGenerations(plan, profileNamed);
  for (const { profile, webConfig = {} } of plan.servers) {
    const { build } = profileNamed(profile);
    for (const [file, content] of Object.entries(webConfig)) readContent(file as WebConfigFile, build, content);
  }
}

/** A front end serves mailboxes of its own generation and of earlier ones. */
function checkGenerations({ servers }: SitePlan, profileNamed: (name: string) => Profile): void {
  const generation = (role: Role, pick: (...generations: number[]) => number) =>
    pick(...servers.filter(({ roles }) => roles.includes(role)).map(({ profile }) => Number(profileNamed(profile).generation)));
  const [frontEnd, mailbox] = [generation('client-access', Math.min), generation('mailbox', Math.max)];
  if (frontEnd < mailbox)
    throw new LabError('configuration', `a Client Access server of ${frontEnd} cannot serve a mailbox on ${mailbox}`);
}

/** Checks what a plan says apart from builds and files. Throws configuration for one that cannot be. */
export function readPlan({ servers, vdirAuth = 'basic', options, mailboxes = {}, pool }: SitePlan): SiteSettings {
  const withRole = (role: Role) => servers.filter(({ roles }) => roles.includes(role)).map(({ name }) => name);
  const [frontEnds, mailboxServers] = [withRole('client-access'), withRole('mailbox')];
  const twice = servers.find(({ name }, index) => servers.findIndex((server) => server.name === name) < index);
  if (twice)
    throw new LabError('configuration', `two servers of a site cannot have the same name; "${twice.name}" is there twice`);
  const unknown = [
    ...(pool ?? []).filter((name) => !frontEnds.includes(name)),
    ...Object.values(mailboxes).filter((name) => !mailboxServers.includes(name)),
  ];
  if (frontEnds.length === 0 || mailboxServers.length === 0 || unknown.length > 0)
    throw new LabError(
      'configuration',
      `a site needs a Client Access and a mailbox server, and names only servers that it has; unknown: ${unknown.join(', ') || 'none'}`,
    );
  return { vdirAuth, options: readOptions(options), mailboxes, pool: pool ?? frontEnds };
}
