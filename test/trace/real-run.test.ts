import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { startLab } from '../../src/lab/lab.ts';
import type { ExchangeInput } from '../../src/regression/cell.ts';
import { allCells } from '../../src/regression/cells.ts';
import { runExchangeCell } from '../../src/regression/run-exchange-cell.ts';
import { harOf } from '../../src/trace/har.ts';
import { hopsOf } from '../../src/trace/hops.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

/** Signs in and out with the new sign-out behind a gateway that watches this URL; returns what the trace holds of it. */
async function signOutWatching(url: 'owa-logoff' | 'cmd'): Promise<TraceEvent[]> {
  const id = `exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/${url}`;
  const cell = allCells(await loadProfiles()).find((one) => one.id === id);
  const lab = await startLab();
  try {
    await runExchangeCell(lab, cell as ExchangeInput);
    return lab.recorder.read().events;
  } finally {
    await lab.close();
  }
}

const signOutIn = (events: readonly TraceEvent[]) =>
  hopsOf(events).find(({ isNoise, legs: [browser] }) => !isNoise && browser?.target.startsWith('/owa/logoff.owa'));
const sessionsOf = (hop: ReturnType<typeof signOutIn>) => hop?.sessions.map(({ party, state, told }) => [party, state, told]);

test('a sign-out that the gateway notices ends its session, and the mailbox is not told (T-04)', async (t) => {
  const hop = signOutIn(await signOutWatching('owa-logoff'));
  t.deepEqual(
    hop?.legs.map(({ party }) => party),
    ['gateway'],
  );
  t.deepEqual(hop?.legs[0]?.cleared, ['cadataTMG']);
  t.deepEqual(sessionsOf(hop), [
    ['gateway', 'ended', true],
    ['mailbox', 'alive', false],
  ]);
});

test('one that its rule misses goes through to the mailbox, and only there the session ends (E-17, E-23)', async (t) => {
  const events = await signOutWatching('cmd');
  const hop = signOutIn(events);
  t.deepEqual(
    hop?.legs.map(({ party, status, location }) => [party, status, location]),
    (['gateway', 'front-end', 'mailbox'] as const).map((party) => [party, 302, '/owa/auth/signout.aspx']),
  );
  t.deepEqual(sessionsOf(hop), [
    ['gateway', 'alive', true],
    ['mailbox', 'ended', true],
  ]);
  const [browser, backEnd] = (['browser', 'back end'] as const).map((side) =>
    harOf(events, { side, version: '1', title: 'x' }).log.entries.find(({ request }) => request.url.endsWith('/owa/logoff.owa')),
  );
  const sent = (entry: typeof browser) => entry?.request.cookies.map(({ name }) => name);
  t.true(sent(browser)?.includes('cadataTMG'));
  t.deepEqual(
    sent(backEnd),
    sent(browser)?.filter((name) => name !== 'cadataTMG'),
  );
  t.notRegex(JSON.stringify([browser, backEnd, hopsOf(events)]), /Passw0rd|"(Basic|cadataTMG=)/);
});
