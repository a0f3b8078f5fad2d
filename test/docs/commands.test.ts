import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { hosts } from '../../src/office365/hosts.ts';
import { office365Profiles } from '../../src/office365/profiles.ts';
import { services } from '../../src/office365/services.ts';
import { isOffice365 } from '../../src/regression/cell.ts';
import { allCells } from '../../src/regression/cells.ts';
import { parseOnly, selectCells } from '../../src/regression/only.ts';
import { facts } from '../../src/scenarios/facts.ts';
import { startConsole } from '../console/console-rig.ts';
import { pages, textOf } from './pages.ts';

const cells = allCells(await loadProfiles());

/** Builds that a page has its reader add: the runner of pages tries those commands. */
const addedBy = (page: string) =>
  [...textOf(page).matchAll(/file=src\/exchange\/profiles\/([\w-]+)\.ts/g)].map(([, name]) => name as string);

test('every --only that a document shows selects some cell', (t) => {
  const commands = pages.flatMap((page) => {
    const added = addedBy(page);
    const all = [...textOf(page).matchAll(/logoff-lab matrix[^`\n#]*/g)].map(([command]) => command);
    return all.filter((command) => !added.some((name) => command.includes(name)));
  });
  t.true(commands.length >= 5);
  for (const command of commands) {
    const pairs = [...command.matchAll(/--only (\S+)/g)].map(([, pair]) => pair as string);
    if (!pairs.some((pair) => pair.includes('…'))) t.true(selectCells(cells, parseOnly(pairs)).length > 0, command);
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
    [...textOf(page).matchAll(/--office365-profile ([\w-]+)/g)].map(([, name]) => name as string),
  );
  t.true(named.length > 0);
  for (const name of named) t.true(office365Profiles.has(name), name);
});

test('each address of Office 365 that a document names is that of a host, and of a page that people open there', (t) => {
  const found = pages.flatMap((page) => [...textOf(page).matchAll(/http:\/\/([\w.]+):8083(\/[\w/]*)/g)]);
  t.true(found.length >= 3);
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

test('every fact that a document cites is one', (t) => {
  for (const page of pages)
    for (const [id] of textOf(page).matchAll(/\b[EOT]-\d\d\b/g))
      t.true(
        facts.some((fact) => fact.id === id),
        `${page}: ${id}`,
      );
});
