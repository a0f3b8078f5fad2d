import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import type { PublishingRule } from '../../src/rules/publishing-rule.ts';
import { verdictCodes } from '../../src/scenarios/verdict-codes.ts';
import { startRig } from '../gateway/gateway-rig.ts';
import { seeHeading } from './alice.ts';
import { chromiumTests } from './chromium.ts';

const keeping = chromiumTests({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
const forgetting = chromiumTests();

const MAIL = 'Lunch on Friday?';
const reload = '<script>addEventListener("pageshow", (event) => event.persisted && location.reload())</script>';

/** A mail page that is no mock of ours: it may be kept for ten minutes, and perhaps does not look when it is shown again. */
function foreignServer(pageshow: boolean): RequestListener {
  const page = `<!doctype html><title>Mail</title><h1>Inbox</h1><p>${MAIL}</p><a href="/app/bye">Sign out</a>${pageshow ? reload : ''}`;
  return (_, response) =>
    response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'private, max-age=600' }).end(page);
}

async function signIn(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByLabel('Domain\\user name').fill('corp\\anna');
  await page.getByLabel('Password').fill('secret pass');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await seeHeading(page, 'Inbox');
}

/** Whether this Chromium keeps pages as they are for Back: a headless shell does not. */
async function keepsPages(page: Page, address: string): Promise<boolean> {
  await page.goto(address);
  await page.evaluate(() => Object.assign(globalThis, { kept: true }));
  await page.goto(`${address}next`);
  await page.goBack({ waitUntil: 'commit' });
  await seeHeading(page, 'Inbox');
  return page.evaluate(() => 'kept' in globalThis);
}

type Row = Pick<PublishingRule, 'caching' | 'clearSiteData'> & { kept: boolean; pageshow: boolean; visible: boolean };
const all = ['cache', 'cookies', 'storage'] as const;

/** `kept`: with the back-forward cache, which people have and Playwright switches off. Clear-Site-Data empties the other cache alone. */
const rows: Row[] = [
  { kept: true, caching: 'no-store', clearSiteData: [], pageshow: false, visible: false },
  { kept: true, caching: 'no-store', clearSiteData: all, pageshow: false, visible: false },
  { kept: true, caching: 'no-store', clearSiteData: [], pageshow: true, visible: false },
  { kept: true, caching: 'published', clearSiteData: [], pageshow: false, visible: true },
  { kept: true, caching: 'published', clearSiteData: ['cache'], pageshow: false, visible: true },
  { kept: true, caching: 'published', clearSiteData: all, pageshow: false, visible: true },
  { kept: true, caching: 'published', clearSiteData: [], pageshow: true, visible: false },
  { kept: true, caching: 'published', clearSiteData: ['cache'], pageshow: true, visible: false },
  { kept: false, caching: 'no-store', clearSiteData: [], pageshow: false, visible: false },
  { kept: false, caching: 'published', clearSiteData: [], pageshow: false, visible: true },
  { kept: false, caching: 'published', clearSiteData: [], pageshow: true, visible: true },
  { kept: false, caching: 'published', clearSiteData: ['cookies'], pageshow: false, visible: true },
  { kept: false, caching: 'published', clearSiteData: ['cache'], pageshow: false, visible: false },
];
const code = verdictCodes.find(({ name }) => name === 'cached-page-visible')?.code;

function titleOf({ kept, caching, clearSiteData, pageshow, visible }: Row): string {
  const outcome = visible ? `[${code}] Back after logoff shows the mail` : 'Back after logoff shows no mail';
  const page = pageshow ? 'a page that reloads on pageshow' : 'a page without script';
  return `${outcome}: caching ${caching}, clearSiteData [${clearSiteData}], ${page}, ${kept ? 'with' : 'without'} a back-forward cache`;
}

for (const row of rows) {
  const { kept, caching, clearSiteData, pageshow, visible } = row;
  (kept ? keeping : forgetting)(titleOf(row), async (t, { context }) => {
    const rule = { publicNames: ['site.localhost'], caching, clearSiteData };
    const rig = await startRig(t, { rule }, foreignServer(pageshow));
    const page = await context.newPage();
    const direct = `http://127.0.0.1:${(rig.backEnd.address() as AddressInfo).port}/`;
    if (kept && !(await keepsPages(page, direct))) {
      t.pass('this Chromium has no back-forward cache');
      return;
    }
    await signIn(page, `http://site.localhost:${rig.port}/app/`);
    await page.getByRole('link', { name: 'Sign out' }).click();
    await seeHeading(page, 'You are signed out');

    const shown = rig.seen.length;
    await page.goBack({ waitUntil: 'commit' });
    await seeHeading(page, visible ? 'Inbox' : 'Sign in');
    t.is(await page.getByText(MAIL).count(), visible ? 1 : 0);
    t.is(rig.seen.length, shown);
  });
}
