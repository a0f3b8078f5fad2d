import { STATUS_CODES } from 'node:http';
import { exchangesOf, ranks } from './exchanges.ts';
import type { TraceEvent } from './trace-event.ts';

export type HarOptions = {
  /** `browser`: what browsers sent and got. `back end`: what the gateway forwarded, and what it got. */
  side: 'browser' | 'back end';
  /** Of this program, as the maker of the file. */
  version: string;
  title: string;
};

/** HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as far as it is written here. */
export type Har = {
  log: { version: '1.2'; creator: { name: string; version: string }; pages: HarPage[]; entries: HarEntry[] };
};
type HarPage = { startedDateTime: string; id: string; title: string; pageTimings: object };
type HarPair = { name: string; value: string };
type HarCookie = HarPair & { expires?: string };
export type HarEntry = {
  pageref: string;
  startedDateTime: string;
  time: number;
  request: {
    method: string;
    url: string;
    httpVersion: string;
    cookies: HarCookie[];
    headers: HarPair[];
    queryString: HarPair[];
    headersSize: number;
    bodySize: number;
  };
  response: {
    status: number;
    statusText: string;
    httpVersion: string;
    cookies: HarCookie[];
    headers: HarPair[];
    content: { size: number; mimeType: string };
    redirectURL: string;
    headersSize: number;
    bodySize: number;
  };
  cache: object;
  timings: { send: number; wait: number; receive: number };
  comment?: string;
};

/** Stands for every secret: the format wants text. */
const HIDDEN = '…';
/** In the address of a request that named no host (RFC 2606). */
const NO_HOST = 'unknown.invalid';

/** The trace of one side of the gateway as an HTTP archive, which browsers' tools open. There are no bodies in it and no secrets. */
export function harOf(events: readonly TraceEvent[], { side, version, title }: HarOptions): Har {
  const exchanges = exchangesOf(events).map((exchange) => (side === 'browser' ? outermostOf(exchange) : forwardedOf(exchange)));
  const entries = exchanges.flatMap(entryOf).sort((a, b) => Date.parse(a.startedDateTime) - Date.parse(b.startedDateTime));
  const [first] = entries;
  const pages = first ? [{ startedDateTime: first.startedDateTime, id: PAGE, title, pageTimings: {} }] : [];
  return { log: { version: '1.2', creator: { name: 'logoff-lab', version }, pages, entries } };
}

const PAGE = 'trace';

function outermostOf(exchange: readonly TraceEvent[]): TraceEvent[] {
  const rank = Math.min(...exchange.map(({ party }) => ranks[party]));
  return exchange.filter(({ party }) => ranks[party] === rank);
}

/** Without a gateway nothing was forwarded. */
function forwardedOf(exchange: readonly TraceEvent[]): TraceEvent[] {
  if (!exchange.some(({ party }) => party === 'gateway')) return [];
  return exchange.filter(({ party }) => ranks[party] === ranks.gateway + 1);
}

function entryOf(events: readonly TraceEvent[]): HarEntry[] {
  const asked = events.find(({ kind }) => kind === 'request');
  const answered = events.find(({ kind }) => kind === 'response');
  if (!asked) return [];
  const time = answered ? answered.at - asked.at : 0;
  const comment = commentOn(answered);
  return [
    {
      pageref: PAGE,
      startedDateTime: new Date(asked.at).toISOString(),
      time,
      request: requestOf(asked),
      response: responseOf(answered),
      cache: {},
      timings: { send: 0, wait: time, receive: 0 },
      ...(comment !== '' && { comment }),
    },
  ];
}

function commentOn(answered: TraceEvent | undefined): string {
  if (!answered) return 'no answer yet';
  if (answered.outcome === 'client-gone') return 'the client left before the answer was handed over';
  return answered.outcome === 'cut-off' ? 'the answer was cut off' : '';
}

function requestOf(event: TraceEvent): HarEntry['request'] {
  const target = (event.target ?? '').replace(/#.*$/s, '');
  const mark = target.indexOf('?');
  const query = mark < 0 ? [] : [...new URLSearchParams(target.slice(mark + 1))];
  return {
    method: event.method ?? '',
    url: /^https?:\/\//i.test(target) ? target : `http://${event.host || NO_HOST}${target.startsWith('/') ? '' : '/'}${target}`,
    httpVersion: 'HTTP/1.1',
    cookies: cookiesOf(event, 'sent'),
    headers: headersOf(event),
    queryString: query.map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: -1,
  };
}

/** Without an answer, as browsers write it: status 0. */
function responseOf(event: TraceEvent | undefined): HarEntry['response'] {
  const header = (wanted: string) => event?.headers?.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const status = event?.status ?? 0;
  const length = header('content-length');
  return {
    status,
    statusText: STATUS_CODES[status] ?? '',
    httpVersion: 'HTTP/1.1',
    cookies: event ? [...cookiesOf(event, 'set'), ...cookiesOf(event, 'cleared')] : [],
    headers: event ? headersOf(event) : [],
    content: { size: /^\d+$/.test(length) ? Number(length) : -1, mimeType: header('content-type') || 'x-unknown' },
    redirectURL: header('location'),
    headersSize: -1,
    bodySize: -1,
  };
}

function headersOf({ headers = [] }: TraceEvent): HarPair[] {
  return headers.map(([name, value]) => ({ name, value: value ?? HIDDEN }));
}

/** A cookie is cleared by an end that lies in the past. */
function cookiesOf({ cookies = [] }: TraceEvent, did: 'sent' | 'set' | 'cleared'): HarCookie[] {
  const ends = did === 'cleared' ? { expires: new Date(0).toISOString() } : {};
  return cookies.filter((cookie) => cookie.did === did).map(({ name }) => ({ name, value: HIDDEN, ...ends }));
}
