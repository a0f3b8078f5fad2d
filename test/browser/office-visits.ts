import type { Page } from 'playwright-core';
import type { Lab } from '../../src/lab/lab.ts';
import { ALICE, seeHeading } from './alice.ts';
import { type Exchanged, received } from './journal.ts';

/** Where people go in Office 365, what they see there, and what a service calls its sessions. */
export const SERVICES = {
  portal: { host: 'portal.office.localhost', start: '/', heading: 'Your services', session: 'portal' },
  owa: { host: 'outlook.mail365.localhost', start: '/owa/', heading: 'Inbox', session: 'outlook' },
  sharepoint: { host: 'contoso.sharepoint.localhost', start: '/', heading: 'Contoso', session: 'contoso' },
  team: { host: 'team.sharepoint.localhost', start: '/', heading: 'Team site', session: 'team' },
} as const;

export type Service = keyof typeof SERVICES;
/** One of KB's three; the other site of SharePoint Online is visited where it matters. */
export type MainService = Exclude<Service, 'team'>;
export const MAIN_SERVICES: readonly MainService[] = ['portal', 'owa', 'sharepoint'];
export const PARTIES = ['logon-server', ...MAIN_SERVICES] as const;

export function startOf(lab: Lab, service: Service): string {
  const { host, start } = SERVICES[service];
  return `http://${host}:${lab.ports.office365}${start}`;
}

/** The page of a service is shown to `person`, in the service's session of this number, and its script is ready for clicks. */
export async function seeService(page: Page, service: Service, number: number, person = ALICE): Promise<void> {
  const { heading, session } = SERVICES[service];
  await page.getByRole('definition').getByText(`${session}-${number}`, { exact: true }).waitFor();
  await seeHeading(page, heading);
  await page.locator('#user', { hasText: person.user }).waitFor();
  await page.locator('html[data-ready]').waitFor();
}

/** The logon server asks for credentials. */
export async function seePrompt(page: Page): Promise<void> {
  await seeHeading(page, 'Sign in');
  await page.getByLabel('Password').waitFor();
}

export async function fillInPrompt(page: Page, person = ALICE, keep = false): Promise<void> {
  await page.getByLabel('User name').fill(person.user);
  await page.getByLabel('Password').fill(person.password);
  await page.getByLabel('Keep me signed in').setChecked(keep);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Opens a service, and is signed in. */
export async function visit(page: Page, lab: Lab, service: Service, number: number, person = ALICE): Promise<void> {
  await page.goto(startOf(lab, service));
  await seeService(page, service, number, person);
}

export async function visitAndBeAsked(page: Page, lab: Lab, service: Service): Promise<void> {
  await page.goto(startOf(lab, service));
  await seePrompt(page);
}

/** Alice opens the three services one after the other. The first asks her, the others do not. */
export async function signInEverywhere(page: Page, lab: Lab, keep = false): Promise<void> {
  for (const service of MAIN_SERVICES) {
    await page.goto(startOf(lab, service));
    if (service === 'portal') await fillInPrompt(page, ALICE, keep);
    await seeService(page, service, 1);
  }
}

export async function clickOn(page: Page, button: 'Sign out' | 'Sign in as a different user'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
}

/** All requests to Office 365 since `since`, without what comes after the first parameter of a query. */
export async function chain(lab: Lab, since: number): Promise<string[]> {
  return (await received(lab, PARTIES, since)).map(inWords);
}

function inWords({ host, method, target, status }: Exchanged): string {
  return `${host.split('.', 1)} ${method} ${target.replace(/&.*/, '')} ${status}`;
}

/** The services' own record of the pages that they showed: to whom, in which session. */
export function pagesShown(lab: Lab, since: number): string[] {
  const shown = lab.recorder.read(since).events.filter(({ kind, status }) => kind === 'response' && status === 200);
  return shown.flatMap(({ host, target, identity, session }) =>
    Object.values(SERVICES).some((service) => host?.startsWith(`${service.host}:`) && target === service.start)
      ? [`${identity} in ${session?.id}`]
      : [],
  );
}

/** What `pagesShown` tells of one such page. */
export function inSession(service: Service, number: number, person = ALICE): string {
  return `${person.user} in ${SERVICES[service].session}-${number}`;
}
