import { isOffice365 } from '../regression/cell.ts';
import type { ServiceName } from '../scenarios/office365-case.ts';
import type { RunInput } from './run.ts';
import type { ExchangeWatch } from './watch-exchange.ts';
import { notOpened, type Office365Watch } from './watch-office365.ts';

const titles: Readonly<Record<ServiceName, string>> = { portal: 'the portal', owa: 'Outlook Web App', sharepoint: 'SharePoint' };

/** What a person does next in a run by hand, in one sentence; null when there is nothing to do. */
export function hintFor(input: RunInput, watch: ExchangeWatch | Office365Watch): string | null {
  switch (watch.state) {
    case 'waiting for sign-in':
      return watch.kind === 'office365' ? hintToOpen(watch) : 'Open the address and sign in.';
    case 'signed in':
      return hintToSignOut(input);
    case 'signing out':
      return 'The sign-out is under way; when nothing more happens, open the address again.';
    case 'waiting for next visit':
      return 'Open the address again.';
    default:
      return null;
  }
}

function hintToOpen(watch: Office365Watch): string {
  const left = notOpened(watch).map((service) => titles[service]);
  if (left.length === Object.keys(titles).length)
    return 'Open the address and sign in; then open the other two of the portal, Outlook Web App and SharePoint, by the links at the top of its page.';
  return `Open ${left.join(' and ')} too.`;
}

function hintToSignOut(input: RunInput): string {
  if (isOffice365(input)) {
    const last = input.steps.at(-1);
    const where = last && 'at' in last ? titles[last.at as ServiceName] : 'the service';
    const what = last?.do === 'different-user' ? 'Sign in as a different user' : 'Sign out';
    return `Choose ${what} at ${where}.`;
  }
  if (input.client === 'typed') return 'Type /owa/logoff.owa behind the name of the site, and go there.';
  if (input.client === 'password-change') return 'Change the password, and sign out on the page that follows.';
  const page = input.app === 'ecp' ? 'Open Options and click on Sign out there' : 'Click on Sign out';
  return `${page}; if all that comes is a dialog, open the address again.`;
}
