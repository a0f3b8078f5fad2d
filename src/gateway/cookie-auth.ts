import Router from 'koa-router';
import getRawBody from 'raw-body';
import { type ErrorCode, LabError } from '../errors.ts';
import type { LogonResult } from '../metrics/meter.ts';
import { entrance } from '../rules/entrance.ts';
import type { Session } from '../sessions/session.ts';
import { endPresented, presentation, presentedCookies, sessionsOf } from './authenticate.ts';
import { checkPassword } from './check-password.ts';
import { comesFromAnotherSite } from './cross-site.ts';
import { decodeCurl } from './curl.ts';
import { clearPublishedServersCookies } from './end-session.ts';
import { sendContinue } from './forward-exchange.ts';
import { FORM_DIRECTORY, getLogonUrl, logonForm } from './logon-form.ts';
import { answerWithPage, FORM_MAY_LEAD_ANYWHERE, foreignFormPage, problemPage } from './pages.ts';
import { logonCookie } from './session-cookie.ts';
import { inSpan } from './spans.ts';
import type { GatewayTools, LogonReason, Step, VisitContext } from './visit.ts';

const LARGEST_FORM = 16 * 1024;

/**
 * The logon form's wire protocol, under every public name (T-05 … T-09). A verb stands where a query begins, and may bring a
 * query of its own: `/CookieAuth.dll?GetLogon?curl=…`. One real client escapes the first `?` (`%3FLogon`).
 */
export function serveCookieAuth(tools: GatewayTools): Step {
  const router = new Router<import('./visit.ts').Visit>();
  router.all(/^\/CookieAuth\.dll(?:%3F.*)?$/i, async function cookieAuth(ctx) {
    const { verb, fields } = readVerb(ctx.state.target.text);
    if (verb === 'getlogon') showLogonForm(ctx, fields);
    else if (verb === 'logon' && ctx.method === 'POST' && !ctx.state.upgrade) await countedLogOn(ctx, tools);
    else if (verb === 'logon') ctx.redirect(getLogonUrl('/', 0));
    else notServed(ctx);
  });
  return router.routes() as unknown as Step; // the router's context has more than a step needs
}

/** `/CookieAuth.dll?GetLogon?curl=a&reason=0` → getlogon, {curl: a, reason: 0}. */
function readVerb(target: string): { verb: string; fields: URLSearchParams } {
  const [, verb = '', rest = ''] = /^[^?%]*(?:\?|%3F)(\w*)[?&]?(.*)$/i.exec(target) ?? [];
  return { verb: verb.toLowerCase(), fields: new URLSearchParams(rest) };
}

function showLogonForm(ctx: VisitContext, fields: URLSearchParams): void {
  const { publicName } = ctx.state;
  const reason = readReason(fields.get('reason'));
  const formdir = readFormDirectory(fields.get('formdir'));
  const form = logonForm({ publicName, target: decodeCurl(fields.get('curl') ?? ''), reason, formdir });
  answerWithPage(ctx, 200, form, FORM_MAY_LEAD_ANYWHERE);
}

function readReason(text: string | null): LogonReason {
  return text === '1' ? 1 : text === '2' ? 2 : text === '3' ? 3 : 0;
}

function readFormDirectory(text: string | null): string {
  return text !== null && /^\d{1,4}$/.test(text) ? text : FORM_DIRECTORY;
}

/** Also a logon that fails at something else than the password leaves behind what came of it. */
async function countedLogOn(ctx: VisitContext, tools: GatewayTools): Promise<void> {
  try {
    await logOn(ctx, tools);
  } catch (error) {
    ctx.state.logon = (error instanceof LabError && failures[error.code]) || 'failed';
    throw error;
  }
}

const failures: Partial<Record<ErrorCode, LogonResult>> = {
  busy: 'busy',
  'backend-broken': 'not-checked',
  'store-away': 'store-away',
  'bad-request': 'malformed',
  'too-large': 'malformed',
};

async function logOn(ctx: VisitContext, tools: GatewayTools): Promise<void> {
  const { policy, rules, publicName } = ctx.state;
  const { crossSite } = policy.listener;
  if (crossSite.logon === 'refuse' && comesFromAnotherSite(ctx.req.headers, ctx.state.secure))
    return refuseForeignForm(ctx, tools);
  const fields = new URLSearchParams(await readForm(ctx));
  const target = decodeCurl(fields.get('curl') ?? '');
  const name = fields.get('username')?.trim() ?? '';
  const password = fields.get('password') ?? '';
  const user = await inSpan('check password', () => checkPassword(ctx, tools, name, password));
  if (user === null) return refuseLogon(ctx, target, readFormDirectory(fields.get('formdir')));

  await endPreviousSessions(ctx, tools);
  const trusted = isTrusted(fields);
  const { timeouts, bindToClientAddress, name: listener, cookie: cookieName } = policy.listener;
  const { session, cookie } = await tools.sessions.create({
    user,
    password,
    stamp: policy.validator.stampOf(user) ?? '',
    listener,
    publicName,
    clientAddress: ctx.state.clientAddress,
    bindToClientAddress,
    trusted,
    lifetime: { kind: timeouts.kind, length: trusted ? timeouts.private : timeouts.public },
  });
  ctx.state.logon = 'accepted';
  recordLogon(ctx, tools, session);
  clearPublishedServersCookies(ctx);
  ctx.append('Set-Cookie', logonCookie(cookieName, cookie, ctx.state.secure, crossSite.cookie));
  ctx.set('Cache-Control', 'no-store');
  ctx.redirect(target === '/' ? entrance(rules[0]?.paths[0]) : target);
}

/** `trusted=4` is a private computer; clients that leave the field out say it by bit 4 of `flags` (T-07). */
function isTrusted(fields: URLSearchParams): boolean {
  return (Number(fields.get('trusted') ?? fields.get('flags')) & 4) !== 0;
}

async function readForm(ctx: VisitContext): Promise<string> {
  sendContinue(ctx.req, ctx.res);
  try {
    return await getRawBody(ctx.req, {
      length: ctx.req.headers['content-length'] ?? null,
      limit: LARGEST_FORM,
      encoding: 'utf8',
    });
  } catch (cause) {
    ctx.set('Connection', 'close');
    if ((cause as { type?: string }).type === 'entity.too.large')
      throw new LabError('too-large', `A logon form holds at most ${LARGEST_FORM} bytes; this one is larger.`, { cause });
    throw new LabError('bad-request', 'The logon form could not be read to its end.', { cause });
  }
}

/** Login CSRF: another site could sign people in under a name of its own, and see what they then do. */
function refuseForeignForm(ctx: VisitContext, tools: GatewayTools): void {
  ctx.state.logon = 'cross-site';
  tools.recorder.record({
    exchange: ctx.state.id,
    party: 'gateway',
    kind: 'decision',
    sentence: 'another site has sent the logon form: refused, and no password is checked',
  });
  answerWithPage(ctx, 403, foreignFormPage(getLogonUrl('/', 0), ctx.state.id));
}

function refuseLogon(ctx: VisitContext, target: string, formdir: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.redirect(getLogonUrl(target, 2, formdir));
}

/** A session id is never taken over by a new logon: what this browser held ends. */
async function endPreviousSessions(ctx: VisitContext, tools: GatewayTools): Promise<void> {
  const found = await Promise.all(presentedCookies(ctx).map((cookie) => tools.sessions.find(cookie, presentation(ctx))));
  await endPresented(ctx, tools, sessionsOf(found), 'replaced');
}

function recordLogon(ctx: VisitContext, { recorder, log }: GatewayTools, session: Session): void {
  const computer = session.trusted ? 'private' : 'public';
  recorder.record({
    exchange: ctx.state.id,
    party: 'gateway',
    kind: 'session',
    identity: session.user,
    session: { id: session.publicId, state: 'started' },
    facts: ['T-08'],
    sentence: `${session.user} is logged on from a ${computer} computer`,
  });
  const { publicId, user, publicName, clientAddress } = session;
  log.info({ request: ctx.state.id, session: publicId, user, publicName, clientAddress, computer }, 'logged on');
}

function notServed(ctx: VisitContext): void {
  const sentence = 'There is no such page. To sign in, open the address that you wanted.';
  answerWithPage(ctx, 404, problemPage('No such page', sentence, ctx.state.id));
}
