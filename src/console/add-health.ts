import type Router from 'koa-router';
import type { Metrics } from '../metrics/create-metrics.ts';
import type { SessionManager } from '../sessions/session-manager.ts';
import { answerText, RETRY_AFTER } from './answer.ts';

/** What there is to tell whoever watches over this process. */
export type HealthParts = {
  /** Without them nobody can be signed in, so /readyz asks for them. */
  sessions?: Pick<SessionManager, 'ping'>;
  /** This process has been told to stop: nobody should be sent here any more. */
  stopping?: () => boolean;
  /** Shown under /metrics. */
  metrics?: Metrics;
};

export function healthOverview({ metrics }: HealthParts): string {
  return `  GET    /livez                          200 while this process runs
  GET    /readyz                         200 if somebody could sign in now, else 503
${metrics ? '  GET    /metrics                        numbers in the text format of Prometheus\n' : ''}`;
}

/**
 * Whoever restarts processes asks /livez, whoever sends people here asks /readyz: no restart brings a session store back. HEAD is
 * answered too.
 */
export function addHealth(router: Router, { sessions, metrics, stopping = () => false }: HealthParts): void {
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
  if (metrics)
    router.get('/metrics', async (ctx) => {
      ctx.set('Content-Type', metrics.contentType);
      answerText(ctx, 200, await metrics.page());
    });
}
