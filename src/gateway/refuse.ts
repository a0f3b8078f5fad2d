import type { Listener } from '../rules/publishing-rule.ts';
import { answerWithPage, problemPage } from './pages.ts';
import type { VisitContext } from './visit.ts';

/** What a 405 names (RFC 9110 §15.5.6). */
export const ALLOWED_METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';

/** Why a request goes no further, as a sentence, and the status that says so. */
export type Refusal = { sentence: string; status: number };

/** What the client is told of a refusal. */
export type RefusalAnswer = { status: number; title: string; sentence: string };

/** TMG told its clients who had refused, and its log why (T-22). */
const likeTmg: RefusalAnswer = {
  status: 502,
  title: 'The request was rejected by the HTTP filter',
  sentence: 'The HTTP filter of this gateway lets no such request pass. Its administrator can look up why.',
};

/** The answer in the manner that the listener asks for; also for what is refused before there is a request (`clientError`). */
export function refusalAnswer({ refusals }: Pick<Listener, 'refusals'>, sentence: string, status: number): RefusalAnswer {
  return refusals === 'tmg' ? likeTmg : { status, title: 'The request was refused', sentence };
}

/**
 * Refuses a request: a page, the sentence for the trace, and no further request on this connection, for whoever sent what cannot be
 * read in one way may have meant another end of it.
 */
export function refuse(ctx: VisitContext, sentence: string, status = 400): void {
  const answer = refusalAnswer(ctx.state.policy.listener, sentence, status);
  ctx.state.refusal = sentence;
  ctx.set('Connection', 'close');
  if (answer.status === 405) ctx.set('Allow', ALLOWED_METHODS);
  answerWithPage(ctx, answer.status, problemPage(answer.title, answer.sentence, ctx.state.id));
}
