import { LabError } from '../errors.ts';
import type { Profile } from '../exchange/profile.ts';
import { webConfigText } from '../exchange/web-config/shipped-web-config.ts';
import { type ExchangeInput, isOffice365, type Office365Input } from '../regression/cell.ts';
import { idOf, shippedKinds } from '../regression/cells.ts';
import { checkLogoffUrl } from '../rules/check-url.ts';
import { nearest } from '../rules/nearest.ts';
import { quote } from '../rules/quote.ts';
import type { ExchangeCase } from '../scenarios/exchange-case.ts';
import { logoffUrls } from '../scenarios/exchange-cases.ts';
import type { KnownCells } from './known-cells.ts';
import type { RunInput } from './run.ts';

type File = keyof ExchangeInput['signOutKind'];

/** What a form says: texts that may be anything. */
export type Choice = ExchangeChoice | Office365Choice;
export type ExchangeChoice = {
  profile: string;
  vdirAuth: string;
  /** Per web.config: as the build ships it, null for no key, or a value. */
  signOutKind: Readonly<Record<File, 'shipped' | string | null>>;
  app: string;
  client: string;
  /** null: the rule watches for nothing. */
  logoffUrl: string | null;
  match: string;
};
/** `row`: a cell's row and step, as in `7b`, and options behind it where there are several: `1/logoutStyle=page`. */
export type Office365Choice = { office365: { profile: string; row: string } };

/** What there is to choose, for selects. */
export type Choices = {
  profiles: readonly { name: string; title: string }[];
  vdirAuths: readonly string[];
  apps: readonly string[];
  clients: readonly string[];
  /** The logoff URLs that the matrix tries. */
  logoffUrls: readonly string[];
  matches: readonly string[];
  office365: readonly { profile: string; rows: readonly { row: string; action: string }[] }[];
};

const files = ['feOwa', 'beOwa', 'beEcp'] as const satisfies readonly File[];
const vdirAuths: readonly ExchangeCase['vdirAuth'][] = ['basic', 'windows', 'digest', 'fba', 'adfs'];
const apps: readonly ExchangeCase['app'][] = ['owa', 'ecp'];
/** Of people: an add-in has no Sign out that could be clicked, and comes without a gateway. */
const clients: readonly ExchangeCase['client'][] = ['premium', 'light', 'explicit', 'typed', 'password-change'];
const matches: readonly NonNullable<ExchangeCase['match']>[] = ['contains', 'query', 'exact'];
const LONGEST_VALUE = 200;
const LONGEST_URL = 2_048;

export function choices(profiles: ReadonlyMap<string, Profile>, cells: KnownCells): Choices {
  const office365 = Map.groupBy(cells.all.filter(isOffice365), ({ profile }) => profile);
  return {
    profiles: [...profiles.values()].map(({ name, title }) => ({ name, title })),
    vdirAuths,
    apps,
    clients,
    logoffUrls: [...new Set(Object.values(logoffUrls))],
    matches,
    office365: [...office365].map(([profile, inputs]) => ({
      profile,
      rows: inputs.map((input) => ({ row: rowOf(input), action: input.action })),
    })),
  };
}

/**
 * The run that somebody has chosen: a cell of the matrix, or one like it with an id by the same scheme. Throws bad-request with every
 * problem.
 */
export function inputFor(choice: Choice, profiles: ReadonlyMap<string, Profile>, cells: KnownCells): RunInput {
  return 'office365' in choice ? office365Input(choice.office365, cells) : exchangeInput(choice, profiles, cells);
}

function office365Input({ profile, row }: Office365Choice['office365'], cells: KnownCells): Office365Input {
  const all = cells.all.filter(isOffice365);
  const names = [...new Set(all.map((input) => input.profile))];
  const ofProfile = all.filter((input) => input.profile === profile);
  const found = ofProfile.find((input) => rowOf(input) === row);
  if (found) return found;
  if (ofProfile.length === 0) throw badRequest([unknown('Office 365 profile', profile, names)]);
  throw badRequest([unknown(`row of ${profile}`, row, ofProfile.map(rowOf))]);
}

function rowOf({ id, profile }: Office365Input): string {
  return id.slice(`office365/${profile}/`.length);
}

function exchangeInput(choice: ExchangeChoice, profiles: ReadonlyMap<string, Profile>, cells: KnownCells): ExchangeInput {
  const problems = [...unknownIn(choice, profiles), ...faultsOf(choice)];
  if (problems.length > 0) throw badRequest(problems);
  const { profile, vdirAuth, app, client, match } = choice as ExchangeChoice &
    Pick<ExchangeCase, 'vdirAuth' | 'app' | 'client' | 'match'>;
  const { logoffUrl } = choice;
  const shipped = shippedKinds(profiles, { profile, frontEnd: profile });
  const signOutKind = Object.fromEntries(
    files.map((file) => [file, choice.signOutKind[file] === 'shipped' ? shipped[file] : choice.signOutKind[file]]),
  ) as ExchangeInput['signOutKind'];
  const isChanged = files.some((file) => signOutKind[file] !== shipped[file]);
  const chosen = {
    suite: 'exchange',
    frontEnd: profile,
    ...{ profile, vdirAuth, app, client },
    via: 'gateway',
    logoffUrl,
    match: logoffUrl === null ? null : match,
    signOutKindSource: isChanged ? 'changed' : 'shipped',
    options: logoffUrl === null || match === 'contains' || match === null ? null : { match },
    installOrder: null,
  } as const;
  const id = idOf({ ...chosen, signOutKind: isChanged ? signOutKind : null });
  const impossible = cells.get(id) ? [] : impossibleIn({ profile, vdirAuth, app, client }, cells);
  if (impossible.length > 0) throw badRequest(impossible);
  return { id, ...chosen, signOutKind };
}

function unknownIn(choice: ExchangeChoice, profiles: ReadonlyMap<string, Profile>): string[] {
  const asked = [
    ['profile', choice.profile, [...profiles.keys()]],
    ['authentication', choice.vdirAuth, vdirAuths],
    ['application', choice.app, apps],
    ['client', choice.client, clients],
    ['match', choice.match, matches],
  ] as const;
  return asked.flatMap(([what, given, known]) => (known.some((one) => one === given) ? [] : unknown(what, given, known)));
}

function unknown(what: string, given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  return `there is no ${what} ${quote(given)}${near ? `; did you mean ${near}?` : ` (there are ${known.join(', ')})`}`;
}

/** What the lab would refuse. */
function faultsOf({ signOutKind, logoffUrl }: ExchangeChoice): string[] {
  const kinds = files.flatMap((file) => faultOfValue(file, signOutKind[file]));
  if (logoffUrl === null) return kinds;
  const finding = checkLogoffUrl(logoffUrl);
  const url = logoffUrl.length > LONGEST_URL ? `at most ${LONGEST_URL} characters` : finding?.message;
  return [...kinds, ...(url === undefined ? [] : [`logoff URL: ${url}`])];
}

function faultOfValue(file: File, value: string | null): string[] {
  if (value === null) return [];
  if (value.length > LONGEST_VALUE) return [`SignOutKind of ${file}: at most ${LONGEST_VALUE} characters`];
  try {
    webConfigText(file, '', { value });
    return [];
  } catch (error) {
    return [`SignOutKind of ${file}: ${(error as Error).message}`];
  }
}

/** What no such build has: of the matrix' own cases, since they try whatever there is. */
function impossibleIn({ profile, vdirAuth, app, client }: ClientOf, cells: KnownCells): string[] {
  const tried = (wanted: Partial<ClientOf>) =>
    cells.all.some((cell) => Object.entries(wanted).every(([key, value]) => cell[key as keyof RunInput] === value));
  if (!tried({ profile })) return []; // a build that somebody has added
  if (!tried({ profile, app })) return [`${profile} has no ECP`];
  if (!tried({ profile, vdirAuth })) return [`${profile} does not know AD FS: builds from 2013 Service Pack 1 (2013-cu4) on do`];
  if (!tried({ profile, app, client })) return [`ECP has no client "${client}": choose premium`];
  return tried({ profile, vdirAuth, app, client }) ? [] : ['with AD FS only the client premium is known'];
}

type ClientOf = Pick<ExchangeCase, 'profile' | 'vdirAuth' | 'app' | 'client'>;

function badRequest(problems: readonly string[]): LabError {
  return new LabError('bad-request', problems.join('; '));
}
