import Koa, { type Context, type Middleware } from 'koa';
import { LabError } from '../errors.ts';
import { type Html, html } from '../html.ts';
import { journal } from '../trace/journal.ts';
import { answerProblems } from './answer-problems.ts';
import { checkMethod } from './check-method.ts';
import { type CookieSession, createCookieSession } from './cookie-session.ts';
import { findPerson, type Person } from './directory.ts';
import { guardPages } from './guard-pages.ts';
import { type HostName, hostOf, hosts, LOGON_HOST, originOf, type ServiceName, serviceHosts } from './hosts.ts';
import { plainPage, servicePage, sessionFacts } from './pages.ts';
import type { Parts } from './parts.ts';
import { readForm } from './read-form.ts';
import { type ServiceData, services } from './services.ts';
import type { SessionCookies } from './session-cookies.ts';
import type { Limits, Session } from './sessions.ts';
import { expectSignIn, queryOf, single } from './sign-in-request.ts';
import { markSignedOut, mayOutliveBrowser } from './signed-out-mark.ts';
import { serveFile } from './static-files.ts';

/** The logon server takes no more of what is to be given back. */
const LONGEST_PATH = 2_000;

/** What one service is, besides what all of them do. */
export type ServiceDefinition = {
  host: HostName;
  limits: () => Limits;
  cookies: SessionCookies;
  heading: string;
  content: Html;
  /** Where its page's Sign out and "Sign in as a different user" lead. */
  actions: { readonly 'sign-out': string; readonly 'different-user': string };
  /** Answers at addresses of its own; false if this is none. */
  answer(ctx: Context, service: Service): boolean;
  /** A cookie of more than this host (SharePoint): set, used and taken back beside the service's own. */
  root?: CookieSession;
};

/** A running service. */
export type Service = Parts & { definition: ServiceDefinition; data: ServiceData; session: CookieSession };

/** A service that trusts the logon server (WS-Federation passive, O-07): an application with session cookies of its own (O-02). */
export function createService(parts: Parts, definition: ServiceDefinition) {
  const { host, limits, cookies } = definition;
  const name = hosts[host] as ServiceName;
  const session = createCookieSession(parts, { name: host.split('.', 1).join(), limits, cookies });
  const service: Service = { ...parts, definition, data: services[name], session };
  const app = new Koa();
  app.silent = true;
  app.use(journal<Person>(parts.recorder, name) as Middleware);
  app.use(guardPages(false));
  app.use(answerProblems(shownBy(service), service.data.start));
  app.use(async (ctx) => {
    if (serveFile(ctx)) return;
    const { start, landing } = service.data;
    const path = ctx.path.toLowerCase();
    checkMethod(ctx, path === landing);
    if (ctx.method === 'POST') await takeToken(ctx, service);
    else if (path === landing && queryOf(ctx).get('wa') === 'wsignoutcleanup1.0') cleanUp(ctx, service);
    else if (path === start) showTo(ctx, service, (found) => showStart(ctx, service, found));
    else if (!definition.answer(ctx, service)) throw new LabError('not-found', `${service.data.title} has no page ${ctx.path}.`);
  });
  return { handler: app.callback(), forget: session.forget };
}

/** Shows something to who is signed in, and sends anybody else to the logon server. */
export function showTo(ctx: Context, service: Service, show: (session: Session) => void): void {
  const known = service.session.of(ctx);
  if (known) service.session.renew(ctx, known);
  const session = known ?? openByRoot(ctx, service);
  if (session) show(session);
  else askToSignIn(ctx, service);
}

/** Ends the service's session, then asks the logon server to sign out where the profile says so. */
export function signOut(ctx: Context, service: Service): void {
  endSession(ctx, service);
  const start = `${originOf(service.definition.host, ctx)}${service.data.start}`;
  ctx.state['facts'] = ['O-02', 'O-08'];
  if (service.now.profile().signOut === 'service-only') ctx.redirect(start);
  else ctx.redirect(`${originOf(LOGON_HOST, ctx)}/logout.srf?${new URLSearchParams({ ...aboutSite(service), wreply: start })}`);
}

export function endSession(ctx: Context, service: Service): void {
  service.definition.root?.end(ctx);
  if (service.session.end(ctx)?.kept) markSignedOut(ctx);
}

/** O-02: to the logon server, for a new service token, and from there to `path`. */
export function askToSignIn(ctx: Context, service: Service, path = ctx.url): void {
  const query = queryOf(ctx);
  const whr = query.get('whr') ?? query.get('realm');
  const { host } = service.definition;
  ctx.state['facts'] = ['O-02', 'O-07'];
  const wreply = `${originOf(host, ctx)}${service.data.landing}?wa=wsignin1.0`;
  const wctx = isLocalPath(path) ? path : service.data.start;
  const { ct, rver, id } = aboutSite(service);
  const asked = { wa: 'wsignin1.0', rpsnv: '2', ct, rver, wp: 'MBI_SSL', wreply, id, wctx, ...(whr && { whr }) };
  ctx.redirect(`${originOf(LOGON_HOST, ctx)}/login.srf?${new URLSearchParams(asked)}`);
}

/** What every request to the logon server says of the service. */
function aboutSite({ clock, data }: Service) {
  return { ct: String(Math.floor(clock.now() / 1000)), rver: '6.1.6206.0', id: data.siteId };
}

function openByRoot(ctx: Context, { definition, session, now }: Service): Session | null {
  if (now.options().rootCookie === 'ignored') return null;
  const known = definition.root?.of(ctx) ?? null;
  return known && session.open(ctx, known.person, { kept: known.kept });
}

/** The logon server's token, brought by the browser. One that does not hold changes nothing. */
async function takeToken(ctx: Context, service: Service): Promise<void> {
  const { definition, data, session, tokens } = service;
  const form = await readForm(ctx);
  expectSignIn(form, queryOf(ctx));
  const path = form.get('wctx') || data.start;
  if (!isLocalPath(path))
    throw new LabError(
      'bad-request',
      `wctx is no path of this site, or longer than ${LONGEST_PATH} characters. Nobody was signed in.`,
    );
  const { claims, problem } = tokens.read(form.get(data.tokenField), originOf(definition.host, ctx));
  if (problem !== null) throw new LabError('bad-request', `${problem} Nobody was signed in.`);
  const person = findPerson(claims.account);
  if (!person) throw new LabError('bad-request', 'The token is for somebody whom nobody knows here.');
  const kept = mayOutliveBrowser(ctx, service) && claims.kept;
  definition.root?.open(ctx, person, { kept });
  session.open(ctx, person, { kept });
  ctx.state['facts'] = ['O-02', 'O-07'];
  ctx.redirect(path);
}

/** The logon server says that the user has signed out somewhere in the group (O-06, O-08). */
function cleanUp(ctx: Context, service: Service): void {
  const { wreply } = single(queryOf(ctx));
  if (wreply !== undefined && hostOf(wreply, ctx) === null)
    throw new LabError(
      'bad-request',
      'wreply leads away from the lab. Expected an address of one of its hosts; nothing was ended.',
    );
  endSession(ctx, service);
  ctx.state['facts'] = ['O-06', 'O-08'];
  const said = html`<p>${service.data.title} has cleaned up.</p>`;
  if (wreply === undefined) ctx.body = plainPage(shownBy(service), 'Cleaned up', said).text;
  else ctx.redirect(new URL(wreply).href);
}

function showStart(ctx: Context, service: Service, { id, openedAt, kept, person }: Session): void {
  const { heading, actions, content, host } = service.definition;
  const facts = sessionFacts([
    ['Session', id],
    ['Since', `${new Date(openedAt).toISOString().slice(0, 19).replace('T', ' ')} UTC, by the lab’s clock`],
    ['Its cookie', kept ? 'outlives the browser: you chose to be kept signed in' : 'goes when the browser is closed'],
  ]);
  const others = serviceHosts.filter((other) => other !== host);
  const links = others.map(
    (other) => [`${originOf(other, ctx)}${services[hosts[other] as ServiceName].start}`, titleOf(other)] as const,
  );
  ctx.body = servicePage({ shown: shownBy(service), person, heading, content: html`${facts}${content}`, actions, links }).text;
}

function shownBy({ definition, data }: Service) {
  return { service: hosts[definition.host], title: data.title };
}

function titleOf(host: HostName): string {
  const { title } = services[hosts[host] as ServiceName];
  return hosts[host] === 'sharepoint' ? `${title}: ${host.split('.', 1)}` : title;
}

/** One leading slash, nothing that a browser could take for the name of another host, and not longer than the logon server takes. */
function isLocalPath(path: string): boolean {
  return path.length <= LONGEST_PATH && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(path);
}
