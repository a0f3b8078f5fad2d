import type { ClickRequest } from '../regression/cell.ts';
import { judge as judgeTried, type Observation } from '../regression/judge.ts';

/** How a virtual directory of Exchange authenticates; `fba` is its own form. */
export type VdirAuth = 'fba' | 'basic' | 'windows' | 'digest' | 'adfs';

/** What a sign-out came to. */
export type Verdict = {
  /**
   * What somebody meets who opens the address again in the same browser. `prompt`: is asked for credentials, so the sign-out was one.
   * `session-alive`: the old mailbox session. `silent-relogin`: a new one, without having been asked.
   */
  outcome: 'session-alive' | 'silent-relogin' | 'prompt';
  /** Who asked; null: nobody. */
  promptedBy: 'gateway' | 'backend' | null;
  /** Codes of what went wrong, `SO-01` … `SO-22`; none: nothing did. `verdictCodes` says what each means. */
  codes: readonly string[];
  /** All of it in one English sentence: a good message for an assertion. */
  because: string;
  /** Whether the proxy took something for the sign-out, and which request target. */
  detected: boolean;
  detectedBy: string | null;
  /** What the click on Sign out did in the browser: a dialog that requests nothing, or a request. null: nobody got as far as that. */
  clientAction: 'dialog' | 'navigate' | null;
  /** What the click requested of the proxy, oldest first, up to `detectedBy`, else up to the page that it led to or to another host. */
  requests: readonly ClickRequest[];
  /** Path of that request or page; null after a dialog. */
  landing: string | null;
  /** Whether the proxy still accepts the browser's cookies; `none`: there is no proxy that asks for any. */
  proxySession: 'alive' | 'ended' | 'none';
  /** What became of the mailbox session behind it, as far as this browser can reach it. */
  backendSession: 'alive' | 'ended' | 'recreated' | 'none';
};

/** What a judge has to know about the ground. */
export type Ground = {
  /** `gateway`: a proxy with a logon of its own stands before the server. `direct`: none does. */
  via: 'gateway' | 'direct';
  vdirAuth: VdirAuth;
  /** What the proxy watches for; null: nothing; left out: nobody knows. */
  logoffUrl?: string | null;
};

/**
 * Says what an observation of your own comes to, by the rules that the regression matrix goes by. Pure: it asks nobody and throws nothing.
 * `tryToSignOut` observes and judges in one; this is for sign-outs that were observed in another way, in a real browser for instance.
 *
 * ```js
 * const { outcome, codes, because } = judge(
 *   { via: 'gateway', vdirAuth: 'basic' },
 *   { clientAction: 'dialog', requests: [], detectedBy: null, landing: null, proxyAccepts: true, proxyAcceptsOldCookie: true,
 *     sessionBefore: 'a', sessionAfter: 'a', sessionOfFreshVisit: 'a', promptedBy: null },
 * );
 * // session-alive, [ 'SO-02', 'SO-09' ], 'The client showed its dialog …'
 * ```
 */
export function judge(ground: Ground, observation: Omit<Observation, 'addIn' | 'from'>): Verdict {
  const { via, vdirAuth, logoffUrl } = ground;
  const { addIn: _, ...verdict } = judgeTried({ via, vdirAuth, logoffUrl, match: null }, { ...observation, addIn: null });
  return verdict;
}
