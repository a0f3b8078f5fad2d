import type { TraceEvent } from './trace-event.ts';

export type Party = TraceEvent['party'];
type Session = NonNullable<TraceEvent['session']>;

/** What one party did with a request: of a request through the gateway each server behind it has a leg of its own. */
export type Leg = {
  party: Party;
  method: string;
  host: string;
  target: string;
  /** null while it has not answered. */
  status: number | null;
  /** Why there is no whole answer: its client left before that, or it was cut off. */
  outcome?: 'client-gone' | 'cut-off';
  location: string | null;
  /** Names of the cookies that came with the request, and that the answer sets and clears. */
  sent: readonly string[];
  set: readonly string[];
  cleared: readonly string[];
  /** Whom the party took the client for. */
  identity: string | null;
  /** The session as the party told it last in this hop. */
  session: Session | null;
  /** What it decided and did, in sentences. */
  notes: readonly { seq: number; kind: 'decision' | 'session' | 'connection'; sentence: string; facts: readonly string[] }[];
  /** Facts that the answer rests on. */
  facts: readonly string[];
};

/** One request of a client, at every party that it reached; or, without a method, what a party did by itself. */
export type Hop = {
  /** `hop-` and the number of its first event. */
  key: string;
  /** Numbers of its first and last event, and the lab's time of the first, ms. */
  first: number;
  last: number;
  at: number;
  run: string | null;
  /** The outermost party first: what the browser sees is the first leg's answer. */
  legs: readonly Leg[];
  /**
   * The session of each party of this public name after the hop. `told: false`: the party was not asked in this hop, and the state is that
   * of before.
   */
  sessions: readonly { party: Party; id: string; state: string; reason?: string | undefined; told: boolean }[];
  /** Scripts, styles, pictures, polling and health checks. */
  isNoise: boolean;
};
