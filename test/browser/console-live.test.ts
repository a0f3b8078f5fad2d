import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import type { Har } from '../../src/trace/har.ts';
import { send } from '../send-request.ts';
import { clickSignOut, fillInForm, seeHeading, seeMail } from './alice.ts';
import { chromiumTests } from './chromium.ts';
import { preset, requestsOf, startConsoleOf, violationsOf } from './console-rig.ts';
import { startCutter } from './cutter.ts';

const chromiumTest = chromiumTests();
const folder = makeTemporaryFolder('console').path;

/** Scripts and styles may come from the browser's cache. */
const fetched = ({ request }: Har['log']['entries'][number]) => !/\.(css|js)(\?|$)|GetPic/.test(request.url);

/** What can be told of an exchange without its secrets. */
function inShort({ log }: Har): object[] {
  return log.entries.filter(fetched).map(({ request, response }) => ({
    asked: `${request.method} ${request.url}`,
    sent: request.cookies.map(({ name }) => name),
    // Ours is the Location as it was sent, Playwright's is what that means.
    got: [response.status, response.redirectURL && new URL(response.redirectURL, request.url).href],
    set: response.cookies.map(({ name }) => name),
  }));
}

const recorded = join(folder, 'chromium.har');
chromiumTest(
  'the HAR of a run by hand is what Chromium saw of it',
  async (t, { lab, context }) => {
    const page = await context.newPage();
    const base = await startConsoleOf(t, lab);
    await page.goto(base);
    await preset(page, 'CU9 as announced').getByRole('button', { name: 'Try it yourself' }).click();
    const site = await opened(context, () => page.locator('#verdict').getByRole('link').click());
    await fillInForm(site);
    await seeMail(site);
    await clickSignOut(site);
    await seeHeading(site, 'You are signed out');
    const again = await opened(context, () => page.getByRole('button', { name: 'Open the address again' }).click());
    await seeHeading(again, 'Sign in');
    await page.getByRole('heading', { level: 2, name: 'Signed out' }).waitFor();
    const { port, pathname } = new URL(page.url());
    const saved = await send(Number(port), 'GET', `${pathname}/export?format=har`, { Host: 'localhost' });
    const ours = JSON.parse(saved.body) as Har;
    await context.close();

    const theirs = JSON.parse(readFileSync(recorded, 'utf8')) as Har;
    theirs.log.entries = theirs.log.entries.filter(
      ({ request }) => new URL(request.url).host === `mail.localhost:${lab.ports.gateway}`,
    );
    t.true(theirs.log.entries.length > 5);
    t.deepEqual(inShort(ours), inShort(theirs));
  },
  { recordHar: { path: recorded, mode: 'full' } },
);

/** The page that a click opens. */
async function opened(context: BrowserContext, click: () => Promise<void>): Promise<Page> {
  const [page] = await Promise.all([context.waitForEvent('page'), click()]);
  return page;
}

chromiumTest('a stream that is cut off goes on without loss and without doubles', async (t, { lab, context }) => {
  const page = await context.newPage();
  const cutter = await startCutter(t, Number(new URL(await startConsoleOf(t, lab)).port));
  await page.goto(`http://console.mail.localhost:${cutter.port}/`);
  let asked = 0;
  const ask = async (times: number) => {
    const targets = Array.from({ length: times }, () => `/owa/?n=${++asked}`);
    const Host = `mail.localhost:${lab.ports.gateway}`;
    await Promise.all(targets.map((target) => send(lab.ports.gateway, 'GET', target, { Host })));
  };
  const row = (number: number) => page.locator('#live tr.hop', { hasText: new RegExp(`n=${number}\\s*answers`) });
  for (let turn = 0; turn < 3; turn++) {
    await ask(30);
    await row(asked).waitFor({ state: 'attached' });
    const before = cutter.connections();
    // Some while it is cut off, some on the way.
    await Promise.all([ask(20), Promise.resolve(cutter.cut()), ask(20)]);
    await ask(1);
    await row(asked).waitFor({ state: 'attached' });
    t.true(cutter.connections() > before);
  }
  const shown = await page
    .locator('#live tr.hop')
    .evaluateAll((rows) =>
      rows.map((row) => [Number(row.id.slice('hop-'.length)), Number(/n=(\d+)/.exec(row.textContent ?? '')?.[1])]),
    );
  const keys = shown.map(([key]) => key as number);
  t.deepEqual(
    keys,
    [...keys].sort((a, b) => a - b),
  );
  t.deepEqual(
    shown.map(([, number]) => number as number).sort((a, b) => a - b),
    Array.from({ length: asked }, (_, at) => at + 1),
  );
});

chromiumTest(
  'without JavaScript the page is loaded again until there is a verdict',
  async (t, { lab, context }) => {
    const page = await context.newPage();
    await page.goto(await startConsoleOf(t, lab));
    await preset(page, 'CU1 breaks it').getByRole('button', { name: 'Try it yourself' }).click();
    const site = await opened(context, () => page.locator('#verdict').getByRole('link').click());
    // The site itself needs its scripts for more than its form.
    await site.close();
    t.is(await page.locator('noscript meta[http-equiv=refresh], meta[http-equiv=refresh]').count(), 1);
    await page.locator('details', { hasText: 'Another run' }).locator('summary').first().click();
    await preset(page, 'CU1 breaks it').getByRole('button', { name: 'Run it' }).click();
    await page.getByRole('heading', { name: 'Still signed in' }).waitFor();
    await page.goto(page.url());
    t.is(await page.locator('meta[http-equiv=refresh]').count(), 0);
  },
  { javaScriptEnabled: false },
);

chromiumTest('a run saved as one HTML file opens without a network and asks for nothing', async (t, { lab, context }) => {
  const page = await context.newPage();
  await page.goto(await startConsoleOf(t, lab));
  await preset(page, 'CU9 as announced').getByRole('button', { name: 'Run it' }).click();
  await page.getByRole('heading', { name: 'Signed out' }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'One HTML file' }).click(),
  ]);
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);

  const browser = context.browser();
  if (!browser) return t.fail('no browser');
  const offline = await browser.newContext({ offline: true });
  t.teardown(() => offline.close());
  const asked = requestsOf(offline);
  const saved = await offline.newPage();
  await saved.goto(`file://${file}`);
  await saved.getByText('Signed out', { exact: true }).waitFor();
  t.is(await saved.getByText('decides', { exact: true }).count(), 1);
  t.true((await saved.locator('tr.hop').count()) > 5);
  t.deepEqual(await violationsOf(saved), []);
  t.deepEqual(await saved.locator('a[href^="/"], script').count(), 0);
  t.deepEqual(asked, [`file://${file}`]);
});

chromiumTest('the story runs from the keyboard alone, and each step is said', async (t, { lab, context }) => {
  const page = await context.newPage();
  await page.goto(await startConsoleOf(t, lab));
  await page.keyboard.press('Tab');
  t.is(await focused(page), 'Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  t.is(await focused(page), 'Run it');
  await page.keyboard.press('Tab');
  t.is(await focused(page), 'Try it yourself');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Waiting for you to sign in' }).waitFor();
  const site = await opened(context, async () => {
    await page.locator('#verdict').getByRole('link').focus();
    await page.keyboard.press('Enter');
  });
  await fillInForm(site);
  await page.getByRole('status').getByText('You are signed in').waitFor({ state: 'attached' });
  const again = await opened(context, async () => {
    await page.getByRole('button', { name: 'I have signed out: open the address again' }).focus();
    await page.keyboard.press('Enter');
  });
  await seeMail(again);
  await page.getByRole('status').getByText('Still signed in').waitFor({ state: 'attached' });
  t.pass();
});

function focused(page: Page): Promise<string> {
  return page.locator(':focus').innerText();
}
