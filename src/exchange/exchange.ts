import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Koa from 'koa';
import Router from 'koa-router';
import type { Clock } from '../clock.ts';
import { fieldPairs } from '../header-fields.ts';
import { closeServer, listen } from '../listen.ts';
import { describeCookies, describeHeaders } from '../trace/describe-headers.ts';
import type { Recorder } from '../trace/recorder.ts';
import { authPages, requireIdentity } from './client-access.ts';
import { mailboxPages } from './mailbox.ts';
import { problemPage } from './pages.ts';
import type { Profile } from './profile.ts';
import { createExchangeSessions } from './sessions.ts';
import type { VdirAuth } from './sign-out.ts';
import type { Site, Step, Visit, VisitContext } from './visit.ts';
import type { SignOutFiles } from './web-config.ts';

/** How one public name answers. `signOutKind` holds what differs from the shipped files. */
export type SiteSettings = { profile: string; vdirAuth?: VdirAuth; signOutKind?: Partial<SignOutFiles> };

export type Exchange = {
  listen(port: number, host: string): Promise<number>;
  /** Puts a server behind the public names whose first label is `label`, and forgets the sessions of that label. */
  configure(label: string, settings: SiteSettings): Site;
  sites(): readonly Site[];
  /** Forgets every session. */
  reset(): void;
  close(): Promise<void>;
};

/** Mock Exchange: one HTTP server, the Host's first label says which Exchange answers. */
export function createExchange(parts: {
  profiles: ReadonlyMap<string, Profile>;
  clock: Clock;
  recorder: Recorder;
  random: (bytes: number) => Buffer;
}): Exchange {
  const sessions = createExchangeSessions(parts.clock, parts.random);
  const sites = new Map<string, Site>();
  for (const name of parts.profiles.keys()) configure(name, { profile: name });

  function configure(label: string, settings: SiteSettings): Site {
    const profile = parts.profiles.get(settings.profile);
    if (!profile) throw new RangeError(`no profile "${settings.profile}"; there are ${[...parts.profiles.keys()].join(', ')}`);
    const site: Site = {
      label,
      profile,
      vdirAuth: settings.vdirAuth ?? 'basic',
      signOutKind: { ...profile.shipped, ...settings.signOutKind },
    };
    sites.set(label, site);
    sessions.forget(label);
    return site;
  }

  const app = new Koa<Visit>();
  app.silent = true;
  const router = new Router<Visit>({ strict: true });
  authPages(router, sessions);
  mailboxPages(router, sessions);
  for (const step of [pickSite(sites), journal(parts.recorder), serveFiles, requireIdentity(sessions)]) app.use(step);
  app.use(router.routes() as unknown as Step); // the router's context has more than a step needs
  app.use(notFound);
  const server = createServer(app.callback());

  return {
    listen: (port, host) => listen(server, port, host),
    configure,
    sites: () => [...sites.values()],
    reset: () => sessions.clear(),
    close: () => closeServer(server),
  };
}

function pickSite(sites: ReadonlyMap<string, Site>): Step {
  return async function pickSite(ctx, next) {
    const label = (ctx.hostname.split('.', 1)[0] as string).toLowerCase();
    const site = sites.get(label);
    if (!site) {
      ctx.status = 404;
      ctx.body = `No Exchange server answers at "${ctx.hostname}". The first label of the host is one of: ${[...sites.keys()].join(', ')}.\n`;
      return;
    }
    Object.assign(ctx.state, {
      site,
      exchangeId: ctx.get('X-Request-Id') || randomUUID(),
      person: null,
      context: null,
      contextEnded: false,
      facts: [],
    });
    await next();
  };
}

/** Writes down which identity reached the server with which request, and what it got. */
function journal(recorder: Recorder): Step {
  return async function journal(ctx, next) {
    ctx.set('Cache-Control', 'no-cache, no-store');
    const seen = ctx.cookies.get('UC') ?? ctx.cookies.get('UserContext');
    const { url } = ctx.req;
    await next();
    const about = {
      exchange: ctx.state.exchangeId,
      party: 'front-end',
      method: ctx.method,
      host: ctx.host,
      target: url ?? '',
    } as const;
    const who = { identity: ctx.state.person?.account, session: describeSession(ctx, seen) };
    const sent = fieldPairs(ctx.req.rawHeaders);
    recorder.record({ ...about, ...who, kind: 'request', headers: describeHeaders(sent), cookies: describeCookies(sent) });
    const fields = Object.entries(ctx.response.headers).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, String(one)] as const),
    );
    recorder.record({
      ...about,
      ...who,
      kind: 'response',
      status: ctx.status,
      headers: describeHeaders(fields),
      cookies: describeCookies(fields),
      facts: ctx.state.facts,
    });
  };
}

function describeSession(ctx: VisitContext, cookieSeen: string | undefined): { id: string; state: string } | undefined {
  const { context } = ctx.state;
  if (!context) return undefined;
  const state = ctx.state.contextEnded ? 'ended' : cookieSeen === context.id ? 'alive' : 'started';
  return { id: context.publicId, state };
}

const files = new Map(
  ['sign-out.js', 'sign-out-2010.js', 'logon-stub.js', 'page.js', 'owa.css'].map((name) => [
    name,
    readFileSync(new URL(`./client/${name}`, import.meta.url), 'utf8'),
  ]),
);

/** Scripts and styles under the build's number, and the health page (E-36, E-37). */
async function serveFiles(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  const { build } = ctx.state.site.profile;
  const [, version, name] = /^\/owa\/(?:auth\/)?([\d.]+)\/(?:scripts|themes)\/([\w.-]+)$/i.exec(ctx.path) ?? [];
  const text = version === build && name !== undefined ? files.get(name) : undefined;
  if (text !== undefined) {
    ctx.type = name?.endsWith('.css') ? 'css' : 'js';
    ctx.set('Cache-Control', 'public, max-age=300');
    ctx.body = text;
  } else if (/^\/owa\/healthcheck\.htm$/i.test(ctx.path)) ctx.body = '200 OK';
  else await next();
}

function notFound(ctx: VisitContext): void {
  ctx.status = 404;
  ctx.body = problemPage(ctx.state.site.profile, 'Not found', 'This server has no such page.').text;
}
