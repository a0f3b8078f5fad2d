import type { Visit, VisitContext } from './visit.ts';

/** What became of a request whose steps are over: `status` is undefined when nothing went out. */
export function whatWentOut(ctx: VisitContext): { outcome: Visit['outcome']; status: number | undefined } {
  const { refusedUnread, sentHeaders } = ctx.state;
  const outcome = outcomeOf(ctx);
  return { outcome, status: refusedUnread ?? (outcome === 'answered' || sentHeaders ? ctx.res.statusCode : undefined) };
}

/** An answer that is still to be written is none when the connection has ended meanwhile. */
function outcomeOf({ req, res, state }: VisitContext): Visit['outcome'] {
  if (state.refusedUnread !== null) return 'answered';
  const unsent = !res.headersSent && !state.sentHeaders;
  const gone = req.socket.destroyed || req.socket.writableEnded;
  return state.outcome === 'answered' && unsent && gone ? 'client-gone' : state.outcome;
}
