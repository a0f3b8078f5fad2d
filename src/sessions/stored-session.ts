import { hash } from 'node:crypto';
import type { NewSession, Presentation, Session, SessionSummary } from './session.ts';
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
  return { id, cookie: `${id}.${secret}`, opened: { open, sealed: seal(password, id, secret, random(12)), password } };
}

/** Id and secret that a cookie value claims; null if it has not the shape of one. */
export function readCookieValue(cookie: string): { id: string; secret: string } | null {
  const [, id, secret] = cookieShape.exec(cookie) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

export function recordOf({ open, sealed }: Pick<OpenedSession, 'open' | 'sealed'>): string {
  return JSON.stringify({ ...open, sealed } satisfies StoredRecord);
}

/** Null for whoever has not the secret. */
export function openRecord(record: string, id: string, secret: string): OpenedSession | null {
  const { sealed, ...open } = JSON.parse(record) as StoredRecord;
  const password = unseal(sealed, id, secret);
  return password === null ? null : { open, sealed, password };
}

export function summarise(record: string): SessionSummary {
  const { sealed: _sealed, ...open } = JSON.parse(record) as StoredRecord;
  return open;
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
