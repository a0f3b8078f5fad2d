import type { Limits } from './limits-schema.ts';

/** What a web listener and a publishing rule are, after parsing: the shapes that gateway and lab work with (T-20). */

/** Durations are milliseconds. */
export type Listener = {
  name: string;
  authentication: 'forms';
  /** Name of the session cookie; begins with `cadata` (T-10). */
  cookie: string;
  /** The session is valid only from the client address that logged on (T-11). */
  bindToClientAddress: boolean;
  /** `idle`: maximum idle time; `absolute`: maximum session duration (T-13). */
  timeouts: { kind: 'idle' | 'absolute'; public: number; private: number };
  /** What clients and published servers may take. */
  limits: Limits;
  /** How a request is refused that has no single reading or exceeds a limit: with the status that says why, or as TMG did (T-22). */
  refusals: 'precise' | 'tmg';
  /** Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  trustedProxies: readonly string[];
  /** null: plain HTTP. */
  tls: ServerCertificate | null;
  crossSite: CrossSite;
  /** T-17; null: nobody is locked out. */
  lockout: Lockout | null;
  /** Address of the session store as it was written (it may hold a password); null: not said. */
  sessions: string | null;
  validate: Validation;
};

/** What pages of other sites may make a browser do here; the first of each is TMG's way. `framedBy`: sites that may frame our pages. */
export type CrossSite = {
  cookie: 'unset' | 'lax' | 'strict';
  logon: 'allow' | 'refuse';
  logoff: 'allow' | 'ask';
  framedBy: readonly string[];
};

/** Consecutive failures beyond `threshold`, each at most `resetTime` ms after the last, lock a user out (T-17). */
export type Lockout = { threshold: number; resetTime: number; whileLocked: 'ignore' | 'prolong' };

/** PEM texts: the server's certificate, then those of its chain; and its private key, a function so that nothing prints it by the way. */
export type ServerCertificate = { certificate: string; key: () => string };

/** Who says whether a name and password are right: a list of users, or the back end itself, asked with Basic. */
export type Validation = { kind: 'users'; users: readonly UserEntry[] } | { kind: 'basic'; url: string; ca: string | null };

/** `hash`: `scrypt$N$r$p$<salt base64>$<key base64>`. */
export type UserEntry = { name: string; hash: string };

/**
 * How the published server learns who the user is (T-18): the form's credentials as Basic (kind 3) or in the lab's own stand-in for
 * an NTLM (4) or Negotiate (5) token; not at all (1); not at all, but the client may authenticate to it directly (0).
 */
export type Delegation = 'basic' | 'none' | 'ntlm' | 'negotiate' | 'client';

export type PublishingRule = {
  name: string;
  /** Lower case, without port. */
  publicNames: readonly string[];
  /** `/owa/*` publishes `/owa`, `/owa/` and all below; a path without `*` publishes itself only. */
  paths: readonly string[];
  to: BackEnd;
  delegation: Delegation;
  /** Cookies of the published server that the browser is told to forget when somebody signs out or in. */
  clearCookies: readonly NamedCookie[];
  /** What Clear-Site-Data names at a sign-out; none: no such field. */
  clearSiteData: readonly ('cache' | 'cookies' | 'storage')[];
  /** Whether browsers may store what the published server's answers say they may. */
  caching: 'no-store' | 'published';
  /** null: the rule watches for no logoff URL. */
  logoff: LogoffSetting | null;
};

/** `url` is an origin (`http://127.0.0.1:8082`); `ca` is PEM text of a certificate authority of one's own. */
export type BackEnd = { url: string; ca: string | null; hostHeader: 'original' | 'target' };

/** A browser deletes a cookie only under the path that it was set with. */
export type NamedCookie = { name: string; path: string };

/** The published server logoff URL and what a hit does (T-01 … T-04). */
export type LogoffSetting = {
  url: string;
  match: 'contains' | 'query' | 'exact';
  ignoreCase: boolean;
  onLogoff: 'page' | 'pass-through' | 'redirect';
  /** Where `redirect` sends the browser; null otherwise. */
  redirectTo: string | null;
  forwardToBackend: boolean;
};

export type RuleSet = { listener: Listener; rules: readonly PublishingRule[] };
