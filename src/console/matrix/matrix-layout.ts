import { type ExchangeInput, isExchange } from '../../regression/cell.ts';
import { describeInputs, type InputColumn, inputColumns, NONE, varies } from '../../regression/report/columns.ts';
import type { Entry } from './matrix-cells.ts';

type Column = InputColumn<ExchangeInput>;
export type ExchangeEntry = Entry & { input: ExchangeInput };

/** A table of cells: rows by what is tried, columns by the published server logoff URL. */
export type ExchangeTable = {
  caption: string;
  heads: readonly Column[];
  urls: readonly string[];
  rows: readonly ExchangeTableRow[];
};
/** `heads`: what the row is about, the build first; `cells` by their URL. */
export type ExchangeTableRow = { heads: readonly string[]; cells: ReadonlyMap<string, ExchangeEntry> };

const { profile, step, path, kinds, options, installOrder, app, client, vdirAuth } = inputColumns;

const build: Column = { title: profile.title, show: describeBuild };

/** What may tell rows apart, and what may tell tables apart. */
const ofRows: readonly Column[] = [build, step, path, kinds, options];
const ofTables: readonly Column[] = [installOrder, app, client, vdirAuth];

/** Lays out the cells that are Exchange's. What is out of the ordinary has tables of its own, so that the others stay small. */
export function layOutExchange(entries: readonly Entry[]): ExchangeTable[] {
  const exchange = entries.filter((entry): entry is ExchangeEntry => isExchange(entry.input));
  const inputs = exchange.map(({ input }) => input);
  const captions = ofTables.filter((column) => varies(column, inputs));
  const captionOf = ({ input }: ExchangeEntry) =>
    [describeInputs(captions, input), kindOfTable(input)].filter(Boolean).join(' · ');
  const urls = [...new Set(inputs.map(urlOf))];
  return [...Map.groupBy(byBuild(exchange), captionOf)].map(([caption, group]) => tableOf(caption, group, urls));
}

/** `urls`: those of all tables, in the order of each. */
function tableOf(caption: string, entries: readonly ExchangeEntry[], urls: readonly string[]): ExchangeTable {
  const inputs = entries.map(({ input }) => input);
  const heads = ofRows.filter((column) => column === build || column === kinds || varies(column, inputs));
  const headsOf = ({ input }: ExchangeEntry) => heads.map(({ show }) => show(input));
  const rows = [...Map.groupBy(entries, (entry) => JSON.stringify(headsOf(entry))).values()].map((group) => ({
    heads: headsOf(group[0] as ExchangeEntry),
    cells: new Map(group.map((entry) => [urlOf(entry.input), entry])),
  }));
  const own = new Set(inputs.map(urlOf));
  return { caption, heads, urls: urls.filter((url) => own.has(url)), rows };
}

/** Rows of a build stand together, in the order in which the builds first come. Steps of an upgrade stay in theirs. */
function byBuild(entries: readonly ExchangeEntry[]): ExchangeEntry[] {
  if (entries[0]?.input.installOrder) return [...entries];
  return [...Map.groupBy(entries, ({ input }) => input.profile).values()].flat();
}

function kindOfTable(input: ExchangeInput): string {
  if (input.suite !== 'exchange') return '';
  if (input.frontEnd !== input.profile) return 'front end of another build';
  return options.show(input) === NONE ? '' : 'named options';
}

function describeBuild({ frontEnd, profile }: ExchangeInput): string {
  return frontEnd === profile ? profile : `${profile} behind ${frontEnd}`;
}

/** The column of a cell: how the URL is matched stands in its row, as a named option. */
export function urlOf({ via, logoffUrl }: ExchangeInput): string {
  return via === 'direct' ? '(no gateway)' : (logoffUrl ?? '(none)');
}
