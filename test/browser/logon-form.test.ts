import type { Page } from 'playwright-core';
import { ALICE, clickSignOut, fillInForm, seeHeading, seeMail, signIn } from './alice.ts';
import { chromiumTests } from './chromium.ts';
import { inShort, received } from './journal.ts';

const chromiumTest = chromiumTests();
const NAME = '2013-cu9-announced.localhost';

chromiumTest(
  'without JavaScript the gateway’s form leads to the mail page, which says what it lacks',
  async (t, { lab, context }) => {
    const home = `http://${NAME}:${lab.ports.gateway}/owa/`;
    const page = await context.newPage();
    await page.goto(home);
    await fillInForm(page);
    await seeHeading(page, 'Inbox');
    t.is(page.url(), home);
    t.regex(await page.locator('noscript .notice').innerText(), /^This client needs JavaScript/);
    t.true(await page.getByText('Lunch on Friday?').isVisible());
  },
  { javaScriptEnabled: false },
);

chromiumTest('the gateway’s form can be filled in and sent with the keyboard alone', async (t, { lab, context }) => {
  const page = await context.newPage();
  await page.goto(`http://${NAME}:${lab.ports.gateway}/owa/`);
  await page.locator('input[name=username]:focus').waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowDown');
  t.true(await page.getByRole('radio', { name: 'private' }).isChecked());
  await page.keyboard.press('Tab');
  await page.keyboard.type(ALICE.user);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ALICE.password);
  await page.keyboard.press('Enter');
  await seeMail(page);
  const [session] = await lab.sessions.list();
  t.is(session?.trusted, true);
});

chromiumTest(
  'a wrong password is said aloud and keeps the address that was asked for; the right one leads there',
  async (t, { lab, context }) => {
    const target = '/owa/?a=b&c=%2F%20Z';
    const wanted = `http://${NAME}:${lab.ports.gateway}${target}`;
    const page = await context.newPage();
    await page.goto(wanted);
    await fillInForm(page, 'Passw0rd?');
    await page.getByRole('alert').getByText('You could not be logged on').waitFor();
    t.regex(page.url(), /\?GetLogon\?curl=Z2FowaZ2FZ3FaZ3DbZ26cZ3DZ252FZ2520Z5A&reason=2&/);

    await fillInForm(page);
    await seeMail(page);
    t.is(page.url(), wanted);
    t.true(inShort(await received(lab, 'front-end')).includes(`GET ${target} 200`));
  },
);

chromiumTest('every page names its language, has one main heading, and a label for each input', async (t, { lab, context }) => {
  const gateway = `http://${NAME}:${lab.ports.gateway}`;
  const exchange = `http://${NAME}:${lab.ports.exchange}`;
  const page = await context.newPage();
  await signIn(page, `${gateway}/owa/`);
  t.deepEqual(await faults(page), []);
  await clickSignOut(page);
  await seeHeading(page, 'You are signed out');
  t.deepEqual(await faults(page), []);

  const others = [
    `${gateway}/CookieAuth.dll?GetLogon?curl=Z2F&reason=2&formdir=3`,
    `${gateway}/not-published`,
    `http://nobody.localhost:${lab.ports.gateway}/`,
    `${exchange}/owa/auth/logon.aspx?replaceCurrent=1&reason=2`,
    `${exchange}/owa/auth/signout.aspx`,
  ];
  for (const url of others) {
    await page.goto(url);
    t.deepEqual(await faults(page), [], url);
  }
});

async function faults(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const headings = all('h1').length;
    const ids = all('[id]').map((element) => element.id);
    return [
      document.documentElement.lang === '' && 'no language',
      document.title === '' && 'no title',
      headings !== 1 && headings + ' main headings',
      all('main').length !== 1 && 'not one main',
      ...all('input:not([type=hidden]), select, textarea').map((input) => input.labels.length === 0 && 'no label: ' + input.name),
      ...ids.map((id, index) => ids.indexOf(id) !== index && 'twice: ' + id),
    ].filter(Boolean);
  })()`);
}
