import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { closeServer, listen } from '../../src/listen.ts';
import { startRedis } from '../../src/regression/ends/start-redis.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import type { Bench } from './figure.ts';
import { type Client, createClient } from './site.ts';
import { type Process, startGateways, startProcess } from './start-gateways.ts';

/** A way to the back end: through a process of which the number is known, with a session for each connection or without. */
export type Way = { what: string; client: Client; cookies: (string | undefined)[]; pid: number | null };

const BODY = 'x'.repeat(2_048);
const bareProxy = fileURLToPath(new URL('./bare-proxy.ts', import.meta.url));

/** Straight, through the bare stack, and through gateways with sessions in memory and in Redis, which all run at the same time. */
export async function startWays(bench: Bench, connections: number): Promise<Way[]> {
  const redis = await startRedis();
  bench.teardown(() => redis.stop());
  const backEnd = createServer((_, response) => response.end(BODY));
  const backEndPort = await listen(backEnd, 0, '127.0.0.1');
  bench.teardown(() => closeServer(backEnd));
  const folder = makeTemporaryFolder('bench');
  bench.teardown(folder.remove);
  const bare = await startProcess(bench, folder.path, bareProxy, [`http://127.0.0.1:${backEndPort}`]);
  const start = async (sessions: string) => (await startGateways(bench, { count: 1, sessions, backEndPort }))[0] as Process;
  const without = (what: string, { port, pid }: { port: number; pid: number | null }): Way => ({
    ...{ what, client: createClient(bench, port, connections), pid },
    cookies: Array.from({ length: connections }, () => undefined),
  });
  const withSessions = async (what: string, started: Process): Promise<Way> => {
    const way = without(what, started);
    return { ...way, cookies: await Promise.all(way.cookies.map(() => way.client.logOn())) };
  };
  return [
    without('no proxy', { port: backEndPort, pid: null }),
    without('bare stack', bare),
    await withSessions('gateway, sessions in memory', await start('memory')),
    await withSessions('gateway, sessions in Redis', await start(`redis://${redis.host}:${redis.port}`)),
  ];
}
