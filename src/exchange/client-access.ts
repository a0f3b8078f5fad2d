import type Router from 'koa-router';
import getRawBody from 'raw-body';
import { clearCookie, contextCookie, FORMS_COOKIES, FORMS_COOKIES_2010, setCookie } from './cookies.ts';
import { authenticate, readBasic } from './directory.ts';
import { logoffPage, logonPage, logonStubPage, problemPage, signoutPage } from './pages.ts';
import type { ExchangeSessions } from './sessions.ts';
import { answerLogoffWithoutSession } from './sign-out.ts';
import { originOf, type Step, type Visit, type VisitContext } from './visit.ts';

const LARGEST_FORM = 16 * 1024;
const LOGOFF_PATH = /^\/owa\/logoff\.owa$/i;

/**
 * Client Access: the front end authenticates by the virtual directory's setting and lets nobody past it without an identity.
 * Pages under /owa/auth are anonymous.
 */
export function requireIdentity(sessions: ExchangeSessions): Step {
  return async function requireIdentity(ctx, next) {
    if (/^\/owa\/auth(\/|\.owa$)/i.test(ctx.path)) return next();
    const admitted = ctx.state.site.vdirAuth === 'basic' ? admitBasic(ctx) : admitForms(ctx, sessions);
    if (!admitted || !ctx.state.person) return;
    ctx.state.context = sessions.findContext(ctx.cookies.get(contextCookie(ctx)), ctx.state.site.label, ctx.state.person);
    await next();
  };
}

/** FBA off: a plain 401 challenge (E-30). */
function admitBasic(ctx: VisitContext): boolean {
  const given = readBasic(ctx.get('Authorization'));
  ctx.state.person = given && authenticate(given.name, given.password);
  if (ctx.state.person) return true;
  ctx.status = 401;
  ctx.set('WWW-Authenticate', `Basic realm="${ctx.hostname.replace(/[^\w.-]/g, '')}"`);
  ctx.body = problemPage(ctx.state.site.profile, 'Not authorized', 'This virtual directory asks for Basic authentication.').text;
  return false;
}

/** FBA on: a redirect to the logon page; 440 for what a script asks (E-30). The logoff URL is answered here too (E-12). */
function admitForms(ctx: VisitContext, sessions: ExchangeSessions): boolean {
  const { site } = ctx.state;
  const token = ctx.cookies.get('cadata');
  const found = sessions.findLogon(token, site.label);
  if (found.state === 'valid') {
    ctx.state.person = found.logon.person;
    ctx.state.logonToken = token;
    return true;
  }
  const origin = originOf(ctx);
  if (LOGOFF_PATH.test(ctx.path)) {
    const back = typeof ctx.query['url'] === 'string' ? ctx.query['url'] : `${origin}/owa/`;
    const answer = answerLogoffWithoutSession(site, origin, back);
    ctx.state.facts = answer.facts;
    clearFormsCookies(ctx);
    ctx.redirect(answer.location);
  } else if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
    ctx.status = 440;
    ctx.message = 'Login Timeout';
    ctx.body = 'Login Timeout';
  } else {
    const reason = found.state === 'expired' ? 3 : 0;
    ctx.redirect(`${origin}/owa/auth/logon.aspx?url=${encodeURIComponent(origin + ctx.url)}&reason=${reason}`);
  }
  return false;
}

/** The anonymous pages under /owa/auth and the form's target. */
export function authPages(router: Router<Visit>, sessions: ExchangeSessions): void {
  router.get('/owa/auth/logon.aspx', showLogon);
  router.get('/owa/auth/logoff.aspx', async (ctx, next) => {
    const { profile } = ctx.state.site;
    if (profile.signOut === 'logoff-page') ctx.body = logoffPage(profile).text;
    else await next();
  });
  router.get('/owa/auth/signout.aspx', async (ctx, next) => {
    const { profile } = ctx.state.site;
    if (profile.signoutPage) ctx.body = signoutPage(profile).text;
    else await next();
  });
  router.post('/owa/auth.owa', (ctx, next) => (ctx.state.site.vdirAuth === 'fba' ? logOn(ctx, sessions) : next()));
}

/** Two pages from 2013 on: the stub, then with `replaceCurrent=1` the form (E-31). */
function showLogon(ctx: VisitContext): void {
  const { profile } = ctx.state.site;
  const { url, reason, replaceCurrent } = ctx.query;
  if (profile.logonStub && replaceCurrent === undefined) {
    const query = ctx.querystring === '' ? '' : `&${ctx.querystring}`;
    ctx.body = logonStubPage(profile, `/owa/auth/logon.aspx?replaceCurrent=1${query}`).text;
    return;
  }
  setCookie(ctx, 'PBack', '0', { httpOnly: false });
  ctx.body = logonPage(profile, safeDestination(ctx, url), typeof reason === 'string' ? reason : '0').text;
}

/** Only a page of this site; the logoff URL itself falls back to the base URL (E-31). */
function safeDestination(ctx: VisitContext, asked: unknown): string {
  const base = `${originOf(ctx)}/owa/`;
  if (typeof asked !== 'string' || !URL.canParse(asked)) return base;
  const { protocol, host, pathname, search } = new URL(asked);
  const ours = /^https?:$/.test(protocol) && `${protocol}//${host}` === originOf(ctx).toLowerCase();
  return ours && !/logoff\.owa$/i.test(pathname) ? originOf(ctx) + pathname + search : base;
}

async function logOn(ctx: VisitContext, sessions: ExchangeSessions): Promise<void> {
  const fields = await readForm(ctx);
  const missing = ['destination', 'flags', 'username', 'password'].filter((name) => fields?.get(name) == null);
  if (!fields || missing.length > 0) {
    const sentence = fields ? `The form lacks: ${missing.join(', ')}.` : 'The form could not be read.';
    ctx.status = 400;
    ctx.body = problemPage(ctx.state.site.profile, 'Bad request', sentence).text;
    return;
  }
  const destination = safeDestination(ctx, fields.get('destination'));
  const person = authenticate(fields.get('username') as string, fields.get('password') as string);
  if (!person) return ctx.redirect(`/owa/auth/logon.aspx?url=${encodeURIComponent(destination)}&reason=2`);
  const trusted = (Number(fields.get('flags')) & 4) !== 0;
  const token = sessions.logOn(person, ctx.state.site.label, trusted);
  ctx.state.person = person;
  for (const name of formsCookies(ctx)) setCookie(ctx, name, name === 'cadata' ? token : token.slice(-24));
  setCookie(ctx, 'logondata', `acc=${trusted ? 1 : 0}`, { httpOnly: false, days: 365 });
  if (trusted) setCookie(ctx, 'PrivateComputer', 'true', { httpOnly: false });
  ctx.redirect(destination);
}

async function readForm(ctx: VisitContext): Promise<URLSearchParams | null> {
  try {
    return new URLSearchParams(await getRawBody(ctx.req, { limit: LARGEST_FORM, encoding: 'utf8' }));
  } catch {
    ctx.set('Connection', 'close');
    return null;
  }
}

function formsCookies(ctx: VisitContext): readonly string[] {
  return ctx.state.site.profile.signOut === 'logoff-page' ? FORMS_COOKIES_2010 : FORMS_COOKIES;
}

/** What the front end does to its own cookies when a sign-out passes through it (E-10). */
export function clearFormsCookies(ctx: VisitContext): void {
  if (ctx.state.site.vdirAuth === 'fba') for (const name of formsCookies(ctx)) clearCookie(ctx, name);
}
