import Router from 'koa-router';
import { createConsole } from '../../src/console/console.ts';
import { startLab } from '../../src/lab/lab.ts';
import { createMetrics } from '../../src/metrics/create-metrics.ts';

/** What the console of a lab answers to: `GET /api/lab`, one for each method and path, as they are really added. */
export async function consoleRoutes(): Promise<string[]> {
  const lab = await startLab();
  const routes: string[] = [];
  const real = Router.prototype.register;
  Router.prototype.register = function recorded(this: Router, ...given: Parameters<typeof real>) {
    const [path, methods] = given;
    routes.push(...methods.map((method) => `${method.toUpperCase()} ${String(path)}`));
    return real.apply(this, given);
  } as typeof real;
  try {
    const console = createConsole({ sessions: lab.sessions, admin: lab, lab, metrics: createMetrics([]) });
    await console.close();
  } finally {
    Router.prototype.register = real;
    await lab.close();
  }
  return routes.sort();
}
