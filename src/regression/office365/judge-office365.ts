import type {
  Office365Expectation,
  Office365Step,
  PerService,
  Replayed,
  ServiceName,
  ServiceOutcome,
} from '../../scenarios/office365-case.ts';
import { type Office365Input, type Office365Result, services } from '../cell.ts';
import { fieldAt } from '../field-at.ts';
import { explainOffice365 } from './explain-office365.ts';

/** Somebody signed in: the public id of the session, and whom the party's journal saw. */
export type Seen = { session: string; user: string };

type PerTier = Readonly<Record<ServiceName | 'logonServer', Seen | null>>;

export type PromptedBy = 'gateway' | 'backend';

/** Everything that was seen around the last step of a case. */
export type Office365Observation = {
  /** By one request each, before and after; null: nobody is signed in there. */
  before: PerTier;
  after: PerTier;
  /** By a fresh visit, where the request found nobody: who is signed in then, or whose form asks. */
  visits: Partial<Record<ServiceName, Seen | PromptedBy>>;
  /** After a sign-out: the cookies of before, sent again. */
  replayed: Replayed | null;
  /** Whether a sign-out reached the logon server, and with the authentication cookie; null: it was none. */
  toldLogonServer: 'no' | 'without-cookie' | 'with-cookie' | null;
  /** Whether a sign-out had other services asked to clean up, and with the cookies of their sessions; null: it was none. */
  cleanUps: Office365Result['cleanUps'];
  gatewaySession: 'alive' | 'ended' | null;
  adfsSession: 'alive' | 'ended' | null;
  /** By one request each in the ordinary window, if the last step was in a private one. */
  inOrdinary: PerTier | null;
  /** Path of the page on which a sign-out came to rest. */
  landing: string | null;
  /** Whether an Office client got the document that it asked for. */
  documentOpened: boolean | null;
  /** Numbers of the trace events with which the last step, the probes and the fresh visits begin. */
  from: { action: number; probes: number; freshVisits: number };
};

/** Says what an observation amounts to (DOMAIN §4 and §5), in fields, verdict codes and one sentence. Pure. */
export function judgeOffice365(cell: Office365Input, seen: Office365Observation): Office365Result {
  const acting = serviceActedAt(cell);
  const before = perService((service) => (seen.before[service] ? 'session-alive' : 'prompt'));
  const after = perService((service) => outcomeOf(cell, seen, service));
  const result = {
    before,
    after,
    user: usersOf(seen),
    userOfOrdinaryWindow: seen.inOrdinary && oneOf(services.map((service) => seen.inOrdinary?.[service]?.user)),
    newSession: acting && isNewSession(cell, seen, acting),
    landing: seen.landing,
    toldLogonServer: seen.toldLogonServer,
    cleanUps: seen.cleanUps,
    promptedBy: promptedBy(seen),
    gatewaySession: seen.gatewaySession,
    adfsSession: seen.adfsSession,
    replayed: seen.replayed,
  };
  return { ...result, codes: codesFor(cell, result), because: explainOffice365(cell, result, acting) };
}

/** The service whose session the last step is about; null if it is about none in particular. */
export function serviceActedAt({ steps }: Office365Input): ServiceName | null {
  const last = steps.at(-1) as Office365Step;
  if (last.do === 'sign-out' || last.do === 'different-user') return last.at;
  if (last.do === 'logoff-from-elsewhere') return 'owa';
  return last.do === 'wait' ? (last.ends ?? null) : null;
}

/**
 * For the service acted at the outcome of the action: the session of before is still there, or a new one came about, or a form asks.
 * Where the action left neither a session nor a form, and for all others, it is what the next visit meets.
 */
function outcomeOf(cell: Office365Input, seen: Office365Observation, service: ServiceName): ServiceOutcome {
  if (service === 'sharepoint' && seen.documentOpened !== null) return seen.documentOpened ? 'session-alive' : 'prompt';
  const found = seen.after[service];
  const isRenewed = service === serviceActedAt(cell) && found?.session !== seen.before[service]?.session;
  if (found) return isRenewed ? 'silent-relogin' : 'session-alive';
  return signedIn(seen.visits[service]) ? 'silent-relogin' : 'prompt';
}

/** What a sign-out itself brings; where time went by, what the next visit brings. */
function isNewSession({ steps }: Office365Input, { before, after, visits }: Office365Observation, service: ServiceName): boolean {
  const now = steps.at(-1)?.do === 'wait' ? (after[service] ?? signedIn(visits[service])) : after[service];
  return !!now && now.session !== before[service]?.session;
}

/** Whom the services' journals see, service by service; one name if it is the same wherever somebody is signed in. */
function usersOf({ after, visits }: Office365Observation): Office365Result['user'] {
  const users = services.map((service) => [service, (after[service] ?? signedIn(visits[service]))?.user ?? null] as const);
  const names = new Set(users.flatMap(([, user]) => user ?? []));
  return names.size > 1 ? (Object.fromEntries(users) as Record<ServiceName, string | null>) : ([...names][0] ?? null);
}

function signedIn(visit: Seen | PromptedBy | undefined): Seen | null {
  return typeof visit === 'object' ? visit : null;
}

/** The gateway's form stands before all others. */
function promptedBy({ visits }: Office365Observation): PromptedBy | null {
  const forms = services.flatMap((service) => (typeof visits[service] === 'string' ? visits[service] : []));
  return forms.find((form) => form === 'gateway') ?? forms[0] ?? null;
}

function oneOf(users: readonly (string | undefined)[]): string | null {
  const names = new Set(users);
  return names.size === 1 ? ([...names][0] ?? null) : null;
}

function perService(outcome: (service: ServiceName) => ServiceOutcome): PerService {
  return { portal: outcome('portal'), owa: outcome('owa'), sharepoint: outcome('sharepoint') };
}

function codesFor(cell: Office365Input, result: Omit<Office365Result, 'codes' | 'because'>): string[] {
  const { after, replayed, user } = result;
  const acting = serviceActedAt(cell);
  const last = cell.steps.at(-1)?.do;
  const signedOut = replayed !== null && acting !== null;
  const siblings = services.filter((service) => service !== acting);
  const siblingStays = siblings.some((service) => after[service] === 'session-alive');
  const silent = acting !== null && after[acting] === 'silent-relogin';
  const cleared = cell.steps.some((step) => step.do === 'clear-cookies');
  const codes: [code: string, holds: boolean][] = [
    ['SO-01', signedOut && silent && cell.identity === 'managed'],
    ['SO-02', signedOut && result.gatewaySession === 'alive'],
    ['SO-04', (signedOut && siblingStays) || (last === 'sign-in' && typeof user === 'object' && user !== null)],
    ['SO-05', signedOut && result.adfsSession === 'alive'],
    ['SO-06', signedOut && replayed?.[acting] === 'accepted'],
    ['SO-08', last === 'close-and-reopen' && !cleared && services.some((service) => after[service] !== 'prompt')],
    ['SO-17', signedOut && siblingStays && result.cleanUps === 'without-cookies'],
  ];
  return codes.filter(([, holds]) => holds).map(([code]) => code);
}

/** Fields of a result that are as expected, or not, if the expectation has them. */
export const comparedOffice365 = [
  'after',
  'user',
  'userOfOrdinaryWindow',
  'newSession',
  'landing',
  'toldLogonServer',
  'cleanUps',
  'promptedBy',
  'gatewaySession',
  'adfsSession',
  'replayed',
] as const satisfies readonly (keyof Office365Expectation)[];

/** Names of the fields in which a result is not as expected, dotted where the expectation has a value for each service. */
export function differencesOffice365(
  result: Omit<Office365Result, 'codes' | 'because'>,
  expected: Office365Expectation,
): string[] {
  const fields = comparedOffice365.flatMap((field) => {
    const wanted = expected[field];
    if (wanted === undefined) return [];
    return typeof wanted === 'object' ? Object.keys(wanted).map((part) => `${field}.${part}`) : [field];
  });
  return fields.filter((field) => fieldAt(result, field) !== fieldAt(expected, field));
}
