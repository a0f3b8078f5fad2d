import { runAddIn } from '../browser/add-in.ts';
import { createScriptedBrowser, type Person, type ScriptedBrowser } from '../browser/scripted-browser.ts';
import type { Lab } from '../lab/lab.ts';
import { SWITCHED_NAME } from '../lab/lab-setting.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { mailboxesShown, sessionsOf } from './back-end-journal.ts';
import type { ExchangeInput } from './cell.ts';
import type { OnPart } from './cell-part.ts';
import { configureFor } from './configure-for.ts';
import type { Observation } from './judge.ts';
import { presentCookies } from './present-cookies.ts';
import { requestsOfClick } from './requests-of-click.ts';

/** Whoever signs in and out. */
const ALICE: Person = { user: 'lab\\alice', password: 'Passw0rd!' };
const ADDRESS = 'alice@lab.example';
/** In co-existence, the users of Exchange 2007 come by this name (E-24). */
const LEGACY_NAME = 'legacy.localhost';
const MOST_FORMS = 3;

type Origins = { home: string; gateway: string; exchange: string };
type Browsers = Parameters<typeof createScriptedBrowser>[1];
/** `run`: what its trace events belong to, default the cell's id. */
type Shared = Browsers & { run?: string; onPart?: OnPart };

/**
 * One cell over real sockets: switches the lab, signs alice in, signs her out, and looks at what is left, first with probes
 * that disturb nothing and then with a fresh visit. Throws when the set-up fails before the sign-out.
 */
export async function runExchangeCell(lab: Lab, cell: ExchangeInput, shared: Shared = {}): Promise<Observation> {
  const { run = cell.id, onPart = () => {}, ...browsers } = shared;
  await lab.reset();
  await configureFor(lab, cell);
  lab.recorder.setRun(run);
  onPart('sign-in');
  const browser = createScriptedBrowser(lab.clock, browsers);
  try {
    return await (cell.client === 'add-in' ? signOutByAddIn(lab, cell, onPart) : signInAndOut(lab, cell, browser, onPart));
  } finally {
    browser.close();
    lab.recorder.setRun(null);
  }
}

function originsOf(lab: Lab, cell: ExchangeInput): Origins {
  const name = cell.suite === 'co-existence' && cell.profile === '2007' ? LEGACY_NAME : SWITCHED_NAME;
  const [gateway, exchange] = [lab.ports.gateway, lab.ports.exchange].map((port) => `http://${name}:${port}`) as [string, string];
  return { gateway, exchange, home: `${cell.via === 'direct' ? exchange : gateway}/owa/` };
}

async function signInAndOut(lab: Lab, cell: ExchangeInput, browser: ScriptedBrowser, onPart: OnPart): Promise<Observation> {
  const origins = originsOf(lab, cell);
  const page = await signIn(browser, origins.home);
  const hit = requestsOfClick(eventsSince(lab), partyOf(cell)).detectedBy;
  if (hit !== null) return signedOutBySigningIn(lab, browser, origins, hit, onPart);
  if (!page.root.querySelector('[data-event="sign-out"]'))
    throw new Error(`set-up: signing in at ${origins.home} ended on ${page.url} (${page.status})`);
  const sessionBefore = sessionsSeen(lab, 0).at(-1);
  if (sessionBefore === undefined)
    throw new Error(`set-up: ${ALICE.user} signed in at ${origins.home}, but no session is in the back end's journal`);
  await goWhereTheClientSignsOut(browser, cell, origins.home);
  const oldBrowser = browser.clone();

  const clicked = lab.recorder.next();
  onPart('sign-out');
  const clientAction = await signOut(browser, cell, origins.home);
  const { requests, detectedBy } = requestsOfClick(eventsSince(lab, clicked), partyOf(cell));
  const landing = clientAction === 'dialog' ? null : pathOf(detectedBy ?? browser.page()?.url ?? '');
  const probed = lab.recorder.next();
  onPart('probes');
  const { visited, ...left } = await lookAtWhatIsLeft(lab, cell, browser, oldBrowser, origins, detectedBy !== null, onPart);
  const from = { click: clicked, probes: probed, freshVisit: visited };
  return { clientAction, requests, detectedBy, landing, sessionBefore, addIn: null, ...left, from };
}

/** Signs in through however many forms are in the way: the gateway's, Exchange's or AD FS's, or two of them (T-25). */
async function signIn(browser: ScriptedBrowser, home: string) {
  let page = await browser.visit(home, ALICE);
  for (let forms = 0; forms < MOST_FORMS && page.root.querySelector('form[name="logonForm"]'); forms++)
    page = await browser.submit('logonForm', { username: ALICE.user, password: ALICE.password });
  // Behind the forms there may be a challenge, which only a person can answer.
  return page.status === 401 ? browser.visit(home, ALICE) : page;
}

async function goWhereTheClientSignsOut(browser: ScriptedBrowser, { app, client }: ExchangeInput, home: string): Promise<void> {
  const visit = (path: string) => browser.visit(new URL(path, home).href, ALICE);
  if (app === 'ecp') await visit('/ecp/');
  if (client === 'light') await visit('/owa/?layout=light');
  if (client === 'explicit') await visit(`/owa/${ADDRESS}/`);
  if (client === 'password-change') {
    await visit('/owa/options/password');
    await browser.submit('changePassword', {});
  }
}

async function signOut(browser: ScriptedBrowser, { client }: ExchangeInput, home: string): Promise<'dialog' | 'navigate'> {
  if (client === 'typed') await browser.visit(new URL('/owa/logoff.owa', home).href);
  else if ((await browser.click('sign-out'))?.do === 'dialog') return 'dialog';
  return 'navigate';
}

type Visited = Pick<Observation, 'sessionOfFreshVisit' | 'promptedBy'> & { visited: number };
type Left = Pick<Observation, 'proxyAccepts' | 'proxyAcceptsOldCookie' | 'sessionAfter'> & Visited;

/** Probes first, each with a frozen copy of the jar: none opens a session anywhere. Then a fresh visit in a clone. */
async function lookAtWhatIsLeft(
  lab: Lab,
  cell: ExchangeInput,
  browser: ScriptedBrowser,
  oldBrowser: ScriptedBrowser,
  origins: Origins,
  hit: boolean,
  onPart: OnPart,
): Promise<Left> {
  const direct = cell.via === 'direct';
  const health = `${origins.gateway}/owa/healthcheck.htm`;
  const accepts = async (asked: ScriptedBrowser) => (direct ? null : (await asked.probe('GET', health)).status === 200);
  const proxyAccepts = await accepts(browser);
  // Without a hit it says what the cookie of now has said.
  const proxyAcceptsOldCookie = hit ? await accepts(oldBrowser) : proxyAccepts;
  const sessionAfter = await presentedSession(lab, cell, browser, origins);
  return { proxyAccepts, proxyAcceptsOldCookie, sessionAfter, ...(await visitAfresh(lab, browser, origins, onPart)) };
}

async function visitAfresh(lab: Lab, browser: ScriptedBrowser, { home }: Origins, onPart: OnPart): Promise<Visited> {
  const visited = lab.recorder.next();
  onPart('next-visit');
  await browser.clone().visit(home);
  const after = eventsSince(lab, visited);
  const sessionOfFreshVisit = mailboxesShown(ALICE.user, after).at(-1) ?? null;
  return { sessionOfFreshVisit, promptedBy: sessionOfFreshVisit === null ? whoPrompted(after) : null, visited };
}

/** The logoff string matched on the way in, at Exchange's own logon form: nobody ever gets to Sign out (SO-22). */
async function signedOutBySigningIn(
  lab: Lab,
  browser: ScriptedBrowser,
  origins: Origins,
  hit: string,
  onPart: OnPart,
): Promise<Observation> {
  onPart('probes');
  const proxyAccepts = (await browser.probe('GET', `${origins.gateway}/owa/healthcheck.htm`)).status === 200;
  const { visited: _, ...fresh } = await visitAfresh(lab, browser, origins, onPart);
  const nobody = { sessionBefore: null, sessionAfter: null, addIn: null, proxyAcceptsOldCookie: proxyAccepts };
  return { clientAction: null, requests: [], detectedBy: hit, landing: pathOf(hit), proxyAccepts, ...nobody, ...fresh };
}

/** An add-in signs in and out by itself; what is left is looked at from an empty browser, since its cookies are its own. */
async function signOutByAddIn(lab: Lab, cell: ExchangeInput, onPart: OnPart): Promise<Observation> {
  const { exchange } = originsOf(lab, cell);
  let clicked = 0;
  const { landing } = await runAddIn(lab.clock, exchange, ALICE, async () => {
    clicked = lab.recorder.next();
    onPart('sign-out');
  });
  const events = eventsSince(lab, clicked);
  const ending = events.filter((event) => event.party === 'mailbox' && event.session?.state === 'ended');
  const { requests } = requestsOfClick(events, 'front-end');
  const accepted = cell.options?.['addIn'] === 'expects-logon' ? ['logon'] : ['logon', 'signout', 'logoff'];
  const works = accepted.some((page) => landing === `/owa/auth/${page}.aspx`);
  const left = { proxyAccepts: null, proxyAcceptsOldCookie: null, sessionOfFreshVisit: null, promptedBy: 'backend' } as const;
  const sessionBefore = sessionsSeen(lab, 0).at(-1) ?? null;
  const sessionAfter = ending.length > 0 ? null : sessionBefore;
  const seen = { requests, detectedBy: null, landing, sessionBefore, sessionAfter, ...left };
  return { clientAction: 'navigate', addIn: works ? 'works' : 'breaks', ...seen };
}

/** The session that the browser's cookies stand for at the back end; null if none. */
async function presentedSession(lab: Lab, cell: ExchangeInput, browser: ScriptedBrowser, origins: Origins) {
  const asked = lab.recorder.next();
  await presentCookies(browser, origins.exchange, cell.vdirAuth, ALICE);
  return sessionsSeen(lab, asked).at(-1) ?? null;
}

function sessionsSeen(lab: Lab, since: number): string[] {
  return sessionsOf(ALICE.user, eventsSince(lab, since));
}

/** What the cell's own browser caused: other programs on this machine may knock at the lab's ports, and do not know its names. */
function eventsSince(lab: Lab, since = 0): TraceEvent[] {
  return lab.recorder.read(since).events.filter(({ host }) => host === undefined || /\.localhost:\d+$/.test(host));
}

/** The gateway asked if the visit never reached the back end. */
function whoPrompted(events: readonly TraceEvent[]): 'gateway' | 'backend' {
  return events.some((event) => event.party !== 'gateway') ? 'backend' : 'gateway';
}

function partyOf({ via }: ExchangeInput): TraceEvent['party'] {
  return via === 'direct' ? 'front-end' : 'gateway';
}

function pathOf(address: string): string {
  return new URL(address, 'http://localhost').pathname;
}
