import type { Clock } from '../clock.ts';
import { shownHost } from './describe-headers.ts';
import type { NewTraceEvent, TraceEvent } from './trace-event.ts';
import { withoutSecrets } from './without-secrets.ts';

export type Recorder = {
  /** `at`: when it happened, if that was before now. */
  record(event: NewTraceEvent, at?: number): void;
  /** The lab's time, ms. */
  now(): number;
  /** Events with `seq` ≥ `since`, oldest first; `next` is the `since` to ask with next; `dropped` counts what fell out of the bounds. */
  read(since?: number): { events: TraceEvent[]; next: number; dropped: number };
  /** The number that the next event will have. */
  next(): number;
  /** Names the run that the following events belong to; null ends it. */
  setRun(run: string | null): void;
  /** Forgets the events; numbers go on. */
  clear(): void;
  /** Calls back after each event that was recorded, and after `clear`; returns a function that ends that. */
  follow(listener: () => void): () => void;
};

/** What one event may hold: a request can bring thousands of fields. */
const MOST_FIELDS = 100;
const MOST_COOKIES = 50;
const LONGEST_NAME = 128;
const LONGEST_TEXT = 2_048;

/** Keeps the last `limit` events (and at most as many older ones) in memory, each cut to a bounded size and without secrets. */
export function createRecorder(clock: Clock, limit = 10_000): Recorder {
  let events: TraceEvent[] = [];
  let next = 1;
  let run: string | null = null;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };

  return {
    now: () => clock.now(),
    record(event, at = clock.now()) {
      events.push({ seq: next++, at, run, ...bounded(event) });
      if (events.length >= limit * 2) events = events.slice(-limit);
      tell();
    },
    next: () => next,
    read(since = 1) {
      const oldest = Math.max(0, events.length - limit);
      const first = events[oldest]?.seq ?? next;
      const start = Math.min(Math.max(since, first), next);
      return { events: events.slice(oldest + start - first), next, dropped: Math.max(0, start - Math.max(since, 1)) };
    },
    setRun(name) {
      run = name;
    },
    clear() {
      events = [];
      tell();
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** For a gateway whose trace nobody can read: keeps nothing. */
export function createIdleRecorder(): Recorder {
  return {
    record() {},
    now: () => 1,
    next: () => 1,
    read: () => ({ events: [], next: 1, dropped: 0 }),
    setRun() {},
    clear() {},
    follow: () => () => {},
  };
}

function bounded(event: NewTraceEvent): NewTraceEvent {
  const { headers, cookies, exchange, target, host, identity, sentence } = event;
  return {
    ...event,
    exchange: cut(exchange, LONGEST_NAME),
    ...(target === undefined ? {} : { target: shownText(target) }),
    ...(host === undefined ? {} : { host: cut(shownHost(host), LONGEST_NAME) }),
    ...(identity === undefined ? {} : { identity: cut(identity, LONGEST_NAME) }),
    ...(sentence === undefined ? {} : { sentence: shownText(sentence) }),
    ...(headers && { headers: first(headers, MOST_FIELDS, boundedField, (more) => [`… and ${more} more fields`, null]) }),
    ...(cookies && {
      cookies: first(cookies, MOST_COOKIES, boundedCookie, (more) => ({
        name: `… and ${more} more cookies`,
        did: 'sent' as const,
      })),
    }),
  };
}

type Field = [name: string, value: string | null];
type Cookie = NonNullable<TraceEvent['cookies']>[number];

function boundedField([name, value]: Field): Field {
  return [cut(name, LONGEST_NAME), value === null ? null : shownText(value)];
}

function boundedCookie({ name, did }: Cookie): Cookie {
  return { name: cut(name, LONGEST_NAME), did };
}

function first<Item>(items: readonly Item[], most: number, bound: (item: Item) => Item, more: (number: number) => Item): Item[] {
  const kept = items.slice(0, most).map(bound);
  return items.length > most ? [...kept, more(items.length - most)] : kept;
}

/** Cut first: the time that looking for secrets takes grows with the square of the length. A secret stands behind its name, never before. */
function shownText(text: string): string {
  return withoutSecrets(cut(text, LONGEST_TEXT));
}

/** A copy, for a slice would keep the whole text in memory. */
function cut(text: string, longest: number): string {
  return text.length > longest ? `${Buffer.from(text.slice(0, longest)).toString()}…` : text;
}
