import type { ExecutionContext } from 'ava';
import { createScriptedBrowser, type ScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { Run, Runs } from '../../src/runs/run.ts';

const PASSWORD = 'Passw0rd!';

/** A browser that a person sits at; closed with the test. */
export function openBrowser(t: ExecutionContext, lab: Lab): ScriptedBrowser {
  const browser = createScriptedBrowser(lab.clock);
  t.teardown(() => browser.close());
  return browser;
}

/** Opens an address and fills in whatever form asks. */
export async function signIn(browser: ScriptedBrowser, address: string): Promise<void> {
  let page = await browser.visit(address);
  for (let forms = 0; forms < 3 && page.root.querySelector('form[name="logonForm"]'); forms++) {
    const office365 = page.root.querySelector('input[name="login"]') !== null;
    const fields = office365 ? { login: 'alice@lab.example', passwd: PASSWORD } : { username: 'lab\\alice', password: PASSWORD };
    page = await browser.submit('logonForm', fields);
  }
}

/** Resolves with the run once it is in this state. */
export function becomes(runs: Runs, id: string, state: Run['state']): Promise<Run> {
  const { promise, resolve } = Promise.withResolvers<Run>();
  const look = (run: Run | null) => {
    if (run?.id === id && run.state === state) resolve(run);
  };
  const stop = runs.follow(look);
  look(runs.get(id));
  return promise.finally(stop);
}

/** Signs in, clicks on Sign out, and opens the address again, as the run says. */
export async function playByHand(browser: ScriptedBrowser, runs: Runs, { id }: Run): Promise<Run> {
  const address = runs.addressOf(runs.get(id) as Run);
  await signIn(browser, address);
  await becomes(runs, id, 'signed in');
  const decision = await browser.click('sign-out');
  if (decision?.do !== 'dialog') await becomes(runs, id, 'waiting for next visit');
  await browser.visit(runs.visitAgain(id));
  return runs.ended(id);
}

/** The same at Office 365: the three services, and Sign out at the one that the run begins at; it comes back by itself, or a form asks. */
export async function playOffice365(browser: ScriptedBrowser, lab: Lab, runs: Runs, { id }: Run): Promise<Run> {
  const port = lab.ports.office365;
  const address = runs.addressOf(runs.get(id) as Run);
  await signIn(browser, address);
  for (const place of ['portal.office.localhost', 'outlook.mail365.localhost', 'contoso.sharepoint.localhost'])
    await browser.visit(`http://${place}:${port}/${place.startsWith('outlook') ? 'owa/' : ''}`);
  await becomes(runs, id, 'signed in');
  await browser.visit(address);
  await browser.click('sign-out');
  return runs.ended(id);
}
