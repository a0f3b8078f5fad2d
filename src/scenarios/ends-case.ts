import type { Wanted } from './exchange-case.ts';
import type { Mark } from './fact.ts';

/** What ends alice's session, or is to. She has signed in at the gateway and uses a published server that holds connections open. */
export type EndedBy =
  /** She signs out: a request for the published server logoff URL. */
  | 'logoff'
  /** Her time is over: maximum idle time, or maximum session duration (T-13). */
  | 'idle-time-out'
  | 'session-time-out'
  /** An administrator ends this session, all of hers, or everybody's. */
  | 'admin'
  | 'admin-user'
  | 'admin-all'
  /** Somebody signs in anew in the same browser. */
  | 'new-logon'
  /** A reload of the rules takes her from the list of users, gives her another password, or publishes her site no more. */
  | 'user-removed'
  | 'password-changed'
  | 'rule-removed'
  /** The memory store is full and hers is the session that was used least lately. */
  | 'eviction'
  /** The gateway that she uses is stopped, and started again. */
  | 'restart'
  /** The Redis server is killed, and started again from a snapshot of before her sign-out, or from nothing. */
  | 'store-restart'
  /** The Redis server stands still (SIGSTOP), or is killed and stays away: nobody can say whether she is signed out. */
  | 'store-frozen'
  | 'store-away'
  /** Nothing: the control. */
  | 'nothing';

/** What is tried with the session that has ended. */
export type Tried =
  /** The cookie of before, sent again with a new request. */
  | 'replay'
  /** Another tab of the same browser, which has whatever cookies the browser has now. */
  | 'second-tab'
  /** A request that the published server has and answers only after the end, with a Set-Cookie of its own. */
  | 'in-flight'
  /** Connections that were open at the end. */
  | 'long-poll'
  | 'websocket'
  | 'sse'
  | 'download'
  | 'upload'
  /** Bob signs in next in the same browser, and opens OWA of a mock Exchange whose own session alice had. */
  | 'identity-switch';

/** One case of the suite `ends`. */
export type EndsCase = {
  suite: 'ends';
  /** Where the gateways keep their sessions. */
  store: 'memory' | 'redis';
  /** Gateways, and what distributes requests among them without affinity. */
  replicas: 1 | 2;
  balancer: 'none' | 'haproxy' | 'nginx';
  /** Where it is tried: at the gateway where the session was ended, or at the other one. */
  at: 'same-replica' | 'second-replica';
  endedBy: EndedBy;
  tried: Tried;
  /** Authentication of OWA's virtual directory in an identity switch; null in every other case. */
  vdirAuth: 'fba' | 'basic' | null;
  /** Named options that are not at their default: `clearCookies=false`, `snapshot=before-logoff`. */
  options: Readonly<Record<string, string>> | null;
};

export type EndsExpectation = {
  /** What the old cookie opens afterwards: nothing (the gateway's form asks), its session, or an error page (503) while nobody can say. */
  oldCookie: 'refused' | 'accepted' | 'unavailable';
  /**
   * What became of the connection that was open or under way, once the published server had been told to finish: cut before its end,
   * or answered to its end; open if it has none (WebSocket, SSE) and goes on. Null where there was none.
   */
  connection: 'cut' | 'answered' | 'open' | null;
  /** Whether a cookie of the published server or the gateway reached the browser by a request that was under way at the end. */
  lateCookie: boolean;
  /** End records that this one session has, at all gateways together, and the reason in them; null without a record. */
  endRecords: number;
  reason: string | null;
  /** Bob's session, which he has in another browser on the same site. */
  bobsSession: 'alive' | 'ended' | 'unavailable';
  /** In an identity switch: whom the published server takes the new user for at his first page; null: it asks him. */
  seenAs?: 'alice' | 'bob' | null;
};

export type EndsRow = {
  /** Keys of a case, as in an ExchangeRow. */
  when: Readonly<Record<string, Wanted | readonly Wanted[]>>;
  then: EndsExpectation;
  mark: Mark;
  facts: readonly string[];
  because: string;
};
