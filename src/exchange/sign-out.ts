import type { Profile } from './profile.ts';
import { parseSignOutKind, type SignOutFiles } from './web-config.ts';

/** How the OWA virtual directory of the Client Access server authenticates. */
export type VdirAuth = 'basic' | 'fba';

/** One Exchange server as sign-out sees it: its build, its virtual directory's authentication, the values in its files. */
export type SignOutSetting = { profile: Profile; vdirAuth: VdirAuth; signOutKind: SignOutFiles };

/** An answer to a sign-out request: where it sends the browser, and which facts say so. */
export type SignOutAnswer = { location: string; facts: string[] };

const LOGON = '/owa/auth/logon.aspx';
const SIGNOUT = '/owa/auth/signout.aspx';

/** Whether a file makes its part of the server behave as CU1 did. */
export function isLegacy({ profile, signOutKind }: SignOutSetting, file: keyof SignOutFiles): boolean {
  if (profile.signOut === 'by-key') return parseSignOutKind(signOutKind[file]) === 'LegacyLogOff';
  return profile.signOut === 'legacy';
}

/** Session data for the premium client: whether its Sign out shows a dialog instead of requesting anything (E-03). */
export function closesWindowOnLogout(setting: SignOutSetting): boolean {
  return isLegacy(setting, 'beOwa') && setting.vdirAuth !== 'fba';
}

/** `GET /owa/logoff.owa` with a valid session: the mailbox server answers (E-10, E-11, E-17, E-18, E-19). */
export function answerLogoff(setting: SignOutSetting): SignOutAnswer {
  if (setting.profile.signOut === 'logoff-page')
    return { location: '/owa/auth/logoff.aspx?Cmd=logoff&src=exch', facts: ['E-19'] };
  const fba = setting.vdirAuth === 'fba';
  if (isLegacy(setting, 'beOwa')) return { location: LOGON, facts: [fba ? 'E-10' : 'E-18'] };
  return { location: SIGNOUT, facts: [fba ? 'E-11' : 'E-17'] };
}

/**
 * The same without or with expired cookies, forms-based authentication on: the front end answers by itself (E-12). `origin` is
 * `http(s)://host`, `url` the page to return to.
 */
export function answerLogoffWithoutSession(setting: SignOutSetting, origin: string, url: string): SignOutAnswer {
  if (setting.profile.signOut === 'logoff-page') return answerLogoff(setting);
  const page = isLegacy(setting, 'feOwa') ? LOGON : SIGNOUT;
  return { location: `${origin}${page}?url=${encodeURIComponent(url)}&reason=0`, facts: ['E-12'] };
}
