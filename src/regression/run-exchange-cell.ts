import { createScriptedBrowser, type Person, type ScriptedBrowser } from '../browser/scripted-browser.ts';
import { type Lab, SWITCHED_NAME } from '../lab/lab.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { CellInput, ClickRequest } from './cell.ts';
import type { Observation } from './judge.ts';

/** Whoever signs in and out. */
const ALICE: Person = { user: 'lab\\alice', password: 'Passw0rd!' };
const IDENTITY = ALICE.user;
const MOST_FORMS = 3;

/**
 * One cell over real sockets: switches the lab, signs alice in, clicks Sign out, and looks at what is left, first with probes
 * that disturb nothing and then with a fresh visit. Throws when the set-up fails before the click.
 */
export async function runExchangeCell(lab: Lab, cell: CellInput): Promise<Observation> {
  await lab.reset();
  lab.configure({
    profile: cell.profile,
    vdirAuth: cell.vdirAuth === 'fba' ? 'fba' : 'basic',
    signOutKind: cell.signOutKind,
    logoffUrl: cell.logoffUrl,
    match: cell.match ?? 'contains',
  });
  lab.recorder.setRun(cell.id);
  const browser = createScriptedBrowser(lab.clock);
  try {
    return await signInAndOut(lab, cell, browser);
  } finally {
    browser.close();
    lab.recorder.setRun(null);
  }
}

async function signInAndOut(lab: Lab, cell: CellInput, browser: ScriptedBrowser): Promise<Observation> {
  const { gateway, exchange } = lab.ports;
  const direct = cell.via === 'direct';
  const home = `http://${SWITCHED_NAME}:${direct ? exchange : gateway}/owa/`;
  const party = direct ? 'front-end' : 'gateway';

  await signIn(browser, home);
  const sessionBefore = sessionsSeen(lab, 0).at(-1);
  if (sessionBefore === undefined)
    throw new Error(`set-up: ${IDENTITY} signed in at ${home}, but no session is in the back end's journal`);
  const oldBrowser = browser.clone();

  const clicked = lab.recorder.read().next;
  const decision = await browser.click('sign-out');
  const { requests, detectedBy } = requestsOfClick(lab.recorder.read(clicked).events, party);

  // Probes first, each with a frozen copy of the jar: none opens a session anywhere.
  const health = `http://${SWITCHED_NAME}:${gateway}/owa/healthcheck.htm`;
  const proxyAccepts = direct ? null : (await browser.clone().probe('GET', health)).status === 200;
  const proxyAcceptsOldCookie = direct ? null : (await oldBrowser.probe('GET', health)).status === 200;
  const sessionAfter = await presentedSession(lab, cell, browser);

  const visited = lab.recorder.read().next;
  await browser.clone().visit(home);
  const after = lab.recorder.read(visited).events;
  const sessionOfFreshVisit = mailboxesShown(after).at(-1) ?? null;
  return {
    clientAction: decision?.do === 'dialog' ? 'dialog' : 'navigate',
    requests,
    detectedBy,
    proxyAccepts,
    proxyAcceptsOldCookie,
    sessionBefore,
    sessionAfter,
    sessionOfFreshVisit,
    promptedBy: sessionOfFreshVisit === null ? whoPrompted(after) : null,
  };
}

/** Signs in through however many forms are in the way: the gateway's, Exchange's, or both (T-25). */
async function signIn(browser: ScriptedBrowser, home: string): Promise<void> {
  let page = await browser.visit(home, ALICE);
  for (let forms = 0; forms < MOST_FORMS && page.root.querySelector('form[name="logonForm"]'); forms++)
    page = await browser.submit('logonForm', { username: ALICE.user, password: ALICE.password });
  if (!page.root.querySelector('[data-event="sign-out"]'))
    throw new Error(`set-up: signing in at ${home} ended on ${page.url} (${page.status})`);
}

/** The session that the browser's cookies stand for at the back end, asked directly and without opening one; null if none. */
async function presentedSession(lab: Lab, cell: CellInput, browser: ScriptedBrowser): Promise<string | null> {
  const asked = lab.recorder.read().next;
  const url = `http://${SWITCHED_NAME}:${lab.ports.exchange}/owa/sessiondata.ashx`;
  await browser.clone().probe('POST', url, cell.vdirAuth === 'basic' ? ALICE : undefined);
  return sessionsSeen(lab, asked).at(-1) ?? null;
}

function sessionsSeen(lab: Lab, since: number): string[] {
  const { events } = lab.recorder.read(since);
  return events.filter(isBackEndRequest).flatMap((event) => event.session?.id ?? []);
}

/** Sessions of the mailbox pages that the back end's journal says it showed to alice. */
function mailboxesShown(events: readonly TraceEvent[]): string[] {
  return events
    .filter(
      (event) => event.party === 'front-end' && event.kind === 'response' && event.status === 200 && event.identity === IDENTITY,
    )
    .flatMap((event) => (event.target === '/owa/' && event.session ? [event.session.id] : []));
}

function isBackEndRequest(event: TraceEvent): boolean {
  return event.party === 'front-end' && event.kind === 'request' && event.identity === IDENTITY;
}

/** The gateway asked if the visit never reached the back end. */
function whoPrompted(events: readonly TraceEvent[]): 'gateway' | 'backend' {
  return events.some((event) => event.party === 'front-end') ? 'backend' : 'gateway';
}

/** What the click caused, in order, up to the hit or to the first document that was shown. */
function requestsOfClick(
  events: readonly TraceEvent[],
  party: TraceEvent['party'],
): { requests: ClickRequest[]; detectedBy: string | null } {
  const requests: ClickRequest[] = [];
  for (const request of events.filter((event) => event.party === party && event.kind === 'request')) {
    const answers = events.filter((event) => event.exchange === request.exchange && event.party === party);
    const response = answers.find((event) => event.kind === 'response');
    const location = response?.headers?.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? null;
    const target = request.target ?? '';
    requests.push({ method: request.method ?? '', target, status: response?.status ?? 0, location });
    if (answers.some((event) => event.kind === 'decision' && event.session?.state === 'ending'))
      return { requests, detectedBy: target };
    if (response?.status === 200) break;
  }
  return { requests, detectedBy: null };
}
