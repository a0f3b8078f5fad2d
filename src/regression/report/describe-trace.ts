import type { TraceEvent } from '../../trace/trace-event.ts';

/**
 * A trace for people, one line an event: who, `method target → status location`, cookies set and cleared, the session, or the
 * sentence of a decision. A request and the answer that follows it at once share a line. Where several hosts take part a target may be
 * shown with the name of its own.
 */
export function describeTrace(events: readonly TraceEvent[], withHosts = false): string[] {
  const widest = Math.max(0, ...events.map(({ party }) => party.length));
  const requests = new Map(events.filter(({ kind }) => kind === 'request').map((event) => [keyOf(event), event]));
  return events.flatMap((event, at) => {
    const next = events[at + 1];
    if (event.kind === 'request' && next?.kind === 'response' && keyOf(next) === keyOf(event)) return [];
    return `${event.party.padEnd(widest)}  ${describe(event, requests.get(keyOf(event)), withHosts)}`;
  });
}

/** A request and its answer have the same exchange id at the same party. */
function keyOf({ exchange, party }: TraceEvent): string {
  return `${party} ${exchange}`;
}

function describe(event: TraceEvent, request: TraceEvent | undefined, withHosts: boolean): string {
  const { kind, sentence } = event;
  if (kind === 'request') return describeRequest(event, withHosts);
  if (kind === 'response') return describeAnswer(event, describeRequest({ ...request, ...event }, withHosts));
  const facts = event.facts?.length ? ` [${event.facts.join(', ')}]` : '';
  return `${kind}: ${sentence ?? describeSession(event)}${facts}`;
}

/** `GET /owa/`, or `GET outlook.mail365.localhost/owa/`: ports are free ones, and say nothing. */
function describeRequest({ method = '', host = '', target = '' }: TraceEvent, withHosts: boolean): string {
  return `${method} ${withHosts ? host.replace(/:\d+$/, '') : ''}${target}`;
}

function describeAnswer(event: TraceEvent, asked: string): string {
  const location = event.headers?.find(([name]) => name.toLowerCase() === 'location')?.[1];
  const said = `${asked} → ${event.status ?? '?'}${location ? ` ${location}` : ''}`;
  const session = event.session ? describeSession(event) : '';
  return [said, cookiesThat(event, 'set', 'sets'), cookiesThat(event, 'cleared', 'clears'), session].filter(Boolean).join('; ');
}

function cookiesThat({ cookies = [] }: TraceEvent, did: 'set' | 'cleared', verb: string): string {
  const names = cookies.filter((cookie) => cookie.did === did).map(({ name }) => name);
  return names.length > 0 ? `${verb} ${names.join(', ')}` : '';
}

function describeSession({ session }: TraceEvent): string {
  if (!session) return '';
  return `session ${session.id} ${session.state}${session.reason ? ` (${session.reason})` : ''}`;
}
