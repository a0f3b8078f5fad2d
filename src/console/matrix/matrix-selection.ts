import { LabError } from '../../errors.ts';
import { isExchange } from '../../regression/cell.ts';
import { inWords, quote } from '../../rules/quote.ts';
import type { Entry } from './matrix-cells.ts';

/** What Exchange's cells can be chosen by on the page, with the label of the choice. */
export const filterLabels = {
  app: 'Application',
  vdirAuth: 'Authentication',
  client: 'Client',
  via: 'Way',
} as const;

export type FilterKey = keyof typeof filterLabels;
const filterKeys = Object.keys(filterLabels) as FilterKey[];

export const ANY = 'any';

/** The part of the matrix that a page shows: of one suite the cells that have these values. */
export type Selection = { suite: string; filters: Readonly<Partial<Record<FilterKey, string>>> };

/** The story: mailboxes behind a gateway that delegates Basic, where nobody asks for anything else. */
const story: Selection['filters'] = { app: 'owa', vdirAuth: 'basic', client: 'premium', via: 'gateway' };
const STORY_SUITE = 'exchange';

/** The suites, in the order of their cells. */
export function suitesOf(entries: readonly Entry[]): [string, Entry[]][] {
  return [...Map.groupBy(entries, ({ input }) => input.suite)];
}

/** The values that the cells of a suite have for each filter, where that is more than one. */
export function choicesOf(entries: readonly Entry[], suite: string): ReadonlyMap<FilterKey, readonly string[]> {
  const inputs = entries.map(({ input }) => input).filter((input) => input.suite === suite);
  const exchange = inputs.filter(isExchange);
  const choices = filterKeys.map((key) => [key, [...new Set(exchange.map((input) => input[key]))]] as const);
  return new Map(choices.filter(([, values]) => values.length > 1));
}

/**
 * What a query or a form asks for; without filters the story, or all of another suite. `others`: what else the form may hold. Throws
 * bad-request, and says what there is.
 */
export function readSelection(given: URLSearchParams, entries: readonly Entry[], others: readonly string[] = []): Selection {
  const suites = suitesOf(entries).map(([name]) => name);
  const suite = given.get('suite') ?? STORY_SUITE;
  if (!suites.includes(suite)) throw unknown('suite', suite, suites);
  const choices = choicesOf(entries, suite);
  const known = ['suite', ...choices.keys(), ...others];
  const stranger = [...given.keys()].find((key) => !known.includes(key));
  if (stranger !== undefined)
    throw new LabError('bad-request', `there is no ${quote(stranger)} to choose by; there is ${inWords(known, 'and')}`);
  const twice = known.find((key) => given.getAll(key).length > 1);
  if (twice !== undefined) throw new LabError('bad-request', `${twice} is given twice; ${ANY} stands for all`);
  const filters = [...choices].map(([key, values]) => {
    const value = given.get(key) ?? (suite === STORY_SUITE ? story[key] : undefined) ?? ANY;
    if (value !== ANY && !values.includes(value)) throw unknown(key, value, [ANY, ...values]);
    return [key, value];
  });
  return { suite, filters: Object.fromEntries(filters) };
}

function unknown(key: string, value: string, known: readonly string[]): LabError {
  return new LabError('bad-request', `${key}: there is no ${quote(value)}; there is ${inWords(known, 'and')}`);
}

export function entriesIn({ suite, filters }: Selection, entries: readonly Entry[]): Entry[] {
  const wanted = chosen(filters);
  return entries.filter(
    ({ input }) => input.suite === suite && wanted.every(([key, value]) => isExchange(input) && input[key] === value),
  );
}

/** The same as `KEY=VALUE` pairs, as `--only` takes them. */
export function pairsOf({ suite, filters }: Selection): string[] {
  return [`suite=${suite}`, ...chosen(filters).map(([key, value]) => `${key}=${value}`)];
}

/** The same as fields of a query or of a form. */
export function fieldsOf({ suite, filters }: Selection): [string, string][] {
  return [['suite', suite], ...(Object.entries(filters) as [string, string][])];
}

export function pageOf(selection: Selection): string {
  return `/matrix?${new URLSearchParams(fieldsOf(selection))}`;
}

function chosen(filters: Selection['filters']): [FilterKey, string][] {
  return (Object.entries(filters) as [FilterKey, string][]).filter(([, value]) => value !== ANY);
}
