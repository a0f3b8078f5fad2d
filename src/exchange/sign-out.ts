import type { ExchangeOptions } from './options.ts';
import { type Profile, readsSignOutKind } from './profile.ts';
import { parseSignOutKind } from './web-config/web-config.ts';

/** How the virtual directories of the Client Access server authenticate. */
export type VdirAuth = 'fba' | 'basic' | 'windows' | 'digest' | 'adfs';

/** One part of a server (front end, OWA or ECP) as sign-out sees it. `key`: the raw value in effect in its web.config, null = absent. */
export type Part = { profile: Profile; key: string | null; options: ExchangeOptions };

/** An answer to a sign-out request: where it sends the browser, and which facts say so. */
export type SignOutAnswer = { location: string; facts: string[] };

const LOGON = '/owa/auth/logon.aspx';
const SIGNOUT = '/owa/auth/signout.aspx';

/** Whether a part behaves as CU1 did. */
export function isLegacy({ profile, key, options }: Part): boolean {
  if (!readsSignOutKind(profile)) return profile.signOut === 'legacy';
  if (key === null && profile.withoutKey === 'option landing') return options.landing === 'logon';
  return parseSignOutKind(key, options.signOutKindParser) === 'LegacyLogOff';
}

/**
 * What the premium client and ECP's are told: whether their Sign out shows a dialog instead of requesting anything (E-03, E-04).
 * With AD FS none of Basic, Windows and Digest is on.
 */
export function closesWindowOnLogout(part: Part, vdirAuth: VdirAuth): boolean {
  if (part.options.legacyForcedRequest === 'on') return false;
  return isLegacy(part) && vdirAuth !== 'fba' && vdirAuth !== 'adfs';
}

/** `GET /owa/logoff.owa` with a valid session: the mailbox server answers (E-10, E-11, E-17, E-18, E-19). */
export function answerLogoff(part: Part, vdirAuth: VdirAuth, passwordChanged = false): SignOutAnswer {
  if (part.profile.signOut === 'logoff-page') {
    const source = part.options.logoffPageSource === 'exch' ? '&src=exch' : '';
    return { location: `/owa/auth/logoff.aspx?Cmd=logoff${source}`, facts: ['E-19'] };
  }
  const fba = vdirAuth === 'fba';
  if (!isLegacy(part)) return { location: SIGNOUT, facts: [fba ? 'E-11' : 'E-17'] };
  const facts = [fba ? 'E-10' : 'E-18'];
  return passwordChanged ? { location: `${LOGON}?reason=4`, facts: [...facts, 'E-32'] } : { location: LOGON, facts };
}

/** The same where AD FS signed the user in: its sign-out page comes next (E-20). `issuer` is the address of AD FS. */
export function answerFederatedLogoff(issuer: string): SignOutAnswer {
  return { location: `${issuer}?wa=wsignout1.0`, facts: ['E-20'] };
}

/**
 * The same without or with expired cookies, forms-based authentication on: the front end answers by itself (E-12). `origin` is
 * `http(s)://host`, `url` the page to return to.
 */
export function answerLogoffWithoutSession(part: Part, origin: string, url: string): SignOutAnswer {
  if (part.profile.signOut === 'logoff-page') return answerLogoff(part, 'fba');
  const legacyPage = part.options.ecpThirdHop === 'blog' ? '/owa/logon.aspx' : LOGON;
  const page = isLegacy(part) ? legacyPage : SIGNOUT;
  const facts = page === '/owa/logon.aspx' ? ['E-12', 'E-15'] : ['E-12'];
  return { location: `${origin}${page}?url=${encodeURIComponent(url)}&reason=0`, facts };
}

/** `GET /ecp/logoff.aspx`: ECP hands the sign-out on to OWA; legacy keeps the way back (E-13, E-14). */
export function answerEcpLogoff(part: Part, url: string | null): SignOutAnswer {
  const query = isLegacy(part) && url !== null ? `?url=${encodeURIComponent(url)}` : '';
  return { location: `/owa/logoff.owa${query}`, facts: [isLegacy(part) ? 'E-13' : 'E-14'] };
}

/** Where ECP's client goes when its Sign out is not a dialog (E-06). */
export function ecpLogoffUrl(part: Part, origin: string): string {
  const back = isLegacy(part) ? `&url=${encodeURIComponent(`${origin}/owa/`)}` : '';
  return `/ecp/logoff.aspx?src=exch${back}`;
}

/** What becomes of `GET /owa/auth/signout.aspx` at a front end (E-09, E-22). */
export function signoutPageOf({ profile, options }: Part): 'page' | 'ask-mailbox' | 'not-found' | 'error-page' | 'logon' {
  if (profile.signoutPage === 'present') return 'page';
  if (profile.signoutPage === 'asks-mailbox') return options.signoutPage === 'present' ? 'page' : 'ask-mailbox';
  if (profile.generation !== '2013') return 'not-found';
  return options.mixedFarm === 'signout-404' ? 'error-page' : 'logon';
}
