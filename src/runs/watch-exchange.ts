import { contextCookie, FEDERATION_COOKIE, formsCookies } from '../exchange/cookies.ts';
import type { Profile } from '../exchange/profile.ts';
import type { Observation } from '../regression/judge.ts';
import { requestsOfClick } from '../regression/requests-of-click.ts';
import { publicNameOf } from '../rules/public-name.ts';
import { isNoise, pathOf } from '../trace/exchanges.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { Run } from './run.ts';
import { spoiltBy } from './spoilt.ts';

/** A sign-out by hand as far as it has come: a value, replaced by another with each event. */
export type ExchangeWatch = {
  kind: 'exchange';
  about: WatchedSite;
  state: Extract<Run['state'], 'waiting for sign-in' | 'signed in' | 'signing out' | 'waiting for next visit' | 'judged'>;
  /** Number of the first event of what has begun; null: not yet. */
  click: number | null;
  visit: number | null;
  /** Events of the requests under way, by exchange. */
  open: ReadonlyMap<string, readonly TraceEvent[]>;
  /** Events of the requests that the sign-out caused. */
  clicked: readonly TraceEvent[];
  /** The gateway's sessions that began in this run and have not ended; the one of the request that began the sign-out. */
  alive: readonly string[];
  atClick: string | null;
  sessionBefore: string | null;
  /** The back end has ended that session, or has taken from the browser what stands for it. */
  isSessionGone: boolean;
  /** What the judge is given, once there is something to judge. */
  seen: Observation | null;
  /** Why there is nothing to judge any more; null: there is. */
  spoilt: string | null;
};

/** The public name that the run is about, and the cookies that stand for a session behind it. */
export type WatchedSite = { name: string; sessionCookies: readonly string[] };

/** The cookies without which these builds know nobody any more (E-13, E-34). */
export function sessionCookiesOf(mailbox: Profile, frontEnd: Profile): readonly string[] {
  return [contextCookie(mailbox), ...formsCookies(frontEnd), FEDERATION_COOKIE];
}

export function watchExchange(about: WatchedSite): ExchangeWatch {
  const begun = { click: null, visit: null, open: new Map(), clicked: [], alive: [], atClick: null };
  return {
    kind: 'exchange',
    about,
    state: 'waiting for sign-in',
    ...begun,
    sessionBefore: null,
    isSessionGone: false,
    seen: null,
    spoilt: null,
  };
}

/** A request is looked at when the gateway has answered it. More that never are, of whatever tabs, are not waited for. */
const MOST_OPEN = 100;

/**
 * The watch after one more event. Only requests to the run's own public name count, and of these no scripts, pictures, polling and health
 * checks. Pure.
 */
export function watched(watch: ExchangeWatch, event: TraceEvent): ExchangeWatch {
  if (watch.state === 'judged') return watch;
  const now = afterGatewaySession(watch, event);
  if (!isOwn(now, event)) return asksAtAdfs(now, event) ? judgedBy(now, asked('backend')) : now;
  const hop = [...(now.open.get(event.exchange) ?? []), event];
  const isAnswered = event.party === 'gateway' && event.kind === 'response';
  const others = [...now.open].filter(([exchange]) => exchange !== event.exchange).slice(1 - MOST_OPEN);
  const next = { ...now, open: new Map(isAnswered ? others : [...others, [event.exchange, hop] as const]) };
  return isAnswered ? afterHop(next, hop) : begunBy(next, event);
}

/**
 * The person opens the address again, from the event of this number on. Without a request that signs out before, the client must have shown
 * its dialog: that is concluded, since a dialog requests nothing that could be seen (E-16).
 */
export function nextVisit(watch: ExchangeWatch, seq: number): ExchangeWatch {
  return { ...watch, state: 'waiting for next visit', visit: seq };
}

function isOwn({ about, open }: ExchangeWatch, { exchange, party, kind, host }: TraceEvent): boolean {
  if (open.has(exchange)) return true;
  return party === 'gateway' && kind === 'request' && publicNameOf(host ?? '') === about.name;
}

/** Sessions are known by their ids, and end with requests of others too, or with none. */
function afterGatewaySession(watch: ExchangeWatch, event: TraceEvent): ExchangeWatch {
  const { party, session, exchange } = event;
  if (party !== 'gateway' || !session) return watch;
  const { alive, open } = watch;
  const isOurs = session.state !== 'started' || open.has(exchange);
  const next = { ...watch, spoilt: watch.spoilt ?? (isOurs ? spoiltBy(event, alive) : null) };
  if (session.state === 'started' && isOurs) return { ...next, alive: [...alive, session.id] };
  return session.state === 'ended' ? { ...next, alive: alive.filter((id) => id !== session.id) } : next;
}

/** What can be told before there is an answer. */
function begunBy(watch: ExchangeWatch, event: TraceEvent): ExchangeWatch {
  if (event.kind !== 'request' || event.party !== 'gateway' || isNoise(event.target ?? '')) return watch;
  if (watch.state === 'signed in' && signsOut.test(pathOf(event.target ?? ''))) return clickBegun(watch, event.seq);
  const visits = watch.state === 'waiting for next visit' && watch.visit === null;
  return visits && event.method === 'GET' && mailboxPage.test(pathOf(event.target ?? ''))
    ? { ...watch, visit: event.seq }
    : watch;
}

/** The session of the gateway that is there now is the one that the browser's cookie stands for, unless the decision names another. */
function clickBegun(watch: ExchangeWatch, seq: number): ExchangeWatch {
  return { ...watch, state: 'signing out', click: seq, atClick: watch.alive.at(-1) ?? null };
}

function afterHop(watch: ExchangeWatch, hop: readonly TraceEvent[]): ExchangeWatch {
  const request = hop[0] as TraceEvent;
  if (isNoise(request.target ?? '')) return watch;
  const hit = hop.find(isHit);
  switch (watch.state) {
    case 'waiting for sign-in':
      return hit ? hitAtSignIn(watch, request) : afterMailbox(watch, hop);
    case 'signed in':
      // Any address that holds the string ends the session, be it a sign-out or not (T-03).
      return hit ? afterClicked(clickBegun(watch, request.seq), hop) : afterMailbox(watch, hop);
    case 'signing out':
      if (isStrangers(watch, hop)) return request.seq === watch.click ? clickOfStranger(watch) : watch;
      return request.seq >= (watch.click as number) ? afterClicked(watch, hop) : watch;
    default:
      return afterVisit(watch, hop);
  }
}

/** While a session of this run lives, whatever came without one is not from the browser that is signed in. */
function isStrangers({ alive }: ExchangeWatch, hop: readonly TraceEvent[]): boolean {
  return alive.length > 0 && !hop.some(({ party, session }) => party === 'gateway' && session !== undefined);
}

function clickOfStranger(watch: ExchangeWatch): ExchangeWatch {
  return { ...watch, state: 'signed in', click: null, atClick: null };
}

function isHit({ party, kind, session }: TraceEvent): boolean {
  return party === 'gateway' && kind === 'decision' && session?.state === 'ending';
}

/** A page of mail or options was shown to somebody with a session. */
function afterMailbox(watch: ExchangeWatch, hop: readonly TraceEvent[]): ExchangeWatch {
  const session = sessionShown(hop);
  return session === null ? watch : { ...watch, state: 'signed in', sessionBefore: session };
}

function afterClicked(watch: ExchangeWatch, hop: readonly TraceEvent[]): ExchangeWatch {
  const clicked = [...watch.clicked, ...hop];
  const next = { ...watch, clicked, isSessionGone: watch.isSessionGone || endsSession(watch, hop) };
  const { status } = hop.at(-1) as TraceEvent;
  // A challenge is answered by the browser; any other error is where the sign-out ends.
  const failed = status !== undefined && status >= 400 && status !== 401;
  return requestsOfClick(clicked, 'gateway').over || failed ? { ...next, state: 'waiting for next visit' } : next;
}

/** By the mailbox server's own word, or since the browser is told to forget what stands for the session. */
function endsSession({ sessionBefore, about }: ExchangeWatch, hop: readonly TraceEvent[]): boolean {
  const ended = hop.some(
    ({ party, session }) => party === 'mailbox' && session?.state === 'ended' && session.id === sessionBefore,
  );
  const cookies = (hop.at(-1) as TraceEvent).cookies ?? [];
  return ended || cookies.some(({ name, did }) => did === 'cleared' && about.sessionCookies.includes(name));
}

/**
 * Whoever opens the address meets the mailbox or a form; whatever leads there is passed over. Who fills in Exchange's form, on which a
 * legacy sign-out ends (E-10), was asked as well.
 */
function afterVisit(watch: ExchangeWatch, hop: readonly TraceEvent[]): ExchangeWatch {
  const { seq, method, target = '' } = hop[0] as TraceEvent;
  if (method === 'POST' && exchangeLogon.test(target)) return judgedBy(watch, asked('backend'));
  if (watch.visit === null || seq < watch.visit) return watch;
  const session = sessionShown(hop);
  if (session !== null) return judgedBy(watch, { sessionOfFreshVisit: session, promptedBy: null });
  if (hop.at(-1)?.status !== 200 || method !== 'GET') return watch;
  if (gatewayForm.test(target)) return judgedBy(watch, asked('gateway'));
  return exchangeForm.test(target) ? judgedBy(watch, asked('backend')) : watch;
}

/** AD FS has a name of its own; whom it knows it gives a token, and asks anybody else. */
function asksAtAdfs({ state, visit }: ExchangeWatch, { party, kind, status, seq, target = '', identity }: TraceEvent): boolean {
  const answered = party === 'adfs' && kind === 'response' && status === 200 && target.includes('wsignin1.0');
  return answered && identity === undefined && state === 'waiting for next visit' && visit !== null && seq >= visit;
}

const asked = (promptedBy: 'gateway' | 'backend'): FreshVisit => ({ sessionOfFreshVisit: null, promptedBy });

type FreshVisit = Pick<Observation, 'sessionOfFreshVisit' | 'promptedBy'>;

/**
 * Seen: what was requested, which request hit, and what the next visit met. Concluded: whether the gateway accepts a cookie, from which of
 * its sessions have ended; whether the browser still stands for the session behind it, from what ended it there; and a dialog.
 */
function judgedBy(watch: ExchangeWatch, visit: FreshVisit): ExchangeWatch {
  const { clicked, alive, atClick, sessionBefore, isSessionGone } = watch;
  const { requests, detectedBy } = requestsOfClick(clicked, 'gateway');
  const last = requests.at(-1);
  const seen: Observation = {
    clientAction: watch.click === null ? 'dialog' : 'navigate',
    requests,
    detectedBy,
    landing: last ? landingOf(last, detectedBy) : null,
    proxyAccepts: alive.length > 0,
    proxyAcceptsOldCookie: watch.click === null ? alive.length > 0 : atClick !== null && alive.includes(atClick),
    sessionBefore,
    sessionAfter: isSessionGone ? null : sessionBefore,
    ...visit,
    addIn: null,
  };
  return { ...watch, state: 'judged', seen };
}

/** A page of another host is not in the trace of this one, but its address is. */
function landingOf({ target, location }: Observation['requests'][number], detectedBy: string | null): string {
  return pathnameOf(detectedBy ?? location ?? target);
}

/** A target may be anything that somebody has sent, and a Location anything that a server has answered. */
function pathnameOf(address: string): string {
  return URL.parse(address, 'http://localhost')?.pathname ?? pathOf(address);
}

/**
 * Nobody gets in: the gateway ends its session while somebody signs in (SO-22). Seen is the hit; that the gateway asks at the next visit is
 * concluded, since it has no session any more.
 */
function hitAtSignIn(watch: ExchangeWatch, { target = '' }: TraceEvent): ExchangeWatch {
  const proxyAccepts = watch.alive.length > 0;
  const nobody = { sessionBefore: null, sessionAfter: null, sessionOfFreshVisit: null, addIn: null };
  const seen: Observation = {
    clientAction: null,
    requests: [],
    detectedBy: target,
    landing: pathnameOf(target),
    proxyAccepts,
    proxyAcceptsOldCookie: proxyAccepts,
    ...nobody,
    promptedBy: 'gateway',
  };
  return { ...watch, state: 'judged', seen };
}

/** Session of the mailbox page that the back end says it has shown. */
function sessionShown(hop: readonly TraceEvent[]): string | null {
  const shown = hop.find(
    ({ party, kind, status, identity, target = '' }) =>
      party === 'mailbox' && kind === 'response' && status === 200 && identity !== undefined && mailboxPage.test(pathOf(target)),
  );
  return shown?.session?.id ?? null;
}

const mailboxPage = /^\/(owa|ecp)\/([^/]+@[^/]+\/)?$/i;
const signsOut = /log-?off|sign-?out|log-?out/i;
const gatewayForm = /^\/CookieAuth\.dll(\?|%3F)GetLogon\b/i;
const exchangeForm = /^\/owa\/auth\/logon\.aspx\b/i;
const exchangeLogon = /^\/owa\/(auth\.owa|auth\/owaauth\.dll)\b/i;
