import { signOuts, signOutsOffice365 } from '../../src/console/reading/profiles-page.ts';
import { exchangeOptions } from '../../src/exchange/options.ts';
import type { Profile } from '../../src/exchange/profile.ts';
import { office365Options } from '../../src/office365/options.ts';
import type { Office365Profile } from '../../src/office365/profile.ts';
import { office365Profiles } from '../../src/office365/profiles.ts';
import { type CellInput, isExchange } from '../../src/regression/cell.ts';
import { caseOf } from '../../src/regression/cells.ts';
import { expectationFor } from '../../src/regression/expectation-for.ts';
import { rulesJsonSchema } from '../../src/rules/rules-schema.ts';
import { blogSentences } from '../../src/scenarios/blog-sentences.ts';
import { type Fact, marks } from '../../src/scenarios/fact.ts';
import { facts } from '../../src/scenarios/facts.ts';
import { requirements } from '../../src/scenarios/requirements.ts';
import { markdownTable } from './marked-parts.ts';
import { notModelled, sentenceTable } from './sentence-parts.ts';

/** Everything between marks in `docs/facts.md`. */
export function factsParts(cells: readonly CellInput[], profiles: ReadonlyMap<string, Profile>): ReadonlyMap<string, string> {
  const counts = countsByFact(cells);
  const inRange = (letter: string, from: number, to: number) =>
    factTable(
      facts.filter(({ id }) => id.startsWith(letter) && Number(id.slice(2)) >= from && Number(id.slice(2)) <= to),
      counts,
    );
  return new Map([
    ['marks', markdownTable(['Mark', 'Means', 'Facts', 'Cells'], markRows(cells))],
    ['facts-gateway', inRange('T', 1, 99)],
    ['facts-key', inRange('E', 1, 9)],
    ['facts-answers', inRange('E', 10, 29)],
    ['facts-logon', inRange('E', 30, 99)],
    ['facts-office365', inRange('O', 1, 99)],
    ['requirements', factTable(requirements, counts)],
    ['options-exchange', optionTable(exchangeOptions)],
    ['options-gateway', gatewayOptionTable()],
    ['options-office365', optionTable({ ...office365Options, ...ofTheMatrix })],
    ['profiles', profileTable([...profiles.values()])],
    ['profiles-office365', office365ProfileTable([...office365Profiles.values()])],
    ['sentences', sentenceTable(cells.filter(isExchange), blogSentences)],
    ['not-modelled', notModelled(blogSentences)],
  ]);
}

/** How many cells' expectations cite each fact. */
function countsByFact(cells: readonly CellInput[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cells) for (const id of expectationFor(caseOf(cell))?.facts ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function markRows(cells: readonly CellInput[]): string[][] {
  const resting = Map.groupBy(cells, (cell) => expectationFor(caseOf(cell))?.mark);
  return Object.entries(marks).map(([mark, meaning]) => [
    mark,
    meaning,
    String(facts.filter((fact) => fact.mark === mark).length),
    String(resting.get(mark as Fact['mark'])?.length ?? 0),
  ]);
}

function factTable(some: readonly Fact[], counts: ReadonlyMap<string, number>): string {
  return markdownTable(
    ['Fact', 'Mark', 'What is known', 'Source', 'Cells'],
    some.map(({ id, mark, gist, source, state }) => {
      const cells = String(counts.get(id) ?? '–');
      return [`<a id="${id}"></a>${id}`, mark, gist, source, state ? `${cells}, ${state}` : cells];
    }),
  );
}

const optionHead = ['Option', 'Values (the first is the default)', 'Mark', 'Fact', 'Meaning'];

type NamedOption = { values: readonly string[]; mark: Fact['mark']; fact: string; meaning: string };

/** Not of the mock, but of the Office client with which the matrix asks it. */
const ofTheMatrix = {
  richClient: {
    values: ['persistent-only', 'any-cookie'],
    mark: 'infer',
    fact: 'O-03',
    meaning:
      'which cookies an Office client can use: those that outlive the browser, or any, as KB says literally; of the matrix’s client, so it is set by a case and not while the lab runs',
  },
} as const;

function optionTable(options: Readonly<Record<string, NamedOption>>): string {
  return markdownTable(
    optionHead,
    Object.entries(options).map(([name, { values, mark, fact, meaning }]) => [
      `\`${name}\``,
      values.map((value) => `\`${value}\``).join(', '),
      mark,
      fact,
      meaning,
    ]),
  );
}

type Property = { description?: string; default?: unknown; enum?: string[] };
type LogoffSchema = {
  properties: { rules: { items: { properties: { logoff: { properties: Record<string, Property> }; clearCookies: Property } } } };
};

/** What a rule says about sign-out, besides the string itself, and the fact that leaves it open. */
const gatewayOptions = { match: 'T-02', ignoreCase: 'T-02', onLogoff: 'T-04', forwardToBackend: 'T-04' };

function gatewayOptionTable(): string {
  const schema = rulesJsonSchema() as LogoffSchema;
  const rows = Object.entries(gatewayOptions).map(([name, fact]) => {
    const {
      description = '',
      default: preset,
      enum: values,
    } = schema.properties.rules.items.properties.logoff.properties[name] as Property;
    const all = values ?? [String(preset ?? false), String(!(preset ?? false))];
    const mark = facts.find(({ id }) => id === fact)?.mark ?? '';
    return [`\`${name}\``, all.map((value) => `\`${value}\``).join(', '), mark, fact, description];
  });
  const { description = '' } = schema.properties.rules.items.properties.clearCookies;
  const clearCookies = ['`clearCookies`', 'none, names of cookies', 'infer', '', `${description} Nothing says whether TMG did.`];
  return markdownTable(optionHead, [...rows, clearCookies]);
}

function profileTable(profiles: readonly Profile[]): string {
  return markdownTable(
    ['Build', 'Number', 'Key as shipped', 'Sign-out', 'Notes', 'Facts'],
    profiles.map(({ name, build, signOut, signOutKind, withoutKey, notes, fieldReports = [], facts: cited }) => [
      `\`${name}\``,
      build,
      [...new Set(Object.values(signOutKind))].join(', '),
      signOuts[signOut] + (withoutKey === 'option landing' ? '; without one by option `landing`' : ''),
      [...notes, ...fieldReports.map((report) => `A field report disagrees, and is not emulated: ${report}`)].join(' '),
      cited.join(', '),
    ]),
  );
}

function office365ProfileTable(profiles: readonly Office365Profile[]): string {
  return markdownTable(
    [
      'Profile',
      'Stands for',
      'Sign-out',
      'Logon server answers with',
      'Signed out together',
      'Browser',
      'Mark',
      'Notes',
      'Facts',
    ],
    profiles.map(({ name, title, signOut, logoutStyle, groups, browser, mark, notes, facts: cited }) => [
      `\`${name}\``,
      title,
      signOutsOffice365[signOut],
      signOut === 'service-only' ? '–' : logoutStyle === 'redirect' ? 'a redirect' : 'a page with frames',
      groups.map((group) => group.join(' + ')).join('; '),
      `${browser.zones ? 'zones' : 'no zones'}, third-party cookies ${browser.thirdPartyCookies}`,
      mark,
      notes.join(' '),
      cited.join(', '),
    ]),
  );
}
