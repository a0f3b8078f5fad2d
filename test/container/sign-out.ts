import type { ExecutionContext } from 'ava';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { runningClock } from '../../src/clock.ts';

/** Signs alice in at a published site on a port of this machine, clicks *Sign out*, and opens the address again: what is there then? */
export async function signOut(t: ExecutionContext, label: string, port: number): Promise<'form' | 'mail'> {
  const browser = createScriptedBrowser(runningClock());
  t.teardown(() => browser.close());
  const home = `http://${label}.localhost:${port}/owa/`;
  const isForm = () => browser.page()?.root.querySelector('form[name="logonForm"]') !== null;
  await browser.visit(home);
  t.true(isForm());
  await browser.submit('logonForm', { username: 'lab\\alice', password: 'Passw0rd!' });
  t.false(isForm());
  await browser.click('sign-out');
  await browser.visit(home);
  return isForm() ? 'form' : 'mail';
}
