import type { TraceEvent } from '../../src/trace/trace-event.ts';

export type Told = Partial<TraceEvent> & Pick<TraceEvent, 'party' | 'kind'>;

/** Events with numbers from 1, all of one exchange unless they say otherwise. */
export const told = (...events: Told[]): TraceEvent[] =>
  events.map((event, at) => ({ seq: at + 1, at: 0, run: null, exchange: 'x', host: 'mail.localhost:8080', ...event }));

export const asked = (party: TraceEvent['party'], target: string): Told => ({ party, kind: 'request', method: 'GET', target });

export const answered = (party: TraceEvent['party'], status: number, location?: string): Told => ({
  party,
  kind: 'response',
  status,
  ...(location !== undefined && { headers: [['location', location]] }),
});

/** The same events in the exchange of this id. */
export const inExchange = (exchange: string, ...events: Told[]): Told[] => events.map((event) => ({ ...event, exchange }));

type Session = NonNullable<TraceEvent['session']>;

export const withSession = (event: Told, id: string, state: string, reason?: string): Told => ({
  ...event,
  session: { id, state, ...(reason !== undefined && { reason }) } satisfies Session,
});
