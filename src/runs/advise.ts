import type { Profile } from '../exchange/profile.ts';
import {
  type Cell,
  type ExchangeCell,
  type ExchangeExpected,
  type ExchangeInput,
  isEnds,
  isOffice365,
  type Office365Cell,
  type Office365Input,
} from '../regression/cell.ts';
import { idOf } from '../regression/cells.ts';
import { serviceActedAt } from '../regression/office365/judge-office365.ts';
import type { KnownCells } from './known-cells.ts';
import type { Advice } from './run.ts';

/** By name as the Exchange team gives it first (DOMAIN 3.6); the logon page's last, since it may match at the sign-in already (SO-22). */
const recommendedUrls = [
  '/owa/logoff.owa',
  '/logoff.owa',
  '/owa/auth/signout.aspx',
  '/owa/auth/logoff.aspx?Cmd=logoff',
  '?Cmd=logoff',
  '/owa/auth/logon.aspx',
];
/** It was announced and never shipped so (BLOG, update of 2016). */
const NEVER_SHIPPED = '2013-cu9-announced';
/** From this build on the post says what follows when the key is taken out. */
const OPT_IN_FROM = '2013-cu8';
const KEY = 'LogonSettings.SignOutKind';
const fileNames = {
  feOwa: 'FrontEnd\\HttpProxy\\OWA\\web.config',
  beOwa: 'ClientAccess\\OWA\\web.config',
  beEcp: 'ClientAccess\\ECP\\web.config',
} as const satisfies Record<File, string>;
type File = keyof ExchangeInput['signOutKind'];
const files = Object.keys(fileNames) as File[];

/**
 * What would help: changes after which the committed expectations say that the gateway notices the sign-out and asks at the next visit.
 * Expected, not tried: the run with the change shows it. At most one change of the rule, one of the files and one of the build, in this order;
 * none where the sign-out holds already, and none that no cell of the matrix is about. Pure.
 */
export function advise(cell: Cell, profiles: ReadonlyMap<string, Profile>, cells: KnownCells): readonly Advice[] {
  if (isEnds(cell)) return [];
  if (isOffice365(cell)) return adviseOffice365(cell, cells);
  if (cell.via === 'direct' || cell.suite !== 'exchange' || holds(cell)) return [];
  const rule = firstThatHolds(otherRule(cell), cells);
  const edit = firstThatHolds(otherFiles(cell, cells), cells);
  // Who can edit the files of this build needs no other build for it.
  const build = firstThatHolds(laterBuild(cell, profiles, edit.length === 0), cells);
  return [...rule, ...edit, ...build];
}

type Changed = Pick<Advice, 'sentence'> & { input: Omit<ExchangeInput, 'id'> };

function firstThatHolds(candidates: readonly Changed[], cells: KnownCells): Advice[] {
  for (const { sentence, input } of candidates) {
    const found = cells.get(idOf({ ...input, signOutKind: input.signOutKindSource === 'shipped' ? null : input.signOutKind }));
    const known = found && !isOffice365(found) ? found : null;
    const expected = known && cells.expectationFor<ExchangeInput>(known);
    if (known && expected && holds(expected)) return [{ sentence, input: known, mark: expected.mark, facts: expected.facts }];
  }
  return [];
}

/** A dialog cannot be noticed, and a gateway that ends its session at the sign-in has noticed too much (SO-22). */
function holds(told: Pick<ExchangeExpected, 'detected' | 'outcome' | 'promptedBy' | 'proxySession' | 'clientAction'>): boolean {
  const { detected, outcome, promptedBy, proxySession, clientAction } = told;
  return detected && outcome === 'prompt' && promptedBy === 'gateway' && proxySession === 'ended' && clientAction === 'navigate';
}

/** The logoff URL, or how it is matched, but not both. */
function otherRule(cell: ExchangeCell): Changed[] {
  const { match: _, ...others } = cell.options ?? {};
  const options = Object.keys(others).length > 0 ? others : null;
  const input = inputOf(cell);
  const widened = { sentence: 'Match the published server logoff URL anywhere in path and query.', input: { ...input, options } };
  const urls = recommendedUrls.filter((url) => url !== cell.logoffUrl);
  return [
    ...(cell.match === 'contains' || cell.match === null
      ? []
      : [{ ...widened, input: { ...widened.input, match: 'contains' as const } }]),
    ...urls.map((logoffUrl) => ({
      sentence: `Set the published server logoff URL to "${logoffUrl}".`,
      // A rule that watched for nothing matches as rules do by default.
      input: { ...input, logoffUrl, match: cell.match ?? ('contains' as const) },
    })),
  ];
}

/** First the key out of all three files, as the post has it, then fewer files, then other values that the matrix tries. */
function otherFiles(cell: ExchangeCell, cells: KnownCells): Changed[] {
  const input = inputOf(cell);
  const known = cells.all.filter((other): other is ExchangeInput => !isOffice365(other) && differsInFilesAlone(other, cell));
  const changes = known.map((other) => ({
    other,
    changed: files.filter((file) => other.signOutKind[file] !== cell.signOutKind[file]),
  }));
  const rank = ({ other, changed }: (typeof changes)[number]) => {
    const removes = changed.every((file) => other.signOutKind[file] === null);
    const fromAll = files.every((file) => other.signOutKind[file] === null);
    return fromAll ? 0 : removes ? changed.length : 10 + changed.length;
  };
  return changes
    .sort((a, b) => rank(a) - rank(b))
    .map(({ other, changed }) => ({
      sentence: `${editOf(other.signOutKind, changed)}.`,
      input: { ...input, signOutKind: other.signOutKind, signOutKindSource: other.signOutKindSource },
    }));
}

function differsInFilesAlone(other: ExchangeInput, cell: ExchangeCell): boolean {
  const same = (['suite', 'profile', 'frontEnd', 'vdirAuth', 'app', 'client', 'via', 'logoffUrl', 'match'] as const).every(
    (key) => other[key] === cell[key],
  );
  return (
    same &&
    JSON.stringify(other.options) === JSON.stringify(cell.options) &&
    files.some((file) => other.signOutKind[file] !== cell.signOutKind[file])
  );
}

function editOf(kinds: ExchangeInput['signOutKind'], changed: readonly File[]): string {
  const where = (some: readonly File[]) =>
    some.length === files.length ? 'all three web.config files' : some.map((file) => fileNames[file]).join(' and ');
  const removed = changed.filter((file) => kinds[file] === null);
  const set = Map.groupBy(
    changed.filter((file) => kinds[file] !== null),
    (file) => kinds[file],
  );
  const edits = [
    ...(removed.length > 0 ? [`remove ${KEY} from ${where(removed)}`] : []),
    ...[...set].map(([value, some]) => `set ${KEY} to "${value}" in ${where(some)}`),
  ];
  const text = edits.join(', and ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** A later build as it comes; if this one's files cannot help, one with the key taken out; last the one that never shipped. */
function laterBuild(cell: ExchangeCell, profiles: ReadonlyMap<string, Profile>, mayEdit: boolean): Changed[] {
  const names = [...profiles.keys()];
  const later = names.slice(names.indexOf(cell.profile) + 1).filter((name) => name !== NEVER_SHIPPED);
  const optIn = later.filter((name) => mayEdit && names.indexOf(name) >= names.indexOf(OPT_IN_FROM));
  const announced = mayEdit && names.indexOf(NEVER_SHIPPED) > names.indexOf(cell.profile) ? [NEVER_SHIPPED] : [];
  const titleOf = (name: string) => profiles.get(name)?.title ?? name;
  const input = inputOf(cell);
  const shipped = (name: string) => ({
    ...input,
    ...{ profile: name, frontEnd: name, signOutKindSource: 'shipped' as const },
  });
  const removed = { feOwa: null, beOwa: null, beEcp: null };
  const edited = (name: string) => ({ ...shipped(name), signOutKindSource: 'changed' as const, signOutKind: removed });
  return [
    ...later.map((name) => ({ sentence: `Install ${titleOf(name)}.`, input: shipped(name) })),
    ...optIn.map((name) => ({
      sentence: `Install ${titleOf(name)}, and remove ${KEY} from all three web.config files.`,
      input: edited(name),
    })),
    ...announced.map((name) => ({ sentence: `${titleOf(name)} would help, but never shipped so.`, input: shipped(name) })),
  ];
}

/** What was tried, without what came of it. */
function inputOf(cell: ExchangeCell): Omit<ExchangeInput, 'id'> {
  const { suite, profile, frontEnd, vdirAuth, app, client, via, logoffUrl, match, signOutKind, signOutKindSource, options } =
    cell;
  const what = { suite, profile, frontEnd, vdirAuth, app, client, via };
  return { ...what, logoffUrl, match, signOutKind, signOutKindSource, options, installOrder: cell.installOrder };
}

/** The same action where the service is expected to ask: in front of AD FS by another rule, else under another model of Office 365. */
function adviseOffice365(cell: Office365Cell, cells: KnownCells): Advice[] {
  const acting = serviceActedAt(cell);
  if (acting === null || cell.after[acting] === 'prompt') return [];
  const asks = cells.all.filter(isOffice365).flatMap((input) => {
    const expected = sameAction(input, cell) ? cells.expectationFor<Office365Input>(input) : null;
    return expected?.after[acting] === 'prompt' ? [{ input, expected }] : [];
  });
  const byRule = asks.find(({ input }) => input.profile === cell.profile && input.logoffUrl !== cell.logoffUrl);
  const byProfile = asks
    .filter(({ input }) => input.profile !== cell.profile && input.logoffUrl === cell.logoffUrl)
    .sort((a, b) => prompts(b.expected.after) - prompts(a.expected.after))[0];
  return [
    ...(byRule ? [{ ...byRule, sentence: `Have the gateway in front of AD FS watch for "${byRule.input.logoffUrl}".` }] : []),
    ...(byProfile
      ? [
          {
            ...byProfile,
            sentence: `Choose the profile ${byProfile.input.profile}: there this sign-out ends the authentication too.`,
          },
        ]
      : []),
  ].map(({ sentence, input, expected }) => ({ sentence, input, mark: expected.mark, facts: expected.facts }));
}

function sameAction(other: Office365Input, cell: Office365Cell): boolean {
  const keys = ['steps', 'keepMeSignedIn', 'signOutKind', 'ttl', 'options', 'identity'] as const;
  return keys.every((key) => JSON.stringify(other[key]) === JSON.stringify(cell[key]));
}

function prompts(after: Office365Cell['after']): number {
  return Object.values(after).filter((outcome) => outcome === 'prompt').length;
}
