import type { Context } from 'koa';
import type { Session } from './sessions.ts';

/**
 * Leaves for the journal whose request it is and what became of the session; null: nobody's. `cookie-cleared`: nothing ended on
 * the server (SO-06).
 */
export function noteSession(ctx: Context, session: Session | null, state: 'opened' | 'alive' | 'ended' | 'cookie-cleared'): void {
  ctx.state['person'] = session?.person ?? null;
  ctx.state['session'] = session ? { id: session.id, state } : undefined;
}
