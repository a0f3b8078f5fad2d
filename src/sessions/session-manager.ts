import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { seal, unseal } from './session-cipher.ts';
import type { SessionStore } from './session-store.ts';

/** How long a session lives, ms: `idle` counts from the last request, `absolute` from logon (T-13). */
export type Lifetime = { kind: 'idle' | 'absolute'; length: number };

/** What logon knows. */
export type NewSession = {
  user: string;
  password: string;
  listener: string;
  publicName: string;
  clientAddress: string;
  bindToClientAddress: boolean;
  /** Private computer (`trusted=4`) or public. */
  trusted: boolean;
  lifetime: Lifetime;
};

export type Session = NewSession & {
  id: string;
  /** Names the session in traces and lists; of no use as a cookie. */
  publicId: string;
  loggedOnAt: number;
  lastUsedAt: number;
  expiresAt: number;
};

/** Everything about a session but what would let somebody use it. */
export type SessionSummary = Omit<Session, 'id' | 'password'>;

export type EndReason = 'logoff' | 'timed-out' | 'replaced' | 'admin';
export type EndCause = { reason: EndReason; rule: string | null; request: string | null };

/** The one record that each ended session has. */
export type EndRecord = EndCause & { publicId: string; user: string; at: number };

export type FoundSession = { state: 'alive'; session: Session } | { state: 'ended'; reason: EndReason } | { state: 'none' };

/** Where a cookie is presented: it is valid only for the listener, public name and (if bound) address that it was made for. */
export type Presentation = { listener: string; publicName: string; clientAddress: string };

export type SessionManager = {
  /** A new session under a new id, with the cookie value (`<id>.<secret>`) that opens it. */
  create(session: NewSession): Promise<{ session: Session; cookie: string }>;
  /** The live session that a cookie value opens, renewed by this use; a session found past its time is ended here. */
  find(cookie: string, presented: Presentation): Promise<FoundSession>;
  /** Ends a session; null if it had ended already, so that one record is made. */
  end(session: Pick<Session, 'id' | 'publicId' | 'user'>, cause: EndCause): Promise<EndRecord | null>;
  /** Ends all (or those that `which` picks); returns their records. */
  endAll(cause: EndCause, which?: (session: SessionSummary) => boolean): Promise<EndRecord[]>;
  list(): Promise<SessionSummary[]>;
  /** Ends the session if its time is over. Resolves to when it will be (lab clock, ms); null if there is no such session any more. */
  expire(id: string): Promise<number | null>;
  /** `hear` is called once for each session that ends, whatever the reason, when its end is in the store. */
  onEnd(hear: (record: EndRecord, id: string) => void): void;
  close(): Promise<void>;
};

type StoredRecord = Omit<Session, 'id' | 'password'> & { sealed: string };

const ID_BYTES = 16;
const SECRET_BYTES = 32;
const cookieShape = /^([\w-]{22})\.([\w-]{43})$/;

type Parts = { store: SessionStore; clock: Clock; random: (bytes: number) => Buffer };

export function createSessionManager(parts: Parts): SessionManager {
  const { store, clock, random } = parts;
  const { timeOut, ...endings } = endingsOf(parts);

  async function renew(id: string, { open, sealed, password }: Opened): Promise<FoundSession> {
    const now = clock.now();
    const expiresAt = open.lifetime.kind === 'idle' ? now + open.lifetime.length : open.expiresAt;
    const renewed = { ...open, lastUsedAt: now, expiresAt };
    // False: it ended while this request was being read. It stays ended (decision 4).
    const there = await store.replace(id, JSON.stringify({ ...renewed, sealed }), keepUntil(renewed));
    return there ? { state: 'alive', session: { ...renewed, id, password } } : { state: 'none' };
  }

  return {
    ...endings,

    async create(asked) {
      const id = random(ID_BYTES).toString('base64url');
      const secret = random(SECRET_BYTES).toString('base64url');
      const now = clock.now();
      const times = { loggedOnAt: now, lastUsedAt: now, expiresAt: now + asked.lifetime.length };
      const { password, ...open } = { ...asked, publicId: publicIdOf(id), ...times };
      const record: StoredRecord = { ...open, sealed: seal(password, id, secret, random(12)) };
      if (!(await store.create(id, JSON.stringify(record), keepUntil(open)))) throw new Error('a random session id came twice');
      return { session: { ...open, id, password }, cookie: `${id}.${secret}` };
    },

    async find(cookie, presented) {
      const [, id, secret] = cookieShape.exec(cookie) ?? [];
      if (id === undefined || secret === undefined) return { state: 'none' };
      const stored = await store.read(id);
      if (stored.state === 'ended') return { state: 'ended', reason: (JSON.parse(stored.tombstone) as EndRecord).reason };
      if (stored.state === 'unknown') return { state: 'none' };
      const opened = unlock(stored.record, id, secret);
      if (!opened || !fits(opened.open, presented)) return { state: 'none' };
      return clock.now() < opened.open.expiresAt ? renew(id, opened) : timeOut(id, opened.open);
    },

    async list() {
      const now = clock.now();
      return (await store.list()).map(({ record }) => summarise(record)).filter((session) => now < session.expiresAt);
    },

    close: () => store.close(),
  };
}

/** The ways in which sessions end; each leads through `end`, so that each session has one record. */
function endingsOf({ store, clock }: Parts) {
  const hearers: ((record: EndRecord, id: string) => void)[] = [];

  async function end(session: Pick<Session, 'id' | 'publicId' | 'user'>, cause: EndCause): Promise<EndRecord | null> {
    const record: EndRecord = { ...cause, publicId: session.publicId, user: session.user, at: clock.now() };
    if (!(await store.destroy(session.id, JSON.stringify(record)))) return null;
    for (const hear of hearers) hear(record, session.id);
    return record;
  }

  async function timeOut(id: string, open: SessionSummary): Promise<FoundSession> {
    await end({ ...open, id }, { reason: 'timed-out', rule: null, request: null });
    return { state: 'ended', reason: 'timed-out' };
  }

  async function endAll(cause: EndCause, which: (session: SessionSummary) => boolean = () => true): Promise<EndRecord[]> {
    const ended: EndRecord[] = [];
    for (const { id, record } of await store.list()) {
      const summary = summarise(record);
      const done = which(summary) ? await end({ ...summary, id }, cause) : null;
      if (done) ended.push(done);
    }
    return ended;
  }

  async function expire(id: string): Promise<number | null> {
    const stored = await store.read(id);
    if (stored.state !== 'live') return null;
    const session = summarise(stored.record);
    if (clock.now() < session.expiresAt) return session.expiresAt;
    await timeOut(id, session);
    return null;
  }

  return { end, endAll, expire, timeOut, onEnd: (hear: (record: EndRecord, id: string) => void) => void hearers.push(hear) };
}

type Opened = { open: SessionSummary; sealed: string; password: string };

function unlock(stored: string, id: string, secret: string): Opened | null {
  const { sealed, ...open } = JSON.parse(stored) as StoredRecord;
  const password = unseal(sealed, id, secret);
  return password === null ? null : { open, sealed, password };
}

/** A while longer than it is valid, so that a late request is told "timed out" and not "never seen". */
function keepUntil(session: Pick<Session, 'expiresAt'>): number {
  return session.expiresAt + 60 * 60 * 1000;
}

/** The id that a cookie value claims; null if it has not the shape of one. */
export function claimedId(cookie: string): string | null {
  return cookieShape.exec(cookie)?.[1] ?? null;
}

function fits(session: SessionSummary, presented: Presentation): boolean {
  return (
    session.listener === presented.listener &&
    session.publicName === presented.publicName &&
    (!session.bindToClientAddress || session.clientAddress === presented.clientAddress)
  );
}

function summarise(record: string): SessionSummary {
  const { sealed: _sealed, ...open } = JSON.parse(record) as StoredRecord;
  return open;
}

function publicIdOf(id: string): string {
  return hash('sha256', id).slice(0, 12);
}
