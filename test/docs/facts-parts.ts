import { type CellInput, isExchange } from '../../src/regression/cell.ts';
import { caseOf } from '../../src/regression/cells.ts';
import { expectationFor } from '../../src/regression/expectation-for.ts';
import { blogSentences } from '../../src/scenarios/blog-sentences.ts';
import { type Fact, marks } from '../../src/scenarios/fact.ts';
import { facts } from '../../src/scenarios/facts.ts';
import { requirements } from '../../src/scenarios/requirements.ts';
import { markdownTable } from './marked-parts.ts';
import { notModelled, sentenceTable } from './sentence-parts.ts';

/** Everything between marks in `docs/facts.md`. */
export function factsParts(cells: readonly CellInput[]): ReadonlyMap<string, string> {
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
