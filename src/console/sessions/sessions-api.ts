import type { Context } from 'koa';
import type Router from 'koa-router';
import type { Clock } from '../../clock.ts';
import { LabError } from '../../errors.ts';
import type { Gateway, ListedSession } from '../../gateway/gateway.ts';
import { inWords, quote } from '../../rules/quote.ts';
import type { EndRecord } from '../../sessions/session.ts';
import { answer } from '../answer.ts';

/** Whose sessions are listed and ended; ages go by its clock. */
export type SessionsOwner = { gateway: Pick<Gateway, 'listSessions' | 'endSessions'>; clock: Clock };

export const sessionsOverview = `  GET    /api/sessions[?user=NAME]       who is signed in at the gateway, since when, from where, until when
  DELETE /api/sessions/:publicId         ends that session and its connections
  DELETE /api/sessions?user=NAME         ends all of that user's: curl -X DELETE '…/api/sessions?user=lab%5Calice'
  DELETE /api/sessions                   ends everybody's
`;

/** Lists and ends sessions. A page of another site can do neither: see allowOwnNames, and DELETE takes a preflight that nobody grants. */
export function addSessionsApi(router: Router, { gateway, clock }: SessionsOwner): void {
  router.get('/api/sessions', async (ctx) => {
    answer(ctx, { sessions: await listShown({ gateway, clock }, ofUser(userIn(ctx))) });
  });
  router.delete('/api/sessions', async (ctx) => {
    const user = userIn(ctx);
    const records = await gateway.endSessions(ofUser(user));
    if (user !== null && records.length === 0) throw await nobodyCalled(user, gateway);
    answer(ctx, ended(records));
  });
  router.delete('/api/sessions/:publicId', async (ctx) => {
    const { publicId } = ctx.params;
    checkQuery(ctx, []);
    const records = await gateway.endSessions((session) => session.publicId === publicId);
    if (records.length === 0)
      throw new LabError('not-found', `there is no session ${quote(publicId ?? '')}; GET /api/sessions lists them by publicId`);
    answer(ctx, ended(records));
  });
}

/** What anybody is told of a session: field by field, so whatever else it comes to hold stays here. */
export type ShownSession = ReturnType<typeof shown>;

/** Those that `which` picks, by logon time. Throws store-away. */
export async function listShown(
  { gateway, clock }: SessionsOwner,
  which: (session: { user: string; publicId: string }) => boolean = () => true,
): Promise<ShownSession[]> {
  const sessions = (await gateway.listSessions()).filter(which).sort(byLogon);
  return sessions.map((session) => shown(session, clock.now()));
}

function shown(session: ListedSession, now: number) {
  const { publicId, user, listener, publicName, clientAddress, trusted, loggedOnAt, lastUsedAt, expiresAt, connections } =
    session;
  return {
    ...{ publicId, user, listener, publicName, clientAddress, computer: trusted ? 'private' : 'public' },
    ...{ loggedOnAt: iso(loggedOnAt), lastUsedAt: iso(lastUsedAt), expiresAt: iso(expiresAt) },
    ...{ ageSeconds: seconds(now - loggedOnAt), idleSeconds: seconds(now - lastUsedAt), connections },
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** Another gateway of the same sessions may have a clock that is ahead. */
function seconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}

function byLogon(a: ListedSession, b: ListedSession): number {
  return a.loggedOnAt - b.loggedOnAt || (a.publicId < b.publicId ? -1 : 1);
}

function ended(records: readonly EndRecord[]) {
  const told = records.map(({ publicId, user, reason, connectionsClosed, msToEffect }) => ({
    ...{ publicId, user, reason, connectionsClosed, msToEffect },
  }));
  return { ended: records.length, records: told };
}

/** The user whose sessions are meant; null: everybody's. A misspelt, misplaced or empty name must not end everybody's. */
function userIn(ctx: Context): string | null {
  checkQuery(ctx, ['user']);
  const { user } = ctx.query;
  if (ctx.request.length || ctx.get('Transfer-Encoding'))
    throw new LabError('bad-request', 'expected no body; a user is named in the address: ?user=lab%5Calice');
  if (user === undefined) return null;
  if (Array.isArray(user)) throw new LabError('bad-request', 'user is given twice; ask for one user at a time');
  if (user === '') throw new LabError('bad-request', 'user: expected a name, for example ?user=lab%5Calice');
  return user;
}

function checkQuery({ query }: Context, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const there = known.length === 0 ? 'there is none here' : `there is ${inWords(known, 'and')}`;
  throw new LabError('bad-request', `there is no query parameter ${quote(unknown)}; ${there}`);
}

/** As Windows compares names; null: everybody's. */
export function ofUser(wanted: string | null): (session: { user: string }) => boolean {
  return ({ user }) => wanted === null || user.toLowerCase() === wanted.toLowerCase();
}

const NAMED_AT_MOST = 20;

async function nobodyCalled(user: string, gateway: SessionsOwner['gateway']): Promise<LabError> {
  const users = [...new Set((await gateway.listSessions()).map((session) => session.user))].sort();
  const more = users.length > NAMED_AT_MOST ? [`${users.length - NAMED_AT_MOST} more`] : [];
  const known = inWords([...users.slice(0, NAMED_AT_MOST), ...more], 'and');
  return new LabError(
    'not-found',
    `${quote(user)} has no session; ${known === '' ? 'nobody has' : `there are sessions of ${known}`}`,
  );
}
