import type { ExecutionContext } from 'ava';
import type { ExchangeCell, Office365Cell } from '../../src/regression/cell.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { knownCells } from '../../src/runs/known-cells.ts';
import { presetsOf } from '../../src/runs/presets.ts';
import type { Run, Runs } from '../../src/runs/run.ts';
import { becomes } from '../runs/person.ts';
import { clickSignOut, fillInForm, seeHeading, seeMail, signIn } from './alice.ts';
import { chromiumTests, type Visitor } from './chromium.ts';
import { clickOn, seeService, signInEverywhere } from './office-visits.ts';

const chromiumTest = chromiumTests();

async function begin(t: ExecutionContext, { lab }: Visitor, name: string): Promise<{ runs: Runs; run: Run }> {
  const cells = knownCells(lab.profiles);
  const runs = createRuns(lab, cells);
  t.teardown(() => runs.close());
  const preset = presetsOf(cells).find((one) => one.name === name);
  if (!preset) throw new Error(`there is no preset "${name}"`);
  return { runs, run: await runs.beginByHand(preset.input, preset.title) };
}

chromiumTest('by hand in Chromium, CU1 breaks it: a dialog, and the next visit is still signed in', async (t, visitor) => {
  const { runs, run } = await begin(t, visitor, 'cu1-breaks-it');
  const page = await visitor.context.newPage();
  await signIn(page, runs.addressOf(run));
  await becomes(runs, run.id, 'signed in');
  await clickSignOut(page);
  await page.getByRole('dialog').waitFor();
  const [ended] = await Promise.all([runs.ended(run.id), page.goto(runs.visitAgain(run.id))]);
  const cell = ended.verdict?.cell;
  t.like(cell, {
    outcome: 'session-alive',
    clientAction: 'dialog',
    codes: ['SO-02', 'SO-09'],
    differs: [],
    expected: { mark: 'seen' },
  });
  await seeMail(page);
});

chromiumTest(
  'by hand in Chromium, the rule still says ?Cmd=logoff: two requests, and a new session without a question',
  async (t, visitor) => {
    const { runs, run } = await begin(t, visitor, 'rule-still-says-cmd-logoff');
    const page = await visitor.context.newPage();
    await signIn(page, runs.addressOf(run));
    await clickSignOut(page);
    await becomes(runs, run.id, 'waiting for next visit');
    await page.goto(runs.visitAgain(run.id));
    const cell = (await runs.ended(run.id)).verdict?.cell as ExchangeCell;
    t.like(cell, { outcome: 'silent-relogin', codes: ['SO-02', 'SO-09'], differs: [] });
    t.deepEqual(
      cell.requests.map(({ target }) => target),
      ['/owa/logoff.owa', '/owa/auth/signout.aspx'],
    );
  },
);

chromiumTest('by hand in Chromium, CU9 as announced: a hit, and the gateway asks', async (t, visitor) => {
  const { runs, run } = await begin(t, visitor, 'cu9-as-announced');
  const page = await visitor.context.newPage();
  await page.goto(runs.addressOf(run));
  await fillInForm(page, 'wrong');
  await page.getByRole('alert').waitFor();
  await fillInForm(page);
  await seeMail(page);
  await clickSignOut(page);
  await seeHeading(page, 'You are signed out');
  await page.goto(runs.addressOf(run));
  const cell = (await runs.ended(run.id)).verdict?.cell;
  t.like(cell, { outcome: 'prompt', promptedBy: 'gateway', codes: ['SO-03'], differs: [] });
});

chromiumTest(
  'by hand in Chromium, Office 365 scenario 2: the page comes back by itself, in a new session',
  async (t, visitor) => {
    const { runs, run } = await begin(t, visitor, 'office-365-scenario-2');
    const page = await visitor.context.newPage();
    await signInEverywhere(page, visitor.lab);
    await becomes(runs, run.id, 'signed in');
    await page.goto(runs.addressOf(run));
    await seeService(page, 'owa', 1);
    await clickOn(page, 'Sign out');
    const cell = (await runs.ended(run.id)).verdict?.cell as Office365Cell;
    t.deepEqual(cell.codes, ['SO-01', 'SO-04', 'SO-06']);
    t.deepEqual(cell.differs, []);
    await seeService(page, 'owa', 2);
  },
);
