import { createServer, type RequestListener, type Server } from 'node:http';
import type { Clock } from '../clock.ts';
import { behindGateway, closeServer, listen } from '../listen.ts';
import { createBalancer } from './balancer.ts';
import { createClientAccess } from './client-access.ts';
import { createLogons } from './logons.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { readOptions } from './options.ts';
import type { Profile } from './profile.ts';
import { createExchangeServer, type ExchangeServer } from './server.ts';
import { readPlan, type ServerPlan, type SettingsChange, type SitePlan, type SiteSettings } from './site-plan.ts';
import { createUserContexts } from './user-contexts.ts';
import type { FrontEndTools, Site } from './visit.ts';
import type { WebConfigFile } from './web-config/web-config.ts';

/** The servers behind one public name, running. */
export type RunningSite = {
  readonly servers: readonly ExchangeServer[];
  settings(): SiteSettings;
  /** What answers the public name: the front end, or the balancing pool before several. */
  readonly entry: RequestListener;
  /** Whether a plan has the same servers, by name and role. */
  fits(plan: SitePlan): boolean;
  /** Brings the servers to the planned builds and files, and forgets every session. Throws LabError for a plan that cannot be. */
  configure(plan: SitePlan): void;
  /** Changes settings and forgets every session; servers and files stay as they are. Throws LabError for options that there are not. */
  adjust(settings: SettingsChange): void;
  /** Forgets every session. */
  forget(): void;
  close(): Promise<void>;
};

export type SiteParts = {
  clock: Clock;
  random: (bytes: number) => Buffer;
  tools: FrontEndTools;
  profileNamed: (name: string) => Profile;
  nextContextId: () => string;
};

/** Starts the planned servers: each mailbox server listens on a port of its own, and so do front ends that stand behind a balancer. */
export async function startSite(plan: SitePlan, parts: SiteParts): Promise<RunningSite> {
  const { clock, random, tools, profileNamed } = parts;
  let settings = readPlan(plan);
  const servers = plan.servers.map(({ name, roles, profile }) => createExchangeServer(name, roles, profileNamed(profile)));
  const mailboxes = new Map<string, Mailbox>();
  const logons = createLogons(clock, random);
  const site: Site = {
    vdirAuth: () => settings.vdirAuth,
    options: () => settings.options,
    logons,
    mailboxOf: (person) =>
      mailboxes.get(settings.mailboxes[person?.account ?? ''] ?? '') ?? (mailboxes.values().next().value as Mailbox),
  };
  for (const server of servers.filter(({ roles }) => roles.includes('mailbox'))) {
    const contexts = createUserContexts(random, parts.nextContextId);
    const mailbox = createMailbox({ server, site, contexts, recorder: tools.recorder, secret: tools.secret });
    await mailbox.listen();
    mailboxes.set(server.name, mailbox);
  }
  const frontEnds = servers.filter(({ roles }) => roles.includes('client-access'));
  const farm = await startFarm(frontEnds, (server) => createClientAccess(server, site, tools));

  const members = () => settings.pool.map((name) => ({ name, port: () => farm.ports.get(name) ?? 0 }));
  const forget = () => {
    logons.clear();
    for (const { contexts } of mailboxes.values()) contexts.clear();
  };
  return {
    servers,
    settings: () => settings,
    entry: farm.only ?? createBalancer(members, tools.asker),
    fits: ({ servers: planned }) => shapeOf(servers) === shapeOf(planned),
    configure(next) {
      const nextSettings = readPlan(next);
      const builds = next.servers.map(({ profile }) => profileNamed(profile));
      for (const [index, server] of servers.entries()) install(server, builds[index] as Profile, next.servers[index]);
      settings = nextSettings;
      forget();
    },
    adjust({ vdirAuth, options }) {
      settings = { ...settings, vdirAuth, options: readOptions(options) };
      forget();
    },
    forget,
    async close() {
      for (const http of farm.listening) await closeServer(http);
      for (const mailbox of mailboxes.values()) await mailbox.close();
    },
  };
}

function install(server: ExchangeServer, build: Profile, plan: ServerPlan | undefined): void {
  server.install(build);
  for (const [file, content] of Object.entries(plan?.webConfig ?? {}))
    server.application(file as WebConfigFile).save(content, true);
}

type Farm = { only: RequestListener | null; ports: ReadonlyMap<string, number>; listening: readonly Server[] };

/** One front end is asked as it is; several listen, for the balancing pool to reach them. */
async function startFarm(
  servers: readonly ExchangeServer[],
  handlerOf: (server: ExchangeServer) => RequestListener,
): Promise<Farm> {
  const [first, ...others] = servers;
  if (first && others.length === 0) return { only: handlerOf(first), ports: new Map(), listening: [] };
  const ports = new Map<string, number>();
  const listening = servers.map((server) => createServer(behindGateway, handlerOf(server)));
  for (const [index, http] of listening.entries()) ports.set(servers[index]?.name ?? '', await listen(http, 0, '127.0.0.1'));
  return { only: null, ports, listening };
}

function shapeOf(servers: readonly Pick<ServerPlan, 'name' | 'roles'>[]): string {
  return servers.map(({ name, roles }) => `${name}:${roles.join('+')}`).join(' ');
}
