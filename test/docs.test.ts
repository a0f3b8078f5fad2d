import test from 'ava';
import { loadProfiles } from '../src/exchange/profile.ts';
import { type Cell, type CellInput, isExchange, isOffice365 } from '../src/regression/cell.ts';
import { allCells, caseOf } from '../src/regression/cells.ts';
import { expectationFor, matches } from '../src/regression/expectation-for.ts';
import { runMatrix } from '../src/regression/run-matrix.ts';
import { blogSentences } from '../src/scenarios/blog-sentences.ts';
import { facts } from '../src/scenarios/facts.ts';
import { installOrders } from '../src/scenarios/install-orders.ts';
import { kbSentences } from '../src/scenarios/kb-sentences.ts';
import { verdictCodes } from '../src/scenarios/verdict-codes.ts';
import { factsParts } from './docs/facts-parts.ts';
import { testMadePage } from './docs/made-page.ts';
import { office365Parts } from './docs/office365-parts.ts';
import { pages, testTitles, textOf } from './docs/pages.ts';
import { proxyParts } from './docs/proxy-parts.ts';
import { readmeParts } from './docs/readme-parts.ts';
import { shownIds } from './docs/shown-cells.ts';
import { cellsAt, isFaulty, storyParts } from './docs/story-parts.ts';
import { cellsOfCodes, shownCodes, verdictParts } from './docs/verdict-parts.ts';

const cells = allCells(await loadProfiles());
const report = await runMatrix({ only: new Map([['id', [...new Set([...shownIds(cells), ...cellsOfCodes])]]]) });
const all = report.cells as Cell[];
const ran = all.filter(isExchange);

const [story, office365] = [await storyParts(ran), await office365Parts(all.filter(isOffice365))];

testMadePage('README.md', readmeParts(cells, all));
testMadePage('docs/story.md', story);
testMadePage('docs/office-365.md', office365);
testMadePage('docs/facts.md', factsParts(cells));
testMadePage('docs/proxy.md', proxyParts());
testMadePage('docs/reference/verdict-codes.md', verdictParts(all));

test('every cell that a document shows has run, and came out as documented', (t) => {
  t.deepEqual(
    report.cells.filter((cell) => !cell.agrees).map(({ id }) => id),
    [],
  );
});

test('diagrams hold to Mermaid’s grammar', (t) => {
  const diagrams = pages.flatMap((page) =>
    [...textOf(page).matchAll(/```mermaid\n(sequenceDiagram\n[\s\S]*?)```/g)].map(([, text]) => text as string),
  );
  t.true(diagrams.length >= 15);
  const line = /^ {4}(participant [A-Z] as [\w ]+|Note over [A-Z]: .+|[A-Z]-?->>[A-Z]: .+)$/;
  for (const diagram of diagrams) {
    const [first, ...lines] = diagram.trimEnd().split('\n');
    t.is(first, 'sequenceDiagram');
    const known = lines.flatMap((text) => /participant ([A-Z]) /.exec(text)?.[1] ?? []);
    for (const text of lines) {
      t.regex(text, line);
      t.notRegex(text.replace(/#\d+;|<br\/>/g, ''), /[#;<&`]|%%|-<|:\d{4,5}|[0-9a-f]{12}/, text);
      const used = /^ {4}(?:Note over ([A-Z])|([A-Z])-?->>([A-Z])):/.exec(text)?.slice(1) ?? [];
      t.true(used.every((id) => id === undefined || known.includes(id)));
    }
    t.is(lines.filter((text) => text.includes('-->>')).length, lines.filter((text) => /[A-Z]->>/.test(text)).length);
    t.true(lines.length <= 32, `a diagram of ${lines.length} lines is too long to read`);
  }
});

const sources = [
  { sentences: blogSentences, cells: cells.filter(isExchange) as CellInput[] },
  { sentences: kbSentences, cells: cells.filter(isOffice365) as CellInput[] },
];
const everySentence = sources.flatMap(({ sentences }) => sentences);

test('each way in which a sentence of BLOG or KB is shown is the way of some cell', (t) => {
  for (const { sentences, cells: some } of sources) {
    const cases = some.map((cell) => caseOf(cell));
    for (const { id, shownBy } of sentences)
      for (const when of shownBy)
        t.true(
          cases.some((tried) => matches(tried, when)),
          `${id}: ${JSON.stringify(when)}`,
        );
  }
});

test('each sentence of BLOG or KB is shown by a cell or a test, or says why it is not modelled', (t) => {
  for (const { id, shownBy, test: title, notModelled } of everySentence)
    t.true(shownBy.length > 0 || title !== undefined || notModelled !== undefined, id);
});

test('a test that a sentence of BLOG or KB cites exists', (t) => {
  const tests = testTitles();
  const cited = new Set(everySentence.flatMap(({ test: title }) => title ?? []));
  t.deepEqual(
    [...cited].filter((title) => !tests.includes(title)),
    [],
  );
});

test('each verdict code says where it can be seen: a cell that has run and shows it, a test that there is, or why in none', (t) => {
  t.deepEqual(
    Object.keys(shownCodes),
    verdictCodes.map(({ code }) => code),
  );
  const tests = testTitles();
  for (const [code, { cells: showing, tests: titles = [], looked }] of Object.entries(shownCodes)) {
    t.true(showing.length > 0 || titles.length > 0 || looked !== undefined, code);
    for (const id of showing) t.true(all.find((cell) => cell.id === id)?.codes.includes(code), `${code}: ${id}`);
    for (const title of titles) t.true(tests.includes(title), `${code}: ${title}`);
  }
});

test('a code of which no cell is said to show it is shown by none that has run', (t) => {
  const seen = new Set(all.flatMap(({ codes }) => codes));
  for (const [code, { cells: showing }] of Object.entries(shownCodes)) if (showing.length === 0) t.false(seen.has(code), code);
});

test('every fact that an expectation cites is listed', (t) => {
  const known = new Set(facts.map(({ id }) => id));
  for (const cell of cells) {
    const expected = expectationFor(caseOf(cell));
    if (!expected?.facts.every((id) => known.has(id))) t.fail(`${cell.id} has no expectation, or it cites an unknown fact`);
  }
  for (const { id } of facts) t.true(textOf('docs/facts.md').includes(`<a id="${id}"></a>`), id);
});

/** How many cells end in an error at each step of an order. Throws where no cell has run: of nothing anything is true. */
function faults(order: string): number[] {
  const upgrades = installOrders.find(({ name }) => name === order)?.upgrades ?? [];
  return [null, ...upgrades].map((_, step) => {
    const there = cellsAt(ran, order, step);
    if (there.length === 0) throw new Error(`${order}: nothing has run at step ${step}`);
    return there.filter(isFaulty).length;
  });
}
const noneOf = (order: string) => faults(order).every((count) => count === 0);

test('[E-25] front ends first: no step ends a sign-out in an error; mailbox servers first: some do', (t) => {
  t.true(noneOf('front-ends-first'));
  t.deepEqual(faults('mailboxes-first'), [0, 2, 4, 6, 8, 4, 0]);
});

test('[E-25] behind upgraded front ends mailbox servers may be upgraded in any order', (t) => {
  t.true(noneOf('front-ends-first') && noneOf('front-ends-first-reversed'));
});

test('[E-25] all servers to CU7 first: no step ends a sign-out in an error', (t) => {
  t.true(noneOf('all-to-cu7-first'));
});

test('[E-25] rolling with the pool on upgraded servers only: no step ends a sign-out in an error; with all servers some do', (t) => {
  t.true(noneOf('rolling-pool'));
  t.deepEqual(faults('accept-the-window'), [0, 2, 2, 0]);
});
