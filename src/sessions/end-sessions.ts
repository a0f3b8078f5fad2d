import type { Clock } from '../clock.ts';
import { createExpiryWatch } from './expiry-watch.ts';
import type { EndCause, EndReason, EndRecord, Session, SessionSummary, Tombstone } from './session.ts';
import type { SessionStore, StoredSession } from './session-store.ts';
import { readTombstone, summarise } from './stored-session.ts';
import { turnByTurn } from './turn-by-turn.ts';

/** Who holds the connections that sessions have open, and is told of their ends. */
export type SessionListener = {
  /** Cuts a session's connections here; returns how many there were. */
  cut(id: string): number;
  /** Whether it has any here: only then is what others did to it looked up at once. */
  isOpen(id: string): boolean;
  /** Once for each session that this process has ended, whatever the reason, when its end is in effect. */
  ended(record: EndRecord): void;
  /** A session ended elsewhere, and its connections here were cut. Null: the store has lost it. */
  endedElsewhere(tombstone: Tombstone | null, connectionsClosed: number): void;
  /** The store cannot be asked: any connection's session may have ended. */
  away(): void;
};

/** Names a session to be ended. */
export type Named = Pick<Session, 'id' | 'publicId' | 'user'>;

/** `connectionsClosed`: so far. */
type Untold = { session: Named; tombstone: Tombstone; connectionsClosed: number };

/** What the store was not told is told again after so long, ms. */
const RETRY = 1_000;

const nobody: SessionListener = { cut: () => 0, isOpen: () => false, ended() {}, endedElsewhere() {}, away() {} };

/**
 * The ways in which sessions end. Each that ends here leads through `end`, so that it has one record and takes its connections along
 * (DESIGN decisions 4 and 5); what others ended is looked up as soon as the store tells.
 */
export class SessionEndings {
  readonly #store: SessionStore;
  readonly #clock: Clock;
  readonly #expiry = createExpiryWatch({ now: () => this.#clock.now(), at: (time, act) => this.#clock.at(time, act) }, (id) =>
    this.#check(id),
  );
  /** Being ended now: what the store tells of these is our own doing. */
  readonly #ending = new Set<string>();
  /** Ended here, but the store was away before it said so. They stay refused here, and it is told when it is back. */
  readonly #untold = new Map<string, Untold>();
  #listener = nobody;
  #cancelRetry: (() => void) | null = null;

  constructor({ store, clock }: { store: SessionStore; clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
    store.onEvent((event) => {
      if (event.kind === 'evicted') this.#onEvicted(event.id, event.record);
      else if (event.kind === 'changed') this.#onChanged(event.id);
      else if (event.kind === 'away') this.#listener.away();
      else this.#tellUntold();
    });
  }

  listen(listener: SessionListener): void {
    this.#listener = listener;
  }

  async end(session: Named, cause: EndCause): Promise<EndRecord | null> {
    const { id, publicId, user } = session;
    // Who asks again because the store was away does not change what was asked first.
    const untold = this.#untold.get(id);
    const tombstone = untold?.tombstone ?? { ...cause, publicId, user, at: this.#clock.now() };
    const text = JSON.stringify(tombstone);
    this.#ending.add(id);
    try {
      const ended =
        (await this.#store.destroy(id, text)) || (untold !== undefined && (await this.#holds(id, text)) && this.#untold.has(id));
      const cutBefore = this.#untold.get(id)?.connectionsClosed ?? 0;
      this.#untold.delete(id);
      this.#expiry.unwatch(id);
      if (ended) return this.#record(id, tombstone, cutBefore);
      if (this.#listener.isOpen(id)) this.#onEndedElsewhere(id, await this.#store.read(id));
      return null;
    } catch (error) {
      const first = this.#untold.get(id) ?? { session, tombstone, connectionsClosed: 0 };
      this.#untold.set(id, { ...first, connectionsClosed: first.connectionsClosed + this.#listener.cut(id) });
      this.#tellLater();
      throw error;
    } finally {
      this.#ending.delete(id);
    }
  }

  timeOut(session: Named): Promise<EndRecord | null> {
    return this.end(session, { reason: 'timed-out', rule: null, request: null });
  }

  async endAll(cause: EndCause, which: (session: SessionSummary) => boolean = () => true): Promise<EndRecord[]> {
    const ended: EndRecord[] = [];
    for await (const { id, record } of turnByTurn(await this.#store.list())) {
      const summary = summarise(record);
      const done = summary && which(summary) ? await this.end({ ...summary, id }, cause) : null;
      if (done) ended.push(done);
    }
    return ended;
  }

  /** From now on the session ends when its time is over. */
  watch(id: string, expiresAt: number): void {
    this.#expiry.watch(id, expiresAt);
  }

  /** Why a session counts as ended here although the store may not know yet. */
  untoldReason(id: string): EndReason | undefined {
    return this.#untold.get(id)?.tombstone.reason;
  }

  stop(): void {
    this.#cancelRetry?.();
    this.#expiry.stop();
  }

  /** Whether the store has ended a session with this very tombstone: it did so the last time, and could not say it any more. */
  async #holds(id: string, tombstone: string): Promise<boolean> {
    const stored = await this.#store.read(id);
    return stored.state === 'ended' && stored.tombstone === tombstone;
  }

  #record(id: string, tombstone: Tombstone, cutBefore = 0): EndRecord {
    const connectionsClosed = cutBefore + this.#listener.cut(id);
    const record = { ...tombstone, connectionsClosed, msToEffect: this.#clock.now() - tombstone.at };
    this.#listener.ended(record);
    return record;
  }

  /** Looks a session up again: ends it if its time is over, cuts it off if it ended elsewhere. Resolves to when its time will be over. */
  async #check(id: string): Promise<number | null> {
    const stored = await this.#store.read(id);
    if (this.#ending.has(id)) return null;
    const summary = stored.state === 'live' ? summarise(stored.record) : null;
    if (summary) {
      const session = { ...summary, id };
      if (this.#clock.now() < session.expiresAt) return session.expiresAt;
      await this.timeOut(session);
    } else this.#onEndedElsewhere(id, stored);
    return null;
  }

  #onEndedElsewhere(id: string, stored: StoredSession): void {
    const connectionsClosed = this.#listener.cut(id);
    const tombstone = stored.state === 'ended' ? readTombstone(stored.tombstone) : null;
    if (connectionsClosed > 0) this.#listener.endedElsewhere(tombstone, connectionsClosed);
  }

  #onEvicted(id: string, record: string): void {
    const summary = summarise(record);
    this.#expiry.unwatch(id);
    if (!summary) return;
    const { publicId, user } = summary;
    this.#record(id, { reason: 'evicted', rule: null, request: null, publicId, user, at: this.#clock.now() });
  }

  #onChanged(id: string): void {
    if (this.#listener.isOpen(id) && !this.#ending.has(id)) this.#check(id).catch(() => this.#listener.cut(id));
  }

  /** A server that is full, or slow for once, is not away, and so will not be back. */
  #tellLater(): void {
    this.#cancelRetry ??= this.#clock.at(this.#clock.now() + RETRY, () => {
      this.#cancelRetry = null;
      this.#tellUntold();
    });
  }

  #tellUntold(): void {
    for (const { session, tombstone } of this.#untold.values()) this.end(session, tombstone).catch(() => {});
  }
}
