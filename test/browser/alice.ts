import type { Page } from 'playwright-core';

/** What alice does in front of a browser, and what she sees; and who comes after her. */
export const ALICE = { user: 'lab\\alice', password: 'Passw0rd!' };
export const BOB = { user: 'lab\\bob', password: 'Passw0rd!' };

/** Types into the logon form on the page, the gateway's or Exchange's, and clicks its button. */
export async function fillInForm(page: Page, password = ALICE.password): Promise<void> {
  await page.getByLabel('Domain\\user name').pressSequentially(ALICE.user);
  await page.getByLabel('Password').pressSequentially(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Her mail is shown, and its script is ready for clicks. */
export async function seeMail(page: Page): Promise<void> {
  await page.locator('html[data-ready]').waitFor();
  await seeHeading(page, 'Inbox');
  await page.locator('#user', { hasText: ALICE.user }).waitFor();
}

export async function seeHeading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

/** Opens a page that asks with one form (the gateway's or Exchange's), and signs in. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await fillInForm(page);
  await seeMail(page);
}

export async function clickSignOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
}
