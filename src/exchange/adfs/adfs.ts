import Koa, { type Context } from 'koa';
import type { Clock } from '../../clock.ts';
import { createOneTimeTokens, type ReadToken } from '../../one-time-token.ts';
import { journal } from '../../trace/journal.ts';
import type { Recorder } from '../../trace/recorder.ts';
import { readBasic } from '../challenge.ts';
import { authenticate, findPerson, type Person } from '../directory.ts';
import { readForm } from '../read-form.ts';
import { serveFile } from '../static-files.ts';
import { createAdfsSessions } from './adfs-sessions.ts';
import { federationForm, federationProblem, federationSignedOut, federationToken } from './federation-pages.ts';

const MOST_PARTIES = 10;

/**
 * AD FS, as far as an Exchange virtual directory needs it: WS-Federation passive sign-in and sign-out (E-20). It has a session of its own,
 * and signs tokens that a relying party can verify with `readToken`.
 */
export function createAdfs(parts: { clock: Clock; random: (bytes: number) => Buffer; recorder: Recorder }) {
  const { clock, random, recorder } = parts;
  const sessions = createAdfsSessions(clock, random);
  const tokens = createOneTimeTokens<{ account: string }>(clock, random(32), 'AD FS');

  const app = new Koa();
  app.silent = true;
  app.use(journal(recorder, 'adfs'));
  app.use(async (ctx) => {
    const [, file] = /^\/adfs\/portal\/([\w.-]+)$/i.exec(ctx.path) ?? [];
    if (file !== undefined && serveFile(ctx, file)) return;
    const query = new URLSearchParams(ctx.querystring);
    const problem = problemOf(ctx.path, query);
    if (problem) refuse(ctx, ...problem);
    else if (query.get('wa') === 'wsignout1.0') signOut(ctx, query.get('wreply'));
    else await signIn(ctx, query.get('wtrealm') as string, query.get('wctx') ?? '');
  });

  /** A form, or for who has a session or the right password a token for the relying party. A proxy may bring the password (O-11). */
  async function signIn(ctx: Context, realm: string, context: string): Promise<void> {
    const known = sessions.of(ctx);
    const person = ctx.method === 'POST' ? await logOn(ctx) : (known?.person ?? byBasic(ctx));
    if (!person) {
      ctx.body = federationForm(ctx.url, person === null).text;
      return;
    }
    ctx.state['person'] = person;
    const session = known && known.person === person ? known : sessions.open(ctx, person);
    session.parties = [...new Set([...session.parties, realm])].slice(-MOST_PARTIES);
    ctx.body = federationToken(realm, tokens.make({ account: person.account }, realm), context).text;
  }

  /** Ends its own session, and tells each relying party through the browser; whoever asked for it knows already. */
  function signOut(ctx: Context, wreply: string | null): void {
    const parties = sessions.of(ctx)?.parties.filter((party) => !isAt(wreply, party)) ?? [];
    sessions.end(ctx);
    const cleanUps = parties.map((party) => `${party}?wa=wsignoutcleanup1.0`);
    if (wreply !== null && parties.length === 0) ctx.redirect(wreply);
    else ctx.body = federationSignedOut(cleanUps, wreply).text;
  }

  return {
    handler: app.callback(),
    /** Who a token says a user is, to the relying party `realm`. It is used up by that. */
    readToken(token: string, realm: string): ReadToken<Person> {
      const { claims, problem } = tokens.read(token, realm);
      const person = claims && findPerson(claims.account);
      return person
        ? { claims: person, problem: null }
        : { claims: null, problem: problem ?? 'The token is for nobody known here.' };
    },
    /** Forgets every session. */
    forget: sessions.forget,
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

/** Why a request is refused: status and sentence; null if it is not. */
function problemOf(path: string, query: URLSearchParams): [number, string] | null {
  const wa = query.get('wa');
  const wreply = query.get('wreply');
  if (!/^\/adfs\/ls\/?$/i.test(path)) return [404, 'AD FS answers at /adfs/ls/.'];
  if (wa !== 'wsignout1.0' && wa !== 'wsignin1.0') return [400, 'Expected wa=wsignin1.0 or wa=wsignout1.0.'];
  if (wa === 'wsignin1.0' && !isLabAddress(query.get('wtrealm')))
    return [400, 'wtrealm is not a relying party of this lab: expected an address under localhost.'];
  if (wa === 'wsignout1.0' && wreply !== null && !isLabAddress(wreply))
    return [400, 'wreply is no address of this lab: expected one under localhost. Nobody was signed out.'];
  return null;
}

function refuse(ctx: Context, status: number, sentence: string): void {
  ctx.status = status;
  ctx.body = federationProblem(sentence).text;
}

function isAt(address: string | null, party: string): boolean {
  return address !== null && URL.canParse(address) && new URL(address).origin === new URL(party).origin;
}

function isLabAddress(text: string | null): boolean {
  if (text === null || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return /^https?:$/.test(protocol) && /(^|\.)localhost$/.test(hostname);
}
