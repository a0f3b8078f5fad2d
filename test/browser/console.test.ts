import type { Page } from 'playwright-core';
import { ALICE, clickSignOut, fillInForm, seeMail } from './alice.ts';
import { chromiumTests } from './chromium.ts';
import { preset, startConsoleOf, violationsOf } from './console-rig.ts';
import { clickOn, fillInPrompt, MAIN_SERVICES, seeService, visit } from './office-visits.ts';

const chromiumTest = chromiumTests();

const verdict = (page: Page) => page.locator('#verdict');

/** What each preset comes to: from DOMAIN §3.4 and E-16 for Exchange, O-05, O-06 and KB's scenarios for Office 365. */
const stories: [title: string, headline: string, codes: string[]][] = [
  ['CU1 breaks it', 'Still signed in', ['SO-02', 'SO-09']],
  ['CU9 as announced', 'Signed out', ['SO-03']],
  ['CU9 as shipped', 'Still signed in', ['SO-02', 'SO-09']],
  ['LegacyLogOff switched off', 'Signed out', ['SO-03']],
  ['rule still says ?Cmd=logoff', 'Signed in again without asking', ['SO-02', 'SO-09']],
  ['Office 365 scenario 1', 'Signed in again without asking', ['SO-01', 'SO-04']],
  ['Office 365 scenario 2', 'Signed in again without asking', ['SO-01']],
];
for (const [title, headline, codes] of stories)
  chromiumTest(`"${title}" runs by one click: ${headline}`, async (t, { lab, context }) => {
    const page = await context.newPage();
    await page.goto(await startConsoleOf(t, lab));
    await preset(page, title).getByRole('button', { name: 'Run it' }).click();
    await verdict(page).getByRole('heading', { level: 2, name: headline }).waitFor();
    const shown = await verdict(page).locator('.codes a').allTextContents();
    t.deepEqual(
      codes.filter((code) => !shown.includes(code)),
      [],
      shown.join(),
    );
    t.true((await page.locator('tr.hop').count()) > 5);
    t.is(
      (await page.locator('tr.hop.deciding').count()) +
        (await page.getByText('the click requested nothing, and that decides').count()),
      1,
    );
  });

chromiumTest('CU1 by hand: the page says what to do next, and what came of it', async (t, { lab, context }) => {
  const page = await context.newPage();
  await page.goto(await startConsoleOf(t, lab));
  await preset(page, 'CU1 breaks it').getByRole('button', { name: 'Try it yourself' }).click();
  await page.getByRole('heading', { name: 'Waiting for you to sign in' }).waitFor();
  const [site] = await Promise.all([context.waitForEvent('page'), verdict(page).getByRole('link').click()]);
  await fillInForm(site);
  await seeMail(site);
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  await clickSignOut(site);
  await site.getByRole('dialog').getByText('close all browser windows').waitFor();
  const [again] = await Promise.all([
    context.waitForEvent('page'),
    verdict(page).getByRole('button', { name: 'I have signed out: open the address again' }).click(),
  ]);
  await seeMail(again);
  await page.getByRole('heading', { name: 'Still signed in' }).waitFor();
  t.regex((await verdict(page).locator('.because').textContent()) ?? '', /requested nothing/);
});

chromiumTest('CU9 as announced by hand, in the frame beside the page', async (t, { lab, context }) => {
  const page = await context.newPage();
  await page.goto(await startConsoleOf(t, lab));
  await preset(page, 'CU9 as announced').getByRole('button', { name: 'Try it yourself' }).click();
  await page.getByText('Show the site beside this page').click();
  const site = page.frameLocator('iframe[name=site]');
  await site.getByLabel('Domain\\user name').fill(ALICE.user);
  await site.getByLabel('Password').fill(ALICE.password);
  await site.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  await site.getByRole('button', { name: 'Sign out' }).click();
  await site.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await page.getByRole('button', { name: 'Open the address again' }).click();
  await site.getByLabel('Password').waitFor();
  await page.getByRole('heading', { level: 2, name: 'Signed out' }).waitFor();
  t.is(context.pages().length, 1);
});

for (const [title, service, headline, session] of [
  ['Office 365 scenario 1', 'portal', 'Signed in again without asking', 2],
  ['Office 365 scenario 2', 'owa', 'Signed in again without asking', 2],
] as const)
  chromiumTest(`"${title}" by hand: ${headline}`, async (t, { lab, context }) => {
    const page = await context.newPage();
    await page.goto(await startConsoleOf(t, lab));
    await preset(page, title).getByRole('button', { name: 'Try it yourself' }).click();
    const [site] = await Promise.all([context.waitForEvent('page'), verdict(page).getByRole('link').click()]);
    await fillInPrompt(site);
    await seeService(site, service, 1);
    await verdict(page).getByText('too.').waitFor();
    for (const other of MAIN_SERVICES.filter((one) => one !== service)) await visit(site, lab, other, 1);
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    await visit(site, lab, service, 1);
    await clickOn(site, 'Sign out');
    await seeService(site, service, session);
    await page.getByRole('heading', { level: 2, name: headline }).waitFor();
    t.true((await verdict(page).locator('.codes a').allTextContents()).includes('SO-04'));
  });

chromiumTest('an advice is applied by one click, and holds', async (t, { lab, context }) => {
  const page = await context.newPage();
  await page.goto(await startConsoleOf(t, lab));
  await preset(page, 'rule still says ?Cmd=logoff').getByRole('button', { name: 'Run it' }).click();
  await page.getByText('Set the published server logoff URL to "/owa/logoff.owa"').waitFor();
  await page.locator('.advice').getByRole('button', { name: 'Apply and run again' }).first().click();
  await page.getByRole('heading', { level: 2, name: 'Signed out' }).waitFor();
  t.pass();
});

for (const colorScheme of ['light', 'dark'] as const)
  chromiumTest(
    `axe finds nothing wrong with any page, ${colorScheme}`,
    async (t, { lab, context }) => {
      const page = await context.newPage();
      const base = await startConsoleOf(t, lab);
      await page.goto(base);
      await preset(page, 'CU1 breaks it').getByRole('button', { name: 'Run it' }).click();
      await page.getByRole('heading', { name: 'Still signed in' }).waitFor();
      t.deepEqual(await violationsOf(page), [], 'a run');
      for (const path of ['/', '/compare', '/matrix', '/sessions', '/profiles', '/facts']) {
        await page.goto(base + path);
        t.deepEqual(await violationsOf(page), [], path);
      }
      await page.goto(`${base}/compare`);
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.getByRole('table').waitFor();
      t.deepEqual(await violationsOf(page), [], 'a comparison');
    },
    { colorScheme },
  );
