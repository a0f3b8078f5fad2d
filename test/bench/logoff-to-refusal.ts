import { startHeldServer } from '../../src/regression/ends/held-server.ts';
import { startRedis } from '../../src/regression/ends/start-redis.ts';
import { type Bench, type Count, type FigureMaker, type Measured, type Row, rowOf } from './figure.ts';
import { measureCuts, measureRefusalAfterPage, measureRefusalUnderLoad, type Times, type Two } from './sign-outs.ts';
import { createClient } from './site.ts';
import { startGateways } from './start-gateways.ts';

/**
 * The gateways are processes of their own, as in service; all times are taken by the one client that asks both, so they are of one
 * clock, and hold what a browser would see.
 */
export const logoffToRefusal: FigureMaker = {
  name: 'logoff',
  title: () => 'Time from a sign-out at gateway A until gateway B refuses the old cookie',
  async measure(bench) {
    const redis = await startRedis();
    bench.teardown(() => redis.stop());
    const alone = await measureWith(bench, 'memory, A is B', 1, 'memory');
    const shared = await measureWith(bench, 'Redis, A and B', 2, `redis://${redis.host}:${redis.port}`, alone.rows);
    return {
      rows: [...shared.rows, ...alone.rows],
      counts: [...shared.counts, ...alone.counts],
      remarks: ['Whole HTTP requests, by one client. "again" is what a refusal costs when nothing has just happened.'],
    };
  },
};

async function measureWith(bench: Bench, where: string, count: 1 | 2, sessions: string, peers: readonly Row[] = []) {
  const backEnd = await startHeldServer();
  bench.teardown(() => backEnd.close());
  const [a, b = a] = await startGateways(bench, { count, sessions, backEndPort: backEnd.port });
  if (!a || !b) throw new Error('no gateway');
  const two: Two = { a: createClient(bench, a.port, 1), b: createClient(bench, b.port, 4), portOfB: b.port };
  const many = bench.quick ? 20 : 500;
  bench.say(`${where}: warming up`);
  await measureRefusalAfterPage(two, many / 5);
  await measureRefusalUnderLoad(two, many / 5);
  bench.say(`${where}: asking B when A has signed out`);
  const after = await measureRefusalAfterPage(two, many);
  bench.say(`${where}: asking B all the time`);
  const under = await measureRefusalUnderLoad(two, many);
  bench.say(`${where}: connections open at B`);
  const cuts = await measureCuts(two, many);
  return asMeasured(where, { after, under, cuts }, peers);
}

function asMeasured(
  where: string,
  { after, under, cuts }: Times,
  peers: readonly Row[],
): Required<Pick<Measured, 'rows' | 'counts'>> {
  const row = (at: number, what: string, samples: readonly number[]) => {
    const peer = peers[at];
    return rowOf(`${where}: ${what}`, 'ms', samples, peer && { name: 'memory', row: peer });
  };
  const rows = [
    row(0, 'from the click to the logged-off page of A', after.page),
    row(1, 'from that page to the refusal at B, asked at once', after.first),
    row(2, 'asked again', after.again),
    row(3, 'from the click to the first refusal or cut at B, asked all the time', under.refusal),
    row(4, 'from the click to the cut of a WebSocket at B', cuts.socket),
    row(5, 'from the click to the cut of an event stream at B', cuts.events),
  ];
  const accepted: Count = {
    what: `${where}: requests that B accepted though the client had A’s logged-off page before it sent them`,
    count: after.accepted + under.accepted,
    of: after.asked + under.asked,
    must: 0,
  };
  const late: Count = {
    what: `${where}: connections at B that were cut after the client had A’s logged-off page, by ${shownDelay(cuts.afterPage)}`,
    count: cuts.afterPage.length,
    of: cuts.socket.length + cuts.events.length,
    must: null,
  };
  return { rows, counts: [accepted, late] };
}

function shownDelay(delays: readonly number[]): string {
  return delays.length === 0 ? 'nothing' : `${Math.max(...delays).toPrecision(2)} ms at most`;
}
