import { type Cell, type ExchangeCell, isEnds, isOffice365, type Office365Cell } from '../regression/cell.ts';
import type { CellPart } from '../regression/cell-part.ts';
import { serviceActedAt } from '../regression/office365/judge-office365.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { Run } from './run.ts';

/**
 * Number of the event that decided how a run came out; null: that nothing was requested (E-16), or that no request did. Pure. `events`
 * are those of the run, oldest first.
 */
export function decidingEvent(cell: Cell, parts: Run['parts'], events: readonly TraceEvent[]): number | null {
  if (isEnds(cell)) return null;
  // The gateway's word is the last, in whatever part: it ends its session, and asks (T-01, T-04). In signing in that is SO-22.
  const ending = events.find(
    ({ party, kind, session }) => party === 'gateway' && kind === 'decision' && session?.state === 'ending',
  );
  if (ending) return ending.seq;
  const inPart = (part: CellPart) => eventsOf(part, parts, events);
  return isOffice365(cell) ? decidingOffice365(cell, inPart) : decidingExchange(cell, inPart('sign-out'));
}

/**
 * Where Exchange itself asks, it is that Exchange ended its own session: at the mailbox server (E-10, E-11), or by taking the logon
 * cookies back (E-13). Everywhere else what counts is what the gateway did not notice: the last request that could have matched (T-01).
 */
function decidingExchange({ promptedBy, requests }: ExchangeCell, click: readonly TraceEvent[]): number | null {
  const last = requests.at(-1);
  if (!last) return null;
  const ended = click.find(
    ({ party, kind, session }) => party === 'mailbox' && kind === 'response' && session?.state === 'ended',
  );
  const cleared = click.find(({ party, kind, cookies = [] }) => party === 'front-end' && kind === 'response' && clears(cookies));
  if (promptedBy === 'backend' && (ended || cleared)) return (ended ?? (cleared as TraceEvent)).seq;
  const asked = click.findLast(
    ({ kind, target, method }) => kind === 'request' && target === last.target && method === last.method,
  );
  // The outermost server's event, as the browser's own request: behind it the same target comes again.
  const outermost = click.find(({ kind, exchange }) => kind === 'request' && exchange === asked?.exchange && asked !== undefined);
  return outermost?.seq ?? null;
}

function clears(cookies: NonNullable<TraceEvent['cookies']>): boolean {
  return cookies.some(({ did }) => did === 'cleared');
}

/**
 * A service without a session asks the logon server (O-02). Signed in again without a question: the logon server's token for who still
 * has the authentication cookie (O-01, O-02). A form: that the authentication ended (O-05, O-06); else the service's own session.
 */
function decidingOffice365(cell: Office365Cell, inPart: (part: CellPart) => readonly TraceEvent[]): number | null {
  const acting = serviceActedAt(cell);
  if (acting === null) return null;
  const answers = [...inPart('sign-out'), ...inPart('next-visit')].filter(({ kind }) => kind === 'response');
  const gone = (party: TraceEvent['party']) =>
    answers.find(
      (event) => event.party === party && (event.session?.state === 'ended' || event.session?.state === 'cookie-cleared'),
    );
  const token = () =>
    answers.find(
      ({ party, target = '', session }) =>
        party === 'logon-server' && /^\/login\.srf\?/i.test(target) && session?.state === 'alive',
    );
  const decided = cell.after[acting] === 'silent-relogin' ? token() : (gone('logon-server') ?? gone(acting));
  return decided?.seq ?? null;
}

/** The events from the beginning of a part to that of the next. */
function eventsOf(part: CellPart, parts: Run['parts'], events: readonly TraceEvent[]): TraceEvent[] {
  const from = parts.find((one) => one.part === part)?.from;
  if (from === undefined) return [];
  const next = Math.min(...parts.filter((one) => one.from > from).map((one) => one.from), Number.POSITIVE_INFINITY);
  return events.filter(({ seq }) => seq >= from && seq < next);
}
