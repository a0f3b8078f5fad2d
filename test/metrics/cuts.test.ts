import { once } from 'node:events';
import { request, type ServerResponse } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { heldConnections } from '../gateway/held.ts';
import { page, series, startCounted } from './metrics-rig.ts';

/** A download and a WebSocket of anna’s, both standing. */
async function startHeld(t: ExecutionContext) {
  const { respond, attach, open } = heldConnections();
  const rig = await startCounted(t, {}, respond);
  attach(rig.backEnd);
  const Cookie = await rig.logOn();
  const before = await rig.values();
  const headers = { Host: 'site.test', Cookie };
  const held = [await open(rig.port, 'download', headers), await open(rig.port, 'WebSocket', headers)];
  return { ...rig, before, allCut: async () => (await Promise.all(held.map(({ end }) => end))).every((end) => end === 'cut') };
}

const twoCut = (reason: string) => ({
  ...page(200),
  [series.requests('Site', 'GET', 101)]: 1,
  [series.cut(reason)]: 2,
});

test('a session’s download and WebSocket are under way until an administrator ends it, and then cut; only the download took a time', async (t) => {
  const { gateway, before, allCut, growth, read } = await startHeld(t);
  t.is((await read()).get('logoff_lab_requests_in_progress')?.samples[0]?.value, 2);
  t.true(((await read()).get('logoff_lab_client_connections')?.samples[0]?.value ?? 0) >= 2);
  await gateway.gateway.endSessions();
  t.true(await allCut());
  t.deepEqual(await growth(before), { ...twoCut('session-ended'), [series.ended('admin')]: 1, [series.endTimes]: 1 });
});

test('what is cut because the store is away, or a session ended elsewhere, is counted as that', async (t) => {
  const away = await startHeld(t);
  away.store.tell({ kind: 'away' });
  t.true(await away.allCut());
  t.deepEqual(await away.growth(away.before), twoCut('store-away'));

  const elsewhere = await startHeld(t);
  const [session] = await elsewhere.gateway.sessions.list();
  const tombstone = { publicId: 'x', user: 'corp\\anna', reason: 'logoff', rule: null, request: null, at: 1 };
  const { id } = session as { id: string };
  await elsewhere.store.destroy(id, JSON.stringify(tombstone));
  elsewhere.store.tell({ kind: 'changed', id });
  t.true(await elsewhere.allCut());
  t.deepEqual(await elsewhere.growth(elsewhere.before), twoCut('ended-elsewhere'));
});

test('what is cut because no rule leads there any more is counted as that', async (t) => {
  const { gateway, rules, before, allCut, growth } = await startHeld(t);
  const moved = rules.rules.map((rule) => ({ ...rule, to: { ...rule.to, url: 'http://127.0.0.1:1' } }));
  await gateway.gateway.setRules({ ...rules, rules: moved });
  t.true(await allCut());
  t.deepEqual(await growth(before), twoCut('rules-changed'));
});

/** A request that has reached a published server which says nothing. */
async function startUnanswered(t: ExecutionContext) {
  const arrived = Promise.withResolvers<ServerResponse>();
  const rig = await startCounted(t, {}, (_, response) => arrived.resolve(response));
  const Cookie = await rig.logOn();
  const before = await rig.values();
  const client = request({
    host: '127.0.0.1',
    port: rig.port,
    path: '/app/',
    headers: { Host: 'site.test', Cookie },
    agent: false,
  });
  const failed = new Promise((resolve) =>
    client
      .on('error', () => {})
      .on('close', resolve)
      .end(),
  );
  return { ...rig, before, client, failed, response: await arrived.promise };
}

test('a request that ends without an answer is counted by who has ended it', async (t) => {
  const left = await startUnanswered(t);
  const noticed = once(left.response, 'close');
  left.client.destroy();
  await noticed;
  t.deepEqual(await left.growth(left.before), { [series.requests('Site', 'GET', 'client-gone')]: 1, [series.times('Site')]: 1 });

  const cut = await startUnanswered(t);
  await cut.gateway.gateway.endSessions();
  await cut.failed;
  t.is((await cut.growth(cut.before))[series.requests('Site', 'GET', 'cut-off')], 1);
});
