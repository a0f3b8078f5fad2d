import Koa, { type Context, type Middleware } from 'koa';
import { LabError } from '../errors.ts';
import { html } from '../html.ts';
import { journal } from '../trace/journal.ts';
import { answerProblems } from './answer-problems.ts';
import { checkMethod } from './check-method.ts';
import { type CookieSession, createCookieSession } from './cookie-session.ts';
import { authenticate, FEDERATED_REALM, findPerson, type Person, realmOf } from './directory.ts';
import { guardPages } from './guard-pages.ts';
import { hosts, LOGON_HOST, originOf, type ServiceName } from './hosts.ts';
import { LOGON_SERVER, logonForm, plainPage, signedOutPage, tokenPage } from './pages.ts';
import type { Parts } from './parts.ts';
import { readForm } from './read-form.ts';
import { services } from './services.ts';
import { oneCookie } from './session-cookies.ts';
import type { Limits, Session } from './sessions.ts';
import { expectSignIn, queryOf, readSignIn, readSignOut, type SignIn, single } from './sign-in-request.ts';
import { cleanUpsFor, inTurn } from './sign-out-group.ts';
import { serveFile } from './static-files.ts';

/** `authentication`: for the whole browser, by the authentication cookie (O-07). */
type Server = Parts & { authentication: CookieSession };

/**
 * The logon server: knows by its authentication cookie who is signed in in this browser, and vouches for it to the services
 * (WS-Federation passive, O-07). `forget` ends every session.
 */
export function createLogonServer(parts: Parts) {
  const authentication = createCookieSession(parts, {
    name: 'authentication',
    limits: (kept) => limitsOf(parts, kept),
    cookies: oneCookie('MSPAuth'),
  });
  const server = { ...parts, authentication };
  const app = new Koa();
  app.silent = true;
  app.use(journal<Person>(parts.recorder, 'logon-server') as Middleware);
  app.use(guardPages(true));
  app.use(answerProblems(LOGON_SERVER));
  app.use(async (ctx) => {
    if (!serveFile(ctx)) await answerTo(ctx)(ctx, server);
  });
  return { handler: app.callback(), forget: authentication.forget };
}

/** 8 hours from the sign-in (O-13), by default. */
function limitsOf({ now }: Parts, kept: boolean): Limits {
  const life = kept ? now.ttl().authenticationKept : now.ttl().authentication;
  return now.options().authenticationLifetime === 'absolute' ? { idle: null, absolute: life } : { idle: life, absolute: null };
}

type Answer = (ctx: Context, server: Server) => void | Promise<void>;

/** What an address is for (O-07, O-08). */
function answerTo(ctx: Context): Answer {
  const { method, path } = ctx;
  const page = path.toLowerCase();
  checkMethod(ctx, page === '/ppsecure/post.srf' || page === '/login.srf');
  if (page === '/ppsecure/post.srf' && method === 'POST') return takeCredentials;
  if (page === '/logout.srf') return signOut;
  if (page !== '/login.srf')
    throw new LabError('not-found', 'The logon server answers at /login.srf, /ppsecure/post.srf (POST) and /logout.srf.');
  if (method === 'POST') return takeFederatedToken;
  const { wa } = single(queryOf(ctx));
  if (wa === 'wsignout1.0') return signOut;
  return wa === 'wsignoutcleanup1.0' ? cleanUp : signIn;
}

/** A token for who has a session; AD FS for who belongs to it; else the form. */
function signIn(ctx: Context, server: Server): void {
  const asked = readSignIn(ctx, queryOf(ctx));
  const session = server.authentication.of(ctx);
  if (session) server.authentication.renew(ctx, session);
  ctx.state['facts'] = session ? ['O-02', 'O-07'] : ['O-07'];
  if (session) sendToken(ctx, server, asked, session);
  else if (server.federation && asked.realm === FEDERATED_REALM) sendToAdfs(ctx, server, asked);
  else showForm(ctx, asked, false);
}

async function takeCredentials(ctx: Context, server: Server): Promise<void> {
  const asked = readSignIn(ctx, queryOf(ctx));
  const form = await readForm(ctx);
  const [login, password] = [form.get('login') ?? '', form.get('passwd') ?? ''];
  const isFederated = server.federation !== null && realmOf(login) === FEDERATED_REALM;
  const missing = [login === '' && 'login', password === '' && !isFederated && 'passwd'].filter((name) => name !== false);
  if (missing.length > 0)
    throw new LabError(
      'bad-request',
      `The form lacks ${missing.join(' and ')}. Expected login and passwd, and KMSI=on to be kept signed in.`,
    );
  const person = authenticate(login, password);
  if (isFederated) sendToAdfs(ctx, server, asked);
  else if (!person) showForm(ctx, asked, true);
  else
    sendToken(ctx, server, asked, server.authentication.open(ctx, person, { kept: form.get('KMSI') === 'on', federated: false }));
}

/** AD FS has vouched for the user; `wctx` is the sign-in request that it was asked for (O-11). */
async function takeFederatedToken(ctx: Context, server: Server): Promise<void> {
  const form = await readForm(ctx);
  expectSignIn(form, queryOf(ctx));
  const missing = ['wresult', 'wctx'].filter((name) => !form.get(name));
  if (missing.length > 0)
    throw new LabError('bad-request', `The form of AD FS lacks ${missing.join(' and ')}. Nobody was signed in.`);
  const asked = readSignIn(ctx, new URLSearchParams(form.get('wctx') ?? ''));
  if (!server.federation) throw new LabError('bad-request', 'No AD FS is trusted here. Nobody was signed in.');
  const { claims, problem } = server.federation.readToken(form.get('wresult') ?? '', realmAt(ctx));
  const person = claims && findPerson(claims.account);
  if (!person)
    throw new LabError('bad-request', `${problem ?? 'The token is for somebody whom nobody knows here.'} Nobody was signed in.`);
  ctx.state['facts'] = ['O-11'];
  sendToken(ctx, server, asked, server.authentication.open(ctx, person, { kept: false, federated: true }));
}

function sendToken(ctx: Context, { tokens }: Server, { host, wreply, wctx }: SignIn, { person, kept }: Session): void {
  const { tokenField } = services[hosts[host] as ServiceName];
  const token = tokens.make({ account: person.account, kept }, originOf(host, ctx));
  ctx.body = tokenPage(wreply, { wa: 'wsignin1.0', [tokenField]: token, wctx }).text;
}

function sendToAdfs(ctx: Context, { federation }: Server, { query }: SignIn): void {
  ctx.state['facts'] = ['O-11'];
  const asked = new URLSearchParams({ wa: 'wsignin1.0', wtrealm: realmAt(ctx), wctx: query });
  ctx.redirect(`${federation?.issuer()}?${asked}`);
}

function showForm(ctx: Context, { host, query }: SignIn, wrong: boolean): void {
  ctx.body = logonForm(`/ppsecure/post.srf?${query}`, services[hosts[host] as ServiceName].title, wrong).text;
}

/** Ends the authentication if its cookie came along; then the services of the group hear of it, by redirects or in frames. */
function signOut(ctx: Context, { authentication, federation, now }: Server): void {
  const asked = readSignOut(ctx, queryOf(ctx));
  const ended = authentication.end(ctx);
  ctx.state['facts'] = ['O-05', 'O-08'];
  const cleanUps = cleanUpsFor(asked.host, now.groups(), ctx);
  // AD FS first: it sends the browser back here, and then there is no session any more.
  if (ended?.federated && federation)
    ctx.redirect(`${federation.issuer()}?${new URLSearchParams({ wa: 'wsignout1.0', wreply: ctx.href })}`);
  else if (now.logoutStyle() === 'page') ctx.body = signedOutPage(cleanUps, asked.wreply).text;
  else ctx.redirect(inTurn(cleanUps, asked.wreply));
}

/** AD FS tells that the user has signed out there (O-08). */
function cleanUp(ctx: Context, { authentication }: Server): void {
  authentication.end(ctx);
  ctx.body = plainPage(LOGON_SERVER, 'Cleaned up', html`<p>The logon server has cleaned up.</p>`).text;
}

/** The logon server as a relying party of AD FS. */
function realmAt(ctx: Context): string {
  return `${originOf(LOGON_HOST, ctx)}/login.srf`;
}
