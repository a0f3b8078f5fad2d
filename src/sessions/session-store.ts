/**
 * Where session records lie. A store knows bytes and times only: what a record says, and every lifetime, is the manager's.
 * Each method is atomic. After `destroy`, an id can be neither replaced nor created again while its tombstone lasts. A shared store
 * that cannot be asked, or has not answered in time, rejects with store-away: nobody is let in on a guess.
 */
export type SessionStore = {
  /** Adds a record; `expiresAt` (ms, lab clock) bounds how long the store need keep it. False if the id is taken or ended. */
  create(id: string, record: string, expiresAt: number): Promise<boolean>;
  read(id: string): Promise<StoredSession>;
  /** Writes a record that is there; false if it is not (ended meanwhile, or never was): nothing comes back to life. */
  replace(id: string, record: string, expiresAt: number): Promise<boolean>;
  /** Ends an id and leaves `tombstone` in its place; true for the one caller that ended it. */
  destroy(id: string, tombstone: string): Promise<boolean>;
  /** Records that are there now. */
  list(): Promise<{ id: string; record: string }[]>;
  /** How many records there are, where that is known without asking anybody. */
  size?(): number;
  /** Resolves if the store can be asked now; says so from what it knows, without waiting for a server that hangs. */
  ping(): Promise<void>;
  /** Calls `hear` of everything that happens to records without this process having asked for it. */
  onEvent(hear: (event: StoreEvent) => void): void;
  close(): Promise<void>;
  /** How long a use of a session may stay unwritten, ms; 0 where writing costs nothing. An idle time-out may come that much early. */
  readonly renewalInterval: number;
  /** Other processes use the same records, which outlive this one. */
  readonly shared: boolean;
};

export type StoredSession = { state: 'live'; record: string } | { state: 'ended'; tombstone: string } | { state: 'unknown' };

export type StoreEvent =
  /** The store had no room for this record any more. */
  | { kind: 'evicted'; id: string; record: string }
  /** Another process has changed or ended it. */
  | { kind: 'changed'; id: string }
  /** The store can no longer be asked. */
  | { kind: 'away' }
  /** It can again; anything may have changed meanwhile. */
  | { kind: 'back' };
