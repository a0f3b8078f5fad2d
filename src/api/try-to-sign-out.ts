import { randomUUID } from 'node:crypto';
import { createScriptedBrowser, type Page, type Person, type ScriptedBrowser, type Step } from '../browser/scripted-browser.ts';
import { shownAddress } from '../browser/shown-address.ts';
import { type Clock, runningClock } from '../clock.ts';
import { LabError } from '../errors.ts';
import { mailboxesShown, sessionsOf } from '../regression/back-end-journal.ts';
import { judge, type Observation } from '../regression/judge.ts';
import { presentCookies } from '../regression/present-cookies.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { clickRequest, isAnswerOf, requestThatEndedIt } from './read-click.ts';
import { asksForCredentials, signInAt } from './sign-in.ts';
import type { VdirAuth, Verdict } from './verdict.ts';

/** A mock Exchange, as a witness: what a sign-out came to is what the server saw, not what a page looks like. */
export type BackEnd = {
  /** Where it listens on 127.0.0.1. */
  port: number;
  vdirAuth: VdirAuth;
  /** Its trace from the event `since` on; `next` is what to ask with next. A lab in another process has it at `GET /api/trace?since=N`. */
  trace(since?: number): Trace | Promise<Trace>;
};

/** Events, oldest first. */
export type Trace = { events: readonly TraceEvent[]; next: number };

/** Which proxy is tried, what stands behind it, and who signs in. */
export type SignOutOptions = {
  /** Outlook Web App through the proxy that is tried, over http on this machine: `http://localhost:3000/owa/`. */
  url: string;
  /** The mock Exchange behind that proxy: what `startExchange` gives. */
  exchange: BackEnd;
  /** Who signs in; default `lab\alice` with her password. The mock knows `lab\bob` as well. */
  as?: Person;
  /** Path of the page with the Sign out that is clicked, where it is not `url` itself: `/owa/?layout=light`, `/ecp/`. */
  signOutAt?: string;
  /** What the proxy watches for, where that is known; then the sentence says so. null: nothing. */
  logoffUrl?: string | null;
  /** A path of the mock that the proxy lets nobody ask for without a session; default `/owa/healthcheck.htm`. */
  probePath?: string;
  /** Says what time it is for the browser's cookies; default: a clock of its own that runs. */
  clock?: Clock;
};

const ALICE: Person = { user: 'lab\\alice', password: 'Passw0rd!' };

/**
 * Signs somebody in at a proxy in front of a mock Exchange, clicks Sign out as that version's client does, looks at what is left with
 * requests that disturb nothing, and opens the address again. Resolves to what the sign-out came to.
 *
 * Rejects with a `LabError`, whose sentence says where it stopped, if nobody could sign in (`backend-broken`), if nobody answers
 * (`unreachable`), or if `url` is not http on this machine or leads to another Exchange (`usage`).
 *
 * ```js
 * const exchange = await startExchange({ profile: '2013-cu1' });
 * // … start your proxy in front of 127.0.0.1:${exchange.port} …
 * const { outcome, because } = await tryToSignOut({ url: 'http://localhost:3000/owa/', exchange });
 * assert.equal(outcome, 'prompt', because);
 * ```
 */
export async function tryToSignOut(options: SignOutOptions): Promise<Verdict> {
  return tryAt({ ...options, match: null });
}

/** The same for a proxy whose way of matching is known. */
export async function tryAt(options: SignOutOptions & { match: 'contains' | 'query' | 'exact' | null }): Promise<Verdict> {
  const { exchange, logoffUrl, match, clock = runningClock() } = options;
  checkAddresses(options);
  const browser = createScriptedBrowser(clock);
  try {
    const seen = await observe(browser, options);
    const via = seen.proxyAccepts === null ? 'direct' : 'gateway';
    const { addIn: _, ...verdict } = judge({ via, vdirAuth: exchange.vdirAuth, logoffUrl, match }, seen);
    return verdict;
  } finally {
    browser.close();
  }
}

/** Said before anything is requested. What came is not repeated: an address may hold a password. */
function checkAddresses({ url, signOutAt = '/', probePath = '/' }: SignOutOptions): void {
  const home = URL.parse(url);
  if (!home) throw new LabError('usage', 'url: expected an address, for example http://localhost:3000/owa/');
  for (const [name, path] of Object.entries({ signOutAt, probePath }))
    if (!path.startsWith('/') || URL.parse(path, url)?.origin !== home.origin)
      throw new LabError('usage', `${name}: expected a path that begins with /, for example /owa/`);
}

async function observe(browser: ScriptedBrowser, options: SignOutOptions): Promise<Observation> {
  const { url, exchange, as = ALICE, signOutAt } = options;
  const hasGateway = !(await reachesBackEnd(browser.privateWindow(), options));
  const began = (await exchange.trace()).next;
  let page = await signInAt(browser, url, as);
  if (signOutAt !== undefined) page = await browser.visit(new URL(signOutAt, url).href, as);
  const account = accountSeen(await eventsSince(exchange, began));
  const came = `${as.user} signed in at ${shownAddress(url)} and came to ${shownAddress(page.url)} (${page.status})`;
  if (!page.root.querySelector('[data-event="sign-out"]')) throw new LabError('backend-broken', `${came}: no Sign out there`);
  if (account === null)
    throw new LabError('usage', `${came}, but the mock Exchange that is given has seen nobody: is it the one behind the proxy?`);
  const sessionBefore = sessionsOf(account, await eventsSince(exchange, began)).at(-1) ?? null;
  const oldBrowser = browser.clone();

  const clicked = (await exchange.trace()).next;
  const clientAction = (await browser.click('sign-out'))?.do === 'dialog' ? 'dialog' : 'navigate';
  const way = clientAction === 'dialog' ? [] : browser.way();
  const heard = await eventsSince(exchange, clicked);

  const proxyAccepts = hasGateway ? await reachesBackEnd(browser, options) : null;
  const proxyAcceptsOldCookie = hasGateway ? await reachesBackEnd(oldBrowser, options) : null;
  const sessionAfter = await presentedSession(browser, account, as, options);
  const proxy = { proxyAccepts, proxyAcceptsOldCookie };
  const back = { sessionBefore, sessionAfter, ...(await visitAfresh(browser, account, options)) };
  return { clientAction, ...whatTheClickDid(way, heard, proxyAccepts === false), ...proxy, ...back, addIn: null };
}

/** What was requested of the proxy ends where it noticed, or where the way leads elsewhere, as it does to AD FS. */
function whatTheClickDid(way: readonly Step[], heard: readonly TraceEvent[], noticed: boolean) {
  const elsewhere = way.findIndex(({ url }) => new URL(url).host !== new URL(way[0]?.url ?? url).host);
  const here = elsewhere < 0 ? way : way.slice(0, elsewhere);
  const end = noticed ? requestThatEndedIt(here, heard) : null;
  const requests = (end === null ? here : here.slice(0, end + 1)).map(clickRequest);
  const detectedBy = end === null ? null : (requests[end]?.target ?? null);
  const last = end === null ? way.at(-1) : here[end];
  return { requests, detectedBy, landing: last ? new URL(last.url).pathname : null };
}

/** Whether the proxy hands on what this browser asks for. The back end says so, for a proxy may answer anything with 200. */
async function reachesBackEnd(browser: ScriptedBrowser, { url, exchange, probePath }: SignOutOptions): Promise<boolean> {
  const since = (await exchange.trace()).next;
  const mark = randomUUID();
  const probe = new URL(probePath ?? '/owa/healthcheck.htm', url);
  probe.searchParams.set('probe', mark);
  await browser.probe('GET', probe.href);
  return (await eventsSince(exchange, since)).some(({ target }) => target?.includes(mark) ?? false);
}

/** The session that the browser's cookies stand for at the back end; null if none. */
async function presentedSession(browser: ScriptedBrowser, account: string, as: Person, { url, exchange }: SignOutOptions) {
  const since = (await exchange.trace()).next;
  const origin = new URL(url);
  origin.port = String(exchange.port);
  await presentCookies(browser, origin.href, exchange.vdirAuth, as);
  return sessionsOf(account, await eventsSince(exchange, since)).at(-1) ?? null;
}

async function visitAfresh(browser: ScriptedBrowser, account: string, { url, exchange }: SignOutOptions) {
  const since = (await exchange.trace()).next;
  const fresh = browser.clone();
  const page: Page = await fresh.visit(url);
  const events = await eventsSince(exchange, since);
  const sessionOfFreshVisit = mailboxesShown(account, events).at(-1) ?? null;
  if (sessionOfFreshVisit === null && !asksForCredentials(page))
    throw new LabError(
      'backend-broken',
      `after the sign-out, ${shownAddress(url)} led to ${shownAddress(page.url)} (${page.status}): no mailbox, and no form`,
    );
  const promptedBy = sessionOfFreshVisit === null ? (isAnswerOf(fresh.way().at(-1), events) ? 'backend' : 'gateway') : null;
  return { sessionOfFreshVisit, promptedBy } as const;
}

/** Whom the mailbox server has seen, by the name that it knows. */
function accountSeen(events: readonly TraceEvent[]): string | null {
  return events.findLast(({ party, identity }) => party === 'mailbox' && identity !== undefined)?.identity ?? null;
}

/** What came to Exchange; a lab's trace has its gateway's events as well. */
async function eventsSince(exchange: BackEnd, since: number): Promise<readonly TraceEvent[]> {
  const { events } = await exchange.trace(since);
  return events.filter(({ party }) => party === 'front-end' || party === 'mailbox' || party === 'adfs');
}
