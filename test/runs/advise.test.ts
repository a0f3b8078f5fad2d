import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import type { Cell, ExchangeInput } from '../../src/regression/cell.ts';
import { isOffice365 } from '../../src/regression/cell.ts';
import { advise } from '../../src/runs/advise.ts';
import { knownCells } from '../../src/runs/known-cells.ts';
import type { RunInput } from '../../src/runs/run.ts';

const profiles = await loadProfiles();
const cells = knownCells(profiles);

/** A cell that came out as expected: advice looks at outcomes, not at requests. */
const asExpected = (input: RunInput): Cell =>
  ({ ...input, ...cells.expectationFor(input), options: input.options }) as unknown as Cell;
const adviceFor = (id: string) => advise(asExpected(cells.get(id) as RunInput), profiles, cells);
const sentences = (id: string) => adviceFor(id).map(({ sentence }) => sentence);

const URL = 'Set the published server logoff URL to "/owa/logoff.owa".';
const EDIT = 'Remove LogonSettings.SignOutKind from all three web.config files.';
const INSTALL_CU8 = 'Install Exchange Server 2013 CU8, and remove LogonSettings.SignOutKind from all three web.config files.';

// By DOMAIN: CU1 to CU6 know no key (3.4), a dialog is cured by no URL (3.5), the rule says /owa/logoff.owa (3.6), explicit logon needs the
// shorter string (3.5), and what is noticed already needs nothing.
for (const [id, wanted] of [
  ['exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff', [INSTALL_CU8]],
  ['exchange/2013-cu8/basic/owa/premium/gateway/shipped/owa-logoff', [EDIT]],
  ['exchange/2013-cu9-shipped/basic/owa/premium/gateway/shipped/owa-logoff', [EDIT]],
  ['exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/cmd', [URL]],
  ['exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/owa-logoff', []],
  [
    'exchange/2013-cu9-announced/basic/owa/explicit/gateway/shipped/owa-logoff',
    ['Set the published server logoff URL to "/logoff.owa".'],
  ],
  ['exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/logon', [URL]],
  [
    'exchange/2010/basic/owa/premium/gateway/shipped/owa-logoff/match=query',
    ['Match the published server logoff URL anywhere in path and query.'],
  ],
  ['exchange/2010/basic/owa/premium/direct/shipped', []],
  ['office365/literal/7b', ['Choose the profile single-sign-out: there this sign-out ends the authentication too.']],
  ['office365/zones/1', ['Choose the profile single-sign-out: there this sign-out ends the authentication too.']],
  ['office365/single-sign-out/22b', []],
  ['office365/zones/6a', []],
  ['office365/zones/8a', []],
] as const)
  test(`advice for ${id}: ${wanted.join(' ') || 'none'}`, (t) => {
    const told = sentences(id);
    t.deepEqual(told, [...wanted]);
  });

test('advice for a sign-in that the logoff string ends is another string', (t) => {
  t.is(sentences('exchange/2013-cu8/fba/owa/premium/gateway/shipped/logon')[0], URL);
});

test('advice is one change of a kind at most, to a cell that is expected to be noticed by navigation, and with its mark and facts', (t) => {
  const differing = (input: RunInput, other: RunInput) =>
    JSON.stringify({ ...input, id: '' }) !== JSON.stringify({ ...other, id: '' });
  let given = 0;
  for (const input of cells.all.filter(({ id }) => /^exchange\/(2010|2013-cu[18])[^@]*\/gateway\//.test(id))) {
    const advice = advise(asExpected(input), profiles, cells);
    t.true(advice.length <= 3);
    for (const { input: changed, mark, facts, sentence } of advice) {
      given++;
      const expected = cells.expectationFor<ExchangeInput>(changed as ExchangeInput);
      t.like(expected, {
        detected: true,
        clientAction: 'navigate',
        outcome: 'prompt',
        promptedBy: 'gateway',
        proxySession: 'ended',
      });
      t.deepEqual({ mark, facts }, { mark: expected?.mark, facts: expected?.facts } as never);
      t.true(differing(input, changed), input.id);
      t.regex(sentence, /^[A-Z].*\.$/);
    }
  }
  t.true(given > 100);
});

test('whatever Office 365 advises is expected to ask at the service signed out of', (t) => {
  const advised = cells.all.filter(isOffice365).flatMap((input) => advise(asExpected(input), profiles, cells));
  t.true(advised.length > 5);
  for (const { input } of advised)
    t.true(isOffice365(input) && Object.values(cells.expectationFor(input)?.after ?? {}).includes('prompt'));
});
