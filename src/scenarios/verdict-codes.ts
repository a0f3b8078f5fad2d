// The ways in which signing out fails to sign somebody out. A cell of the regression matrix carries the codes that hold for it.

/** A way in which signing out fails: its code, a name, and what it means in half a sentence. */
export type VerdictCode = { code: string; name: string; meaning: string };

/** Every code that a verdict may have, `SO-01` to `SO-22`. */
export const verdictCodes: readonly VerdictCode[] = [
  {
    code: 'SO-01',
    name: 'idp-session-survives',
    meaning: 'an identity provider still knows the user and signs the user in again without asking',
  },
  {
    code: 'SO-02',
    name: 'proxy-session-survives',
    meaning: 'the gateway keeps its session, so whoever comes next is let in with the credentials that it holds',
  },
  {
    code: 'SO-03',
    name: 'backend-session-survives',
    meaning: 'the gateway asks for credentials, but the old session behind it is still there for the next user to land in',
  },
  { code: 'SO-04', name: 'sibling-session-survives', meaning: 'another service of the same family stays signed in' },
  { code: 'SO-05', name: 'upstream-idp-survives', meaning: 'the federated identity provider stays signed in' },
  {
    code: 'SO-06',
    name: 'replayable-cookie',
    meaning: 'the cookie of before the sign-out still opens the session: nothing was ended on the server',
  },
  {
    code: 'SO-07',
    name: 'cookie-not-cleared',
    meaning: 'the deletion misses the cookie by name, path or domain, or misses a second copy of it',
  },
  { code: 'SO-08', name: 'persistent-cookie-survives', meaning: 'closing and opening the browser signs the user in again' },
  {
    code: 'SO-09',
    name: 'logoff-not-recognised',
    meaning: 'the gateway saw no sign-out: nothing was requested, or nothing that its rule watches for',
  },
  { code: 'SO-10', name: 'lands-on-logon', meaning: 'the page that the sign-out leads to starts a logon by itself' },
  { code: 'SO-11', name: 'redirect-loop', meaning: 'the sign-out redirects in a circle and never comes to rest' },
  {
    code: 'SO-12',
    name: 'unsafe-or-wrong-method',
    meaning: 'another site can sign the user out with a GET, or a GET that should sign out does nothing',
  },
  { code: 'SO-13', name: 'cached-page-visible', meaning: 'the Back button shows mail after the sign-out' },
  { code: 'SO-14', name: 'cached-logoff', meaning: 'the answer to the sign-out came from a cache, so no server heard of it' },
  { code: 'SO-15', name: 'resurrected-session', meaning: 'a request that was under way brings the ended session back' },
  { code: 'SO-16', name: 'open-stream-survives', meaning: 'a WebSocket, event stream or long poll goes on after the sign-out' },
  {
    code: 'SO-17',
    name: 'front-channel-blocked',
    meaning: 'the browser blocks the third-party cookies or frames that carry the sign-out',
  },
  { code: 'SO-18', name: 'front-channel-raced', meaning: 'the browser is sent on before every service has been told' },
  {
    code: 'SO-19',
    name: 'ambient-credential',
    meaning: 'the browser itself still sends credentials: cached Basic, Kerberos or a client certificate',
  },
  { code: 'SO-20', name: 'node-local-logoff', meaning: 'another replica still accepts the session' },
  {
    code: 'SO-21',
    name: 'idle-never-fires',
    meaning: 'polling counts as activity, or the expiry lives in the cookie alone, so the idle limit never ends the session',
  },
  {
    code: 'SO-22',
    name: 'over-logoff',
    meaning: 'too much ends: a request that is no sign-out ends the session, or other users or devices are signed out too',
  },
];
