import { officeClientOptions } from '../../browser/office-client.ts';
import type { ScriptCache } from '../../browser/script-cache.ts';
import type { ScriptedBrowser } from '../../browser/scripted-browser.ts';
import type { Lab } from '../../lab/lab.ts';
import { ADFS_NAME } from '../../lab/office365-setting.ts';
import { readNamedOptions } from '../../named-options.ts';
import { spanInMilliseconds } from '../../rules/duration.ts';
import type { Office365Step, Replayed, ServiceName } from '../../scenarios/office365-case.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { type Office365Input, services } from '../cell.ts';
import type { OnPart } from '../cell-part.ts';
import { type Office365Observation, type PromptedBy, type Seen, serviceActedAt } from './judge-office365.ts';
import { addressOf, type Desk, DOCUMENT, logonServerOf, openBrowser, walkStep } from './walk-steps.ts';
import { howCleanUpsCame, whatLogonServerHeard } from './who-heard.ts';

/**
 * One cell over real sockets: switches the mock, walks the steps up to the last one, looks, does the last one, and looks again:
 * with probes that disturb nothing, siblings first, and then with fresh visits in copies of the browser (DOMAIN §5). Throws when the set-up
 * fails before the last step.
 */
export async function runOffice365Cell(
  lab: Lab,
  cell: Office365Input,
  shared: { cache?: ScriptCache; run?: string; onPart?: OnPart } = {},
): Promise<Office365Observation> {
  await lab.reset();
  await configureOffice365For(lab, cell);
  const { run = cell.id, onPart = () => {} } = shared;
  lab.recorder.setRun(run);
  onPart('sign-in');
  const desk: Desk = { browser: openBrowser(lab, cell, shared.cache), ordinary: null };
  const first = desk.browser;
  try {
    const last = cell.steps.at(-1) as Office365Step;
    for (const step of cell.steps.slice(0, -1)) await walkStep(lab, cell, desk, step);
    const before = await probeAll(lab, cell, desk.browser);
    const old = desk.browser.clone();
    const begins = lab.recorder.next();
    onPart('sign-out');
    const action = await act(lab, cell, desk, last);
    const probes = lab.recorder.next();
    onPart('probes');
    const after = await probeAll(lab, cell, desk.browser);
    const toldLogonServer = isSignOut(last) ? whatLogonServerHeard(lab.recorder.read(begins).events) : null;
    const replayed = isSignOut(last) ? await replay(lab, cell, old, before) : null;
    const cleanUps = isSignOut(last) ? howCleanUpsCame(lab.recorder.read(begins).events) : null;
    const federated = cell.identity === 'federated';
    const gatewaySession = federated ? await probeGateway(lab, desk.browser) : null;
    const adfsSession = federated ? await probeAdfs(lab, desk.browser) : null;
    const inOrdinary = desk.ordinary && (await probeAll(lab, cell, desk.ordinary));
    const freshVisits = lab.recorder.next();
    onPart('next-visit');
    const visits = await visitAll(lab, cell, desk.browser, after);
    const from = { action: begins, probes, freshVisits };
    return {
      before,
      after,
      visits,
      replayed,
      toldLogonServer,
      cleanUps,
      gatewaySession,
      adfsSession,
      inOrdinary,
      ...action,
      from,
    };
  } finally {
    first.close();
    desk.browser.close();
    lab.recorder.setRun(null);
  }
}

/** Switches the mock, and the rule in front of AD FS, to what a cell tries. */
export async function configureOffice365For(
  lab: Lab,
  { profile, signOutKind, ttl, options, logoffUrl }: Office365Input,
): Promise<void> {
  const { richClient: _, ...ofTheMock } = options ?? {};
  const lifetimes = Object.fromEntries(Object.entries(ttl ?? {}).map(([name, text]) => [name, spanInMilliseconds(text)]));
  await lab.configure({ office365: { profile, signOutKind, ttl: lifetimes, options: ofTheMock, adfsLogoffUrl: logoffUrl } });
}

/** The last step; an Office client is asked for its own answer. */
async function act(
  lab: Lab,
  cell: Office365Input,
  desk: Desk,
  step: Office365Step,
): Promise<Pick<Office365Observation, 'landing' | 'documentOpened'>> {
  if (step.do === 'open-document') {
    const given = cell.options?.['richClient'];
    const { richClient: cookies } = readNamedOptions(officeClientOptions, given === undefined ? {} : { richClient: given });
    const address = new URL(DOCUMENT, addressOf(lab, 'sharepoint', cell)).href;
    return { landing: null, documentOpened: (await desk.browser.openDocument(address, { cookies })).status === 200 };
  }
  await walkStep(lab, cell, desk, step);
  const page = isSignOut(step) ? desk.browser.page() : null;
  return { landing: page && new URL(page.url).pathname, documentOpened: null };
}

function isSignOut(step: Office365Step): boolean {
  return step.do === 'sign-out' || step.do === 'different-user' || step.do === 'logoff-from-elsewhere';
}

type PerTier = Readonly<Record<ServiceName | 'logonServer', Seen | null>>;

/**
 * What one request with the browser's cookies finds at each service and at the logon server, the service acted at last; null: nobody is
 * signed in there.
 */
async function probeAll(lab: Lab, cell: Office365Input, browser: ScriptedBrowser): Promise<PerTier> {
  const acting = serviceActedAt(cell);
  const order = [...services].sort((a, b) => Number(a === acting) - Number(b === acting));
  const seen: Partial<Record<keyof PerTier, Seen | null>> = {};
  for (const service of order) seen[service] = await probe(lab, browser, service, addressOf(lab, service, cell));
  const wreply = encodeURIComponent(addressOf(lab, 'portal', cell));
  const logonServer = `${logonServerOf(lab)}?wa=wsignin1.0&wreply=${wreply}`;
  return { ...(seen as Record<ServiceName, Seen | null>), logonServer: await probe(lab, browser, 'logon-server', logonServer) };
}

async function probe(lab: Lab, browser: ScriptedBrowser, party: TraceEvent['party'], address: string): Promise<Seen | null> {
  const asked = lab.recorder.next();
  await browser.probe('GET', address);
  return seenBy(lab, party, asked, ['alive']);
}

/** Whom a party's journal has seen since, in which session; of the last answer in such a state. */
function seenBy(lab: Lab, party: TraceEvent['party'], since: number, states: readonly string[]): Seen | null {
  const answers = lab.recorder.read(since).events.filter((event) => event.party === party && event.kind === 'response');
  const found = answers.findLast(({ session, identity }) => identity !== undefined && states.includes(session?.state ?? ''));
  return found ? { session: found.session?.id as string, user: found.identity as string } : null;
}

/** Sends the cookies of before the action once more. */
async function replay(lab: Lab, cell: Office365Input, old: ScriptedBrowser, before: PerTier): Promise<Replayed> {
  const now = await probeAll(lab, cell, old);
  const tiers = Object.entries(before) as [keyof PerTier, Seen | null][];
  const outcomes = tiers.map(([tier, seen]) => [tier, seen && (now[tier]?.session === seen.session ? 'accepted' : 'refused')]);
  return Object.fromEntries(outcomes) as Replayed;
}

/** A file of AD FS behind the gateway: it comes to who has a session there, and to nobody else. */
async function probeGateway(lab: Lab, browser: ScriptedBrowser): Promise<'alive' | 'ended'> {
  const { status } = await browser.probe('GET', `http://${ADFS_NAME}:${lab.ports.gateway}/adfs/portal/page.js`);
  return status === 200 ? 'alive' : 'ended';
}

/** AD FS itself, past the gateway and its credentials: a token comes to who has a session there, and a form to anybody else. */
async function probeAdfs(lab: Lab, browser: ScriptedBrowser): Promise<'alive' | 'ended'> {
  const asked = new URLSearchParams({ wa: 'wsignin1.0', wtrealm: logonServerOf(lab) });
  const { body } = await browser.probe('GET', `http://${ADFS_NAME}:${lab.ports.exchange}/adfs/ls/?${asked}`);
  return /name="wresult"/.test(body) ? 'alive' : 'ended';
}

/** Opens each service in which the probe found nobody, each in a copy of the browser. */
async function visitAll(
  lab: Lab,
  cell: Office365Input,
  browser: ScriptedBrowser,
  probed: PerTier,
): Promise<Office365Observation['visits']> {
  const visits: Partial<Record<ServiceName, Seen | PromptedBy>> = {};
  for (const service of services) if (!probed[service]) visits[service] = await visit(lab, cell, browser.clone(), service);
  return visits;
}

async function visit(lab: Lab, cell: Office365Input, browser: ScriptedBrowser, service: ServiceName): Promise<Seen | PromptedBy> {
  const asked = lab.recorder.next();
  const page = await browser.visit(addressOf(lab, service, cell));
  if (page.root.querySelector('form[name="logonForm"]'))
    return /^\/CookieAuth\.dll/i.test(new URL(page.url).pathname) ? 'gateway' : 'backend';
  const seen = seenBy(lab, service, asked, ['alive', 'opened']);
  if (!seen) throw new Error(`a fresh visit to ${service} ended on ${page.url} (${page.status}), neither signed in nor asked`);
  return seen;
}
