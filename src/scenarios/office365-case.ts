import type { Wanted } from './exchange-case.ts';
import type { Mark } from './fact.ts';

export type ServiceName = 'portal' | 'owa' | 'sharepoint';

/** What a user meets at a service: the session of before, a new one that nobody gave credentials for, or a form that asks for them. */
export type ServiceOutcome = 'session-alive' | 'silent-relogin' | 'prompt';

export type PerService = Readonly<Record<ServiceName, ServiceOutcome>>;

/** One thing that somebody does with a browser. */
export type Office365Step =
  /** Signs in as alice at the portal, and opens OWA and SharePoint. */
  | { readonly do: 'start' }
  /** Clicks on Sign out, or on "Sign in as a different user", on the page of a service. */
  | { readonly do: 'sign-out' | 'different-user'; readonly at: ServiceName }
  /** Goes to the logoff address of OWA from another site's link (O-09). */
  | { readonly do: 'logoff-from-elsewhere' }
  /** Empties the browser of cookies and cache, or closes all its windows and opens it again. */
  | { readonly do: 'clear-cookies' | 'close-and-reopen' }
  /** Goes on in a private window. */
  | { readonly do: 'private-window' }
  /** Takes the logon server's entries out of zone lists. */
  | { readonly do: 'take-out-of-zones'; readonly lists: readonly ('trusted-sites' | 'local-intranet')[] }
  /** Opens a service and signs in there with the form that asks; then opens the other two. */
  | { readonly do: 'sign-in'; readonly user: 'bob'; readonly at: ServiceName }
  /** Lets time go by, as in `8h 1s`; `ends` is the service of which the case is that its session is over then. */
  | { readonly do: 'wait'; readonly by: string; readonly ends?: ServiceName }
  /** An Office rich client opens a document on SharePoint with the cookies that it finds in the browser's store. */
  | { readonly do: 'open-document' };

/** One case of the suite `office365`: a row of the table of expectations, or one step of it. */
export type Office365Case = {
  suite: 'office365';
  row: number;
  /** `a`, `b` … of a row with several steps or variants. */
  step: string | null;
  profile: 'zones' | 'literal' | 'single-sign-out' | 'third-party-cookies-blocked';
  /** What is tried, for people. */
  action: string;
  /** Whether alice chose to be kept signed in. */
  keepMeSignedIn: boolean;
  /** The last of them is the action that is judged; what comes before prepares it. */
  steps: readonly Office365Step[];
  /** LogonSettings.SignOutKind of Office 365's OWA; null: absent. */
  signOutKind: string | null;
  /** Lifetimes that are not at their default, as in `10m`. */
  ttl: Readonly<
    Partial<Record<'authentication' | 'authenticationKept' | 'portal' | 'owaIdle' | 'owaHard' | 'sharepoint', string>>
  > | null;
  /** Named options that are not at their default. */
  options: Readonly<Record<string, string>> | null;
  /** Who knows the user's password: the logon server, or AD FS behind the gateway. */
  identity: 'managed' | 'federated';
  /** What the gateway in front of AD FS takes for a sign-out; null: nothing, or no gateway. */
  logoffUrl: string | null;
};

/** Whether cookies of before the action still open their session when they are sent again; null where there was none. */
export type Replayed = Readonly<Record<ServiceName | 'logonServer', 'accepted' | 'refused' | null>>;

export type Office365Expectation = {
  /** After the action: for the service acted at what the action led to, for the others what a probe finds (an Office client: at SharePoint). */
  after: PerService;
  /** Whom the services' journals see afterwards at whichever of them is signed in, if the case is about that; several: per service. */
  user?: string | Readonly<Record<ServiceName, string>>;
  /** In a case with a private window: whom the journals see in the ordinary one. */
  userOfOrdinaryWindow?: string;
  /** Whether the session cookie of the service acted at is another one than before. */
  newSession?: boolean;
  /** Path of the page on which the action came to rest. */
  landing?: string;
  /** Whether the sign-out reached the logon server, and with the authentication cookie. */
  toldLogonServer?: 'no' | 'without-cookie' | 'with-cookie';
  /** Whether other services that alice is signed in to were asked to clean up, and with the cookies of their sessions. */
  cleanUps?: 'none' | 'without-cookies' | 'with-cookies';
  /** Whose form asks, where one does: the gateway's or the logon server's. */
  promptedBy?: 'gateway' | 'backend';
  gatewaySession?: 'alive' | 'ended';
  adfsSession?: 'alive' | 'ended';
  replayed?: Replayed;
};

export type Office365Row = {
  /** Keys of a case, as in an ExchangeRow. */
  when: Readonly<Record<string, Wanted | readonly Wanted[]>>;
  then: Office365Expectation;
  mark: Mark;
  facts: readonly string[];
  because: string;
};
