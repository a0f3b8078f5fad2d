import type { BrowserContext, Page } from 'playwright-core';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { LabChange } from '../../src/lab/lab-setting.ts';
import { ALICE, clickSignOut, fillInForm, seeHeading, seeMail } from './alice.ts';
import { chromiumTests } from './chromium.ts';
import { type Exchanged, inShort, now, received } from './journal.ts';
import {
  clickOn,
  MAIN_SERVICES,
  type MainService,
  PARTIES,
  seeService,
  signInEverywhere,
  startOf,
  visit,
} from './office-visits.ts';

/** One sign-out that both browsers walk: what is behind the name, how many forms are in the way, where it starts and where it ends. */
type Walk = { setting: LabChange; forms?: number; from?: string; heading?: string; landing: string; logoff?: RegExp };

const PUBLISHED = { logoffUrl: '/owa/logoff.owa' };
const MISSING = { logoffUrl: '?Cmd=logoff' };
const removed = { signOutKind: { feOwa: null, beOwa: null, beEcp: null } };

const walks: readonly Walk[] = [
  { setting: { profile: '2010', ...PUBLISHED }, landing: 'You are signed out' },
  { setting: { profile: '2010', ...MISSING }, landing: 'You are signed out' },
  { setting: { profile: '2013-cu1', vdirAuth: 'fba', ...PUBLISHED }, forms: 2, landing: 'You are signed out' },
  { setting: { profile: '2013-cu1', vdirAuth: 'fba', ...MISSING }, forms: 2, landing: 'Outlook Web App' },
  { setting: { profile: '2013-cu9-announced', ...PUBLISHED }, landing: 'You are signed out' },
  { setting: { profile: '2013-cu9-announced', ...MISSING }, landing: 'Sign-out is complete' },
  { setting: { profile: '2013-cu8', vdirAuth: 'windows', ...removed, ...MISSING }, landing: 'Sign-out is complete' },
  {
    setting: { profile: '2013-cu8', ...MISSING },
    from: '/owa/?layout=light',
    heading: 'Inbox · Light',
    landing: 'Outlook Web App',
  },
  {
    setting: { profile: '2013-cu9-announced', ...PUBLISHED },
    from: '/owa/alice@lab.example/',
    landing: 'Sign-out is complete',
    logoff: /\nGET \/owa\/alice@lab\.example\/logoff\.owa 302/,
  },
  {
    setting: { profile: '2013-cu8', vdirAuth: 'fba', ...MISSING },
    forms: 2,
    from: '/ecp/',
    heading: 'Options',
    landing: 'Outlook Web App',
    logoff:
      /\nGET \/ecp\/logoff\.aspx\?src=exch&url=\S+ 302\nGET \/owa\/logoff\.owa\?url=\S+ 302\nGET \/owa\/auth\/logon\.aspx\?url=/,
  },
  {
    setting: { profile: '2013-cu9-announced', frontEnd: '2013-cu6', vdirAuth: 'fba', ...MISSING },
    forms: 2,
    landing: 'Something went wrong',
    logoff: /\nGET \/owa\/auth\/signout\.aspx 302\nGET \/owa\/auth\/errorFE\.aspx\?httpCode=404 200/,
  },
  { setting: { profile: '2013-cu8', vdirAuth: 'adfs', ...PUBLISHED }, forms: 2, landing: 'You are signed out' },
];

const chromiumTest = chromiumTests({});

for (const { setting, forms = 1, from, heading = 'Inbox', landing, logoff = /\nGET \/owa\/logoff\.owa / } of walks)
  chromiumTest(
    `${Object.values(setting)
      .filter((value) => typeof value === 'string')
      .join(', ')}${from ? ` from ${from}` : ''}: Chromium and the scripted browser send the same requests`,
    async (t, { lab, context }) => {
      await lab.configure({ frontEnd: setting.profile as string, ...setting });
      const home = `http://mail.localhost:${lab.ports.gateway}/owa/`;
      await walkByScript(lab, home, forms, from);
      const byScript = await received(lab, 'gateway');
      await lab.reset();

      const chromiumBegins = now(lab);
      const page = await context.newPage();
      await page.goto(home);
      await throughForms(page, forms);
      if (from) {
        await page.goto(new URL(from, home).href);
        await page.locator('html[data-ready]').waitFor();
        await seeHeading(page, heading);
      }
      await clickSignOut(page);
      await seeHeading(page, landing);
      t.deepEqual(inShort(await received(lab, 'gateway', chromiumBegins)), inShort(byScript));
      t.deepEqual(await received(lab, 'gateway', chromiumBegins), byScript);
      t.regex(inShort(byScript).join('\n'), logoff);
    },
  );

async function throughForms(page: Page, forms: number): Promise<void> {
  await fillInForm(page);
  if (forms === 2) {
    await page.getByRole('heading', { level: 1, name: /^(Outlook Web App|Sign in with your organisation)$/ }).waitFor();
    await fillInForm(page);
  }
  await seeMail(page);
}

/** Through `forms` logon forms to the mail, perhaps to another page, then the click. */
async function walkByScript(lab: Lab, home: string, forms: number, from: string | undefined): Promise<void> {
  const browser = createScriptedBrowser(lab.clock);
  try {
    await browser.visit(home);
    for (let form = 0; form < forms; form++)
      await browser.submit('logonForm', { username: ALICE.user, password: ALICE.password });
    if (from) await browser.visit(new URL(from, home).href);
    await browser.click('sign-out');
  } finally {
    browser.close();
  }
}

for (const profile of ['literal', 'single-sign-out'] as const)
  for (const service of MAIN_SERVICES)
    chromiumTest(
      `Office 365, ${profile}, Sign out at ${service}: Chromium and the scripted browser send the same requests`,
      async (t, { lab, context }) => {
        await lab.configure({ office365: { profile } });
        await tellInTurn(context);
        const page = await context.newPage();
        await signInEverywhere(page, lab);
        await visit(page, lab, 'team', 1);
        await visit(page, lab, service, 1);
        await clickOn(page, 'Sign out');
        if (profile === 'literal') await seeService(page, service, 2);
        else await seeHeading(page, 'You are signed out');
        await page.waitForLoadState('load');
        const byChromium = (await received(lab, PARTIES)).map(withoutTime);
        await lab.reset();

        await walkOfficeByScript(lab, service);
        const byScript = (await received(lab, PARTIES)).map(withoutTime);
        t.deepEqual(inShort(byChromium), inShort(byScript));
        t.deepEqual(byChromium, byScript);
      },
    );

/** One frame of the signed-out page after the other, as the scripted browser loads them: two of them are of one site, and share a cookie. */
async function tellInTurn(context: BrowserContext): Promise<void> {
  let before: Promise<unknown> = Promise.resolve();
  await context.route(/wa=wsignoutcleanup1\.0/, (route) => {
    const told = async () => {
      await route.continue();
      await route.request().response();
    };
    before = before.then(told);
  });
}

async function walkOfficeByScript(lab: Lab, service: MainService): Promise<void> {
  const browser = createScriptedBrowser(lab.clock);
  try {
    await browser.visit(startOf(lab, 'portal'));
    await browser.submit('logonForm', { login: ALICE.user, passwd: ALICE.password });
    for (const other of ['owa', 'sharepoint', 'team', service] as const) await browser.visit(startOf(lab, other));
    await browser.click('sign-out');
  } finally {
    browser.close();
  }
}

/** Requests to the logon server say when they were made. */
function withoutTime(exchanged: Exchanged): Exchanged {
  return { ...exchanged, target: exchanged.target.replace(/\bct=\d+/, 'ct=…') };
}
