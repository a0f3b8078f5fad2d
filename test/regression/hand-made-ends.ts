import type { EndsCell, EndsExpected, EndsInput, NotRunEndsCell } from '../../src/regression/cell.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

const input: EndsInput = {
  id: 'ends/redis-2-gateways/nginx/second-replica/logoff/long-poll',
  suite: 'ends',
  store: 'redis',
  replicas: 2,
  balancer: 'nginx',
  at: 'second-replica',
  endedBy: 'logoff',
  tried: 'long-poll',
  vdirAuth: null,
  options: null,
};
const result = {
  oldCookie: 'refused',
  connection: 'cut',
  lateCookie: false,
  endRecords: 1,
  reason: 'logoff',
  bobsSession: 'alive',
} as const;
const expected: EndsExpected = { ...result, mark: 'infer', facts: ['T-05'], because: 'The other gateway is told.' };

/** A cell in which alice's sign-out cuts her connection at the other gateway, as expected, and what is different about it. */
export function ends(changes: Partial<EndsCell> = {}): EndsCell {
  return {
    ...input,
    ...result,
    seenAs: null,
    codes: [],
    because: 'The session ended at once at both gateways.',
    expected,
    differs: [],
    agrees: true,
    ...changes,
  };
}

/** One gateway that keeps its sessions to itself. */
export const alone = { store: 'memory', replicas: 1, balancer: 'none', at: 'same-replica' } as const satisfies Partial<EndsCell>;

/** Nothing has reached the other gateway. */
export function differingEnds(changes: Partial<EndsCell> = {}): EndsCell {
  const because = 'The other gateway still lets the cookie in.';
  const differs = ['oldCookie', 'connection'];
  return ends({
    oldCookie: 'accepted',
    connection: 'open',
    codes: ['SO-06'],
    because,
    differs,
    agrees: false,
    trace,
    ...changes,
  });
}

export function notRunEnds(id: string, notRunBecause: string, missingProgram?: string): NotRunEndsCell {
  return { ...input, id, notRun: true, notRunBecause, ...(missingProgram !== undefined && { missingProgram }), agrees: false };
}

const about = { at: 1, run: null, exchange: 'x1', host: 'mail.localhost:40123', party: 'gateway' } as const;
const trace: TraceEvent[] = [
  { ...about, seq: 1, kind: 'request', method: 'GET', target: '/owa/logoff.owa' },
  { ...about, seq: 2, kind: 'response', method: 'GET', target: '/owa/logoff.owa', status: 200 },
  { ...about, seq: 3, kind: 'session', session: { id: 'a1', state: 'ended', reason: 'logoff' } },
];
