import { once } from 'node:events';
import { connect } from 'node:net';
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { LabError } from '../../src/errors.ts';
import type { PublishingRule, RuleSet, UserEntry } from '../../src/rules/publishing-rule.ts';
import type { EndReason } from '../../src/sessions/session.ts';
import { type Change, cheapHash, endsOf, type Rig, startRig } from './gateway-rig.ts';
import { type Held, heldConnections, kinds } from './held.ts';

const MINUTE = 60_000;
const bert = { username: 'corp\\bert' };

type Way = {
  reason: EndReason;
  by: string;
  change?: Change;
  /** Does it; resolves to the request that did. */
  end(rig: Rig, Cookie: string): Promise<unknown>;
  rule?: string;
  everybody?: true;
};

const timeOut = (kind: 'idle' | 'absolute'): Way => ({
  reason: 'timed-out',
  by: `its ${kind} time-out`,
  change: { listener: { timeouts: { kind, public: 10 * MINUTE, private: 10 * MINUTE } } },
  end: async ({ clock }) => clock.advance(9 * MINUTE),
});

const ways: Way[] = [
  { reason: 'logoff', by: 'a logoff', end: ({ ask }, Cookie) => ask('GET', '/app/bye', { Cookie }), rule: 'Site' },
  timeOut('idle'),
  timeOut('absolute'),
  { reason: 'admin', by: 'an administrator', end: ({ gateway }) => gateway.gateway.endSessions(isAnna) },
  { reason: 'replaced', by: 'a logon of the same browser', end: ({ logOn }, Cookie) => logOn({}, { Cookie }) },
  {
    reason: 'user-removed',
    by: 'a users file without its user',
    end: (rig) => setUsers(rig, (users) => users.filter(({ name }) => name !== 'corp\\anna')),
  },
  {
    reason: 'password-changed',
    by: 'another password',
    end: (rig) =>
      setUsers(rig, (users) =>
        users.map((user) => (user.name === 'corp\\anna' ? { ...user, hash: cheapHash('another') } : user)),
      ),
  },
  {
    reason: 'rule-removed',
    by: 'rules without its site',
    end: (rig) => setRules(rig, ({ rules }) => ({ rules: rules.map((rule) => ({ ...rule, publicNames: ['other.test'] })) })),
  },
  { reason: 'evicted', by: 'a store that is full', change: { limit: 2 }, end: ({ logOn }) => logOn(bert) },
  { reason: 'shutdown', by: 'the gateway’s own end', end: ({ gateway }) => gateway.close(), everybody: true },
];

function isAnna({ user }: { user: string }): boolean {
  return user === 'corp\\anna';
}

function setRules({ gateway: { gateway } }: Rig, change: (before: RuleSet) => Partial<RuleSet>): Promise<unknown> {
  const before = gateway.rules();
  return gateway.setRules({ ...before, ...change(before) });
}

function setUsers(rig: Rig, change: (users: readonly UserEntry[]) => UserEntry[]): Promise<unknown> {
  return setRules(rig, ({ listener }) => {
    const users = listener.validate.kind === 'users' ? change(listener.validate.users) : [];
    return { listener: { ...listener, validate: { kind: 'users', users } } };
  });
}

async function startHeld(t: import('ava').ExecutionContext, change: Change = {}) {
  const held = heldConnections();
  const rig = await startRig(t, change, held.respond);
  held.attach(rig.backEnd);
  const open = (kind: (typeof kinds)[number], headers: Record<string, string>): Promise<Held> =>
    held.open(rig.port, kind, { Host: 'site.test', ...headers });
  return { ...rig, open };
}

for (const { reason, by, change, end, rule, everybody } of ways)
  for (const kind of kinds)
    test(`${reason}: a session ended by ${by} takes its ${kind} along${everybody ? '' : ', and nobody else’s'}`, async (t) => {
      const rig = await startHeld(t, change);
      const Cookie = await rig.logOn();
      const hers = await rig.open(kind, { Cookie });
      rig.clock.advance(MINUTE);
      const Host = 'other.test';
      const his = await rig.open(kind, { Host, Cookie: await rig.logOn(bert, { Host }) });
      const begun = rig.recorder.next();
      await end(rig, Cookie);
      t.is(await hers.end, 'cut');
      await hers.gone;
      if (!everybody) his.finish();
      t.is(await his.end, everybody ? 'cut' : kind === 'WebSocket' ? 1000 : 200);
      const ends = endsOf(rig.recorder, 'corp\\anna');
      t.is(ends.length, 1);
      t.like(ends[0], { rule, session: { reason, connectionsClosed: 1, msToEffect: 0 } });
      const asker = ['logoff', 'replaced'].includes(reason) ? rig.recorder.read(begun).events[0]?.exchange : '';
      t.is(ends[0]?.exchange, asker);
    });

test('with a store that cannot end sessions, a user who is removed loses what is open nevertheless', async (t) => {
  const rig = await startHeld(t);
  const Cookie = await rig.logOn();
  const hers = await Promise.all(kinds.map((kind) => rig.open(kind, { Cookie })));
  const { list } = rig.store;
  rig.store.list = () => Promise.reject(new LabError('store-away', 'the store is away'));
  await setUsers(rig, (users) => users.filter(({ name }) => name !== 'corp\\anna'));
  rig.store.list = list;
  for (const { end } of hers) t.is(await end, 'cut');
});

test('one end takes all connections of a session along, and its record counts them', async (t) => {
  const { logOn, open, ask, recorder } = await startHeld(t);
  const Cookie = await logOn();
  const all = await Promise.all(kinds.map((kind) => open(kind, { Cookie })));
  await ask('GET', '/app/bye', { Cookie });
  t.deepEqual(
    await Promise.all(all.map(({ end }) => end)),
    kinds.map(() => 'cut'),
  );
  t.is(endsOf(recorder, 'corp\\anna')[0]?.session?.connectionsClosed, kinds.length);
});

test('what has come to its own end before the session is not among the connections cut', async (t) => {
  const { logOn, open, ask, gateway, recorder } = await startHeld(t);
  const Cookie = await logOn();
  for (const kind of kinds) {
    const one = await open(kind, { Cookie });
    t.is((await gateway.gateway.listSessions())[0]?.connections, 1);
    one.finish();
    await one.end;
    while ((await gateway.gateway.listSessions())[0]?.connections !== 0) await setImmediate();
  }
  await ask('GET', '/app/bye', { Cookie });
  t.is(endsOf(recorder, 'corp\\anna')[0]?.session?.connectionsClosed, 0);
});

for (const kind of kinds)
  test(`rules without one of two rules of a site cut the ${kind} that goes through it, and the session goes on`, async (t) => {
    const rig = await startHeld(t);
    const more = (rule: PublishingRule): PublishingRule => ({ ...rule, name: 'More', paths: ['/more/*'] });
    await setRules(rig, ({ rules }) => ({ rules: [...rules.map(more), ...rules] }));
    const Cookie = await rig.logOn();
    const through = await rig.open(kind, { Cookie });
    await setRules(rig, ({ rules }) => ({ rules: rules.filter(({ name }) => name === 'Site') }));
    t.is((await rig.gateway.gateway.listSessions())[0]?.connections, 1);
    await setRules(rig, ({ rules }) => ({ rules: rules.map(more) }));
    t.is(await through.end, 'cut');
    t.deepEqual(endsOf(rig.recorder, 'corp\\anna'), []);
    t.is((await rig.gateway.gateway.listSessions()).length, 1);
  });

test('a rule that leads to another server from now on cuts what goes to the earlier one', async (t) => {
  const rig = await startHeld(t);
  const stream = await rig.open('event stream', { Cookie: await rig.logOn() });
  const elsewhere = (rule: PublishingRule) => ({ ...rule, to: { ...rule.to, url: 'http://127.0.0.1:1' } });
  await setRules(rig, ({ rules }) => ({ rules: rules.map(elsewhere) }));
  t.is(await stream.end, 'cut');
  t.is((await rig.gateway.gateway.listSessions()).length, 1);
});

test('an HTTP/1.0 client, to whom the end of a connection is the end of an answer, is told by a reset that it was cut', async (t) => {
  const { logOn, ask, port } = await startHeld(t);
  const Cookie = await logOn();
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET /app/held/event-stream HTTP/1.0\r\nHost: site.test\r\nCookie: ${Cookie}\r\n\r\n`);
  await once(socket, 'data');
  const ended = once(socket.resume(), 'end').then(
    () => 'whole',
    ({ code }) => code,
  );
  await ask('GET', '/app/bye', { Cookie });
  t.is(await ended, 'ECONNRESET');
});

test('requests under way get their grace, and then end with the session as its record says', async (t) => {
  const { logOn, open, gateway, recorder } = await startHeld(t);
  const [socket, poll] = [await logOn(), await logOn(bert)];
  const stays = await open('WebSocket', { Cookie: socket });
  const ends = await open('long poll', { Cookie: poll });
  const timer = mock.method(globalThis, 'setTimeout', () => undefined);
  const closed = gateway.close(MINUTE);
  const over = timer.mock.calls[0]?.arguments[0] as unknown as () => void;
  timer.mock.restore();
  ends.finish();
  t.is(await ends.end, 200);
  over();
  await closed;
  t.is(await stays.end, 'cut');
  t.like(endsOf(recorder, 'corp\\anna'), [{ session: { reason: 'shutdown', connectionsClosed: 1 } }]);
  t.like(endsOf(recorder, 'corp\\bert'), [{ session: { reason: 'shutdown', connectionsClosed: 0 } }]);
});

test('when the store goes away, everybody’s connections are cut, and nobody’s session has ended', async (t) => {
  const { logOn, open, store, gateway, recorder } = await startHeld(t);
  const Cookie = await logOn();
  const all = [await open('WebSocket', { Cookie }), await open('event stream', { Cookie: await logOn(bert) })];
  store.tell({ kind: 'away' });
  for (const { end } of all) t.is(await end, 'cut');
  t.is((await gateway.gateway.listSessions()).length, 2);
  t.deepEqual(endsOf(recorder, 'corp\\anna'), []);
});

test('a logon under rules that are changed meanwhile gives a session that ends at its first use, which is no connection of it', async (t) => {
  const rig = await startRig(t);
  const { reached, goOn } = rig.store.stop('create', 'before');
  const logon = rig.logOn();
  await reached;
  await setUsers(rig, (users) => users.filter(({ name }) => name !== 'corp\\anna'));
  goOn();
  const answer = await rig.ask('GET', '/app/', { Cookie: await logon });
  t.is(answer.status, 302);
  const [end] = endsOf(rig.recorder, 'corp\\anna');
  t.like(end, {
    rule: 'Site',
    exchange: answer.headers['x-request-id'],
    session: { reason: 'user-removed', connectionsClosed: 0 },
  });
});
