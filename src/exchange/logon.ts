import type Router from 'koa-router';
import { formsCookies, setCookie } from './cookies.ts';
import { authenticate } from './directory.ts';
import { logonPage, logonStubPage, problemPage } from './pages.ts';
import { readForm } from './read-form.ts';
import type { ExchangeServer } from './server.ts';
import { type FrontEndVisit, originOf, type Site, type VisitContext } from './visit.ts';

/** Where the logon form is sent (E-33). */
const FORM_TARGET = { '2007': '/owa/auth/owaauth.dll', '2010': '/owa/auth.owa', '2013': '/owa/auth.owa' } as const;

/** Exchange's own logon form and its target: anonymous pages under /owa/auth. */
export function authPages(router: Router<FrontEndVisit>, server: ExchangeServer, site: Site): void {
  router.get('/owa/auth/logon.aspx', (ctx) => showLogon(ctx, server));
  router.post(['/owa/auth.owa', '/owa/auth/owaauth.dll'], (ctx, next) => {
    const ours = ctx.path.toLowerCase() === FORM_TARGET[server.profile().generation];
    return ours && site.vdirAuth() === 'fba' ? logOn(ctx, server, site) : next();
  });
}

/** Two pages from 2013 on: the stub, then with `replaceCurrent=1` the form (E-31). */
function showLogon(ctx: VisitContext, server: ExchangeServer): void {
  const profile = server.profile();
  const { url, reason, replaceCurrent } = ctx.query;
  if (profile.generation === '2013' && replaceCurrent === undefined) {
    const query = ctx.querystring === '' ? '' : `&${ctx.querystring}`;
    ctx.body = logonStubPage(profile, `/owa/auth/logon.aspx?replaceCurrent=1${query}`).text;
    return;
  }
  setCookie(ctx, 'PBack', '0', { httpOnly: false });
  const said = typeof reason === 'string' ? reason : '0';
  ctx.body = logonPage(profile, FORM_TARGET[profile.generation], safeDestination(ctx, url), said).text;
}

/** Only a page of this site; the logoff URL itself falls back to the base URL (E-31). */
export function safeDestination(ctx: VisitContext, asked: unknown): string {
  const base = `${originOf(ctx)}/owa/`;
  if (typeof asked !== 'string' || !URL.canParse(asked)) return base;
  const { protocol, host, pathname, search } = new URL(asked);
  const ours = /^https?:$/.test(protocol) && `${protocol}//${host}` === originOf(ctx).toLowerCase();
  return ours && !signsOut(pathname) ? originOf(ctx) + pathname + search : base;
}

/** However it is written: whoever has just logged on is not to be signed out by the way back. */
function signsOut(pathname: string): boolean {
  return /\/logoff\.(owa|aspx)(;|$)/i.test(
    pathname.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

async function logOn(ctx: VisitContext, server: ExchangeServer, site: Site): Promise<void> {
  const fields = await readForm(ctx);
  const missing = ['destination', 'flags', 'username', 'password'].filter((name) => fields?.get(name) == null);
  if (!fields || missing.length > 0) {
    const sentence = fields ? `The form lacks: ${missing.join(', ')}.` : 'The form could not be read.';
    ctx.status = 400;
    ctx.body = problemPage(server.profile(), 'Bad request', sentence).text;
    return;
  }
  const destination = safeDestination(ctx, fields.get('destination'));
  const person = authenticate(fields.get('username') as string, fields.get('password') as string);
  if (!person) return ctx.redirect(`/owa/auth/logon.aspx?url=${encodeURIComponent(destination)}&reason=2`);
  const trusted = (Number(fields.get('flags')) & 4) !== 0;
  const token = site.logons.add(person, trusted);
  ctx.state.person = person;
  for (const name of formsCookies(server.profile())) setCookie(ctx, name, name === 'cadata' ? token : token.slice(-24));
  setCookie(ctx, 'logondata', `acc=${trusted ? 1 : 0}`, { httpOnly: false, days: 365 });
  if (trusted) setCookie(ctx, 'PrivateComputer', 'true', { httpOnly: false });
  ctx.redirect(destination);
}
