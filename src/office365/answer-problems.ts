import type { Context, Middleware } from 'koa';
import { LabError } from '../errors.ts';
import { problemPage, type Shown } from './pages.ts';

/** Turns a LabError into a page that says why the request is refused, with a link to `start` if there is something to start. */
export function answerProblems(shown: Shown, start?: string): Middleware {
  return async function answerProblems(ctx, next) {
    try {
      await next();
    } catch (error) {
      const known = error instanceof LabError;
      if (bringsMore(ctx)) {
        // What is still to come must not be taken for the next request.
        ctx.set('Connection', 'close');
        ctx.req.resume();
      }
      ctx.status = known ? error.status : 500;
      const sentence = known ? error.message : 'The mock failed while it handled this request.';
      ctx.body = problemPage(shown, sentence, start).text;
    }
  };
}

function bringsMore({ req }: Context): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers;
  return !req.complete && (length !== undefined || coding !== undefined);
}
