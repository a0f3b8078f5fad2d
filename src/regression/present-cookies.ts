import type { Person, ScriptedBrowser } from '../browser/scripted-browser.ts';
import type { VdirAuth } from '../exchange/sign-out.ts';

/**
 * Shows Exchange itself, at `origin` and past the proxy, what the browser's cookies stand for, on a request that opens no session: its
 * journal then says which one they stand for. Where Exchange knows people by their password and not by a cookie, the password comes too.
 */
export async function presentCookies(
  browser: ScriptedBrowser,
  origin: string,
  vdirAuth: VdirAuth,
  person: Person,
): Promise<void> {
  const knownByCookie = vdirAuth === 'fba' || vdirAuth === 'adfs';
  await browser.clone().probe('POST', new URL('/owa/sessiondata.ashx', origin).href, knownByCookie ? undefined : person);
}
