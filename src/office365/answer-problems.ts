import type { Middleware } from 'koa';
import { LabError } from '../errors.ts';
import { problemPage, type Shown } from './pages.ts';

/** Turns a LabError into a page that says why the request is refused, with a link to `start` if there is something to start. */
export function answerProblems(shown: Shown, start?: string): Middleware {
  return async function answerProblems(ctx, next) {
    try {
      await next();
    } catch (error) {
      const known = error instanceof LabError;
      ctx.status = known ? error.status : 500;
      const sentence = known ? error.message : 'The mock failed while it handled this request.';
      ctx.body = problemPage(shown, sentence, start).text;
    }
  };
}
