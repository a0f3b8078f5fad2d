import { createScriptedBrowser as createBrowser, type ScriptedBrowser as WholeBrowser } from '../browser/scripted-browser.ts';
import { type Clock, runningClock } from '../clock.ts';

/** What a scripted browser is told. */
export type BrowserOptions = {
  /** Says what time it is for cookies that expire; default: a clock of its own that runs. A lab's: `lab.clock`. */
  clock?: Clock;
  /** Whether a page's images and frames of another site get and set cookies; default `allowed`. */
  thirdPartyCookies?: 'allowed' | 'blocked';
};

/**
 * A browser without a screen: cookies, redirects, forms, Basic, Digest and Negotiate challenges, images and frames, and the scripts of
 * the mock's own pages. It visits this machine only, over http; every name under `localhost` leads here, whatever the resolver says.
 */
export type ScriptedBrowser = Pick<
  WholeBrowser,
  'visit' | 'submit' | 'click' | 'probe' | 'page' | 'way' | 'clearCookies' | 'closeAndReopen' | 'close'
> & {
  /** The same browser in a second universe: a copy of the cookies and credentials, without a page. */
  clone(): ScriptedBrowser;
  /** A window with the same settings that knows nothing of this browser's cookies and credentials, nor this one of its. */
  privateWindow(): ScriptedBrowser;
  [Symbol.dispose](): void;
};

/**
 * Opens a scripted browser. What it does rejects with a `LabError`: `usage` for an address that is not http on this machine,
 * `unreachable` without an answer, `backend-broken` for a page without the form or button that is asked for.
 *
 * ```js
 * const browser = createScriptedBrowser({ clock: lab.clock });
 * await browser.visit(lab.url('2013-cu1'));
 * await browser.submit('logonForm', { username: 'lab\\alice', password: 'Passw0rd!' });
 * const decision = await browser.click('sign-out'); // { do: 'dialog', text: 'To finish signing out, …' }
 * browser.close();
 * ```
 */
export function createScriptedBrowser({ clock = runningClock(), thirdPartyCookies }: BrowserOptions = {}): ScriptedBrowser {
  return createBrowser(clock, thirdPartyCookies ? { thirdPartyCookies } : {});
}
