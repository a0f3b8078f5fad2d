import test from 'ava';
import { startLab } from '../../src/lab/lab.ts';
import type { Office365Cell } from '../../src/regression/cell.ts';
import { confirmationOf } from '../../src/runs/confirmation.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { knownCells } from '../../src/runs/known-cells.ts';
import type { Run, RunInput } from '../../src/runs/run.ts';
import { becomes, openBrowser, playOffice365, signIn } from './person.ts';

const lab = await startLab();
const cells = knownCells(lab.profiles);
const runs = createRuns(lab, cells);
test.after.always(async () => {
  await runs.close();
  await lab.close();
});

const begin = (id: string) => runs.beginByHand(cells.get(id) as RunInput, id);
const verdictOf = (run: Run) => run.verdict?.cell as Office365Cell;
const at = {
  portal: () => `http://portal.office.localhost:${lab.ports.office365}/`,
  owa: () => `http://outlook.mail365.localhost:${lab.ports.office365}/owa/`,
  sharepoint: () => `http://contoso.sharepoint.localhost:${lab.ports.office365}/`,
  team: () => `http://team.sharepoint.localhost:${lab.ports.office365}/`,
};

for (const [id, codes] of [
  ['office365/literal/7c', ['SO-01', 'SO-04', 'SO-06']],
  ['office365/zones/6a', ['SO-04', 'SO-06']],
] as const)
  test.serial(`by hand ${id} comes back or asks as the browser of everybody has it`, async (t) => {
    const cell = verdictOf(await playOffice365(openBrowser(t, lab), lab, runs, await begin(id)));
    t.deepEqual(cell.codes, [...codes]);
    t.deepEqual(cell.differs, []);
  });

// DOMAIN row 22: everything prompts; the cookies of before are still good on the server (row 20).
for (const id of ['office365/single-sign-out/22a', 'office365/single-sign-out/22b', 'office365/single-sign-out/22c'])
  test.serial(`by hand ${id} rests on the logon server's page, and the next visit asks`, async (t) => {
    const run = await begin(id);
    const browser = openBrowser(t, lab);
    await signIn(browser, at.portal());
    for (const open of [at.owa, at.sharepoint]) await browser.visit(open());
    await becomes(runs, run.id, 'signed in');
    await browser.visit(runs.addressOf(run));
    await browser.click('sign-out');
    await becomes(runs, run.id, 'waiting for next visit');
    await browser.visit(runs.visitAgain(run.id));
    const ended = await runs.ended(run.id);
    const cell = verdictOf(ended);
    t.is(confirmationOf(cell), 'as-expected', cell.differs.join());
    t.deepEqual(cell.codes, ['SO-06']);
    t.deepEqual(
      ended.parts.map(({ part }) => part),
      ['sign-in', 'sign-out', 'next-visit'],
    );
  });

test.serial('a run by hand waits until all three services are open, and says which are not', async (t) => {
  const run = await begin('office365/literal/7b');
  const browser = openBrowser(t, lab);
  const told: (string | undefined)[] = [];
  t.teardown(runs.follow(({ hint, state }) => told.push(`${state}: ${hint}`)));
  await signIn(browser, at.owa());
  await browser.visit(at.portal());
  await browser.visit(at.team());
  t.is(runs.get(run.id)?.state, 'waiting for sign-in');
  await browser.visit(at.sharepoint());
  await becomes(runs, run.id, 'signed in');
  t.deepEqual(told, [
    'waiting for sign-in: Open the portal and SharePoint too.',
    'waiting for sign-in: Open SharePoint too.',
    'signed in: Choose Sign out at Outlook Web App.',
  ]);
});

test.serial('a sign-out of another service is not the one that the run is about', async (t) => {
  const run = await begin('office365/literal/7b');
  const browser = openBrowser(t, lab);
  await signIn(browser, at.owa());
  for (const open of [at.portal, at.sharepoint]) await browser.visit(open());
  await becomes(runs, run.id, 'signed in');
  await browser.click('sign-out');
  t.is(runs.get(run.id)?.state, 'signed in');
  await browser.visit(at.owa());
  await browser.click('sign-out');
  const cell = verdictOf(await runs.ended(run.id));
  t.deepEqual(cell.after, { portal: 'session-alive', owa: 'silent-relogin', sharepoint: 'session-alive' });
});

test.serial(
  'of a model that needs a special browser nothing is expected by hand: neither a failure nor a confirmation',
  async (t) => {
    const cell = verdictOf(await playOffice365(openBrowser(t, lab), lab, runs, await begin('office365/zones/1')));
    // One jar for all zones is what Method 3 makes: OWA asks, and the portal goes with it (DOMAIN row 10).
    t.like(cell, { expected: null, differs: [], after: { owa: 'prompt', portal: 'prompt', sharepoint: 'session-alive' } });
    t.is(confirmationOf(cell), 'no-expectation');
  },
);

test.serial('who is told to follow the links of a page finds the other services there', async (t) => {
  const run = await begin('office365/literal/7b');
  t.regex(run.hint ?? '', /by the links at the top of its page/);
  const browser = openBrowser(t, lab);
  await signIn(browser, at.owa());
  const page = await browser.visit(at.owa());
  const links = page.root.querySelectorAll('nav[aria-label=Services] a').map((link) => link.getAttribute('href'));
  t.true(
    [at.portal(), at.sharepoint()].every((address) => links.some((link) => link?.startsWith(address))),
    links.join(),
  );
});
