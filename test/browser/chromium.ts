import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type BrowserContext, type BrowserContextOptions, chromium, type LaunchOptions, type Page } from 'playwright-core';
import { type Lab, startLab } from '../../src/lab/lab.ts';

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
];
const LONGEST_WAIT = 15_000;

/** What a test gets: a lab of its own, and a browser profile without cookies. Both are closed after it. */
export type Visitor = {
  lab: Lab;
  context: BrowserContext;
  /** Starts a Chromium with a profile on disk, the same at each call: what it opens again with is what the one before left. */
  openProfile(): Promise<BrowserContext>;
};
type Body = (t: ExecutionContext, visitor: Visitor) => Promise<void>;

/**
 * A `test` whose body has a Chromium, one for all tests of the file. Without CHROME_PATH (`npm test` finds one) they are skipped;
 * with CI=true they fail. Third-party cookies are allowed.
 */
export function chromiumTests(launch: LaunchOptions = {}): (title: string, body: Body, options?: BrowserContextOptions) => void {
  const executablePath = process.env['CHROME_PATH'];
  const profile = createProfile(launch);
  let browser: Promise<BrowserContext> | undefined;
  test.after.always(async () => {
    await (await browser)?.close();
    await profile.remove();
  });

  return function chromiumTest(title, body, options) {
    if (!executablePath && process.env['CI'] !== 'true') return test.skip(title, (t) => t.pass());
    test.serial(title, async (t) => {
      if (!executablePath) return t.fail('No Chromium: set CHROME_PATH, or run `npm test`, which looks for one.');
      browser ??= profile.open();
      const lab = await startLab();
      t.teardown(() => lab.close());
      const context = await privateWindow(await browser, options);
      t.teardown(() => context.close());
      const own = createProfile(launch);
      t.teardown(own.remove);
      const openProfile = async () => {
        const opened = await own.open();
        t.teardown(() => opened.close());
        return opened;
      };
      await body(t, { lab, context, openProfile });
    });
  };
}

/** A window that shares no cookies with the browser that it belongs to. */
export async function privateWindow(browser: BrowserContext, options?: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.browser()?.newContext(options);
  if (!context) throw new Error('this Chromium has been closed');
  context.setDefaultTimeout(LONGEST_WAIT);
  return context;
}

/** For what the page embeds. Not every Chromium heeds the preference of a profile: blocking is done by the debugger's protocol. */
export async function setThirdPartyCookies(page: Page, state: 'allowed' | 'blocked'): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCookieControls', { enableThirdPartyCookieRestriction: state === 'blocked' });
}

/** A folder for Chromium to keep a profile in, made when first opened. */
function createProfile(launch: LaunchOptions): { open(): Promise<BrowserContext>; remove(): Promise<void> } {
  let folder: string | undefined;
  return {
    async open() {
      folder ??= makeFolder();
      const libraries = process.env['CHROME_LIBRARIES'];
      const env = { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) };
      const found = { executablePath: process.env['CHROME_PATH'] ?? '', env };
      const context = await chromium.launchPersistentContext(folder, { ...launch, ...found, headless: true, args: SWITCHES });
      context.setDefaultTimeout(LONGEST_WAIT);
      return context;
    },
    async remove() {
      // Chromium's last processes may still be writing when it has gone.
      if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Debian's Chromium would block third-party cookies in private windows, which a test's `context` is; a headless shell would not. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'logoff-lab-chromium-'));
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
  return folder;
}
