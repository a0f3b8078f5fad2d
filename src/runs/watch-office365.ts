import { type Office365Input, services } from '../regression/cell.ts';
import { type Office365Observation, type Seen, serviceActedAt } from '../regression/office365/judge-office365.ts';
import { howCleanUpsCame, whatLogonServerHeard } from '../regression/office365/who-heard.ts';
import type { Replayed, ServiceName } from '../scenarios/office365-case.ts';
import { isUnseen, pathOf } from '../trace/exchanges.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { ExchangeWatch } from './watch-exchange.ts';

type Tier = ServiceName | 'logonServer';
/** A session as its server told it last: `cookie-cleared`: only the browser was to forget it. */
type Told = Seen & { state: 'alive' | 'ended' | 'cookie-cleared' };
type PerTier<Value> = Readonly<Record<Tier, Value | null>>;

/** A sign-out of Office 365 by hand as far as it has come; see ExchangeWatch. */
export type Office365Watch = {
  kind: 'office365';
  acting: ServiceName;
  state: ExchangeWatch['state'];
  click: number | null;
  visit: number | null;
  /** What each server has told of its session. */
  told: PerTier<Told>;
  before: PerTier<Seen>;
  clicked: readonly TraceEvent[];
  /** Path of the page on which the sign-out came to rest. */
  landing: string | null;
  seen: Office365Observation | null;
};

const nobody = { portal: null, owa: null, sharepoint: null, logonServer: null };

/** What a person can do by hand: sign in, open the three services, and sign out of one. Null for any other case. */
export function watchOffice365(input: Office365Input): Office365Watch | null {
  const [first, second, ...others] = input.steps;
  const signsOut = second?.do === 'sign-out' || second?.do === 'different-user';
  const acting = serviceActedAt(input);
  if (first?.do !== 'start' || !signsOut || others.length > 0 || acting === null || input.identity !== 'managed') return null;
  const begun = { click: null, visit: null, told: nobody, before: nobody, clicked: [], landing: null, seen: null };
  return { kind: 'office365', acting, state: 'waiting for sign-in', ...begun };
}

/** Services that nobody has opened yet: what becomes of a session is only seen where there is one. */
export function notOpened({ told }: Office365Watch): readonly ServiceName[] {
  return services.filter((service) => told[service]?.state !== 'alive');
}

/** The watch after one more event. Mocks tell a request when they answer it, and its answer at once behind it. Pure. */
export function watchedOffice365(watch: Office365Watch, event: TraceEvent): Office365Watch {
  const tier = tierOf(event);
  if (watch.state === 'judged' || tier === null) return watch;
  if (event.kind === 'request') return begunBy(watch, event);
  if (event.kind !== 'response') return watch;
  const told = { ...watch.told, [tier]: toldBy(event) ?? watch.told[tier] };
  const next = { ...watch, told, clicked: watch.click === null ? [] : [...watch.clicked, event] };
  if (watch.click === null) return notOpened(next).length === 0 ? { ...next, state: 'signed in' } : next;
  return afterAnswer(next, event);
}

/** The person opens the service again, from the event of this number on. */
export function nextVisitOffice365(watch: Office365Watch, seq: number): Office365Watch {
  return { ...watch, state: 'waiting for next visit', visit: seq };
}

/** SharePoint has a second site, which the case is not about. */
function tierOf({ party, host = '' }: TraceEvent): Tier | null {
  if (party === 'logon-server') return 'logonServer';
  if (party === 'sharepoint') return host.startsWith('contoso.') ? party : null;
  return party === 'portal' || party === 'owa' ? party : null;
}

function toldBy({ session, identity }: TraceEvent): Told | null {
  if (!session || identity === undefined) return null;
  const state = session.state === 'ended' || session.state === 'cookie-cleared' ? session.state : 'alive';
  return { session: session.id, user: identity, state };
}

function begunBy(watch: Office365Watch, event: TraceEvent): Office365Watch {
  const next = watch.click === null ? watch : { ...watch, clicked: [...watch.clicked, event] };
  if (watch.state !== 'signed in' || event.party !== watch.acting || !signsOut.test(pathOf(event.target ?? ''))) return next;
  return { ...next, state: 'signing out', click: event.seq, before: aliveIn(watch.told), clicked: [event] };
}

/** The service's page is back, a form asks, or some other page is where the sign-out rests until the next visit. */
function afterAnswer(watch: Office365Watch, event: TraceEvent): Office365Watch {
  if (event.status !== 200 || isUnseen(event.target ?? '')) return watch;
  const path = pathOf(event.target ?? '');
  const isActing = event.party === watch.acting;
  if (isActing && startPage.test(path) && toldBy(event)?.state === 'alive') return judged(watch, path);
  const isLogonForm = event.party === 'logon-server' && /^\/login\.srf$/i.test(path) && event.identity === undefined;
  if (isLogonForm) return judged(watch, path);
  const rests = isActing || /^\/logout\.srf$/i.test(path);
  return rests && watch.state === 'signing out' ? { ...watch, state: 'waiting for next visit', landing: path } : watch;
}

/**
 * People's browsers keep all cookies together, so a form of the logon server is where they end up, not a page to be fetched again.
 * Seen: what became of the session signed out of, and who heard of it. Concluded: a service that was opened before and has cleared nothing
 * still has its session; one that cleaned up asks the logon server at the next visit, which knows the user as long as it has not ended or
 * taken back the authentication (O-02); a cookie of before that a server has only asked the browser to forget still opens the session.
 */
function judged(watch: Office365Watch, path: string): Office365Watch {
  const { acting, told, before, clicked, landing, visit } = watch;
  const after = aliveIn(told);
  const returned = after[acting];
  // What came back at a visit of its own is no part of what the action left.
  const atVisit = visit !== null || landing !== null;
  const user = told.logonServer?.state === 'alive' ? { session: 'the next one', user: told.logonServer.user } : 'backend';
  const gone = services.filter((service) => service !== acting && after[service] === null);
  const seen: Office365Observation = {
    before,
    after: atVisit && returned && returned.session !== before[acting]?.session ? { ...after, [acting]: null } : after,
    visits: { ...Object.fromEntries(gone.map((service) => [service, user])), [acting]: returned ?? 'backend' },
    replayed: replayedOf(clicked, before),
    toldLogonServer: whatLogonServerHeard(clicked),
    cleanUps: howCleanUpsCame(clicked),
    gatewaySession: null,
    adfsSession: null,
    inOrdinary: null,
    landing: landing ?? path,
    documentOpened: null,
    from: { action: watch.click as number, probes: 0, freshVisits: visit ?? 0 },
  };
  return { ...watch, state: 'judged', seen };
}

function aliveIn(told: PerTier<Told>): PerTier<Seen> {
  const seen = ([tier, one]: [string, Told | null]) => [
    tier,
    one?.state === 'alive' ? { session: one.session, user: one.user } : null,
  ];
  return Object.fromEntries((Object.entries(told) as [Tier, Told | null][]).map(seen)) as PerTier<Seen>;
}

function replayedOf(clicked: readonly TraceEvent[], before: PerTier<Seen>): Replayed {
  const isEnded = ({ session }: Seen) =>
    clicked.some((event) => event.session?.id === session && event.session.state === 'ended');
  const fates = (Object.entries(before) as [Tier, Seen | null][]).map(([tier, seen]) => [
    tier,
    seen && (isEnded(seen) ? 'refused' : 'accepted'),
  ]);
  return Object.fromEntries(fates) as Replayed;
}

const signsOut = /log-?off|sign-?out|log-?out|closeconnection/i;
const startPage = /^\/(owa\/)?$/i;
