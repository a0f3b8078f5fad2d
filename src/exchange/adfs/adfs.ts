import Koa, { type Context } from 'koa';
import type { Clock } from '../../clock.ts';
import { createOneTimeTokens } from '../../one-time-token.ts';
import { journal } from '../../trace/journal.ts';
import type { Recorder } from '../../trace/recorder.ts';
import { readBasic } from '../challenge.ts';
import { clearCookie, setCookie } from '../cookies.ts';
import { authenticate, findPerson, type Person } from '../directory.ts';
import { readForm } from '../read-form.ts';
import { serveFile } from '../static-files.ts';
import { federationForm, federationProblem, federationSignedOut, federationToken } from './federation-pages.ts';

/** Session cookie of AD FS. */
const SESSION = 'MSISAuth';
const SESSION_LIFE = 8 * 3_600_000;
const MOST_SESSIONS = 20_000;
const MOST_PARTIES = 10;

/** Who is signed in at AD FS, and at which relying parties by it. */
type Session = { readonly person: Person; readonly until: number; parties: readonly string[] };

/**
 * AD FS, as far as an Exchange virtual directory needs it: WS-Federation passive sign-in and sign-out (E-20). It has a session of its own,
 * and signs tokens that a relying party can verify with `readToken`.
 */
export function createAdfs(parts: { clock: Clock; random: (bytes: number) => Buffer; recorder: Recorder }) {
  const { clock, random, recorder } = parts;
  const sessions = new Map<string, Session>();
  const tokens = createOneTimeTokens<{ account: string }>(clock, random(32), 'AD FS');

  function sessionOf(ctx: Context): Session | null {
    const session = sessions.get(ctx.cookies.get(SESSION) ?? '');
    return session && session.until > clock.now() ? session : null;
  }

  const app = new Koa();
  app.silent = true;
  app.use(journal(recorder, 'adfs'));
  app.use(async (ctx) => {
    const [, file] = /^\/adfs\/portal\/([\w.-]+)$/i.exec(ctx.path) ?? [];
    if (file !== undefined && serveFile(ctx, file)) return;
    const { wa, wtrealm, wctx, wreply } = asText(ctx.query);
    if (!/^\/adfs\/ls\/?$/i.test(ctx.path)) refuse(ctx, 404, 'AD FS answers at /adfs/ls/.');
    else if (wa === 'wsignout1.0') signOut(ctx, wreply);
    else if (wa !== 'wsignin1.0') refuse(ctx, 400, 'Expected wa=wsignin1.0 or wa=wsignout1.0.');
    else if (!isLabAddress(wtrealm))
      refuse(ctx, 400, 'wtrealm is not a relying party of this lab: expected an address under localhost.');
    else await signIn(ctx, wtrealm, wctx ?? '');
  });

  /** A form, or for who has a session or the right password a token for the relying party. A proxy may bring the password (O-11). */
  async function signIn(ctx: Context, realm: string, context: string): Promise<void> {
    const known = sessionOf(ctx);
    const person = ctx.method === 'POST' ? await logOn(ctx) : (known?.person ?? byBasic(ctx));
    if (!person) {
      ctx.body = federationForm(ctx.url, person === null).text;
      return;
    }
    ctx.state['person'] = person;
    const session = known && known.person === person ? known : openSession(ctx, person);
    session.parties = [...new Set([...session.parties, realm])].slice(-MOST_PARTIES);
    ctx.body = federationToken(realm, tokens.make({ account: person.account }, realm), context).text;
  }

  function openSession(ctx: Context, person: Person): Session {
    sessions.delete(ctx.cookies.get(SESSION) ?? '');
    if (sessions.size >= MOST_SESSIONS) sessions.delete(sessions.keys().next().value as string);
    const id = random(24).toString('base64url');
    const session: Session = { person, parties: [], until: clock.now() + SESSION_LIFE };
    sessions.set(id, session);
    setCookie(ctx, SESSION, id);
    return session;
  }

  /** Ends its own session, and tells each relying party through the browser; whoever asked for it knows already. */
  function signOut(ctx: Context, wreply: string | undefined): void {
    const parties = sessionOf(ctx)?.parties.filter((party) => !isAt(wreply, party)) ?? [];
    sessions.delete(ctx.cookies.get(SESSION) ?? '');
    clearCookie(ctx, SESSION);
    if (isLabAddress(wreply) && parties.length === 0) ctx.redirect(wreply);
    else ctx.body = federationSignedOut(parties.map((party) => `${party}?wa=wsignoutcleanup1.0`)).text;
  }

  return {
    handler: app.callback(),
    /** Who a token says a user is, to the relying party `realm`; null if it does not hold. It is used up by that. */
    readToken(token: string, realm: string): Person | null {
      const { claims } = tokens.read(token, realm);
      return claims && findPerson(claims.account);
    },
    /** Forgets every session. */
    forget: () => sessions.clear(),
  };
}

export type Adfs = ReturnType<typeof createAdfs>;

/** What a publishing gateway delegates (O-11). undefined: nothing of the kind came. */
function byBasic(ctx: Context): Person | undefined {
  return readBasic(ctx.get('Authorization')) ?? undefined;
}

async function logOn(ctx: Context): Promise<Person | null> {
  const fields = await readForm(ctx);
  return authenticate(fields?.get('username') ?? '', fields?.get('password') ?? '');
}

function refuse(ctx: Context, status: number, sentence: string): void {
  ctx.status = status;
  ctx.body = federationProblem(sentence).text;
}

function asText(query: Context['query']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat()[0]]));
}

function isAt(address: string | undefined, party: string): boolean {
  return address !== undefined && URL.canParse(address) && new URL(address).origin === new URL(party).origin;
}

function isLabAddress(text: string | undefined): text is string {
  if (text === undefined || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return /^https?:$/.test(protocol) && /(^|\.)localhost$|^127\.0\.0\.1$/.test(hostname);
}
