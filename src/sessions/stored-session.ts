import { hash } from 'node:crypto';
import type { NewSession, Presentation, Session, SessionSummary, Tombstone } from './session.ts';
import { seal, unseal } from './session-cipher.ts';

const ID_BYTES = 16;
const SECRET_BYTES = 32;
const cookieShape = /^([\w-]{22})\.([\w-]{43})$/;

type StoredRecord = Omit<Session, 'id' | 'password'> & { sealed: string };

/** A session as its cookie opened it; `sealed` is what its record goes on to hold. */
export type OpenedSession = { open: SessionSummary; sealed: string; password: string };

/** A session that begins at `now`, under a new id and secret, and the cookie value (`<id>.<secret>`) that opens its record. */
export function beginSession(asked: NewSession, now: number, random: (bytes: number) => Buffer) {
  const id = random(ID_BYTES).toString('base64url');
  const secret = random(SECRET_BYTES).toString('base64url');
  const { password, ...known } = asked;
  const times = { loggedOnAt: now, lastUsedAt: now, expiresAt: now + asked.lifetime.length };
  const open: SessionSummary = { ...known, publicId: hash('sha256', id).slice(0, 12), ...times };
  return {
    id,
    cookie: `${id}.${secret}`,
    opened: { open, sealed: seal(password, contextOf(id, open), secret, random(12)), password },
  };
}

/** Id and secret that a cookie value claims; null if it has not the shape of one. */
export function readCookieValue(cookie: string): { id: string; secret: string } | null {
  const [, id, secret] = cookieShape.exec(cookie) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

export function recordOf({ open, sealed }: Pick<OpenedSession, 'open' | 'sealed'>): string {
  return JSON.stringify({ ...open, sealed } satisfies StoredRecord);
}

/** What never changes in a session: who can write to the store could else give it to another user, site or address. */
function contextOf(id: string, session: SessionSummary): string[] {
  const { user, stamp, listener, publicName, clientAddress, publicId, lifetime, loggedOnAt } = session;
  const flags = `${session.bindToClientAddress} ${session.trusted}`;
  return [
    id,
    user,
    stamp,
    listener,
    publicName,
    clientAddress,
    publicId,
    `${flags} ${lifetime.kind} ${lifetime.length} ${loggedOnAt}`,
  ];
}

/** Null for whoever has not the secret, for a session that somebody has changed, and for what no session's record is. */
export function openRecord(record: string, id: string, secret: string): OpenedSession | null {
  const stored = readRecord(record);
  if (!stored) return null;
  const { sealed, ...open } = stored;
  const password = unseal(sealed, contextOf(id, open), secret);
  return password === null ? null : { open: withOwnExpiry(open), sealed, password };
}

/** The expiry alone is not sealed, for each use moves it; of a session that no use prolongs it follows from what is. */
function withOwnExpiry(open: SessionSummary): SessionSummary {
  const { lifetime, loggedOnAt } = open;
  return lifetime.kind === 'absolute' ? { ...open, expiresAt: loggedOnAt + lifetime.length } : open;
}

/** Null for what no session's record is: nobody can use it either. */
export function summarise(record: string): SessionSummary | null {
  const stored = readRecord(record);
  if (!stored) return null;
  const { sealed: _sealed, ...open } = stored;
  return open;
}

/** Null for what is not as this version writes it. */
export function readTombstone(text: string): Tombstone | null {
  const stored = parse<Tombstone>(text);
  return stored && typeof stored.reason === 'string' && typeof stored.user === 'string' ? stored : null;
}

/** What lies in a shared store may be of another version, or of anybody who can write there. */
function readRecord(record: string): StoredRecord | null {
  const stored = parse<StoredRecord>(record);
  if (!stored || !texts.every((name) => typeof stored[name] === 'string')) return null;
  const { loggedOnAt, lastUsedAt, expiresAt, lifetime } = stored;
  // Of one type each, so that none can be changed to another value which reads alike in the context: "false" is no false.
  if (typeof stored.bindToClientAddress !== 'boolean' || typeof stored.trusted !== 'boolean') return null;
  if (typeof lifetime?.kind !== 'string') return null;
  return [loggedOnAt, lastUsedAt, expiresAt, lifetime.length].every(isTime) ? stored : null;
}

const texts = ['sealed', 'publicId', 'user', 'stamp', 'listener', 'publicName', 'clientAddress'] as const;

/** Of a date that can be shown. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}

function parse<Known>(text: string): Known | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Known) : null;
  } catch {
    return null;
  }
}

/** A while longer than it is valid, so that a late request is told "timed out" and not "never seen". */
export function keepUntil({ expiresAt }: Pick<Session, 'expiresAt'>): number {
  return expiresAt + 60 * 60 * 1000;
}

export function isPresentedWhereItBelongs(session: SessionSummary, presented: Presentation): boolean {
  return (
    session.listener === presented.listener &&
    session.publicName === presented.publicName &&
    (!session.bindToClientAddress || session.clientAddress === presented.clientAddress)
  );
}
