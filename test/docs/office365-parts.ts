import { office365Lifetimes } from '../../src/office365/lifetimes.ts';
import { type Office365Cell, services } from '../../src/regression/cell.ts';
import { office365Columns, serviceOutcomes } from '../../src/regression/report/office365-columns.ts';
import { kbSentences } from '../../src/scenarios/kb-sentences.ts';
import type { Replayed } from '../../src/scenarios/office365-case.ts';
import { type DrawnCell, office365DiagramsOf } from './diagrams.ts';
import { markdownTable } from './marked-parts.ts';
import { sentenceTable } from './sentence-parts.ts';
import { drawnOffice365 } from './shown-cells.ts';

/** Everything between marks in `docs/office-365.md`. */
export async function office365Parts(cells: readonly Office365Cell[]): Promise<ReadonlyMap<string, string>> {
  const named = new Map(cells.map((cell) => [cell.id, cell]));
  const drawn = Object.values(drawnOffice365).map(({ id, part }): DrawnCell => ({ cell: named.get(id) as Office365Cell, part }));
  const diagrams = await office365DiagramsOf(drawn);
  return new Map([
    ...Object.entries(drawnOffice365).map(([name, { id }], at) => [name, `${diagrams[at]}\nCell \`${id}\`\n`] as const),
    ['lifetimes', lifetimeTable()],
    ['rows', rowTable(cells)],
    ['sentences-kb', sentenceTable(cells, kbSentences)],
  ]);
}

/** A row for profiles in which the same comes of the same. */
function rowTable(cells: readonly Office365Cell[]): string {
  const rows = Map.groupBy(cells, (cell) => JSON.stringify([office365Columns.row.show(cell), ...tellOf(cell)]));
  return markdownTable(
    ['Row', 'Profile', 'Action', 'Portal', 'OWA', 'SharePoint', 'Besides', 'Known', 'Facts'],
    [...rows.values()].map((group) => {
      const first = group[0] as Office365Cell;
      return [office365Columns.row.show(first), profilesOf(group), ...tellOf(first)];
    }),
  );
}

const EVERY_PROFILE = 4;

function profilesOf(group: readonly Office365Cell[]): string {
  return group.length === EVERY_PROFILE ? 'all four' : group.map(({ profile }) => `\`${profile}\``).join(', ');
}

function tellOf(cell: Office365Cell): string[] {
  const { expected } = cell;
  const outcomes = services.map((name) => `${outcomeAt(cell, name)}${userAt(cell, name)}`);
  return [office365Columns.action.show(cell), ...outcomes, besides(cell), expected?.mark ?? '', expected?.facts.join(', ') ?? ''];
}

/** Somebody who has just signed in is not there still. */
function outcomeAt({ steps, after }: Office365Cell, name: (typeof services)[number]): string {
  const { inDocument } = serviceOutcomes[after[name]];
  return steps.at(-1)?.do === 'sign-in' ? inDocument.replace('still ', '') : inDocument;
}

/** Who it is, in cells that are about that. */
function userAt({ user, expected }: Office365Cell, name: (typeof services)[number]): string {
  if (expected === null || expected.user === undefined) return '';
  const found = user === null || typeof user === 'string' ? user : user[name];
  return found === null ? '' : ` as ${shortName(found)}`;
}

function shortName(account: string): string {
  return account.replace(/^.*\\/, '');
}

function besides({ steps, landing, gatewaySession, replayed, userOfOrdinaryWindow, expected }: Office365Cell): string {
  const about = (field: keyof NonNullable<typeof expected>) => expected?.[field] !== undefined;
  return [
    ...(steps.at(-1)?.do === 'open-document' ? ['SharePoint: what the Office client meets'] : []),
    ...(about('landing') ? [`rests on \`${landing}\``] : []),
    ...(about('gatewaySession') ? [`gateway’s session ${gatewaySession}`] : []),
    ...(about('userOfOrdinaryWindow') && userOfOrdinaryWindow ? [`ordinary window: ${shortName(userOfOrdinaryWindow)}`] : []),
    ...(about('replayed') && replayed ? [describeReplay(replayed)] : []),
  ].join('; ');
}

const tiers: Readonly<Record<keyof Replayed, string>> = {
  portal: 'portal',
  owa: 'OWA',
  sharepoint: 'SharePoint',
  logonServer: 'logon server',
};

/** `old cookies refused by OWA, accepted by portal, SharePoint, logon server`. */
function describeReplay(replayed: Replayed): string {
  const groups = Map.groupBy(Object.keys(tiers) as (keyof Replayed)[], (tier) => replayed[tier]);
  if (groups.size === 1) return `old cookies ${[...groups.keys()][0]} by all`;
  return `old cookies ${[...groups].map(([what, some]) => `${what} by ${some.map((tier) => tiers[tier]).join(', ')}`).join('; ')}`;
}

function lifetimeTable(): string {
  return markdownTable(
    ['Name', 'Of the', 'Lasts', 'Counted from', 'Known', 'Facts'],
    Object.entries(office365Lifetimes).map(([name, { ms, of, since, mark, facts }]) => [
      `\`${name}\``,
      of,
      inWords(ms),
      since,
      mark,
      facts.join(', '),
    ]),
  );
}

function inWords(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours === 1) return 'an hour';
  return hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;
}
