import { clearCookie, FEDERATION_COOKIE, setCookie } from './cookies.ts';
import { safeDestination } from './logon.ts';
import { problemPage } from './pages.ts';
import { readForm } from './read-form.ts';
import type { ExchangeServer } from './server.ts';
import { answerLogoffWithoutSession } from './sign-out.ts';
import { type FrontEndTools, originOf, type Site, type Step, type VisitContext } from './visit.ts';

const LOGOFF_PATH = /^\/owa\/(?:[^/]+(?:@|%40)[^/]+\/)?logoff\.owa$/i;
/** Scripts and styles, which a front end hands on when they are another build's. */
const STATIC_FILE = /^\/owa\/(?:auth\/)?[\d.]+\/(?:scripts|themes)\//i;

/** Nobody passes without an identity: each kind of virtual directory asks in its own way (E-30). */
export function admit(server: ExchangeServer, site: Site, tools: Pick<FrontEndTools, 'challenge' | 'adfs' | 'issuer'>): Step {
  return async function admit(ctx, next) {
    const auth = site.vdirAuth();
    const admitted =
      auth === 'fba'
        ? admitForms(ctx, server, site)
        : auth === 'adfs'
          ? await admitFederated(ctx, site, tools)
          : admitChallenged(ctx, server, auth, tools.challenge);
    if (admitted) await next();
  };
}

/** FBA off: a plain 401 challenge. */
function admitChallenged(
  ctx: VisitContext,
  server: ExchangeServer,
  auth: 'basic' | 'windows' | 'digest',
  challenge: FrontEndTools['challenge'],
): boolean {
  const { person, ask } = challenge(auth, ctx.method, ctx.url, ctx.get('Authorization'));
  ctx.state.person = person;
  if (person) return true;
  ctx.status = 401;
  ctx.set('WWW-Authenticate', [...ask]);
  const sentence = `This virtual directory asks for ${names[auth]}.`;
  ctx.body = problemPage(server.profile(), 'Not authorized', sentence).text;
  return false;
}

const names = {
  basic: 'Basic authentication',
  windows:
    'Windows authentication. Negotiate and NTLM tokens are the lab’s own here: the gateway and the scripted browser make them, an ordinary browser does not',
  digest: 'Digest authentication',
} as const;

/** FBA on: a redirect to the logon page; 440 for what a script asks. The logoff URL is answered here too (E-12). */
function admitForms(ctx: VisitContext, server: ExchangeServer, site: Site): boolean {
  if (findLogon(ctx, site, 'cadata')) return true;
  const origin = originOf(ctx);
  if (LOGOFF_PATH.test(ctx.path)) {
    const back = typeof ctx.query['url'] === 'string' ? ctx.query['url'] : `${origin}/owa/`;
    const answer = answerLogoffWithoutSession(server.part('feOwa', site.options()), origin, back);
    ctx.state.facts = answer.facts;
    ctx.redirect(answer.location);
  } else if (isScriptCall(ctx)) answerTimeout(ctx);
  else {
    const expired = site.logons.find(ctx.cookies.get('cadata'), false).state === 'expired';
    ctx.redirect(`${origin}/owa/auth/logon.aspx?url=${encodeURIComponent(origin + ctx.url)}&reason=${expired ? 3 : 0}`);
  }
  return false;
}

/** AD FS: its sign-in page, its token, and its call to clean up (E-20). */
async function admitFederated(
  ctx: VisitContext,
  site: Site,
  { adfs, issuer }: Pick<FrontEndTools, 'adfs' | 'issuer'>,
): Promise<boolean> {
  const origin = originOf(ctx);
  const realm = `${origin}/owa/`;
  if (ctx.query['wa'] === 'wsignoutcleanup1.0') {
    site.logons.end(ctx.cookies.get(FEDERATION_COOKIE));
    clearCookie(ctx, FEDERATION_COOKIE);
    ctx.state.facts = ['E-20'];
    ctx.body = 'Signed out.';
    return false;
  }
  if (ctx.method === 'POST' && /^\/owa\/$/i.test(ctx.path)) {
    await takeToken(ctx, site, adfs, realm);
    return false;
  }
  if (findLogon(ctx, site, FEDERATION_COOKIE)) return true;
  if (isScriptCall(ctx)) answerTimeout(ctx);
  else {
    const asked = new URLSearchParams({ wa: 'wsignin1.0', wtrealm: realm, wctx: origin + ctx.url });
    ctx.redirect(`${issuer()}?${asked}`);
  }
  return false;
}

/** A new sign-in takes the place of the one before. */
async function takeToken(ctx: VisitContext, site: Site, adfs: FrontEndTools['adfs'], realm: string): Promise<void> {
  const fields = await readForm(ctx);
  const { claims: person, problem } = adfs.readToken(fields?.get('wresult') ?? '', realm);
  if (!person) {
    ctx.status = 403;
    ctx.body = `${problem} Nobody was signed in.\n`;
    return;
  }
  ctx.state.person = person;
  site.logons.end(ctx.cookies.get(FEDERATION_COOKIE));
  setCookie(ctx, FEDERATION_COOKIE, site.logons.add(person, false));
  ctx.redirect(safeDestination(ctx, fields?.get('wctx') ?? ''));
}

function findLogon(ctx: VisitContext, site: Site, cookie: string): boolean {
  const token = ctx.cookies.get(cookie);
  const found = site.logons.find(token, !isByItself(ctx) && !STATIC_FILE.test(ctx.path));
  if (found.state !== 'valid') return false;
  ctx.state.person = found.logon.person;
  ctx.state.logonToken = token;
  return true;
}

/** What a client does by itself is no activity of its user (E-35). */
function isByItself(ctx: VisitContext): boolean {
  return ctx.query['UA'] === '0' || ctx.get('X-UserActivity') === '0' || /\/ping\.owa$/i.test(ctx.path);
}

/** Nobody would see a page that answers these (E-30). How Exchange tells a script's GET is not known; these say so themselves. */
function isScriptCall(ctx: VisitContext): boolean {
  const navigates = ctx.method === 'GET' || ctx.method === 'HEAD';
  return !navigates || isByItself(ctx) || ctx.get('X-Requested-With').toLowerCase() === 'xmlhttprequest';
}

function answerTimeout(ctx: VisitContext): void {
  ctx.status = 440;
  ctx.message = 'Login Timeout';
  ctx.body = 'Login Timeout';
}
