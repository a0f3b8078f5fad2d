import type { ScriptCache } from '../../browser/script-cache.ts';
import { createScriptedBrowser, type ScriptedBrowser } from '../../browser/scripted-browser.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Office365Profile } from '../../office365/profile.ts';
import { office365Profiles } from '../../office365/profiles.ts';
import { spanInMilliseconds } from '../../rules/duration.ts';
import type { Office365Step, ServiceName } from '../../scenarios/office365-case.ts';
import { type Office365Input, services } from '../cell.ts';

/** Somebody at a computer: the window that they are in, and the ordinary one if that is a private window. */
export type Desk = { browser: ScriptedBrowser; ordinary: ScriptedBrowser | null };

/** Where the logon server's entries are in the beginning (O-04). */
const ZONES = { trustedSites: ['*.idp.localhost'], localIntranet: ['*.idp.localhost'] };

const PASSWORD = 'Passw0rd!';
const users = {
  alice: { managed: 'alice@lab.example', federated: 'alice@corp.example', atTheGateway: 'lab\\alice' },
  bob: { managed: 'bob@lab.example', federated: 'bob@corp.example', atTheGateway: 'lab\\bob' },
} as const;
const REALM = 'corp.example';
const MOST_FORMS = 3;

/** The browser in which the profile was seen; one with zones if entries are taken out of them. */
export function openBrowser(lab: Lab, { profile, steps }: Office365Input, cache: ScriptCache | undefined): ScriptedBrowser {
  const { thirdPartyCookies, ...seen } = (office365Profiles.get(profile) as Office365Profile).browser;
  const zones = seen.zones || steps.some((step) => step.do === 'take-out-of-zones');
  return createScriptedBrowser(lab.clock, { thirdPartyCookies, ...(cache && { cache }), ...(zones && { zones: ZONES }) });
}

/** The page of a service that people open; with the name of their realm, if AD FS knows their passwords. */
export function addressOf(lab: Lab, service: ServiceName, { identity }: Office365Input): string {
  const { origin, start } = places[service];
  const realm = identity === 'federated' ? `?whr=${REALM}` : '';
  return `http://${origin}:${lab.ports.office365}${start}${realm}`;
}

/** Where the logon server takes sign-in requests. */
export function logonServerOf({ ports }: Lab): string {
  return `http://login.idp.localhost:${ports.office365}/login.srf`;
}

/** Whether a Host field is that of a site that the steps open. */
export function isOpened(host: string): boolean {
  return Object.values(places).some(({ origin }) => host.startsWith(`${origin}:`));
}

const places = {
  portal: { origin: 'portal.office.localhost', start: '/' },
  owa: { origin: 'outlook.mail365.localhost', start: '/owa/' },
  sharepoint: { origin: 'contoso.sharepoint.localhost', start: '/' },
} as const;

export const DOCUMENT = '/Shared%20Documents/Plan.docx';

/** Does one step. Throws when it cannot be done as told: a form that is not there, a page that is another. */
export async function walkStep(lab: Lab, cell: Office365Input, desk: Desk, step: Office365Step): Promise<void> {
  const { browser } = desk;
  switch (step.do) {
    case 'start':
      return signIn(lab, cell, browser, 'alice', 'portal');
    case 'sign-in':
      return signIn(lab, cell, browser, step.user, step.at);
    case 'sign-out':
    case 'different-user':
      await browser.visit(addressOf(lab, step.at, cell));
      await browser.click(step.do);
      return;
    case 'logoff-from-elsewhere':
      await browser.visit(new URL('/owa/auth/logoff.aspx?Cmd=logoff', addressOf(lab, 'owa', cell)).href);
      return;
    case 'wait':
      return lab.clock.advance(spanInMilliseconds(step.by));
    default:
      return handleBrowser(desk, step);
  }
}

/** Through whatever forms ask, then to the other services; each must let the user in. */
async function signIn(
  lab: Lab,
  cell: Office365Input,
  browser: ScriptedBrowser,
  user: keyof typeof users,
  at: ServiceName,
): Promise<void> {
  const { atTheGateway, ...names } = users[user];
  let page = await browser.visit(addressOf(lab, at, cell));
  for (let forms = 0; forms < MOST_FORMS && page.root.querySelector('form[name="logonForm"]'); forms++) {
    const asksLogonServer = page.root.querySelector('input[name="login"]') !== null;
    const kept: Record<string, string> = cell.keepMeSignedIn ? { KMSI: 'on' } : {};
    const fields = asksLogonServer
      ? { login: names[cell.identity], passwd: PASSWORD, ...kept }
      : { username: atTheGateway, password: PASSWORD };
    page = await browser.submit('logonForm', fields);
  }
  for (const service of [at, ...services.filter((other) => other !== at)]) {
    const { url, status, root } = await browser.visit(addressOf(lab, service, cell));
    if (!root.querySelector('#user')) throw new Error(`set-up: ${user} did not get into ${service}, but to ${url} (${status})`);
  }
}

/** What is done to the browser itself. */
function handleBrowser(desk: Desk, step: Office365Step): void {
  if (step.do === 'clear-cookies') desk.browser.clearCookies();
  if (step.do === 'close-and-reopen') desk.browser.closeAndReopen();
  if (step.do === 'take-out-of-zones') desk.browser.takeOutOfZones(...step.lists);
  if (step.do === 'private-window') {
    desk.ordinary = desk.browser;
    desk.browser = desk.browser.privateWindow();
  }
}
