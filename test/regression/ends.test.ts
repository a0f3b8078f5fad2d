import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import test from 'ava';
import type { AnyCell, EndsCell, EndsInput } from '../../src/regression/cell.ts';
import { endsInputs } from '../../src/regression/ends/ends-inputs.ts';
import { differencesEnds, type EndsObservation, judgeEnds } from '../../src/regression/ends/judge-ends.ts';
import { faultyCells } from '../../src/regression/faulty-cells.ts';
import { runCells } from '../../src/regression/run-cells.ts';
import type { EndsExpectation } from '../../src/scenarios/ends-case.ts';
import { endsCases } from '../../src/scenarios/ends-cases.ts';

const cells = endsInputs(endsCases);
const replay: EndsInput = {
  id: 'ends/redis-2-haproxy/same/logoff/replay',
  suite: 'ends',
  store: 'redis',
  replicas: 2,
  balancer: 'haproxy',
  at: 'same-replica',
  endedBy: 'logoff',
  tried: 'replay',
  vdirAuth: null,
  options: null,
};
const ended: EndsObservation = {
  oldCookie: 'refused',
  bobsCookie: 'accepted',
  connection: null,
  lateCookie: false,
  endReasons: ['logoff'],
  seenAs: null,
  from: 1,
};

test('every cell has an id of its own, made of what it tries', (t) => {
  t.is(new Set(cells.map(({ id }) => id)).size, cells.length);
  const ids = new Set(cells.map(({ id }) => id));
  for (const id of [
    'ends/memory-1/same/nothing/replay',
    'ends/memory-1/same/eviction/sse',
    'ends/memory-2-haproxy/second/logoff/replay',
    'ends/redis-1/same/store-restart/replay/snapshot=before-logoff',
    'ends/redis-2-nginx/second/password-changed/websocket',
    'ends/redis-2-haproxy/second/logoff/identity-switch/fba',
    'ends/memory-1/same/new-logon/identity-switch/basic/clearCookies=false',
  ])
    t.true(ids.has(id), id);
});

const places = ['memory-1/same', 'redis-1/same', 'redis-2-haproxy/same', 'redis-2-haproxy/second', 'redis-2-nginx/second'];
const numbers = Map.groupBy(cells, ({ id }) => id.split('/').slice(1, 4).join('/'));
for (const [endedBy, wanted] of Object.entries({
  nothing: '8 8 8 8 8',
  logoff: '12 8 8 12 8',
  'idle-time-out': '12 8 8 12 8',
  'session-time-out': '8 8 8 8 8',
  admin: '12 8 8 12 8',
  'admin-user': '8 8 8 8 8',
  'admin-all': '8 8 8 8 8',
  'new-logon': '11 7 7 11 7',
  'user-removed': '8 8 8 8 8',
  'password-changed': '8 8 8 8 8',
  'rule-removed': '8 8 8 8 8',
  restart: '8 8 8 8 8',
  eviction: '8 0 0 0 0',
  'store-restart': '0 8 8 8 8',
  'store-frozen': '0 7 7 7 7',
  'store-away': '0 7 7 7 7',
}))
  test(`${endedBy}: ${wanted} cells in ${places.join(', ')}`, (t) => {
    t.is(places.map((place) => numbers.get(`${place}/${endedBy}`)?.length ?? 0).join(' '), wanted);
  });

test('with two memories there is a sign-out, and a control', (t) => {
  t.deepEqual(
    cells
      .filter(({ store, replicas }) => store === 'memory' && replicas === 2)
      .map(({ endedBy, tried }) => `${endedBy}/${tried}`),
    ['nothing/replay', 'logoff/replay'],
  );
});

const second = { at: 'second-replica' } as const;
const poll = { tried: 'long-poll' } as const;
const inFlight = { tried: 'in-flight' } as const;
const accepted = { oldCookie: 'accepted' } as const;
const cut = { connection: 'cut' } as const;
const answered = { connection: 'answered' } as const;
const frozen = { endedBy: 'store-frozen' } as const;
const restart = { endedBy: 'restart' } as const;
const control = { endedBy: 'nothing' } as const;
const unavailable = { oldCookie: 'unavailable', bobsCookie: 'unavailable', endReasons: [] } as const;
const bobToo = { bobsCookie: 'refused' } as const;
const everythingWrong = {
  ...accepted,
  ...bobToo,
  connection: 'open',
  lateCookie: true,
  endReasons: [],
  seenAs: 'alice',
} as const;

const verdicts: readonly [what: string, cell: Partial<EndsInput>, seen: Partial<EndsObservation>, codes: string][] = [
  ['an old cookie that is refused', {}, {}, ''],
  ['one that is refused at the other replica', second, {}, ''],
  ['one that is accepted', {}, accepted, 'SO-06'],
  ['one that is accepted without a record of an end', {}, { ...accepted, endReasons: [] }, 'SO-06'],
  ['one that is accepted at the other replica', second, accepted, 'SO-20'],
  ['a second tab that is let in', { tried: 'second-tab' }, accepted, 'SO-06'],
  ['a connection that was cut', poll, cut, ''],
  ['a long poll that was answered', poll, answered, 'SO-16'],
  ['a WebSocket that is open', { tried: 'websocket' }, { connection: 'open' }, 'SO-16'],
  ['a WebSocket that is open at the other replica', { ...second, tried: 'websocket' }, { connection: 'open' }, 'SO-16'],
  ['a late cookie', inFlight, { ...answered, lateCookie: true }, 'SO-15 SO-16'],
  ['a late cookie of what was cut', inFlight, { ...cut, lateCookie: true }, 'SO-15'],
  ['a session that a request under way has revived', inFlight, { ...cut, ...accepted }, 'SO-15'],
  ['one that it has revived at the other replica', { ...inFlight, ...second }, { ...cut, ...accepted }, 'SO-15'],
  ['one that has never ended, with a request under way', inFlight, { ...cut, ...accepted, endReasons: [] }, 'SO-06'],
  ['bob who is taken for alice', { tried: 'identity-switch' }, { seenAs: 'alice' }, 'SO-03'],
  ['bob who is taken for himself', { tried: 'identity-switch' }, { seenAs: 'bob' }, ''],
  ['bob who is signed out with alice', {}, bobToo, 'SO-22'],
  ['bob who is signed out with everybody', { endedBy: 'admin-all' }, bobToo, ''],
  ['bob whose site is published no more', { endedBy: 'rule-removed' }, bobToo, ''],
  ['bob who is signed out by a time-out of alice', { endedBy: 'idle-time-out' }, bobToo, 'SO-22'],
  ['a frozen store', frozen, unavailable, ''],
  ['a frozen store, where bob is asked', frozen, { ...unavailable, ...bobToo }, ''],
  ['a frozen store, where the old cookie is accepted', frozen, { ...unavailable, ...accepted }, 'SO-06'],
  ['a frozen store, where a stream goes on', { ...frozen, tried: 'sse' }, { ...unavailable, connection: 'open' }, 'SO-16'],
  ['a restart, with sessions in memory', { ...restart, store: 'memory' }, { ...accepted }, 'SO-06'],
  ['a restart, with sessions in Redis', { ...restart, ...poll }, { ...accepted, ...cut }, ''],
  ['the control, with everything wrong', { ...control, ...inFlight }, everythingWrong, ''],
  ['everything wrong', inFlight, everythingWrong, 'SO-03 SO-06 SO-15 SO-16 SO-22'],
];
for (const [what, cell, seen, codes] of verdicts)
  test(`${what}: ${codes || 'no code'}`, (t) => {
    t.is(judgeEnds({ ...replay, ...cell }, { ...ended, ...seen }).codes.join(' '), codes);
  });

const sentences: readonly [cell: Partial<EndsInput>, seen: Partial<EndsObservation>, sentence: string][] = [
  [second, {}, 'The old cookie is refused at the second replica, because alice has signed out.'],
  [
    { ...poll, endedBy: 'admin-all', store: 'memory', replicas: 1, balancer: 'none' },
    { ...cut, ...bobToo },
    'The old cookie is refused, because an administrator has ended everybody’s sessions; the long poll was cut; bob’s session has ended too.',
  ],
  [
    { endedBy: 'password-changed', tried: 'second-tab' },
    accepted,
    'A second tab is accepted at the first replica, although alice got another password.',
  ],
  [
    { ...control, tried: 'sse' },
    { ...accepted, connection: 'open', endReasons: [] },
    'The old cookie is accepted at the first replica, because nothing has ended the session; the stream of events is still open.',
  ],
  [
    { endedBy: 'idle-time-out', tried: 'identity-switch' },
    { seenAs: 'alice' },
    'The old cookie is refused at the first replica, because alice’s idle time is over; Exchange takes bob, who signs in next in this browser, for alice.',
  ],
];
for (const [cell, seen, sentence] of sentences)
  test(sentence, (t) => {
    t.is(judgeEnds({ ...replay, ...cell }, { ...ended, ...seen }).because, sentence);
  });

const asExpected: EndsExpectation = {
  oldCookie: 'refused',
  connection: null,
  lateCookie: false,
  endRecords: 1,
  reason: 'logoff',
  bobsSession: 'alive',
};
for (const [expected, differs] of [
  [{}, []],
  [{ seenAs: null }, []],
  [{ oldCookie: 'unavailable' }, ['oldCookie']],
  [{ connection: 'cut', lateCookie: true }, ['connection', 'lateCookie']],
  [{ endRecords: 0, reason: null }, ['endRecords', 'reason']],
  [{ bobsSession: 'ended', seenAs: 'bob' }, ['bobsSession', 'seenAs']],
] as const)
  test(`what is expected as ${JSON.stringify(expected)} differs in ${differs.join(', ') || 'nothing'}`, (t) => {
    t.deepEqual(differencesEnds(judgeEnds(replay, ended), { ...asExpected, ...expected }), [...differs]);
  });

test('a cell that a missing program kept from running is a fault in a build only; any other is one everywhere', (t) => {
  const notRun = { ...replay, notRun: true, notRunBecause: 'it was not there', agrees: false } as const;
  const judged = [
    { ...notRun, id: 'program', missingProgram: 'nginx' },
    { ...notRun, id: 'fault' },
  ];
  const ids = (ci: boolean) => faultyCells(judged, ci).map(({ id }) => id);
  t.deepEqual([ids(false), ids(true)], [['fault'], ['program', 'fault']]);
});

const withoutRedis = !['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'].some((folder) => existsSync(`${folder}/redis-server`));
(withoutRedis ? test : test.skip)('without redis-server, matrix ends with 0, and with 1 in a build', async (t) => {
  const args = ['--disable-warning=DEP0060', 'src/main.ts', 'matrix', '--only', 'store=redis', '--only', 'replicas=1'];
  const codeOf = async (CI: string) =>
    (await once(spawn(process.execPath, args, { env: { PATH: '/nowhere', CI }, stdio: 'ignore' }), 'close'))[0];
  t.is(await codeOf(''), 0);
  t.is(await codeOf('true'), 1);
});

async function run(wanted: readonly EndsInput[]): Promise<AnyCell[]> {
  const judged: AnyCell[] = [];
  await runCells({ cells: wanted, next: new Int32Array(new SharedArrayBuffer(4)) }, (cell, at) => {
    judged[at] = cell;
  });
  return judged;
}

/** Without the cells that need a program which this machine has not. */
function ran(t: { is: (a: unknown, b: unknown, what: string) => unknown }, judged: readonly AnyCell[]): EndsCell[] {
  const here = judged.filter((cell) => !('notRun' in cell && cell.missingProgram !== undefined));
  for (const cell of here) t.is('notRun' in cell ? cell.notRunBecause : null, null, cell.id);
  return here as EndsCell[];
}

const goesOn = { websocket: 'open', sse: 'open', replay: null, 'second-tab': null } as const;

test('where nothing has ended the session, the instruments see it accepted, open and answered', async (t) => {
  t.timeout(120_000);
  const controls = ran(
    t,
    await run(cells.filter(({ endedBy, store, replicas }) => endedBy === 'nothing' && (store === 'redis' || replicas === 1))),
  );
  for (const { id, tried, oldCookie, connection, lateCookie, endRecords, bobsSession, codes } of controls) {
    t.is(oldCookie, 'accepted', id);
    t.is(connection, tried in goesOn ? goesOn[tried as keyof typeof goesOn] : 'answered', id);
    t.is(lateCookie, tried === 'in-flight' || tried === 'long-poll', id);
    t.deepEqual([endRecords, bobsSession, codes], [0, 'alive', []], id);
  }
});

test('where something has, they see it refused and cut, with one record', async (t) => {
  t.timeout(120_000);
  const wanted = cells.filter(
    ({ endedBy, store, balancer }) => endedBy === 'logoff' && (store === 'memory' || balancer === 'nginx'),
  );
  for (const { id, oldCookie, connection, lateCookie, endRecords } of ran(
    t,
    await run(wanted.filter(({ vdirAuth }) => vdirAuth === null)),
  )) {
    t.is(oldCookie, 'refused', id);
    t.true(connection === 'cut' || connection === null, id);
    t.deepEqual([lateCookie, endRecords], [false, 1], id);
  }
});

test('a store that is frozen, away or started again lets nobody in; each cell has one of its own', async (t) => {
  t.timeout(120_000);
  const wanted = cells.filter(
    ({ endedBy, store, replicas, tried }) =>
      endedBy.startsWith('store-') && store === 'redis' && replicas === 1 && (tried === 'replay' || tried === 'sse'),
  );
  for (const { id, endedBy, oldCookie, connection } of ran(t, await run(wanted))) {
    t.is(oldCookie, endedBy === 'store-restart' ? 'refused' : 'unavailable', id);
    t.not(connection, 'open', id);
  }
});
