import type { PerService, ServiceName, ServiceOutcome } from '../../scenarios/office365-case.ts';
import type { Office365Input, Office365Result } from '../cell.ts';

const titles: Readonly<Record<ServiceName, string>> = { portal: 'the portal', owa: 'OWA', sharepoint: 'SharePoint' };
const services = Object.keys(titles) as ServiceName[];

/** What a service's outcome looks like, of one and of several. */
const meets: Readonly<Record<ServiceOutcome, readonly [one: string, several: string]>> = {
  'session-alive': ['keeps its session', 'keep their sessions'],
  'silent-relogin': ['signs the user in again without a question', 'sign the user in again without a question'],
  prompt: ['asks for credentials', 'ask for credentials'],
};

type Judged = Omit<Office365Result, 'codes' | 'because'>;

/** One English sentence: what the last step led to, and why. */
export function explainOffice365(cell: Office365Input, result: Judged, acting: ServiceName | null): string {
  const last = cell.steps.at(-1)?.do;
  if (last === 'open-document') return explainDocument(result.after);
  if (last === 'sign-in') return `${explainSignIn(result)}.`;
  if (acting === null || result.after[acting] !== 'silent-relogin')
    return `${capital(describe(services, result.after))}${whyAsked(cell, result)}.`;
  const others = services.filter((service) => service !== acting);
  return `${whatActionDid(result, acting)}; ${describe(others, result.after)}.`;
}

function explainDocument(after: PerService): string {
  const client =
    after.sharepoint === 'session-alive'
      ? 'An Office client finds a cookie of SharePoint that it may use, and opens the document'
      : 'An Office client finds no cookie of SharePoint that it may use, and asks for credentials';
  return `${client}; in the browser ${describe(['portal', 'owa'], after)}.`;
}

function explainSignIn({ user, userOfOrdinaryWindow }: Judged): string {
  const seen =
    typeof user === 'string'
      ? `Every service sees ${user}`
      : capital(services.map((service) => `${titles[service]} sees ${user?.[service] ?? 'nobody'}`).join(', '));
  return userOfOrdinaryWindow === null ? seen : `${seen}, and ${userOfOrdinaryWindow} in the ordinary window`;
}

/** Why a service has a new session without a question. */
function whatActionDid(result: Judged, acting: ServiceName): string {
  const title = capital(titles[acting]);
  const { toldLogonServer: told, gatewaySession, adfsSession, landing } = result;
  if (gatewaySession === 'alive')
    return `${title} clears its cookie and AD FS ${adfsSession === 'alive' ? 'keeps' : 'ends'} its session, but the gateway in front of AD FS keeps its own and hands the credentials on, so nobody is asked at an address that names the realm`;
  const knows = 'the authentication cookie signs the user in again';
  if (landing === '/owa/auth/signout.aspx') return `${title} clears its cookie and rests on a page; at the next visit ${knows}`;
  if (told === null) return `The session of ${titles[acting]} is over, and ${knows}`;
  return `${title} clears its cookie, ${heard[told]}, and ${knows}`;
}

const heard = {
  no: 'nobody tells the logon server',
  'without-cookie': 'the logon server is told without its cookie, which is in another zone',
  'with-cookie': 'the logon server is told with its cookie',
} as const;

/** Why somebody is asked, or is not. */
function whyAsked(cell: Office365Input, result: Judged): string {
  const { toldLogonServer: told, gatewaySession, cleanUps } = result;
  if (told === null) return whyWithoutSignOut(cell, result.after);
  if (gatewaySession === 'ended') return '; the gateway in front of AD FS saw the sign-out too, and ended its session';
  if (told === 'with-cookie' && cleanUps === 'without-cookies')
    return '; the logon server ended the authentication, but its clean-ups reached the other services without their cookies';
  const others = cleanUps === 'with-cookies' ? ', and other services heard of it with their cookies' : '';
  if (told === 'with-cookie') return `; the logon server ended the authentication${others}`;
  return told === 'without-cookie' ? '; the authentication cookie is in a zone that nobody comes to any more' : '';
}

function whyWithoutSignOut({ steps }: Office365Input, after: PerService): string {
  const last = steps.at(-1)?.do;
  const asked = services.some((service) => after[service] === 'prompt');
  if (last === 'private-window') return '; a private window begins without cookies';
  if (last === 'wait') return `; the authentication cookie is ${asked ? 'over' : 'still good'}`;
  if (last !== 'close-and-reopen') return '';
  if (steps.some((step) => step.do === 'clear-cookies')) return '; every cookie was deleted';
  return asked ? '; the cookies went with the browser' : '; the cookies outlive the browser';
}

/** `the portal and OWA keep their sessions; SharePoint asks for credentials`. */
function describe(some: readonly ServiceName[], after: PerService): string {
  const groups = Map.groupBy(some, (service) => after[service]);
  const parts = [...groups].map(([outcome, members]) => `${list(members)} ${meets[outcome][members.length > 1 ? 1 : 0]}`);
  return parts.join('; ');
}

function list(some: readonly ServiceName[]): string {
  const names = some.map((service) => titles[service]);
  return names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
