import type { TraceEvent } from '../trace/trace-event.ts';

/** Ends that belong to a person's own story: the sign-out, and another logon in the same browser. */
const own: readonly string[] = ['logoff', 'replaced'];

/**
 * Why a run by hand says nothing of its sign-out any more after this event of the gateway: its session has ended for another reason, or
 * there are two of them, and nobody can tell which one the person's browser has. Null: it still does. `alive`: sessions of the run until now.
 */
export function spoiltBy({ party, kind, session }: TraceEvent, alive: readonly string[]): string | null {
  if (party !== 'gateway' || kind !== 'session' || !session) return null;
  const { id, state, reason = '' } = session;
  if (state === 'started' && alive.length > 0)
    return 'somebody has signed in a second time while the run was under way: it takes one browser, and nobody else at the site';
  if (state !== 'ended' || !alive.includes(id) || own.includes(reason)) return null;
  return `the gateway’s session has ended for another reason than the sign-out (${reason}) while the run was under way`;
}
