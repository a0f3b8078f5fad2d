import test from 'ava';
import { LabError, startExchange, startGateway, startLab, tryToSignOut } from '../../src/index.ts';
import { startOwnProxy } from './own-proxy.ts';

const serverRows: [given: object, sentence: RegExp][] = [
  [{ profil: '2013-cu8' }, /^unknown key "profil" \(did you mean profile\?\); expected profile, frontEnd, /],
  [{ profile: '2013-cu99' }, /^profile: expected one of 2007, .*, got "2013-cu99"; did you mean 2013-/],
  [{ vdirAuth: 'bogus' }, /^vdirAuth: expected one of fba, basic, windows, digest, adfs, got "bogus"$/],
  [{ signOutKind: { beowa: null } }, /^signOutKind: unknown key "beowa" \(did you mean beOwa\?\); expected feOwa, beOwa, beEcp$/],
  [{ webConfig: { owa: '<a/>' } }, /^webConfig: unknown key "owa".*; expected feOwa, beOwa, beEcp$/],
  [{ webConfig: { feOwa: 7 } }, /^webConfig\.feOwa: .*expected string, received number$/],
  [
    { signOutKind: { feOwa: 'LegacyLogOff' }, webConfig: { feOwa: '<configuration/>' } },
    /^feOwa: give its signOutKind or its whole webConfig, not both$/,
  ],
  [{ options: { landing: 'moon' } }, /^options: option landing: expected logon or signout/],
  [{ options: { lading: 'logon' } }, /^options: .*lading/],
];

const labRows: [given: object, sentence: RegExp][] = [
  ...serverRows,
  [{ match: 'regex' }, /^match: expected one of contains, query, exact, got "regex"$/],
  [{ onLogoff: 'regex' }, /^onLogoff: expected one of page, pass-through, redirect, got "regex"$/],
  [{ logofUrl: '/x' }, /^unknown key "logofUrl" \(did you mean logoffUrl\?\); expected /],
  [{ logoffUrl: '' }, /^logoffUrl: /],
  [{ ignoreCase: 'yes' }, /^ignoreCase: .*expected boolean, received string$/],
  [{ match: 'exact', logoffUrl: 'owa/x' }, /^match exact needs a logoffUrl that begins with \/, as every path does$/],
  [{ onLogoff: 'pass-through', forwardToBackend: false }, /^onLogoff pass-through .* so forwardToBackend cannot be false$/],
  [{ profile: '2013-cu8', webConfig: { beOwa: '<a' } }, /beOwa/],
  [{ logofUrl: 'x', match: 'regex' }, /^match: .*; unknown key "logofUrl"/],
  [{ match: 'exact', logoffUrl: 'owa/x', vdirAuth: 'bogus' }, /^vdirAuth: .*; match exact needs a logoffUrl/],
  [{ signOutKind: { feOwa: 'x' }, webConfig: { feOwa: 'x', beOwa: 7 } }, /^webConfig\.beOwa: .*; feOwa: give its signOutKind or/],
  [
    { webConfig: null, logoffUrl: 7, match: 'exact' },
    /^webConfig: .*expected object, received null; logoffUrl: .*received number$/,
  ],
];

test('a lab refuses what it does not know, and stays as it is', async (t) => {
  await using lab = await startLab();
  const { outcome } = await lab.tryToSignOut();
  for (const [change, message] of labRows)
    await t.throwsAsync(
      lab.configure({ logoffUrl: '/owa/auth/signout.aspx', profile: '2013-cu9-announced', ...change }),
      { instanceOf: LabError, code: 'configuration', message },
      JSON.stringify(change),
    );
  t.like(await lab.tryToSignOut(), { outcome, codes: ['SO-02', 'SO-09'] });
});

test('an option that is not named stays as it was, and null puts it back', async (t) => {
  await using lab = await startLab();
  const click = async () => (await lab.tryToSignOut()).clientAction;
  await lab.configure({ profile: '2013-cu1', options: { legacyForcedRequest: 'on' } });
  t.is(await click(), 'navigate');
  await lab.configure({ options: { autoRecycle: 'false' } });
  t.is(await click(), 'navigate');
  await lab.configure({ options: { legacyForcedRequest: null } });
  t.is(await click(), 'dialog');
});

test('a mock Exchange refuses what it does not know', async (t) => {
  for (const [given, message] of serverRows)
    await t.throwsAsync(startExchange(given), { instanceOf: LabError, code: 'configuration', message }, JSON.stringify(given));
  await t.throwsAsync(startExchange({ logoffUrl: '/x' } as object), { message: /^unknown key "logoffUrl"; expected profile, / });
});

test('what is left undefined is as if it were not named', async (t) => {
  const nothing = { profile: undefined, signOutKind: { feOwa: undefined, beOwa: undefined }, options: undefined } as object;
  await using lab = await startLab();
  await lab.configure(nothing);
  t.is((await lab.tryToSignOut()).outcome, 'session-alive');
  await using exchange = await startExchange(nothing);
  t.true(exchange.port > 0);
});

const addressRows: [given: object, sentence: RegExp][] = [
  [{ url: 'nonsense' }, /^url: expected an address, for example http:\/\/localhost:3000\/owa\/$/],
  [{ url: undefined }, /^url: expected an address/],
  [{ probePath: 'healthcheck' }, /^probePath: expected a path that begins with \/, for example \/owa\/$/],
  [{ probePath: '//elsewhere.localhost/' }, /^probePath: expected a path/],
  [{ signOutAt: 'http://[' }, /^signOutAt: expected a path/],
];

test('an address that is none is refused before anything is requested', async (t) => {
  await using exchange = await startExchange();
  for (const [given, message] of addressRows) {
    const asked = { url: exchange.url, exchange, ...given };
    await t.throwsAsync(tryToSignOut(asked), { instanceOf: LabError, code: 'usage', message }, JSON.stringify(given));
  }
  t.is(exchange.trace().events.length, 0);
});

for (const path of ['/OWA/', '/owa/?a=b'])
  test(`a mailbox is one at ${path} too`, async (t) => {
    await using exchange = await startExchange({ profile: '2013-cu1' });
    const url = new URL(path, await startOwnProxy(t, exchange.port)).href;
    t.is((await tryToSignOut({ url, exchange })).outcome, 'session-alive');
  });

test('a port that is none is refused', async (t) => {
  const rules = {
    rules: [{ name: 'OWA', publicNames: ['a.localhost'], paths: ['/*'], to: 'http://127.0.0.1:1', delegation: 'basic' }],
  };
  for (const port of [-1, 65536, 80.5, '8080', 'abc'] as number[]) {
    const expected = { code: 'usage', message: `expected a port from 0 to 65535, got ${JSON.stringify(port)}` };
    await t.throwsAsync(startExchange({ port }), expected);
    await t.throwsAsync(startGateway({ port, rules, users: { alice: 'x' } }), expected);
    await t.throwsAsync(startLab({ ports: { office365: port } }), expected);
  }
});
