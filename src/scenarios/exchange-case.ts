import type { Mark } from './fact.ts';

/** What one case of the Exchange suites tries. */
export type ExchangeCase = {
  suite: 'exchange' | 'install-order' | 'co-existence' | 'add-in';
  /** Version of the user's mailbox server. */
  profile: string;
  /** Version of the Client Access server that the user comes through. */
  frontEnd: string;
  /** How the virtual directories of the Client Access server authenticate. */
  vdirAuth: 'fba' | 'basic' | 'windows' | 'digest' | 'adfs';
  app: 'owa' | 'ecp';
  client: 'premium' | 'light' | 'explicit' | 'typed' | 'password-change' | 'add-in';
  via: 'gateway' | 'direct';
  /** The rule's published server logoff URL and how it is matched; null via direct. */
  logoffUrl: string | null;
  match: 'contains' | 'query' | 'exact' | null;
  /** What is in effect in the three files where it is not what the versions ship; an inner null: absent or commented out. */
  signOutKind: { readonly feOwa: string | null; readonly beOwa: string | null; readonly beEcp: string | null } | null;
  signOutKindSource: 'shipped' | 'changed';
  /** Named options that are not at their default. */
  options: Readonly<Record<string, string>> | null;
  /** The place in an upgrade at which the sign-out happens. */
  installOrder: InstallStep | null;
};

/** `step` counts from 0, before anything is upgraded; `server` is what was upgraded last. */
export type InstallStep = {
  readonly order: string;
  readonly step: number;
  readonly server: string;
  /** The Client Access server that the balancing pool sends this client to, and the server that holds the mailbox. */
  readonly member: string;
  readonly mailboxServer: string;
};

export type ExchangeExpectation = {
  /** Did the gateway notice the sign-out? */
  detected: boolean;
  /** null: signing in did not get as far as Sign out. */
  clientAction: 'dialog' | 'navigate' | null;
  /** Target prefixes, case ignored, of what the sign-out caused: up to the hit, else up to the first document answered 200. */
  requests: readonly string[];
  proxySession: 'alive' | 'ended' | 'none';
  /** After the sign-out and a fresh visit to /owa/. */
  backendSession: 'alive' | 'ended' | 'recreated' | 'none';
  /** Path of the last page that the sign-out led to; of the hit, if there is one. */
  landing: string | null;
  /** Of a fresh visit to /owa/ afterwards in the same browser. */
  outcome: 'session-alive' | 'silent-relogin' | 'prompt';
  promptedBy: 'gateway' | 'backend' | null;
  /** Whether a third-party add-in could do its work; null for people. */
  addIn?: 'works' | 'breaks' | null;
};

/** A value of a case; null matches null. */
export type Wanted = string | null;

export type ExchangeRow = {
  /** Keys of a case, dotted for nested ones; a key of a null parent is null, and a key that is left out matches anything. */
  when: Readonly<Record<string, Wanted | readonly Wanted[]>>;
  then: ExchangeExpectation;
  mark: Mark;
  facts: readonly string[];
  because: string;
};
