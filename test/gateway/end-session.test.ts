import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createLiveConnections } from '../../src/gateway/live-connections.ts';
import { makePolicy } from '../../src/gateway/policy.ts';
import type { Logger } from '../../src/log.ts';
import type { Tombstone } from '../../src/sessions/session.ts';
import { endsOf, startRig } from './gateway-rig.ts';
import { heldConnections } from './held.ts';

type Line = [level: 'info' | 'warn', fields: object, sentence: string];

/** A gateway with an event stream open, and what it logs. */
async function startLogged(t: ExecutionContext) {
  const lines: Line[] = [];
  const write = (level: Line[0]) => (fields: object, sentence: string) => lines.push([level, fields, sentence]);
  const log = { info: write('info'), warn: write('warn'), error() {}, isLevelEnabled: () => false } as unknown as Logger;
  const held = heldConnections();
  const rig = await startRig(t, { log }, held.respond);
  const Cookie = await rig.logOn();
  const id = Cookie.slice('cadataTMG='.length).split('.')[0] as string;
  const stream = await held.open(rig.port, 'event stream', { Host: 'site.test', Cookie });
  const events = () => rig.recorder.read().events.filter(({ kind }) => kind === 'connection');
  return { ...rig, Cookie, id, stream, lines, events };
}

const elsewhere: Tombstone = { reason: 'logoff', rule: 'Site', request: 'r9', publicId: 'p1', user: 'corp\\anna', at: 5 };

test('the log says once, with everything, how a session has ended', async (t) => {
  const { ask, Cookie, lines } = await startLogged(t);
  const { headers } = await ask('GET', '/app/bye', { Cookie });
  const said = lines.filter(([, , sentence]) => sentence === 'session ended');
  const cause = { reason: 'logoff', rule: 'Site', request: headers['x-request-id'] };
  t.like(said, { length: 1, 0: ['info', { user: 'corp\\anna', ...cause, connectionsClosed: 1, msToEffect: 0 }] });
});

test('what ended elsewhere is in trace and log as such, with its reason, request and the connections cut here', async (t) => {
  const { store, id, stream, lines, events, recorder } = await startLogged(t);
  await store.destroy(id, JSON.stringify(elsewhere));
  store.tell({ kind: 'changed', id });
  t.is(await stream.end, 'cut');
  const session = { id: 'p1', state: 'ended', reason: 'logoff', connectionsClosed: 1 };
  t.like(events(), { length: 1, 0: { exchange: 'r9', identity: 'corp\\anna', session } });
  t.regex(events()[0]?.sentence ?? '', /ended elsewhere \(logoff\).* cut here: 1$/);
  const said = { session: 'p1', user: 'corp\\anna', reason: 'logoff', connectionsClosed: 1 };
  t.deepEqual(lines.at(-1), ['info', said, 'session ended elsewhere']);
  t.deepEqual(endsOf(recorder, 'corp\\anna'), []);
});

test('what the store has lost is said to be lost, of nobody', async (t) => {
  const { store, id, stream, lines, events } = await startLogged(t);
  await store.close();
  store.tell({ kind: 'changed', id });
  t.is(await stream.end, 'cut');
  t.like(events(), { length: 1, 0: { exchange: '', identity: undefined, session: undefined } });
  t.like(lines.at(-1)?.[1], { session: null, user: undefined, reason: 'lost by the store', connectionsClosed: 1 });
});

test('a store that goes away is warned of when it costs connections, and only then', async (t) => {
  const { store, stream, lines } = await startLogged(t);
  for (let times = 0; times < 2; times++) store.tell({ kind: 'away' });
  t.is(await stream.end, 'cut');
  const warnings = lines.filter(([level, fields]) => level === 'warn' && 'connectionsClosed' in fields);
  t.deepEqual(warnings, [['warn', { connectionsClosed: 1 }, 'open connections cut: their sessions may have ended']]);
});

test('a session whose requests are all done is not looked up when others change it', async (t) => {
  const { store, logOn, ask, gateway } = await startRig(t);
  const Cookie = await logOn();
  await ask('GET', '/app/', { Cookie });
  while ((await gateway.gateway.listSessions())[0]?.connections !== 0) await setImmediate();
  const { read } = store.calls;
  store.tell({ kind: 'changed', id: Cookie.slice('cadataTMG='.length).split('.')[0] as string });
  t.is(store.calls.read, read);
});

test('a connection is counted from when it is admitted until it is cut or done, and is cut and counted once', (t) => {
  const live = createLiveConnections();
  const route = { publicName: 'site.test', path: '/', to: '' };
  const [asking, open, done] = [live.open('a', route), live.open('a', route), live.open('a', route)];
  open.admit();
  done.admit();
  done.done();
  t.true(live.has('a'));
  t.is(live.count('a'), 1);
  t.is(live.closeAll('b'), 0);
  t.is(live.closeAll('a'), 1);
  t.deepEqual(
    [asking, open, done].map(({ signal }) => signal.aborted),
    [true, true, false],
  );
  t.is(live.closeAll('a'), 0);
  t.is(live.count('a'), 0);
  t.false(live.has('a'));
});

test('rules with the same listener keep its validator, with what that remembers; another listener has its own', async (t) => {
  const { gateway } = await startRig(t);
  const ruleSet = gateway.gateway.rules();
  const before = makePolicy(ruleSet);
  t.is(makePolicy({ ...ruleSet, rules: [] }, before).validator, before.validator);
  t.not(makePolicy({ ...ruleSet, listener: { ...ruleSet.listener } }, before).validator, before.validator);
});
