import { exchangeOptions } from '../../src/exchange/options.ts';
import type { Profile } from '../../src/exchange/profile.ts';
import { type CellInput, type ExchangeInput, isExchange } from '../../src/regression/cell.ts';
import { caseOf } from '../../src/regression/cells.ts';
import { expectationFor } from '../../src/regression/expectation-for.ts';
import { rulesJsonSchema } from '../../src/rules/rules-schema.ts';
import { blogSentences } from '../../src/scenarios/blog-sentences.ts';
import { type Fact, marks } from '../../src/scenarios/fact.ts';
import { facts } from '../../src/scenarios/facts.ts';
import type { SourceSentence } from '../../src/scenarios/source-sentence.ts';
import { markdownTable } from './marked-parts.ts';
import { cellsOfSentences } from './shown-cells.ts';

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
    ['options-exchange', exchangeOptionTable()],
    ['options-gateway', gatewayOptionTable()],
    ['profiles', profileTable([...profiles.values()])],
    ['sentences', sentenceTable(cells.filter(isExchange))],
    ['not-modelled', notModelled()],
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

function exchangeOptionTable(): string {
  return markdownTable(
    optionHead,
    Object.entries(exchangeOptions).map(([name, { values, mark, fact, meaning }]) => [
      `\`${name}\``,
      values.map((value) => `\`${value}\``).join(', '),
      mark,
      fact,
      meaning,
    ]),
  );
}

type Property = { description?: string; default?: unknown; enum?: string[] };
type LogoffSchema = { properties: { rules: { items: { properties: { logoff: { properties: Record<string, Property> } } } } } };

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
  return markdownTable(optionHead, rows);
}

const signOuts: Readonly<Record<Profile['signOut'], string>> = {
  'logoff-page': 'a logoff page of its own',
  legacy: 'the way of CU1, whatever the files say',
  'by-key': 'by the key',
};

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

function sentenceTable(cells: readonly ExchangeInput[]): string {
  const showing = cellsOfSentences(cells);
  return markdownTable(
    ['Sentence', 'Says', 'Shown by'],
    blogSentences.map((sentence) => {
      const { shown, all } = showing.get(sentence.id) ?? { shown: [], all: 0 };
      return [sentence.id, sentence.gist, shownBy(sentence, shown, all)];
    }),
  );
}

function shownBy({ test, notModelled }: SourceSentence, shown: readonly string[], all: number): string {
  const more = all > shown.length ? [`and ${all - shown.length} more`] : [];
  const tests = test === undefined ? [] : [`test “${test}”`];
  const not = notModelled === undefined ? [] : [`not modelled: ${notModelled}`];
  return [...shown.map((id) => `\`${id}\``), ...more, ...tests, ...not].join('<br>');
}

function notModelled(): string {
  return blogSentences.flatMap(({ id, gist, notModelled: why }) => (why ? `- ${id}: ${gist} *${why}*\n` : [])).join('');
}
