import { createServer, type RequestListener } from 'node:http';
import type { Clock } from '../clock.ts';
import { LabError } from '../errors.ts';
import { behindGateway, closeServer, listen } from '../listen.ts';
import type { ReadToken } from '../one-time-token.ts';
import type { Recorder } from '../trace/recorder.ts';
import { createAdfs } from './adfs/adfs.ts';
import type { FileContent } from './application.ts';
import { createAsker } from './ask.ts';
import { createChallenges } from './challenge.ts';
import type { Profile } from './profile.ts';
import { type RunningSite, type SiteParts, startSite } from './running-site.ts';
import type { ExchangeServer } from './server.ts';
import { checkPlan, plainPlan, type SettingsChange, type SitePlan } from './site-plan.ts';
import type { WebConfigFile } from './web-config/web-config.ts';

export type Exchange = {
  /** Starts one plain site for each profile, under the profile's name, and listens; with `only` nothing is started that is not planned. */
  listen(port: number, host: string): Promise<number>;
  /**
   * Puts servers behind the public names whose first label is `label`, and forgets the sessions of that label. Servers of the same
   * name and roles stay and are brought to the planned build. Throws LabError for a plan that cannot be; then nothing changes.
   */
  configure(label: string, plan: SitePlan): Promise<void>;
  /** Changes the settings of a site and forgets its sessions; its servers and what is in their files stay. */
  adjust(label: string, settings: SettingsChange): void;
  servers(label: string): readonly ExchangeServer[];
  /** Saves a web.config while the servers run; their pools recycle unless the option autoRecycle is off (E-02). */
  saveWebConfig(label: string, file: WebConfigFile, content: FileContent): void;
  /** Recycles every application pool by hand. */
  recycle(label: string): void;
  labels(): readonly string[];
  /** AD FS, for other relying parties: where it is, and who a token of its says a user is, to the relying party `realm`. */
  federation: { issuer(): string; readToken(token: string, realm: string): ReadToken<{ account: string }> };
  /** Forgets every session. */
  reset(): void;
  close(): Promise<void>;
};

/** Mock Exchange: front ends and mailbox servers, each an HTTP server; the Host's first label says who answers. AD FS is `sts`. */
export function createExchange(parts: {
  profiles: ReadonlyMap<string, Profile>;
  clock: Clock;
  recorder: Recorder;
  random: (bytes: number) => Buffer;
  /** Label of the one site that answers at every name, for a proxy that passes on whatever Host it likes. */
  only?: string;
}): Exchange {
  const { profiles, clock, recorder, random, only } = parts;
  const sites = new Map<string, RunningSite>();
  const asker = createAsker();
  const adfs = createAdfs({ clock, random, recorder });
  let contexts = 0;
  let port = 0;
  const issuer = () => `http://sts.corp.localhost:${port}/adfs/ls/`;
  const siteParts: SiteParts = {
    clock,
    random,
    profileNamed: (name) => named(profiles, name, 'profile'),
    nextContextId: () => `uc-${++contexts}`,
    tools: {
      recorder,
      asker,
      adfs,
      challenge: createChallenges(clock, random(32)),
      secret: random(24).toString('base64url'),
      issuer,
    },
  };

  async function put(label: string, plan: SitePlan): Promise<void> {
    checkPlan(plan, siteParts.profileNamed);
    const before = sites.get(label);
    const site = before?.fits(plan) ? before : await startSite(plan, siteParts);
    site.configure(plan);
    sites.set(label, site);
    if (before && before !== site) await before.close();
  }

  /** One after the other: two at once for the same label would both start servers, and one would never be closed. */
  let last: Promise<unknown> = Promise.resolve();
  function configure(label: string, plan: SitePlan): Promise<void> {
    const done = last.then(() => put(label, plan));
    last = done.catch(() => {});
    return done;
  }

  const siteNamed = (label: string) => named(sites, label, 'site');
  const http = createServer(behindGateway, answerByLabel(sites, adfs.handler, only));
  return {
    async listen(wanted, host) {
      for (const name of only === undefined ? profiles.keys() : []) if (!sites.has(name)) await configure(name, plainPlan(name));
      port = await listen(http, wanted, host);
      return port;
    },
    configure,
    adjust: (label, settings) => siteNamed(label).adjust(settings),
    servers: (label) => siteNamed(label).servers,
    saveWebConfig(label, file, content) {
      const { servers, settings } = siteNamed(label);
      const autoRecycle = settings().options.autoRecycle === 'true';
      for (const server of servers) if (server.has(file)) server.application(file).save(content, autoRecycle);
    },
    recycle(label) {
      for (const server of siteNamed(label).servers) server.recycle();
    },
    labels: () => [...sites.keys()],
    federation: { issuer, readToken: adfs.readToken },
    reset() {
      for (const site of sites.values()) site.forget();
      adfs.forget();
    },
    async close() {
      await closeServer(http);
      for (const site of sites.values()) await site.close();
      asker.close();
    },
  };
}

function named<Value>(map: ReadonlyMap<string, Value>, name: string, what: string): Value {
  const value = map.get(name);
  if (!value) throw new LabError('configuration', `there is no ${what} "${name}"; there are ${[...map.keys()].join(', ')}`);
  return value;
}

/** Host goes into addresses that are sent back: nothing but a name and a port may be in it. */
const HOST = /^[\w.-]+(:\d{1,5})?$/;

function answerByLabel(sites: ReadonlyMap<string, RunningSite>, adfs: RequestListener, only?: string): RequestListener {
  return (request, response) => {
    const host = request.headers.host ?? '';
    if (!HOST.test(host) || !URL.canParse(`http://${host}`)) {
      response
        .writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' })
        .end('The Host field is not a name, with or without a port.\n');
      return;
    }
    const label = (host.split(/[.:]/, 1)[0] as string).toLowerCase();
    const site = sites.get(only === undefined || label === 'sts' ? label : only);
    if (site) site.entry(request, response);
    else if (label === 'sts') adfs(request, response);
    else {
      const sentence = `No Exchange server answers at "${host}". The first label of the host is one of: ${[...sites.keys(), 'sts'].join(', ')}.\n`;
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end(sentence);
    }
  };
}
