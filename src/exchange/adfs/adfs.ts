import { createHmac, timingSafeEqual } from 'node:crypto';
import Koa, { type Context } from 'koa';
import type { Clock } from '../../clock.ts';
import type { Recorder } from '../../trace/recorder.ts';
import { clearCookie, setCookie } from '../cookies.ts';
import { authenticate, findPerson, type Person } from '../directory.ts';
import { journal } from '../journal.ts';
import { readForm } from '../read-form.ts';
import { serveFile } from '../static-files.ts';
import { federationForm, federationProblem, federationSignedOut, federationToken } from './federation-pages.ts';

/** Session cookie of AD FS. */
const SESSION = 'MSISAuth';
const SESSION_LIFE = 8 * 3_600_000;
const TOKEN_LIFE = 5 * 60_000;
const MOST_SESSIONS = 20_000;
const MOST_PARTIES = 10;

type Sealed = [account: string, until: number, realm: string, serial: number];
/** Who is signed in at AD FS, and at which relying parties by it. */
type Session = { readonly person: Person; readonly until: number; parties: readonly string[] };

/**
 * AD FS, as far as an Exchange virtual directory needs it: WS-Federation passive sign-in and sign-out (E-20). It has a session of its own,
 * and signs tokens that a relying party can verify with `readToken`.
 */
export function createAdfs(parts: { clock: Clock; random: (bytes: number) => Buffer; recorder: Recorder }) {
  const { clock, random, recorder } = parts;
  const sessions = new Map<string, Session>();
  const tokens = createTokens(clock, random(32));

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
    const { wa, wtrealm, wctx } = asText(ctx.query);
    if (!/^\/adfs\/ls\/?$/i.test(ctx.path)) refuse(ctx, 404, 'AD FS answers at /adfs/ls/.');
    else if (wa === 'wsignout1.0') signOut(ctx);
    else if (wa !== 'wsignin1.0') refuse(ctx, 400, 'Expected wa=wsignin1.0 or wa=wsignout1.0.');
    else if (!isLabAddress(wtrealm))
      refuse(ctx, 400, 'wtrealm is not a relying party of this lab: expected an address under localhost.');
    else await signIn(ctx, wtrealm, wctx ?? '');
  });

  /** A form, or for who has a session or the right password a token for the relying party. */
  async function signIn(ctx: Context, realm: string, context: string): Promise<void> {
    const known = sessionOf(ctx);
    const person = ctx.method === 'POST' ? await logOn(ctx) : known?.person;
    if (!person) {
      ctx.body = federationForm(ctx.url, person === null).text;
      return;
    }
    const session = known && known.person === person ? known : openSession(ctx, person);
    session.parties = [...new Set([...session.parties, realm])].slice(-MOST_PARTIES);
    ctx.body = federationToken(realm, tokens.make(person, realm), context).text;
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

  async function logOn(ctx: Context): Promise<Person | null> {
    const fields = await readForm(ctx);
    const person = authenticate(fields?.get('username') ?? '', fields?.get('password') ?? '');
    ctx.state['person'] = person;
    return person;
  }

  /** Ends its own session, and tells each relying party through the browser. */
  function signOut(ctx: Context): void {
    const parties = sessionOf(ctx)?.parties ?? [];
    sessions.delete(ctx.cookies.get(SESSION) ?? '');
    clearCookie(ctx, SESSION);
    ctx.body = federationSignedOut(parties.map((party) => `${party}?wa=wsignoutcleanup1.0`)).text;
  }

  return {
    handler: app.callback(),
    readToken: tokens.read,
    /** Forgets every session. */
    forget: () => sessions.clear(),
  };
}

/** Tokens for relying parties: signed, for one realm, for five minutes, and read once. */
function createTokens(clock: Clock, key: Buffer) {
  const used = createUsedTokens(clock);
  let made = 0;
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
    make(person: Person, realm: string): string {
      const sealed: Sealed = [person.account, clock.now() + TOKEN_LIFE, realm, ++made];
      const text = Buffer.from(JSON.stringify(sealed)).toString('base64url');
      return `${text}.${sign(text)}`;
    },
    /** Who a token says it is, if it is one of ours for this relying party, still valid, and not read before. */
    read(token: string, realm: string): Person | null {
      const [text = '', signature = '', ...rest] = token.split('.');
      const [given, expected] = [Buffer.from(signature), Buffer.from(sign(text))];
      if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      const [account, until, sealedRealm, serial] = JSON.parse(Buffer.from(text, 'base64url').toString()) as Sealed;
      const valid = sealedRealm === realm && until > clock.now() && used.add(serial, until);
      return valid ? findPerson(account) : null;
    },
  };
}

/**
 * What relying parties remember of tokens while they are valid, at most 20,000: who goes back to the page that posts one, after
 * sign-out, is not to be signed in by it. (Windows Identity Foundation can do this, and names this very case.)
 */
function createUsedTokens(clock: Clock) {
  const used = new Map<number, number>();
  return {
    /** False if it was there already. */
    add(serial: number, until: number): boolean {
      if (used.has(serial)) return false;
      for (const [old, end] of used) {
        if (end > clock.now() && used.size < 20_000) break;
        used.delete(old);
      }
      used.set(serial, until);
      return true;
    },
  };
}

export type Adfs = ReturnType<typeof createAdfs>;

function refuse(ctx: Context, status: number, sentence: string): void {
  ctx.status = status;
  ctx.body = federationProblem(sentence).text;
}

function asText(query: Context['query']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat()[0]]));
}

function isLabAddress(text: string | undefined): text is string {
  if (text === undefined || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return /^https?:$/.test(protocol) && /(^|\.)localhost$|^127\.0\.0\.1$/.test(hostname);
}
