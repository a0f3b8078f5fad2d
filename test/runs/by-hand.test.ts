import test from 'ava';
import { startLab } from '../../src/lab/lab.ts';
import type { ExchangeCell, ExchangeInput } from '../../src/regression/cell.ts';
import { isOffice365 } from '../../src/regression/cell.ts';
import { confirmationOf } from '../../src/runs/confirmation.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { knownCells } from '../../src/runs/known-cells.ts';
import { presetsOf } from '../../src/runs/presets.ts';
import type { Run, RunState } from '../../src/runs/run.ts';
import { becomes, openBrowser, playByHand, playOffice365, signIn } from './person.ts';

const lab = await startLab();
const cells = knownCells(lab.profiles);
const runs = createRuns(lab, cells);
const presets = presetsOf(cells);
test.after.always(async () => {
  await runs.close();
  await lab.close();
});

const cellNamed = (id: string) => cells.get(`exchange/${id}`) as ExchangeInput;
const verdictOf = (run: Run) => run.verdict?.cell as ExchangeCell;

// By DOMAIN 3.5 and section 4: what is noticed, what the next visit meets, and the codes of section 5.
const domain: Readonly<Record<string, readonly [detected: boolean | undefined, outcome: string, codes: string]>> = {
  'CU1 breaks it': [false, 'session-alive', 'SO-02 SO-09'],
  'CU9 as announced': [true, 'prompt', 'SO-03'],
  'CU9 as shipped': [false, 'session-alive', 'SO-02 SO-09'],
  'LegacyLogOff switched off': [true, 'prompt', 'SO-03'],
  'rule still says ?Cmd=logoff': [false, 'silent-relogin', 'SO-02 SO-09'],
  'Office 365 scenario 1': [undefined, 'silent-relogin', 'SO-01 SO-04 SO-06'],
  'Office 365 scenario 2': [undefined, 'silent-relogin', 'SO-01 SO-04 SO-06'],
};

for (const { title, name, input } of presets)
  test.serial(`${title}: by hand and driven come to the verdict that the documents say`, async (t) => {
    const { id } = await runs.drive(input, title);
    const driven = await runs.ended(id);
    const begun = await runs.beginByHand(input, title);
    const browser = openBrowser(t, lab);
    const byHand = await (isOffice365(input) ? playOffice365(browser, lab, runs, begun) : playByHand(browser, runs, begun));
    const acting = name === 'office-365-scenario-1' ? 'portal' : 'owa';
    for (const run of [driven, byHand]) {
      t.is(run.state, 'judged', run.failure ?? '');
      const cell = verdictOf(run) as ExchangeCell & { after?: Record<string, string> };
      t.deepEqual(
        [cell.detected, cell.outcome ?? cell.after?.[acting], cell.codes.join(' ')],
        [...(domain[title] ?? [])],
        run.how,
      );
      t.is(confirmationOf(cell), 'as-expected', `${run.how}: ${cell.differs}`);
    }
    t.is(verdictOf(byHand).because, verdictOf(driven).because);
    // Also where the dialog requested nothing, for that is what decided.
    t.deepEqual(
      byHand.parts.map(({ part }) => part).filter((part) => part !== 'next-visit'),
      ['sign-in', 'sign-out'],
    );
  });

test.serial('a run by hand says where it stands, and what to do next', async (t) => {
  const { id } = await runs.beginByHand(cellNamed('2013-cu9-announced/basic/owa/premium/gateway/shipped/owa-logoff'), 'told');
  const states: RunState[] = ['waiting for sign-in'];
  const hints = new Set([runs.get(id)?.hint]);
  t.teardown(
    runs.follow((run) => {
      if (run.state !== states.at(-1)) states.push(run.state);
      hints.add(run.hint);
    }),
  );
  await playByHand(openBrowser(t, lab), runs, runs.get(id) as Run);
  t.deepEqual(states, ['waiting for sign-in', 'signed in', 'signing out', 'waiting for next visit', 'judged']);
  t.is(hints.size, 5);
  t.is(runs.get(id)?.hint, undefined);
});

// DOMAIN 3.5, and T-25: with FBA the gateway's form comes first and Exchange's second.
const others: readonly [id: string, outcome: string, promptedBy: string | null, backend: string, codes: string][] = [
  ['2013-cu8/fba/owa/premium/gateway/shipped/signout', 'prompt', 'backend', 'ended', 'SO-02 SO-09 SO-10'],
  ['2013-cu8/fba/ecp/premium/gateway/shipped/owa-logoff', 'prompt', 'gateway', 'ended', ''],
  ['2013-cu8/fba/ecp/premium/gateway/shipped/signout', 'prompt', 'backend', 'ended', 'SO-02 SO-09 SO-10'],
  ['2013-cu8/adfs/owa/premium/gateway/shipped/signout', 'prompt', 'backend', 'ended', 'SO-02 SO-09'],
  ['2010/basic/owa/premium/gateway/shipped/cmd', 'prompt', 'gateway', 'ended', ''],
  ['2010/basic/owa/premium/gateway/shipped/signout', 'silent-relogin', null, 'recreated', 'SO-02 SO-09'],
];
for (const [id, outcome, promptedBy, backendSession, codes] of others)
  test.serial(`by hand ${id} comes out as documented`, async (t) => {
    const run = await runs.beginByHand(cellNamed(id), id);
    const browser = openBrowser(t, lab);
    await signIn(browser, runs.addressOf(run));
    await becomes(runs, run.id, 'signed in');
    if (id.includes('/ecp/')) await browser.visit(`http://mail.localhost:${lab.ports.gateway}/ecp/`);
    await browser.click('sign-out');
    await becomes(runs, run.id, 'waiting for next visit');
    await browser.visit(runs.visitAgain(run.id));
    const cell = verdictOf(await runs.ended(run.id));
    t.like(cell, { outcome, promptedBy, backendSession });
    t.is(cell.codes.join(' '), codes);
    t.deepEqual(cell.differs, []);
  });

test.serial('a logoff string that already matches while somebody signs in is judged at once: SO-22', async (t) => {
  const run = await runs.beginByHand(cellNamed('2013-cu8/fba/owa/premium/gateway/shipped/logon'), 'over-logoff');
  await signIn(openBrowser(t, lab), runs.addressOf(run));
  const ended = await runs.ended(run.id);
  t.deepEqual(verdictOf(ended).codes, ['SO-22']);
  t.deepEqual(verdictOf(ended).differs, []);
  t.deepEqual(
    ended.parts.map(({ part }) => part),
    ['sign-in'],
  );
  const deciding = runs.eventsOf(run.id).find(({ seq }) => seq === ended.verdict?.deciding);
  t.is(deciding?.session?.state, 'ending');
});

test.serial('other tabs, polling, scripts and pages outside mail do not bring a run by hand further', async (t) => {
  const { id } = await runs.beginByHand(cellNamed('2013-cu9-announced/basic/owa/premium/gateway/shipped/cmd'), 'noise');
  const browser = openBrowser(t, lab);
  const at = (path: string, name = 'mail.localhost') => `http://${name}:${lab.ports.gateway}${path}`;
  await signIn(browser, at('/owa/'));
  await becomes(runs, id, 'signed in');
  // Another public name of the same gateway, whose sign-out is nobody's business here.
  await signIn(browser, at('/owa/', '2010.localhost'));
  await browser.visit(at('/owa/logoff.owa', '2010.localhost'));
  for (const [method, path] of [
    ['POST', '/owa/sessiondata.ashx'],
    ['GET', '/owa/healthcheck.htm'],
    ['GET', '/owa/15.0.1104/sign-out.js'],
    ['GET', '/favicon.ico'],
    ['GET', '/owa/options/password'],
  ] as const)
    await browser.probe(method, at(path));
  t.is(runs.get(id)?.state, 'signed in');
  await browser.visit(at('/owa/'));
  await browser.click('sign-out');
  await becomes(runs, id, 'waiting for next visit');
  await browser.probe('GET', at('/owa/options/password'));
  await browser.probe('POST', at('/owa/sessiondata.ashx'));
  t.is(runs.get(id)?.state, 'waiting for next visit');
  await browser.visit(at('/owa/'));
  t.is(
    verdictOf(await runs.ended(id))
      .requests.map(({ target }) => target)
      .join(' '),
    '/owa/logoff.owa /owa/auth/signout.aspx',
  );
});

test.serial('who opens the address again without a word has begun the next visit too', async (t) => {
  const { id } = await runs.beginByHand(cellNamed('2013-cu9-announced/basic/owa/premium/gateway/shipped/owa-logoff'), 'unasked');
  const browser = openBrowser(t, lab);
  const address = runs.addressOf(runs.get(id) as Run);
  await signIn(browser, address);
  await browser.click('sign-out');
  await becomes(runs, id, 'waiting for next visit');
  await browser.visit(address);
  t.is(verdictOf(await runs.ended(id)).promptedBy, 'gateway');
});

test.serial('who fills in the form that the sign-out has ended on was asked, and not signed in silently', async (t) => {
  const { id } = await runs.beginByHand(cellNamed('2013-cu8/fba/owa/premium/gateway/shipped/signout'), 'form');
  const browser = openBrowser(t, lab);
  await signIn(browser, runs.addressOf(runs.get(id) as Run));
  await browser.click('sign-out');
  await becomes(runs, id, 'waiting for next visit');
  await browser.submit('logonForm', { username: 'lab\\alice', password: 'Passw0rd!' });
  t.like(verdictOf(await runs.ended(id)), { outcome: 'prompt', promptedBy: 'backend' });
});

test.serial('an ordinary address that holds the string is a false fire, and the sentence names it', async (t) => {
  const { id } = await runs.beginByHand(cellNamed('2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff'), 'false fire');
  const browser = openBrowser(t, lab);
  const address = runs.addressOf(runs.get(id) as Run);
  await signIn(browser, address);
  await becomes(runs, id, 'signed in');
  await browser.visit(`${address}?returnUrl=/owa/logoff.owa`);
  await browser.visit(runs.visitAgain(id));
  const cell = verdictOf(await runs.ended(id));
  t.true(cell.detected);
  t.regex(cell.because, /requested \/owa\/\?returnUrl=\/owa\/logoff\.owa, which matches/);
});

test.serial('a sign-out that ends on an error is over, and may be visited again', async (t) => {
  const { id } = await runs.beginByHand(cellNamed('2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff'), 'error');
  const browser = openBrowser(t, lab);
  const address = runs.addressOf(runs.get(id) as Run);
  await signIn(browser, address);
  await becomes(runs, id, 'signed in');
  t.is((await browser.visit(`${address}no-such-logoff`)).status, 404);
  await becomes(runs, id, 'waiting for next visit');
  await browser.visit(runs.visitAgain(id));
  t.like(verdictOf(await runs.ended(id)), { outcome: 'session-alive', clientAction: 'navigate', landing: '/owa/no-such-logoff' });
});

test.serial(
  'a visit again is refused before anybody has signed in, and where a sign-out would have been a request',
  async (t) => {
    const { id } = await runs.beginByHand(
      cellNamed('2013-cu9-announced/basic/owa/premium/gateway/shipped/owa-logoff'),
      'too early',
    );
    t.throws(() => runs.visitAgain(id), { message: /nobody has signed in yet/ });
    await signIn(openBrowser(t, lab), runs.addressOf(runs.get(id) as Run));
    await becomes(runs, id, 'signed in');
    t.throws(() => runs.visitAgain(id), { message: /nobody has signed out yet/ });
    t.is(runs.get(id)?.state, 'signed in');
  },
);

test.serial('a case that a person cannot do by hand is refused, and what is under way goes on', async (t) => {
  const { id } = await runs.beginByHand(cellNamed('2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff'), 'waits');
  for (const refused of ['exchange/2010/fba/owa/premium/direct/shipped', 'office365/literal/8a', 'office365/single-sign-out/24a'])
    await t.throwsAsync(runs.beginByHand(cells.get(refused) as ExchangeInput, refused), { message: /have it driven instead/ });
  t.is(runs.get(id)?.state, 'waiting for sign-in');
});
