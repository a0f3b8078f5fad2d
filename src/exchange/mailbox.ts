import type Router from 'koa-router';
import { clearFormsCookies } from './client-access.ts';
import { CANARY, clearCookie, contextCookie, setCookie } from './cookies.ts';
import type { Person } from './directory.ts';
import { mailboxPage, sessionData } from './pages.ts';
import type { ExchangeSessions, UserContext } from './sessions.ts';
import { answerLogoff, closesWindowOnLogout, isLegacy } from './sign-out.ts';
import type { Visit, VisitContext } from './visit.ts';

/** The mailbox server behind the front end: mail, session data for the client, and the answer to its sign-out. */
export function mailboxPages(router: Router<Visit>, sessions: ExchangeSessions): void {
  router.get('/', (ctx) => ctx.redirect('/owa/'));
  router.get('/owa', (ctx) => ctx.redirect('/owa/'));
  router.get('/owa/', (ctx) => {
    const { site } = ctx.state;
    const person = ctx.state.person as Person;
    const context = ctx.state.context ?? openContext(ctx, sessions, person);
    ctx.state.context = context;
    if (ctx.cookies.get('ClientId') === undefined) setCookie(ctx, 'ClientId', context.canary.slice(0, 24), { days: 365 });
    if (ctx.cookies.get('mkt') === undefined) setCookie(ctx, 'mkt', 'en-US', { httpOnly: false });
    ctx.set('X-OWA-Version', site.profile.build);
    ctx.body = mailboxPage(site.profile, person).text;
  });
  router.post('/owa/sessiondata.ashx', (ctx) => {
    const { site, person } = ctx.state;
    ctx.set('X-OWA-Version', site.profile.build);
    ctx.body = sessionData(person as Person, closesWindowOnLogout(site), isLegacy(site, 'beOwa'));
  });
  router.get('/owa/logoff.owa', (ctx) => signOut(ctx, sessions));
}

function openContext(ctx: VisitContext, sessions: ExchangeSessions, person: Person): UserContext {
  const context = sessions.openContext(person, ctx.state.site.label);
  setCookie(ctx, contextCookie(ctx), context.id);
  setCookie(ctx, CANARY, context.canary, { httpOnly: false });
  setBackEndCookie(ctx);
  return context;
}

/** Ends the user context and, passing through the front end, the forms logon; then sends the browser on (E-10, E-11, E-19). */
function signOut(ctx: VisitContext, sessions: ExchangeSessions): void {
  const answer = answerLogoff(ctx.state.site);
  ctx.state.facts = answer.facts;
  if (ctx.state.context) sessions.closeContext(ctx.state.context);
  ctx.state.contextEnded = ctx.state.context !== null;
  sessions.logOff(ctx.state.logonToken);
  clearCookie(ctx, contextCookie(ctx));
  clearCookie(ctx, CANARY);
  clearFormsCookies(ctx);
  setBackEndCookie(ctx);
  ctx.redirect(answer.location);
}

/** Which mailbox server the front end talks to; stays after logoff (E-34). */
function setBackEndCookie(ctx: VisitContext): void {
  if (ctx.state.site.profile.signOut !== 'logoff-page') setCookie(ctx, 'X-BackEndCookie', 'mailbox-1');
}
