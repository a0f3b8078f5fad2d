/**
 * Where session records lie. A store knows bytes and times only: what a record says, and every lifetime, is the manager's.
 * Each method is atomic. After `destroy`, an id can be neither replaced nor created again while its tombstone lasts.
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
  close(): Promise<void>;
};

export type StoredSession = { state: 'live'; record: string } | { state: 'ended'; tombstone: string } | { state: 'unknown' };
