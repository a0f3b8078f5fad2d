import { LabError } from '../errors.ts';
import { readOptions } from '../exchange/options.ts';
import { closesWindowOnLogout } from '../exchange/sign-out.ts';
import type { Lab } from '../lab/lab.ts';
import { SWITCHED_LABEL, SWITCHED_NAME, serverWith } from '../lab/lab-setting.ts';
import { office365Profiles } from '../office365/profiles.ts';
import { type Cell, type ExchangeInput, isOffice365, type Office365Input } from '../regression/cell.ts';
import { serviceActedAt } from '../regression/office365/judge-office365.ts';
import { addressOf } from '../regression/office365/walk-steps.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { KnownCells } from './known-cells.ts';
import type { RunInput } from './run.ts';
import { exchangeVerdict, office365Verdict } from './verdict.ts';
import { type ExchangeWatch, nextVisit, sessionCookiesOf, watchExchange, watched } from './watch-exchange.ts';
import { nextVisitOffice365, type Office365Watch, watchedOffice365, watchOffice365 } from './watch-office365.ts';

export type Watch = ExchangeWatch | Office365Watch;

/** Where a person begins, and begins again. */
export function addressFor(lab: Lab, input: RunInput): string {
  if (isOffice365(input)) return addressOf(lab, serviceActedAt(input) ?? 'portal', input);
  const port = input.via === 'direct' ? lab.ports.exchange : lab.ports.gateway;
  return `http://${SWITCHED_NAME}:${port}${startOf(input)}`;
}

/** Options and the page on which the password is changed are opened from the mailbox. */
function startOf({ client }: ExchangeInput): string {
  if (client === 'light') return '/owa/?layout=light';
  return client === 'explicit' ? '/owa/alice@lab.example/' : '/owa/';
}

/** Throws bad-request for what a person cannot do with a browser, or the trace would not show. */
export function watchFor(lab: Lab, input: RunInput): Watch {
  if (isOffice365(input)) {
    const watch = watchOffice365(input);
    if (watch) return watch;
    throw new LabError(
      'bad-request',
      `${input.id} takes more than a sign-in at Office 365 and a sign-out: have it driven instead`,
    );
  }
  if (input.via === 'direct' || input.suite !== 'exchange')
    throw new LabError('bad-request', `${input.id} does not come through the gateway as people do: have it driven instead`);
  const [mailbox, frontEnd] = [input.profile, input.frontEnd].map((name) => lab.profiles.get(name));
  if (!mailbox || !frontEnd) throw new LabError('bad-request', `there is no profile "${input.profile}"`);
  return watchExchange({ name: SWITCHED_NAME, sessionCookies: sessionCookiesOf(mailbox, frontEnd) });
}

export function watchedBy(watch: Watch, event: TraceEvent): Watch {
  return watch.kind === 'exchange' ? watched(watch, event) : watchedOffice365(watch, event);
}

/**
 * The next visit begins with the event of this number. Throws bad-request before anybody has signed in, and where nobody has signed out:
 * without a request only a dialog can be that, and only where the client would show one (E-03, E-04).
 */
export function visitBegun(lab: Lab, watch: Watch, input: RunInput, seq: number): Watch {
  if (watch.state === 'waiting for sign-in')
    throw new LabError('bad-request', 'nobody has signed in yet: open the address and sign in');
  const silently = watch.state === 'signed in';
  if (silently && (isOffice365(input) || !mayShowDialog(lab, input)))
    throw new LabError('bad-request', 'nobody has signed out yet, and here Sign out does request something: click on it first');
  return watch.kind === 'exchange' ? nextVisit(watch, seq) : nextVisitOffice365(watch, seq);
}

/** Whether the mock tells the clients of now to show a dialog instead of requesting anything. */
function mayShowDialog(lab: Lab, { app, vdirAuth }: ExchangeInput): boolean {
  const file = app === 'ecp' ? 'beEcp' : 'beOwa';
  const server = serverWith(file, lab.exchange.servers(SWITCHED_LABEL));
  return server !== undefined && closesWindowOnLogout(server.part(file, readOptions(lab.setting().options)), vdirAuth);
}

/** What a run by hand came to; null while there is nothing to judge. */
export function judgedByHand(watch: Watch, input: RunInput, cells: KnownCells): Cell | null {
  if (watch.seen === null) return null;
  if (watch.kind === 'exchange') return exchangeVerdict(input as ExchangeInput, watch.seen, cells);
  const { zones, thirdPartyCookies } = (office365Profiles.get((input as Office365Input).profile)?.browser ?? {}) as {
    zones?: boolean;
    thirdPartyCookies?: string;
  };
  // Nobody knows whether the person's browser is of the kind that the expectation is about.
  const ordinary = !zones && thirdPartyCookies !== 'blocked';
  return office365Verdict(input as Office365Input, watch.seen, ordinary ? cells : null);
}
