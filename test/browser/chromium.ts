import test, { type ExecutionContext } from 'ava';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type LaunchOptions } from 'playwright-core';
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
export type Visitor = { lab: Lab; context: BrowserContext };
type Body = (t: ExecutionContext, visitor: Visitor) => Promise<void>;

/**
 * A `test` whose body has a Chromium, one for all tests of the file. Without CHROME_PATH (`npm test` finds one) they are skipped;
 * with CI=true they fail.
 */
export function chromiumTests(launch: LaunchOptions = {}): (title: string, body: Body, options?: BrowserContextOptions) => void {
  const executablePath = process.env['CHROME_PATH'];
  const libraries = process.env['CHROME_LIBRARIES'];
  let browser: Promise<Browser> | undefined;
  test.after.always(async () => (await browser)?.close());

  return function chromiumTest(title, body, options) {
    if (!executablePath && process.env['CI'] !== 'true') return test.skip(title, (t) => t.pass());
    test.serial(title, async (t) => {
      if (!executablePath) return t.fail('No Chromium: set CHROME_PATH, or run `npm test`, which looks for one.');
      const env = { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) };
      browser ??= chromium.launch({ ...launch, executablePath, env, headless: true, args: SWITCHES });
      const lab = await startLab();
      t.teardown(() => lab.close());
      const context = await (await browser).newContext(options);
      t.teardown(() => context.close());
      context.setDefaultTimeout(LONGEST_WAIT);
      await body(t, { lab, context });
    });
  };
}
