import { createServer } from 'node:http';
import Koa, { type Context, type Middleware } from 'koa';
import Router from 'koa-router';
import { LabError } from '../errors.ts';
import type { Lab } from '../lab/lab.ts';
import { closeServer, listen } from '../listen.ts';
import { addAdminApi, overview } from './admin-api.ts';
import { answer, answerText } from './answer.ts';
import type { GivenFiles } from './notes.ts';

export type Console = { listen(port: number, host: string): Promise<number>; close(): Promise<void> };

/**
 * Health for whoever watches, and in the lab the admin API. Its own port, no cookies. Without a lab only health is served.
 * `given`: web.config files of the command line, by what they stand for.
 */
export function createConsole(lab: Lab | null, given: GivenFiles = {}): Console {
  const router = new Router({ sensitive: true, strict: true });
  router.get('/livez', (ctx) => answerText(ctx, 200, 'alive\n'));
  router.get('/readyz', (ctx) => answerText(ctx, 200, 'ready\n'));
  if (lab) {
    router.get('/', (ctx) => answerText(ctx, 200, overview));
    addAdminApi(router, lab, given);
  }
  const app = new Koa();
  app.silent = true;
  app.use(answerErrors);
  app.use(allowOwnNames);
  app.use(router.routes() as unknown as Middleware); // the router's context has more than a step needs
  app.use((ctx) =>
    answerText(
      ctx,
      404,
      `There is no ${ctx.method} ${ctx.path} here. ${lab ? `There is:\n${overview}` : 'There are /livez and /readyz.\n'}`,
    ),
  );
  const server = createServer(app.callback());
  return { listen: (port, host) => listen(server, port, host), close: () => closeServer(server) };
}

/** A page of another site must not reach the API under a name that it made point here. Health is for everybody. */
async function allowOwnNames(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  const own = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|console\.mail\.localhost)$/i.test(ctx.hostname);
  ctx.set('X-Content-Type-Options', 'nosniff');
  if (!own && ctx.path !== '/livez' && ctx.path !== '/readyz')
    throw new LabError(
      'forbidden',
      `the admin API answers to localhost, 127.0.0.1 and console.mail.localhost, not to "${ctx.hostname}"`,
    );
  await next();
}

async function answerErrors(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  try {
    await next();
  } catch (error) {
    const known = error instanceof LabError;
    ctx.status = known ? error.status : 500;
    answer(ctx, { error: known ? error.message : 'the console failed while it handled this request' });
  }
}
