import type { Clock } from '../clock.ts';
import { type Named, SessionEndings, type SessionListener } from './end-sessions.ts';
import type { EndCause, EndRecord, FoundSession, NewSession, Presentation, Session, SessionSummary } from './session.ts';
import type { SessionStore } from './session-store.ts';
import {
  beginSession,
  isPresentedWhereItBelongs,
  keepUntil,
  type OpenedSession,
  openRecord,
  readCookieValue,
  readTombstone,
  recordOf,
  summarise,
} from './stored-session.ts';
import { turnByTurn } from './turn-by-turn.ts';

/** Every method that asks a shared store rejects with store-away while that cannot be asked. */
export type SessionManager = {
  /** A new session under a new id, with the cookie value (`<id>.<secret>`) that opens it. */
  create(session: NewSession): Promise<{ session: Session; cookie: string }>;
  /** The live session that a cookie value opens, renewed by this use; a session found past its time is ended here. */
  find(cookie: string, presented: Presentation): Promise<FoundSession>;
  /** Ends a session; null if it had ended already, so that one record is made. */
  end(session: Named, cause: EndCause): Promise<EndRecord | null>;
  /** Ends all (or those that `which` picks); returns their records. */
  endAll(cause: EndCause, which?: (session: SessionSummary) => boolean): Promise<EndRecord[]>;
  list(): Promise<(SessionSummary & { id: string })[]>;
  /** How many sessions there are, if they lie in this process alone; else null. */
  count(): number | null;
  /** Resolves if sessions can be had now; says so at once, without waiting for a server that hangs. */
  ping(): Promise<void>;
  /** There is one listener: the gateway. */
  listen(listener: SessionListener): void;
  /** Ends the sessions that nobody will know of when this process is gone. */
  endOwn(): Promise<void>;
  /** Sessions in memory end with it. */
  close(): Promise<void>;
};

/** Of a short lifetime, uses are written down at least so often in it. */
const RENEWALS_IN_A_LIFETIME = 20;

export function createSessionManager(parts: {
  store: SessionStore;
  clock: Clock;
  random: (bytes: number) => Buffer;
}): SessionManager {
  const { store, clock, random } = parts;
  const endings = new SessionEndings(parts);
  const renew = renewalsOf(store);
  const open = openingsOf(store, endings);

  async function endOwn(): Promise<void> {
    if (!store.shared) await endings.endAll({ reason: 'shutdown', rule: null, request: null });
  }

  return {
    end: (session, cause) => endings.end(session, cause),
    endAll: (cause, which) => endings.endAll(cause, which),
    listen: (listener) => endings.listen(listener),

    async create(asked) {
      const { id, cookie, opened } = beginSession(asked, clock.now(), random);
      if (!(await store.create(id, recordOf(opened), keepUntil(opened.open)))) throw new Error('a random session id came twice');
      endings.watch(id, opened.open.expiresAt);
      return { session: { ...opened.open, id, password: asked.password }, cookie };
    },

    async find(cookie, presented) {
      const claimed = readCookieValue(cookie);
      if (!claimed) return { state: 'none' };
      const opened = await open(claimed.id, claimed.secret, presented);
      if ('state' in opened) return opened;
      const { id } = claimed;
      const now = clock.now();
      if (now >= opened.open.expiresAt) {
        await endings.timeOut({ ...opened.open, id });
        return { state: 'ended', reason: 'timed-out' };
      }
      if (!(await renew(id, opened, now))) return { state: 'none' };
      endings.watch(id, opened.open.expiresAt);
      return { state: 'alive', session: { ...opened.open, id, password: opened.password } };
    },

    async list() {
      const listed: (SessionSummary & { id: string })[] = [];
      for await (const { id, record } of turnByTurn(await store.list())) {
        const summary = summarise(record);
        if (summary && clock.now() < summary.expiresAt) listed.push({ ...summary, id });
      }
      return listed;
    },

    count: () => store.size?.() ?? null,

    ping: () => store.ping(),

    endOwn,

    async close() {
      await endOwn();
      endings.stop();
      await store.close();
    },
  };
}

/** Writes down that a session is used. False: it ended while this request was being read, and stays ended (decision 4). */
function renewalsOf(store: SessionStore): (id: string, session: OpenedSession, now: number) => Promise<boolean> {
  const renewing = new Set<string>();
  return async (id, { open, sealed }, now) => {
    const { kind, length } = open.lifetime;
    const due = now - open.lastUsedAt >= Math.min(store.renewalInterval, length / RENEWALS_IN_A_LIFETIME);
    if (!due || renewing.has(id)) return true;
    renewing.add(id);
    open.lastUsedAt = now;
    if (kind === 'idle') open.expiresAt = now + length;
    try {
      return await store.replace(id, recordOf({ open, sealed }), keepUntil(open));
    } finally {
      renewing.delete(id);
    }
  };
}

type NotAlive = Exclude<FoundSession, { state: 'alive' }>;

/** Reads the session that an id and its secret open; whether its time is over is for the caller to see. */
function openingsOf(store: SessionStore, endings: SessionEndings) {
  return async (id: string, secret: string, presented: Presentation): Promise<OpenedSession | NotAlive> => {
    const stored = await store.read(id);
    const ended = endings.untoldReason(id) ?? (stored.state === 'ended' ? readTombstone(stored.tombstone)?.reason : undefined);
    if (ended) return { state: 'ended', reason: ended };
    const opened = stored.state === 'live' ? openRecord(stored.record, id, secret) : null;
    if (!opened) return { state: 'none' };
    if (isPresentedWhereItBelongs(opened.open, presented)) return opened;
    return { state: 'misplaced', session: { ...opened.open, id, password: opened.password } };
  };
}
