import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { type ExchangeInput, isOffice365 } from '../../src/regression/cell.ts';
import { choices, type ExchangeChoice, inputFor } from '../../src/runs/choose.ts';
import { knownCells } from '../../src/runs/known-cells.ts';
import { presetsOf } from '../../src/runs/presets.ts';

const profiles = await loadProfiles();
const cells = knownCells(profiles);
const asShipped = { feOwa: 'shipped', beOwa: 'shipped', beEcp: 'shipped' };
const cu8: ExchangeChoice = {
  ...{ profile: '2013-cu8', vdirAuth: 'basic', signOutKind: asShipped, app: 'owa', client: 'premium' },
  ...{ logoffUrl: '/owa/logoff.owa', match: 'contains' },
};
const chosen = (change: Partial<ExchangeChoice>) => inputFor({ ...cu8, ...change }, profiles, cells) as ExchangeInput;
const refused = (change: Partial<ExchangeChoice>, profile = '') => {
  try {
    chosen(change);
  } catch (error) {
    return (error as Error).message;
  }
  return `nothing was refused ${profile}`;
};

test('the presets are cells of the matrix with an expectation, under these titles', (t) => {
  const presets = presetsOf(cells);
  t.deepEqual(
    presets.map(({ title }) => title),
    [
      'CU1 breaks it',
      'CU9 as announced',
      'CU9 as shipped',
      'LegacyLogOff switched off',
      'rule still says ?Cmd=logoff',
      'Office 365 scenario 1',
      'Office 365 scenario 2',
    ],
  );
  for (const { name, story, input } of presets) {
    t.regex(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    t.regex(story, /^[A-Z].*\.$/);
    t.truthy(cells.expectationFor(input), name);
  }
  t.is(new Set(presets.map(({ name }) => name)).size, presets.length);
});

test('a choice that is a cell of the matrix is that cell', (t) => {
  for (const [change, id] of [
    [{}, 'exchange/2013-cu8/basic/owa/premium/gateway/shipped/owa-logoff'],
    [
      { signOutKind: { feOwa: null, beOwa: null, beEcp: null } },
      'exchange/2013-cu8/basic/owa/premium/gateway/absent-absent-absent/owa-logoff',
    ],
    [
      { signOutKind: { feOwa: 'LegacyLogOff', beOwa: 'shipped', beEcp: 'LegacyLogOff' } },
      'exchange/2013-cu8/basic/owa/premium/gateway/shipped/owa-logoff',
    ],
    [
      { vdirAuth: 'fba', app: 'ecp', logoffUrl: '/owa/auth/signout.aspx' },
      'exchange/2013-cu8/fba/ecp/premium/gateway/shipped/signout',
    ],
    [
      { profile: '2010', match: 'query', logoffUrl: '?Cmd=logoff' },
      'exchange/2010/basic/owa/premium/gateway/shipped/cmd/match=query',
    ],
    [{ vdirAuth: 'adfs' }, 'exchange/2013-cu8/adfs/owa/premium/gateway/shipped/owa-logoff'],
  ] as const) {
    t.deepEqual(chosen(change), cells.get(id) as ExchangeInput, id);
  }
});

test('any other choice has an id by the same scheme, and no expectation', (t) => {
  for (const [change, id] of [
    [{ logoffUrl: '/bye?x=1' }, 'exchange/2013-cu8/basic/owa/premium/gateway/shipped/%2Fbye%3Fx%3D1'],
    [{ logoffUrl: null }, 'exchange/2013-cu8/basic/owa/premium/gateway/shipped'],
    [
      { profile: '2013-cu1', signOutKind: { feOwa: 'x y', beOwa: '', beEcp: null } },
      'exchange/2013-cu1/basic/owa/premium/gateway/x%20y-empty-absent/owa-logoff',
    ],
  ] as const) {
    const input = chosen(change);
    t.is(input.id, id);
    t.is(cells.expectationFor(input), null);
  }
  t.is(chosen({ logoffUrl: null, match: 'exact' }).match, null);
});

test('every cell that a form can choose is chosen by what it says', (t) => {
  const ofForms = cells.all.filter(
    (cell): cell is ExchangeInput =>
      !isOffice365(cell) &&
      cell.suite === 'exchange' &&
      cell.via === 'gateway' &&
      cell.profile === cell.frontEnd &&
      Object.keys(cell.options ?? {}).every((name) => name === 'match'),
  );
  t.true(ofForms.length > 3_000);
  const wrong = ofForms.filter((cell) => {
    const { profile, vdirAuth, app, client, logoffUrl, match, signOutKind } = cell;
    const input = inputFor({ profile, vdirAuth, app, client, logoffUrl, match: match as string, signOutKind }, profiles, cells);
    return input.id !== cell.id || cells.expectationFor(input) === null;
  });
  t.deepEqual(
    wrong.map(({ id }) => id),
    [],
  );
});

test('every row of Office 365 that there is to choose is a cell', (t) => {
  const { office365 } = choices(profiles, cells);
  for (const { profile, rows } of office365)
    for (const { row } of rows)
      t.is(inputFor({ office365: { profile, row } }, profiles, cells).id, `office365/${profile}/${row}`);
  t.throws(() => inputFor({ office365: { profile: 'zone', row: '1' } }, profiles, cells), {
    message: /no Office 365 profile "zone"; did you mean zones/,
  });
  t.throws(() => inputFor({ office365: { profile: 'literal', row: '1' } }, profiles, cells), {
    message: /no row of literal "1"/,
  });
});

test('what there is to choose is chosen without a word, each by itself', (t) => {
  const known = choices(profiles, cells);
  for (const { name } of known.profiles) t.is(chosen({ profile: name }).profile, name);
  for (const logoffUrl of known.logoffUrls) t.is(chosen({ logoffUrl }).logoffUrl, logoffUrl);
  for (const vdirAuth of known.vdirAuths) t.is(chosen({ vdirAuth }).vdirAuth, vdirAuth as never);
  for (const client of known.clients) t.is(chosen({ client }).client, client as never);
  for (const match of known.matches) t.is(chosen({ match }).match, match as never);
});

test('everything that is wrong with a choice stands in one message', (t) => {
  const all = refused({
    profile: '2013-cu88',
    vdirAuth: 'baisc',
    app: 'eac',
    client: 'premum',
    match: 'exactly',
    logoffUrl: 'a b\nc',
  });
  for (const part of [
    /profile "2013-cu88"; did you mean 2013-cu8/,
    /authentication "baisc"; did you mean basic/,
    /application "eac"/,
    /client "premum"; did you mean premium/,
    /match "exactly"; did you mean exact/,
    /logoff URL: /,
  ])
    t.regex(all, part);
  t.regex(refused({ signOutKind: { ...asShipped, beOwa: 'x'.repeat(201) } }), /SignOutKind of beOwa: at most 200/);
  t.regex(refused({ signOutKind: { ...asShipped, beEcp: 'a\u0000b' } }), /SignOutKind of beEcp: /);
  t.regex(refused({ profile: '2007', app: 'ecp' }), /2007 has no ECP/);
  t.regex(refused({ profile: '2013-cu3', vdirAuth: 'adfs' }), /2013-cu3 does not know AD FS/);
  t.regex(refused({ app: 'ecp', client: 'light' }), /ECP has no client "light"/);
  t.regex(refused({ vdirAuth: 'adfs', client: 'light' }), /with AD FS only the client premium/);
});
