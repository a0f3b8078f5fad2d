/** One thing that happened, as gateway and mocks tell it. Never bodies; secret header values are null. */
export type TraceEvent = {
  seq: number;
  /** Lab clock, ms. */
  at: number;
  /** Which run (a matrix cell, a demonstration) it belongs to. */
  run: string | null;
  /** X-Request-Id: the same on both sides of the gateway. */
  exchange: string;
  party: 'gateway' | 'front-end' | 'mailbox' | 'logon-server' | 'portal' | 'owa' | 'sharepoint' | 'adfs';
  kind: 'request' | 'response' | 'session' | 'decision' | 'connection';
  method?: string;
  host?: string;
  target?: string;
  status?: number | undefined;
  /** Of an answer: all of it was handed over, its client left before that, or it was cut off. */
  outcome?: 'answered' | 'client-gone' | 'cut-off';
  headers?: [name: string, value: string | null][];
  cookies?: { name: string; did: 'sent' | 'set' | 'cleared' }[];
  identity?: string | undefined;
  /** `id` is the public id, of no use as a cookie. */
  session?: { id: string; state: string; reason?: string; connectionsClosed?: number; msToEffect?: number } | undefined;
  rule?: string | undefined;
  facts?: string[];
  sentence?: string;
};

/** What a party hands in; the recorder adds number, time and run. */
export type NewTraceEvent = Omit<TraceEvent, 'seq' | 'at' | 'run'>;
