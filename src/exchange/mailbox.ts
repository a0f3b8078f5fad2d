import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Koa, { type Middleware, type ParameterizedContext } from 'koa';
import Router from 'koa-router';
import { behindGateway, closeServer, listen } from '../listen.ts';
import { journal } from '../trace/journal.ts';
import type { Recorder } from '../trace/recorder.ts';
import {
  type Client,
  ecpPage,
  ecpSignOut,
  inboxPage,
  passwordChangedPage,
  passwordForm,
  premiumSignOut,
  requestingSignOut,
  sessionData,
} from './client-pages.ts';
import { CANARY, clearCookie, contextCookie, FEDERATION_COOKIE, setCookie } from './cookies.ts';
import { findPerson, type JournalState, type Person } from './directory.ts';
import { problemPage, signoutPage } from './pages.ts';
import type { ExchangeServer } from './server.ts';
import {
  answerEcpLogoff,
  answerFederatedLogoff,
  answerLogoff,
  closesWindowOnLogout,
  ecpLogoffUrl,
  isLegacy,
  type VdirAuth,
} from './sign-out.ts';
import { serveClientFiles } from './static-files.ts';
import type { UserContext, UserContexts } from './user-contexts.ts';
import { type MailboxServer, originOf, type Site } from './visit.ts';

/** What a front end says about a request that it hands on. Names are ours; a client's own fields of these names never pass it. */
export const HANDED_ON = {
  secret: 'X-Lab-Secret',
  identity: 'X-Lab-Identity',
  vdirAuth: 'X-Lab-Virtual-Directory',
  issuer: 'X-Lab-Issuer',
} as const;

/** What it says back about a sign-out that it has taken, OWA's or ECP's (E-10, E-13); front ends keep it to themselves. */
export const SIGNED_OUT = 'X-Lab-Signed-Out';

/** A mailbox server: an HTTP server of its own that only front ends may ask. */
export type Mailbox = MailboxServer & {
  readonly contexts: UserContexts;
  listen(): Promise<void>;
  close(): Promise<void>;
};

type Visit = JournalState & { vdirAuth: VdirAuth; issuer: string; context: UserContext | null };
type VisitContext = ParameterizedContext<Visit>;

/** Mail and options, session data for the clients, and the answers to their sign-out. */
export function createMailbox(parts: {
  server: ExchangeServer;
  site: Pick<Site, 'options'>;
  contexts: UserContexts;
  recorder: Recorder;
  secret: string;
}): Mailbox {
  const { server, site, contexts } = parts;
  const app = new Koa<Visit>();
  app.silent = true;
  app.use(journal(parts.recorder, 'mailbox') as unknown as Middleware<Visit>);
  app.use(trustFrontEnd(parts.secret, server, contexts));
  app.use(serveClientFiles(() => server.profile()) as unknown as Middleware<Visit>);
  const router = new Router<Visit>({ strict: true });
  mailPages(router, server, site, contexts);
  optionPages(router, server, site);
  signOutPages(router, server, site, contexts);
  app.use(router.routes() as unknown as Middleware<Visit>); // the router's context has more than a step needs
  app.use((ctx) => {
    ctx.status = 404;
    ctx.body = problemPage(server.profile(), 'Not found', 'This server has no such page.').text;
  });
  const http = createServer(behindGateway, app.callback());
  let port = 0;
  return {
    server,
    contexts,
    listen: async () => {
      port = await listen(http, 0, '127.0.0.1');
    },
    port: () => port,
    close: () => closeServer(http),
  };
}

/** Who it is, as the front end has found out; and the user context that this server keeps for the request's cookie. */
function trustFrontEnd(secret: string, server: ExchangeServer, contexts: UserContexts): Middleware<Visit> {
  return async function trustFrontEnd(ctx, next) {
    if (ctx.get(HANDED_ON.secret) !== secret) {
      ctx.status = 403;
      ctx.body = 'A mailbox server answers to Client Access servers only.\n';
      return;
    }
    const account = ctx.get(HANDED_ON.identity);
    const { state } = ctx;
    state.person = account === '' ? null : findPerson(account);
    state.vdirAuth = ctx.get(HANDED_ON.vdirAuth) as VdirAuth;
    state.issuer = ctx.get(HANDED_ON.issuer);
    state.context = state.person && contexts.find(ctx.cookies.get(contextCookie(server.profile())), state.person);
    if (state.context) remember(ctx, state.context, 'alive');
    const mail = state.person !== null || /^\/owa\/auth\//i.test(ctx.path);
    if (mail) await next();
    else ctx.status = 403;
  };
}

function remember(ctx: VisitContext, context: UserContext, state: 'started' | 'alive' | 'ended'): void {
  ctx.state.session = { id: context.publicId, state };
}

/** `/owa/`, or `/owa/<smtp address>/` for a mailbox opened by explicit logon (E-05). */
const BASE = '{/:mailbox}';

function mailPages(router: Router<Visit>, server: ExchangeServer, site: Pick<Site, 'options'>, contexts: UserContexts): void {
  router.get(`/owa${BASE}/`, (ctx) => {
    const base = baseOf(ctx);
    if (base === null) return noSuchMailbox(ctx, server);
    const profile = server.profile();
    const person = ctx.state.person as Person;
    const context = ctx.state.context ?? openContext(ctx, server, contexts, person);
    context.light = ctx.query['layout'] === 'light';
    ctx.set('X-OWA-Version', profile.build);
    const signOut = context.light ? requestingSignOut(profile, lightLogoff(server, context)) : premiumSignOut(profile, base);
    ctx.body = inboxPage({ profile, person, signOut }, context.light).text;
  });
  router.post(`/owa${BASE}/sessiondata.ashx`, (ctx) => {
    const base = baseOf(ctx);
    if (base === null) return noSuchMailbox(ctx, server);
    const part = server.part('beOwa', site.options());
    ctx.set('X-OWA-Version', server.profile().build);
    ctx.body = sessionData(ctx.state.person as Person, base, closesWindowOnLogout(part, ctx.state.vdirAuth), isLegacy(part));
  });
}

/** Outlook Web App Light 2010 sends a canary with its sign-out (E-19). */
function lightLogoff(server: ExchangeServer, context: UserContext): string {
  return server.profile().generation === '2010' ? `/owa/logoff.owa?canary=${context.canary}` : '/owa/logoff.owa';
}

function optionPages(router: Router<Visit>, server: ExchangeServer, site: Pick<Site, 'options'>): void {
  const client = (ctx: VisitContext): Client => {
    const profile = server.profile();
    ctx.set('X-OWA-Version', profile.build);
    return { profile, person: ctx.state.person as Person, signOut: premiumSignOut(profile, '/owa/') };
  };
  // The address is ours: what is emulated is the sign-out that follows a change of the password (E-32).
  router.get('/owa/options/password', (ctx) => {
    ctx.body = passwordForm(client(ctx)).text;
  });
  router.post('/owa/options/password', (ctx) => {
    if (ctx.state.context) ctx.state.context.passwordChanged = true;
    ctx.body = passwordChangedPage(client(ctx)).text;
  });
  router.get('/ecp/', (ctx, next) => {
    if (server.profile().generation === '2007') return next();
    const part = server.part('beEcp', site.options());
    const federated = ctx.cookies.get(FEDERATION_COOKIE) !== undefined; // E-04
    const closeWindow = closesWindowOnLogout(part, ctx.state.vdirAuth) && !federated;
    const signOut = ecpSignOut(server.profile(), closeWindow, ecpLogoffUrl(part, originOf(ctx)));
    ctx.body = ecpPage({ ...client(ctx), signOut }).text;
    return;
  });
}

function signOutPages(router: Router<Visit>, server: ExchangeServer, site: Pick<Site, 'options'>, contexts: UserContexts): void {
  const part = (file: 'beOwa' | 'beEcp') => server.part(file, site.options());
  router.get(`/owa${BASE}/logoff.owa`, (ctx) => {
    const { vdirAuth, issuer, context } = ctx.state;
    const base = baseOf(ctx);
    if (base === null) return noSuchMailbox(ctx, server);
    const light2010 = context?.light && server.profile().generation === '2010';
    if (light2010 && ctx.query['canary'] !== context.canary) {
      ctx.state.facts = ['E-19'];
      return ctx.redirect('/owa/');
    }
    const answer =
      issuer === '' ? answerLogoff(part('beOwa'), vdirAuth, context?.passwordChanged) : answerFederatedLogoff(issuer);
    ctx.state.facts = answer.facts;
    if (context) {
      contexts.end(context);
      remember(ctx, context, 'ended');
    }
    clearCookie(ctx, contextCookie(server.profile()));
    clearCookie(ctx, CANARY);
    ctx.set(SIGNED_OUT, 'true');
    ctx.redirect(answer.location);
  });
  router.get('/ecp/logoff.aspx', (ctx) => {
    const { url } = ctx.query;
    const answer = answerEcpLogoff(part('beEcp'), typeof url === 'string' ? url : null);
    ctx.state.facts = answer.facts;
    ctx.set(SIGNED_OUT, 'true');
    ctx.redirect(answer.location);
  });
  // Asked by a front end that has no such page of its own (E-22).
  router.get('/owa/auth/signout.aspx', (ctx, next) => {
    const { signoutPage: own } = server.profile();
    if (ctx.state.person) return ctx.redirect('/owa/logoff.owa');
    if (own === 'present' || (own === 'asks-mailbox' && site.options().signoutPage === 'present'))
      ctx.body = signoutPage(server.profile()).text;
    else return next();
  });
}

function openContext(ctx: VisitContext, server: ExchangeServer, contexts: UserContexts, person: Person): UserContext {
  const context = contexts.open(person);
  remember(ctx, context, 'started');
  setCookie(ctx, contextCookie(server.profile()), context.id);
  setCookie(ctx, CANARY, context.canary, { httpOnly: false });
  if (ctx.cookies.get('ClientId') === undefined) setCookie(ctx, 'ClientId', randomUUID(), { days: 365 });
  if (ctx.cookies.get('mkt') === undefined) setCookie(ctx, 'mkt', 'en-US', { httpOnly: false });
  return context;
}

/** Where the client's requests go; null if the address in the path is nobody's. */
function baseOf(ctx: VisitContext & { params?: Record<string, string> }): string | null {
  const mailbox = ctx.params?.['mailbox'];
  if (mailbox === undefined) return '/owa/';
  return mailbox.includes('@') && findPerson(mailbox) ? `/owa/${mailbox}/` : null;
}

function noSuchMailbox(ctx: VisitContext, server: ExchangeServer): void {
  ctx.status = 404;
  ctx.body = problemPage(server.profile(), 'Not found', 'There is no such mailbox.').text;
}
