import { createServer } from 'node:http';
import Koa, { type Context, type Middleware } from 'koa';
import Router from 'koa-router';
import getRawBody from 'raw-body';
import { LabError } from '../errors.ts';
import type { Lab } from '../lab/lab.ts';
import { closeServer, listen } from '../listen.ts';
import { readLabChange, readSpan } from './read-change.ts';

export type Console = { listen(port: number, host: string): Promise<number>; close(): Promise<void> };

/** Health for whoever watches, and in the lab the admin API. Its own port, no cookies. Without a lab only health is served. */
export function createConsole(lab: Lab | null): Console {
  const router = new Router({ sensitive: true, strict: true });
  router.get('/livez', (ctx) => answerText(ctx, 200, 'alive\n'));
  router.get('/readyz', (ctx) => answerText(ctx, 200, 'ready\n'));
  if (lab) adminApi(router, lab);
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

const overview = `  GET    /livez, /readyz       health
  GET    /api/profiles         what can stand behind the switched name
  GET    /api/lab              what stands there now
  PUT    /api/lab              {"profile", "vdirAuth", "signOutKind": {"feOwa", "beOwa", "beEcp"}, "logoffUrl", "match"}: any of them
  GET    /api/sessions         the gateway's sessions
  DELETE /api/sessions[/:id]   ends all, or one
  GET    /api/trace[?since=N]  what happened, as events
  DELETE /api/trace            forgets it
  POST   /api/clock            {"advance": "8h"}
  POST   /api/reset            {}: ends every session and forgets the trace
`;

function adminApi(router: Router, lab: Lab): void {
  router.get('/', (ctx) => answerText(ctx, 200, overview));
  router.get('/api/profiles', (ctx) => answer(ctx, { profiles: [...lab.profiles.values()] }));
  router.get('/api/lab', (ctx) => answer(ctx, lab.setting()));
  router.put('/api/lab', async (ctx) => answer(ctx, lab.configure(readLabChange(await readJson(ctx), [...lab.profiles.keys()]))));
  router.get('/api/sessions', async (ctx) => answer(ctx, { sessions: await lab.sessions.list() }));
  router.delete('/api/sessions', async (ctx) => answer(ctx, { ended: await lab.gateway.endSessions() }));
  router.delete('/api/sessions/:id', async (ctx) => {
    const ended = await lab.gateway.endSessions((session) => session.publicId === ctx.params['id']);
    if (ended === 0)
      throw new LabError('not-found', `there is no session "${ctx.params['id']}"; GET /api/sessions lists them by publicId`);
    answer(ctx, { ended });
  });
  router.get('/api/trace', (ctx) => answer(ctx, lab.recorder.read(Number(ctx.query['since'] ?? 1) || 1)));
  router.delete('/api/trace', (ctx) => {
    lab.recorder.clear();
    answer(ctx, {});
  });
  router.post('/api/clock', async (ctx) => {
    lab.clock.advance(readSpan(await readJson(ctx)));
    answer(ctx, { now: new Date(lab.clock.now()).toISOString() });
  });
  router.post('/api/reset', async (ctx) => {
    await readJson(ctx);
    await lab.reset();
    answer(ctx, {});
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

async function answerErrors(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  try {
    await next();
  } catch (error) {
    const known = error instanceof LabError;
    ctx.status = known ? error.status : 500;
    ctx.body = { error: known ? error.message : 'the console failed while it handled this request' };
  }
}

/** A JSON content type is asked for, so that no form of another site can change the lab. */
async function readJson(ctx: Context): Promise<unknown> {
  if (!ctx.is('application/json')) throw new LabError('bad-request', 'expected Content-Type: application/json');
  try {
    return JSON.parse(await getRawBody(ctx.req, { limit: 64 * 1024, encoding: 'utf8' }));
  } catch (cause) {
    throw new LabError('bad-request', 'expected a JSON body of at most 64 KiB', { cause });
  }
}

function answer(ctx: Context, body: object): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}

function answerText(ctx: Context, status: number, text: string): void {
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = text;
}
