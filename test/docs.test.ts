import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { namesOf } from '../src/cli/settings.ts';
import { loadProfiles } from '../src/exchange/profile.ts';
import { hosts } from '../src/office365/hosts.ts';
import { office365Profiles } from '../src/office365/profiles.ts';
import { services } from '../src/office365/services.ts';
import { type Cell, type CellInput, isExchange, isOffice365 } from '../src/regression/cell.ts';
import { allCells, caseOf } from '../src/regression/cells.ts';
import { expectationFor, matches } from '../src/regression/expectation-for.ts';
import { parseOnly, selectCells } from '../src/regression/only.ts';
import { runMatrix } from '../src/regression/run-matrix.ts';
import { blogSentences } from '../src/scenarios/blog-sentences.ts';
import { facts } from '../src/scenarios/facts.ts';
import { installOrders } from '../src/scenarios/install-orders.ts';
import { kbSentences } from '../src/scenarios/kb-sentences.ts';
import { startConsole } from './console/console-rig.ts';
import { factsParts } from './docs/facts-parts.ts';
import { readParts, writeParts } from './docs/marked-parts.ts';
import { office365Parts } from './docs/office365-parts.ts';
import { proxyParts } from './docs/proxy-parts.ts';
import { readmeParts } from './docs/readme-parts.ts';
import { shownIds } from './docs/shown-cells.ts';
import { cellsAt, isFaulty, storyParts } from './docs/story-parts.ts';

const pages = ['README.md', 'docs/story.md', 'docs/office-365.md', 'docs/facts.md', 'docs/proxy.md', 'docs/console.md'];
const textOf = (page: string) => readFileSync(page, 'utf8');

const profiles = await loadProfiles();
const cells = allCells(profiles);
const report = await runMatrix({ only: new Map([['id', shownIds(cells)]]) });
const all = report.cells as Cell[];
const ran = all.filter(isExchange);

const made = {
  'README.md': readmeParts(cells, all),
  'docs/story.md': await storyParts(ran),
  'docs/office-365.md': await office365Parts(all.filter(isOffice365)),
  'docs/facts.md': factsParts(cells, profiles),
  'docs/proxy.md': proxyParts(),
};

test('every cell that a document shows has run, and came out as documented', (t) => {
  t.deepEqual(
    report.cells.filter((cell) => !cell.agrees).map(({ id }) => id),
    [],
  );
});

for (const [page, parts] of Object.entries(made))
  test(`${page} shows what the program makes (UPDATE_DOCS=1 writes it anew)`, (t) => {
    if (process.env['UPDATE_DOCS']) writeParts(page, parts);
    const shown = readParts(page);
    t.deepEqual([...shown.keys()].sort(), [...parts.keys()].sort());
    for (const [name, text] of parts) t.is(shown.get(name), text, `${page}: ${name}`);
  });

test('diagrams hold to Mermaid’s grammar', (t) => {
  const diagrams = pages.flatMap((page) =>
    [...textOf(page).matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, text]) => text as string),
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
  const tests = globSync('test/**/*.test.ts').flatMap((file) =>
    [...textOf(file).matchAll(/\btest(?:\.serial)?\(\s*'([^'\n]+)'/g)].map(([, title]) => title as string),
  );
  const cited = new Set(everySentence.flatMap(({ test: title }) => title ?? []));
  t.deepEqual(
    [...cited].filter((title) => !tests.includes(title)),
    [],
  );
});

test('every fact that an expectation cites is listed', (t) => {
  const known = new Set(facts.map(({ id }) => id));
  for (const cell of cells) {
    const expected = expectationFor(caseOf(cell));
    if (!expected?.facts.every((id) => known.has(id))) t.fail(`${cell.id} has no expectation, or it cites an unknown fact`);
  }
  for (const { id } of facts) t.true(textOf('docs/facts.md').includes(`<a id="${id}"></a>`), id);
});

test('every fact that a document cites is one', (t) => {
  for (const page of pages)
    for (const [id] of textOf(page).matchAll(/\b[EOT]-\d\d\b/g))
      t.true(
        facts.some((fact) => fact.id === id),
        `${page}: ${id}`,
      );
});

const faults = (order: string) => {
  const steps = installOrders.find(({ name }) => name === order)?.upgrades.length ?? 0;
  return Array.from({ length: steps + 1 }, (_, step) => cellsAt(ran, order, step).filter(isFaulty).length);
};
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

test('every --only that a document shows selects some cell', (t) => {
  const commands = pages.flatMap((page) => [...textOf(page).matchAll(/logoff-lab matrix[^`\n#]*/g)].map(([command]) => command));
  t.true(commands.length >= 5);
  for (const command of commands) {
    const pairs = [...command.matchAll(/--only (\S+)/g)].map(([, pair]) => pair as string);
    if (!pairs.some((pair) => pair.includes('…'))) t.true(selectCells(cells, parseOnly(pairs)).length > 0, command);
  }
});

test('the README names every setting with its flag, variable and default', (t) => {
  const ports = ['port', 'consolePort', 'exchangePort', 'office365Port'] as const;
  const others = ['adminApi', 'office365Profile', 'host', 'consoleHost', 'rules', 'sessions', 'webConfig', 'logLevel'] as const;
  for (const name of [...ports, ...others, 'consoleToken'] as const) {
    const { flag, env, file, value } = namesOf(name);
    const row = `|${flag === null ? '' : ` \`${flag}\``} | \`${env}\` | ${value === null ? '' : `\`${value}\` `}|`;
    t.true(textOf('README.md').includes(row), row);
    if (name === 'consoleToken') t.true(textOf('README.md').includes(`\`${file}\``));
  }
});

test('what a document has curl send to the admin API is accepted', async (t) => {
  const { ask } = await startConsole(t);
  const curl =
    /curl (?:-X (\w+) )?http:\/\/127\.0\.0\.1:8081(\/api\/[\w/]+)(?: -H '([\w-]+): ([\w/]+)')?(?:\s*\\?\s*-d '([^']+)')?/g;
  const commands = pages.flatMap((page) => [...textOf(page).matchAll(curl)]);
  t.true(commands.length >= 10);
  for (const [whole, method = 'GET', path = '', field = '', value = '', body] of commands) {
    const { status, text } = await ask(method, path, body, field ? { [field]: value } : {});
    // 202: it is begun, and closing the console stops it.
    t.true(status === 200 || status === 202, `${whole}: ${status} ${text}`);
  }
});

test('a profile of Office 365 that a document names in a command is one', (t) => {
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/--office365-profile (\S+)/g)].map(([, name]) => name as string),
  );
  t.true(named.length > 0);
  for (const name of named) t.true(office365Profiles.has(name), name);
});

test('each address of Office 365 that a document names is that of a host, and of a page that people open there', (t) => {
  const found = pages.flatMap((page) => [...textOf(page).matchAll(/http:\/\/([\w.]+):8083(\/[\w/]*)/g)]);
  t.true(found.length >= 4);
  for (const [address, host, path = ''] of found) {
    const name = Object.hasOwn(hosts, host ?? '') ? hosts[host as keyof typeof hosts] : 'logon-server';
    const start = name === 'logon-server' ? undefined : services[name].start;
    t.true(start !== undefined && path.startsWith(start), address);
  }
});

test('each row of Office 365 that a document cites is there', (t) => {
  const rows = new Set(cells.filter(isOffice365).flatMap(({ row, step }) => [String(row), `${row}${step ?? ''}`]));
  const cited = [...textOf('docs/office-365.md').matchAll(/\brows? (\d+[a-d]?(?:(?:, | and | to )\d+[a-d]?)*)/gi)];
  t.true(cited.length >= 10);
  for (const [text, list = ''] of cited) for (const row of list.split(/, | and | to /)) t.true(rows.has(row), text);
});

/** As GitHub makes them. */
const anchorsOf = (page: string) => [
  ...[...textOf(page).matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id as string),
  ...[...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    (title as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  ),
];

test('links between the documents lead somewhere', (t) => {
  for (const page of pages)
    for (const [, link, anchor] of textOf(page).matchAll(/\]\((?!http)([^)#\s]*)(?:#([^)]+))?\)/g)) {
      const target = link ? join(dirname(page), link) : page;
      t.true(existsSync(target), `${page}: ${link}`);
      if (anchor) t.true(anchorsOf(target).includes(anchor), `${page}: ${link}#${anchor}`);
    }
});
