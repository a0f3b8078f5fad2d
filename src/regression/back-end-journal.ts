import type { TraceEvent } from '../trace/trace-event.ts';

/** The back-end sessions, by public id, with which this account's requests came to the mailbox server, oldest first. Pure. */
export function sessionsOf(account: string, events: readonly TraceEvent[]): string[] {
  const requests = events.filter(
    ({ party, kind, identity }) => party === 'mailbox' && kind === 'request' && identity === account,
  );
  return requests.flatMap((event) => event.session?.id ?? []);
}

/** Outlook Web App's own address, however somebody writes it. */
const MAILBOX_PAGE = /^\/owa\/(\?|$)/i;

/** Sessions of the mailbox pages that the back end's journal says it showed to this account. Pure. */
export function mailboxesShown(account: string, events: readonly TraceEvent[]): string[] {
  const shown = events.filter(
    ({ party, kind, status, identity }) => party === 'mailbox' && kind === 'response' && status === 200 && identity === account,
  );
  return shown.flatMap((event) => (MAILBOX_PAGE.test(event.target ?? '') && event.session ? [event.session.id] : []));
}
