import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { startLab } from '../../src/lab/lab.ts';
import { isOffice365, type Office365Input } from '../../src/regression/cell.ts';
import { allCells, caseOf } from '../../src/regression/cells.ts';
import { expectationFor } from '../../src/regression/expectation-for.ts';
import { differencesOffice365, judgeOffice365 } from '../../src/regression/office365/judge-office365.ts';
import { runOffice365Cell } from '../../src/regression/office365/run-office365-cell.ts';
import type { ServiceName } from '../../src/scenarios/office365-case.ts';

const cells = allCells(await loadProfiles()).filter(isOffice365);
const cellOf = (id: string) => cells.find((cell) => cell.id === id) as Office365Input;

const all = ['after.portal', 'after.owa', 'after.sharepoint'];
/** One thing wrong with a cell: what is done then is no longer what is expected of it, and only where it should not be. */
const faults: readonly [what: string, id: string, change: Partial<Office365Input>, differs: readonly string[]][] = [
  ['the server ends sessions', 'zones/20b', { options: { invalidation: 'on' } }, ['replayed.portal', 'replayed.owa']],
  [
    'the logon server ends the authentication',
    'zones/1',
    { options: { logoutStyle: 'page' } },
    ['after.portal', 'after.owa', 'newSession', 'landing', 'toldLogonServer', 'cleanUps'],
  ],
  ['nobody is kept signed in', 'literal/14a', { keepMeSignedIn: false }, all],
  ['the authentication cookie is good for seven hours', 'literal/17', { ttl: { authentication: '7h', sharepoint: '1h' } }, all],
  ['SharePoint’s session is never over', 'zones/15c', { ttl: null }, ['after.sharepoint', 'newSession']],
  [
    'third-party cookies reach the services',
    'third-party-cookies-blocked/23b',
    { profile: 'single-sign-out' },
    [...all.filter((field) => field !== 'after.owa'), 'cleanUps'],
  ],
  [
    'third-party cookies reach nobody',
    'single-sign-out/22a',
    { profile: 'third-party-cookies-blocked' },
    [...all.filter((field) => field !== 'after.portal'), 'cleanUps'],
  ],
  ['a sign-out leaves a persistent cookie', 'zones/18c', { options: { cookieAfterSignOut: 'as-flagged' } }, ['after.sharepoint']],
  ['OWA rests on its page', 'literal/25a', { signOutKind: null }, ['newSession', 'landing']],
  ['the gateway watches for nothing', 'single-sign-out/24b', { logoffUrl: null }, [...all, 'promptedBy', 'gatewaySession']],
  ['the gateway sees the sign-out', 'single-sign-out/24a', { logoffUrl: 'wa=wsignout1.0' }, [...all, 'gatewaySession']],
  [
    'nobody takes the zones’ entries out',
    'zones/11',
    { steps: [{ do: 'start' }, { do: 'sign-out', at: 'sharepoint' }] },
    ['after.sharepoint', 'toldLogonServer', 'promptedBy'],
  ],
];

for (const [what, id, change, differs] of faults)
  test(`${id} is red in these fields and no others if ${what}: ${differs.join(', ')}`, async (t) => {
    const lab = await startLab();
    t.teardown(() => lab.close());
    const cell = cellOf(`office365/${id}`);
    const wrong = { ...cell, ...change };
    const result = judgeOffice365(wrong, await runOffice365Cell(lab, wrong));
    const expected = expectationFor(caseOf(cell));
    t.deepEqual(expected && differencesOffice365(result, expected), [...differs]);
  });

test('services are looked at by one request each, that of the sign-out last, before any is opened afresh', async (t) => {
  const lab = await startLab();
  t.teardown(() => lab.close());
  const { from } = await runOffice365Cell(lab, cellOf('office365/literal/7a'));
  const { events } = lab.recorder.read(from.probes);
  const requests = events.filter(({ kind, seq }) => kind === 'request' && seq < from.freshVisits);
  const probed = ['owa', 'sharepoint', 'portal', 'logon-server'];
  // Once with the cookies of now, once with those of before.
  t.deepEqual(
    requests.map(({ party }) => party),
    [...probed, ...probed],
  );
});

const seen = (user: string, session: string) => ({ user, session });
const alice = (service: ServiceName | 'logonServer', number = 1) => seen('lab\\alice', `${service}-${number}`);
const everywhere = {
  portal: alice('portal'),
  owa: alice('owa'),
  sharepoint: alice('sharepoint'),
  logonServer: alice('logonServer'),
};
const observed = {
  before: everywhere,
  after: everywhere,
  visits: {},
  replayed: { portal: 'accepted', owa: 'accepted', sharepoint: 'accepted', logonServer: 'accepted' },
  toldLogonServer: 'no',
  cleanUps: 'none',
  gatewaySession: null,
  adfsSession: null,
  inOrdinary: null,
  landing: '/owa/',
  documentOpened: null,
  from: { action: 1, probes: 2, freshVisits: 3 },
} as const;
const signOutOfOwa = cellOf('office365/literal/7b');

test('a session of before is alive, another one a silent re-logon, and a form a prompt', (t) => {
  const outcome = (changes: object) => judgeOffice365(signOutOfOwa, { ...observed, ...changes }).after;
  t.is(outcome({}).owa, 'session-alive');
  t.is(outcome({ after: { ...everywhere, owa: alice('owa', 2) } }).owa, 'silent-relogin');
  t.is(outcome({ after: { ...everywhere, owa: null }, visits: { owa: 'backend' } }).owa, 'prompt');
  t.is(outcome({ after: { ...everywhere, owa: null }, visits: { owa: alice('owa', 2) } }).owa, 'silent-relogin');
});

test('a service that the action was not about is alive in whatever session it is found', (t) => {
  const after = { ...everywhere, portal: alice('portal', 2) };
  t.is(judgeOffice365(signOutOfOwa, { ...observed, after }).after.portal, 'session-alive');
});

test('what the journals see is one name, or one for each service', (t) => {
  t.is(judgeOffice365(signOutOfOwa, observed).user, 'lab\\alice');
  const after = { ...everywhere, sharepoint: null, owa: seen('lab\\bob', 'owa-2') };
  const { user } = judgeOffice365(signOutOfOwa, { ...observed, after, visits: { sharepoint: 'backend' } });
  t.deepEqual(user, { portal: 'lab\\alice', owa: 'lab\\bob', sharepoint: null });
});

test('codes say what survives a sign-out', (t) => {
  const codes = (changes: object, cell = signOutOfOwa) => judgeOffice365(cell, { ...observed, ...changes }).codes;
  const nobody = { portal: null, owa: null, sharepoint: null, logonServer: null };
  const refused = { portal: 'refused', owa: 'refused', sharepoint: 'refused', logonServer: 'refused' };
  const asked = { portal: 'backend', owa: 'backend', sharepoint: 'backend' };
  t.deepEqual(codes({ after: nobody, visits: asked, replayed: refused }), []);
  t.deepEqual(codes({ after: nobody, visits: asked }), ['SO-06']);
  t.deepEqual(codes({ after: { ...nobody, owa: alice('owa', 2) }, visits: asked, replayed: refused }), ['SO-01']);
  t.deepEqual(codes({ after: { ...nobody, portal: alice('portal') }, visits: asked, replayed: refused }), ['SO-04']);
  t.deepEqual(codes({ after: nobody, visits: asked, replayed: refused, gatewaySession: 'alive' }), ['SO-02']);
  const blocked = {
    after: { ...nobody, portal: alice('portal') },
    visits: asked,
    replayed: refused,
    cleanUps: 'without-cookies',
  };
  t.deepEqual(codes(blocked), ['SO-04', 'SO-17']);
  t.deepEqual(codes({ after: nobody, visits: asked, replayed: refused, adfsSession: 'alive' }), ['SO-05']);
  const reopened = cellOf('office365/literal/14a');
  t.deepEqual(codes({ replayed: null, toldLogonServer: null, landing: null }, reopened), ['SO-08']);
});
