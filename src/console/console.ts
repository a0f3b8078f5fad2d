import { createServer } from 'node:http';
import Koa, { type Context, type Middleware } from 'koa';
import Router from 'koa-router';
import { LabError } from '../errors.ts';
import type { Lab } from '../lab/lab.ts';
import { closeServer, listen } from '../listen.ts';
import type { SessionManager } from '../sessions/session-manager.ts';
import { addAdminApi, labOverview } from './admin-api.ts';
import { answer, answerText, RETRY_AFTER } from './answer.ts';
import type { GivenFiles } from './notes.ts';
import { addSessionsApi, type SessionsOwner, sessionsOverview } from './sessions-api.ts';

export type Console = { listen(port: number, host: string): Promise<number>; close(): Promise<void> };

export type ConsoleParts = {
  /** Without them nobody can be signed in, so /readyz asks for them. */
  sessions?: Pick<SessionManager, 'ping'>;
  /** This process has been told to stop: nobody should be sent here any more. */
  stopping?: () => boolean;
  /** Whose sessions the admin API lists and ends; null: none are. */
  admin?: SessionsOwner | null;
  /** Adds the rest of the admin API. */
  lab?: Lab;
  /** Web.config files of the command line, by what they stand for. */
  given?: GivenFiles;
};

/** Health for whoever watches, and what there is of the admin API. Its own port, no cookies. */
export function createConsole({ sessions, stopping = () => false, admin, lab, given = {} }: ConsoleParts): Console {
  const router = new Router({ sensitive: true, strict: true });
  const overview = `${healthOverview}${admin ? sessionsOverview : ''}${lab ? labOverview : ''}`;
  addHealth(router, sessions, stopping);
  if (admin) addSessionsApi(router, admin);
  if (lab) addAdminApi(router, lab, given);
  if (admin || lab) router.get('/', (ctx) => answerText(ctx, 200, overview));
  const app = new Koa();
  app.silent = true;
  app.use(answerErrors);
  app.use(allowOwnNames);
  app.use(router.routes() as unknown as Middleware); // the router's context has more than a step needs
  app.use((ctx) => answerText(ctx, 404, `There is no ${ctx.method} ${ctx.path} here. There is:\n${overview}`));
  const server = createServer(app.callback());
  return { listen: (port, host) => listen(server, port, host), close: () => closeServer(server) };
}

const healthOverview = `  GET    /livez                          200 while this process runs
  GET    /readyz                         200 if somebody could sign in now, else 503
`;

/** Whoever restarts processes asks /livez, whoever sends people here asks /readyz: no restart brings a session store back. */
function addHealth(router: Router, sessions: ConsoleParts['sessions'], stopping: () => boolean): void {
  router.get('/livez', (ctx) => answerText(ctx, 200, 'alive\n'));
  router.get('/readyz', async (ctx) => {
    if (stopping())
      return answerText(ctx, 503, 'This gateway is stopping: requests under way get to finish, new ones should go elsewhere.\n');
    // Health is for everybody, so why the store is away stays with the log.
    const away = await sessions?.ping().then(
      () => false,
      () => true,
    );
    if (away) ctx.set('Retry-After', RETRY_AFTER);
    answerText(ctx, away ? 503 : 200, away ? 'The session store cannot be asked, so nobody can be let in.\n' : 'ready\n');
  });
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

/** What store-away says is for visitors of the published sites. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof LabError)) return 'the console failed while it handled this request';
  return error.code === 'store-away' ? 'the session store cannot be asked: try again when /readyz is 200' : error.message;
}

async function answerErrors(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  try {
    await next();
  } catch (error) {
    const known = error instanceof LabError;
    ctx.status = known ? error.status : 500;
    if (ctx.status === 503) ctx.set('Retry-After', RETRY_AFTER);
    answer(ctx, { error: sentenceOf(error) });
  }
}
