import { setImmediate } from 'node:timers/promises';
import type { Lab } from '../../src/lab/lab.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

/** A request with its answer, as one party tells it; cookies by name, with what the request or the answer did to them. */
export type Exchanged = { host: string; method: string; target: string; status: number; cookies: string[] };

type Party = TraceEvent['party'];

const FILES = /\/(scripts|themes)\/|^\/static\/|\?GetPic\b|^\/favicon\.ico$/;

/** Where the trace stands now: what to ask for later events with. */
export function now(lab: Lab): number {
  return lab.recorder.next();
}

/** What one or more parties received since `since`, in order, static files left out. Waits for the answers that are still being sent. */
export async function received(lab: Lab, parties: Party | readonly Party[], since = 1): Promise<Exchanged[]> {
  for (;;) {
    const events = lab.recorder.read(since).events.filter(({ party }) => [parties].flat().includes(party));
    const requests = events.filter((event) => event.kind === 'request' && !FILES.test(event.target ?? ''));
    const exchanges = requests.map((request) => {
      const answer = events.find((event) => event.kind === 'response' && event.exchange === request.exchange);
      return answer && describe(request, answer);
    });
    if (!exchanges.includes(undefined)) return exchanges as Exchanged[];
    await setImmediate();
  }
}

function describe(request: TraceEvent, answer: TraceEvent): Exchanged {
  const { host = '', method = '', target = '' } = request;
  const cookies = [...(request.cookies ?? []), ...(answer.cookies ?? [])].map(({ name, did }) => `${did} ${name}`);
  return { host, method, target, status: answer.status ?? 0, cookies: cookies.sort() };
}

export function inShort(exchanges: readonly Exchanged[]): string[] {
  return exchanges.map(({ method, target, status }) => `${method} ${target} ${status}`);
}

/** The back end's own record of the mailbox pages that it showed: to whom, in which session. */
export function mailShown(lab: Lab, since = 1): { identity: string | undefined; session: string | undefined }[] {
  const { events } = lab.recorder.read(since);
  return events
    .filter(
      ({ party, kind, target, status }) => party === 'mailbox' && kind === 'response' && target === '/owa/' && status === 200,
    )
    .map(({ identity, session }) => ({ identity, session: session?.id }));
}
