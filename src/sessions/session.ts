/** How long a session lives, ms: `idle` counts from the last request, `absolute` from logon (T-13). */
export type Lifetime = { kind: 'idle' | 'absolute'; length: number };

/** What logon knows. */
export type NewSession = {
  user: string;
  password: string;
  /** What the user's password was checked against; another stamp later means another password. */
  stamp: string;
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
  /** ms, lab clock. */
  loggedOnAt: number;
  lastUsedAt: number;
  expiresAt: number;
};

/** Everything about a session but what would let somebody use it. */
export type SessionSummary = Omit<Session, 'id' | 'password'>;

export type EndReason =
  | 'logoff'
  | 'timed-out'
  /** The same browser has logged on anew. */
  | 'replaced'
  | 'admin'
  | 'user-removed'
  | 'password-changed'
  /** No rule publishes its site any more. */
  | 'rule-removed'
  /** The store had no room for it. */
  | 'evicted'
  /** The gateway has stopped, and its sessions were in its memory. */
  | 'shutdown';

export type EndCause = { reason: EndReason; rule: string | null; request: string | null };

/** What the store keeps of an ended session. `at`: ms, lab clock. */
export type Tombstone = EndCause & { publicId: string; user: string; at: number };

/**
 * The one record that each ended session has, made by the process that ended it. `connectionsClosed`: how many it had open there;
 * `msToEffect`: from the request to end it until the store refuses it and those connections are cut.
 */
export type EndRecord = Tombstone & { connectionsClosed: number; msToEffect: number };

export type FoundSession =
  | { state: 'alive'; session: Session }
  /** Its cookie is presented where it does not belong: nobody is let in by it, but whoever has it may end its session. */
  | { state: 'misplaced'; session: Session }
  | { state: 'ended'; reason: EndReason }
  | { state: 'none' };

/** Where a cookie is presented: it is valid only for the listener, public name and (if bound) address that it was made for. */
export type Presentation = { listener: string; publicName: string; clientAddress: string };
