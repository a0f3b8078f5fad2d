import type { RequestListener } from 'node:http';
import Koa from 'koa';
import Router from 'koa-router';
import { LabError } from '../errors.ts';
import { fieldPairs } from '../header-fields.ts';
import { journal } from '../trace/journal.ts';
import { admit } from './admit.ts';
import { collect } from './ask.ts';
import { BACK_END_COOKIE, clearCookie, FEDERATION_COOKIE, formsCookies, setCookie } from './cookies.ts';
import type { Person } from './directory.ts';
import { authPages } from './logon.ts';
import { HANDED_ON, SIGNED_OUT } from './mailbox.ts';
import { errorPage, logoffPage, problemPage, signoutPage } from './pages.ts';
import type { ExchangeServer } from './server.ts';
import { signoutPageOf } from './sign-out.ts';
import { serveClientFiles } from './static-files.ts';
import {
  type FrontEndTools,
  type FrontEndVisit,
  type MailboxServer,
  originOf,
  type Site,
  type Step,
  type VisitContext,
} from './visit.ts';

/**
 * Client Access: authenticates by the virtual directory's setting, lets nobody past it without an identity, and hands the rest on to
 * the server that holds the user's mailbox. Pages under /owa/auth are anonymous.
 */
export function createClientAccess(server: ExchangeServer, site: Site, tools: FrontEndTools): RequestListener {
  const app = new Koa<FrontEndVisit>();
  app.silent = true;
  app.use(journal(tools.recorder, 'front-end') as Step);
  app.use(explainFailures(server));
  app.use(serveClientFiles(() => server.profile()) as Step);
  const router = new Router<FrontEndVisit>({ strict: true });
  router.get('/', (ctx) => ctx.redirect('/owa/'));
  router.get(['/owa', '/ecp'], (ctx) => ctx.redirect(`${ctx.path}/`));
  router.get('/owa/healthcheck.htm', (ctx) => {
    ctx.body = '200 OK';
  });
  authPages(router, server, site);
  signOutPages(router, server, site, tools);
  app.use(router.routes() as unknown as Step); // the router's context has more than a step needs
  app.use(function knowEveryAuthPage(ctx, next) {
    // A front end that does not know signout.aspx asks for a logon there (E-22); every other page here is anonymous.
    return /^\/owa\/auth\/(?!signout\.aspx$)/i.test(ctx.path) ? notFound(ctx, server) : next();
  });
  app.use(admit(server, site, tools));
  app.use(askMailboxServer(server, site, tools));
  return app.callback();
}

/** A body that is too large, or a mailbox server that is gone: a page says so. */
function explainFailures(server: ExchangeServer): Step {
  return async function explainFailures(ctx, next) {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      ctx.status = error.status;
      ctx.body = problemPage(server.profile(), 'This request cannot be served', error.message).text;
    }
  };
}

/** Where sign-out can land: anonymous pages under /owa/auth. */
function signOutPages(router: Router<FrontEndVisit>, server: ExchangeServer, site: Site, tools: FrontEndTools): void {
  router.get('/owa/auth/logoff.aspx', (ctx) => {
    ctx.body = logoffPage(server.profile()).text;
  });
  router.get('/owa/auth/signout.aspx', async (ctx, next) => {
    const answer = signoutPageOf(server.part('feOwa', site.options()));
    ctx.state.facts = [answer === 'page' ? 'E-21' : answer === 'not-found' ? 'E-09' : 'E-22'];
    if (answer === 'page') ctx.body = signoutPage(server.profile()).text;
    else if (answer === 'error-page') ctx.redirect('/owa/auth/errorFE.aspx?httpCode=404');
    else if (answer === 'ask-mailbox') await askForSignoutPage(ctx, site, tools);
    else if (answer === 'logon') await next();
    else notFound(ctx, server);
  });
  router.get('/owa/auth/errorFE.aspx', (ctx) => {
    ctx.body = errorPage(server.profile(), [ctx.query['httpCode'] ?? ''].flat()[0] as string).text;
  });
}

function notFound(ctx: VisitContext, server: ExchangeServer): void {
  ctx.status = 404;
  ctx.body = problemPage(server.profile(), 'Not found', 'This server has no such page.').text;
}

/** A front end without the page asks the mailbox server for it, in nobody's name: so CU7 gets along with newer mailbox servers (E-22). */
async function askForSignoutPage(ctx: VisitContext, site: Site, tools: FrontEndTools): Promise<void> {
  const answer = await handOn(ctx, site, tools, site.mailboxOf(null), null, null);
  if (answer.status === 404) return ctx.redirect('/owa/auth/errorFE.aspx?httpCode=404');
  ctx.status = answer.status;
  ctx.type = 'html';
  ctx.body = answer.body;
}

/** The last step: the mailbox server's answer, and what sign-out does to the front end's own cookies. */
function askMailboxServer(server: ExchangeServer, site: Site, tools: FrontEndTools): Step {
  return async function askMailboxServer(ctx) {
    const person = ctx.state.person as Person;
    const mailbox = site.mailboxOf(person);
    if (mailbox.server.profile().generation === '2007' && server.profile().generation !== '2007')
      return useLegacyName(ctx, server);
    const answer = await handOn(ctx, site, tools, mailbox, person, await bodyOf(ctx));
    ctx.status = answer.status;
    const signedOut = answer.headers.some(([name]) => name === SIGNED_OUT);
    for (const [name, value] of answer.headers.filter(([name]) => name !== SIGNED_OUT))
      if (name.toLowerCase() === 'set-cookie') ctx.append(name, value);
      else ctx.set(name, value);
    if (signedOut) endLogon(ctx, server, site);
    nameMailboxServer(ctx, server, mailbox.server.name, signedOut);
    ctx.body = answer.body;
  };
}

async function bodyOf(ctx: VisitContext): Promise<Buffer | null> {
  return ctx.method === 'GET' || ctx.method === 'HEAD' ? null : collect(ctx.req);
}

function handOn(
  ctx: VisitContext,
  site: Site,
  tools: FrontEndTools,
  mailbox: MailboxServer,
  person: Person | null,
  body: Buffer | null,
) {
  const own: string[] = Object.values(HANDED_ON).map((name) => name.toLowerCase());
  const given = fieldPairs(ctx.req.rawHeaders).filter(
    ([name]) => ![...own, 'x-request-id', 'authorization'].includes(name.toLowerCase()),
  );
  const said: [string, string][] = [
    [HANDED_ON.secret, tools.secret],
    [HANDED_ON.identity, person?.account ?? ''],
    [HANDED_ON.vdirAuth, site.vdirAuth()],
    [HANDED_ON.issuer, site.vdirAuth() === 'adfs' && person ? tools.issuer() : ''],
    ['X-Request-Id', ctx.state.exchangeId],
  ];
  return tools.asker.ask({ port: mailbox.port(), method: ctx.method, target: ctx.url, headers: [...given, ...said], body });
}

/** Names the mailbox server to itself, again at each sign-out (E-10, E-34). */
function nameMailboxServer(ctx: VisitContext, server: ExchangeServer, mailbox: string, signedOut: boolean): void {
  const tells = server.profile().generation === '2013' && (signedOut || ctx.cookies.get(BACK_END_COOKIE) === undefined);
  if (tells) setCookie(ctx, BACK_END_COOKIE, mailbox);
}

/**
 * What the front end does to its own logon when a sign-out passes through it (E-10, E-13; AD FS: inferred). Before CU1 only OWA's own
 * sign-out does so, since ECP's goes on to it with the session (E-14).
 */
function endLogon(ctx: VisitContext, server: ExchangeServer, site: Site): void {
  const auth = site.vdirAuth();
  const fromEcp = /^\/ecp\//i.test(ctx.path);
  const forms = auth === 'fba' && !(fromEcp && server.profile().signOut === 'logoff-page');
  const federated = auth === 'adfs' && !fromEcp;
  const cookies = forms ? formsCookies(server.profile()) : federated ? [FEDERATION_COOKIE] : [];
  for (const name of cookies) clearCookie(ctx, name);
  if (cookies.length > 0) site.logons.end(ctx.state.logonToken);
}

/** Exchange 2007 mailboxes are not reached through newer front ends: they have a legacy public name (E-24). */
function useLegacyName(ctx: VisitContext, server: ExchangeServer): void {
  const legacy = originOf(ctx).replace(/\/\/[^.:/]+/, '//legacy');
  ctx.status = 403;
  ctx.state.facts = ['E-24'];
  const sentence = `This mailbox is on Exchange Server 2007, which has a public name of its own: ${legacy}/owa/.`;
  ctx.body = problemPage(server.profile(), 'Your mailbox is elsewhere', sentence).text;
}
