import test, { type ExecutionContext } from 'ava';
import { parse } from 'node-html-parser';
import { exchangeOptions } from '../../src/exchange/options.ts';
import { office365Options } from '../../src/office365/options.ts';
import { office365Profiles } from '../../src/office365/profiles.ts';
import { marks } from '../../src/scenarios/fact.ts';
import { facts } from '../../src/scenarios/facts.ts';
import { verdictCodes } from '../../src/scenarios/verdict-codes.ts';
import { startConsole } from './console-rig.ts';

async function startReading(t: ExecutionContext) {
  const api = await startConsole(t);
  const read = async (path: string) => {
    const { status, headers, text } = await api.ask('GET', path);
    t.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8'], path);
    return parse(text);
  };
  return { ...api, read };
}

type Page = ReturnType<typeof parse>;
const words = (page: Page, selector: string) => page.querySelector(selector)?.textContent.replace(/\s+/g, ' ').trim() ?? '';
const idsOf = (page: Page) => page.querySelectorAll('[id]').map((element) => element.id);
/** Ids of the facts that the page shows. */
const shownFacts = (page: Page) => idsOf(page).filter((id) => facts.some((fact) => fact.id === id));

test('every fact is on its page by its id, with its sentence, its source, its mark and what that means', async (t) => {
  const page = await (await startReading(t)).read('/facts');
  t.true(facts.length > 80);
  for (const { id, mark, gist, source } of facts) {
    const row = words(page, `[id="${id}"]`);
    for (const text of [id, gist, source, mark, marks[mark]]) t.true(row.includes(text), `${id}: ${text}`);
  }
  for (const [mark, meaning] of Object.entries(marks)) t.regex(words(page, 'dl'), new RegExp(`${mark} ?${meaning}`));
});

test('every code of a verdict is there by its id, and every option with its values, mark and default', async (t) => {
  const page = await (await startReading(t)).read('/facts');
  for (const { code, name, meaning } of verdictCodes) {
    const row = words(page, `[id="${code}"]`);
    for (const text of [name, meaning]) t.true(row.includes(text), code);
  }
  const rows = page.querySelectorAll('tr').map((row) => row.textContent);
  for (const [name, { values, mark, meaning }] of Object.entries({ ...exchangeOptions, ...office365Options })) {
    const [row] = rows.filter((text) => text.includes(meaning));
    for (const text of [name, `${values[0]} (default, now)`, mark, ...values]) t.true(row?.includes(text), `${name}: ${text}`);
  }
});

for (const [query, fits] of [
  ['mark=doc', ({ mark }) => mark === 'doc'],
  ['mark=infer&text=', ({ mark }) => mark === 'infer'],
  ['text=zones', ({ id, gist, source }) => /zones/i.test(id + gist + source)],
  ['text=e-16', ({ id, gist }) => /e-16/i.test(id + gist)],
  ['mark=late&text=WEB.config', ({ mark, gist }) => mark === 'late' && /web\.config/i.test(gist)],
  ['mark=none', () => true],
  ['mark=toString', () => true],
] as const satisfies [string, (fact: (typeof facts)[number]) => boolean][])
  test(`/facts?${query} shows the facts that fit, and no others`, async (t) => {
    const page = await (await startReading(t)).read(`/facts?${query}`);
    t.deepEqual(
      shownFacts(page),
      facts.filter((fact) => fits(fact)).map(({ id }) => id),
    );
  });

test('a text of two words finds what holds both, and one that nothing holds says so', async (t) => {
  const { read } = await startReading(t);
  const both = (gist: string) => /key/i.test(gist) && /files?/i.test(gist);
  const ids = shownFacts(await read('/facts?text=Files+KEY'));
  t.true(ids.length > 0);
  for (const id of ids) t.true(both(facts.find((fact) => fact.id === id)?.gist ?? ''), id);
  const nothing = await read('/facts?text=xyzzy');
  t.deepEqual(shownFacts(nothing), []);
  t.regex(words(nothing, 'p[role=status]'), /^0 of \d+ facts, codes and options hold “xyzzy”\.$/);
});

test('what somebody looked for stays in the form as text', async (t) => {
  const page = await (await startReading(t)).read(`/facts?mark=late&text=${encodeURIComponent('"><script>alert(1)</script>')}`);
  t.is(page.querySelector('main script'), null);
  t.is(page.querySelector('#text')?.getAttribute('value'), '"><script>alert(1)</script>');
  t.deepEqual(
    page.querySelectorAll('option[selected]').map((option) => option.getAttribute('value')),
    ['late'],
  );
});

test('every build is there with its number, notes, key as shipped and facts', async (t) => {
  const { lab, read } = await startReading(t);
  const page = await read('/profiles');
  t.true(lab.profiles.size > 30);
  for (const { name, title, build, notes, signOutKind, facts: cited } of lab.profiles.values()) {
    const section = page.querySelector(`[aria-labelledby="${name}"]`);
    const text = section?.textContent ?? '';
    for (const part of [title, build, ...notes]) t.true(text.includes(part), `${name}: ${part}`);
    t.is(
      text.split('LegacyLogOff').length > 1,
      Object.values(signOutKind).includes('LegacyLogOff') || /Legacy/.test(notes.join()),
    );
    const links = section?.querySelectorAll('a').map((link) => link.getAttribute('href')) ?? [];
    for (const id of cited) t.true(links.includes(`/facts#${id}`), `${name}: ${id}`);
  }
});

test('each file that a build ships is told: CU9 as announced has the key commented out, CU8 has it set', async (t) => {
  const page = await (await startReading(t)).read('/profiles');
  const told = (name: string) => words(page, `[aria-labelledby="${name}"] dl`);
  t.regex(told('2013-cu8'), /feOwa \(front end, OWA\): LegacyLogOff.*beOwa .*: LegacyLogOff.*beEcp .*: LegacyLogOff/);
  t.regex(told('2013-cu9-announced'), /beOwa \(mailbox server, OWA\): commented out/);
  t.regex(told('2013-cu1'), /the way of CU1, whatever the files say.*beOwa \(mailbox server, OWA\): no such key/);
});

test('every profile of Office 365 is there with its mark and notes', async (t) => {
  const page = await (await startReading(t)).read('/profiles');
  for (const { name, title, notes, mark } of office365Profiles.values()) {
    const text = words(page, `[aria-labelledby="office365-${name}"]`);
    for (const part of [title, mark, ...notes]) t.true(text.includes(part), `${name}: ${part}`);
  }
});

test('the page says what stands there now, and goes on saying it when it is switched', async (t) => {
  const { read, put } = await startReading(t);
  t.regex(words(await read('/profiles'), 'section p'), /stands 2013-cu1 now/);
  await put({
    profile: '2013-cu9-shipped',
    frontEnd: '2013-cu8',
    options: { landing: 'signout' },
    office365: { ttl: { portal: '10m' } },
  });
  const page = await read('/profiles');
  t.regex(words(page, 'section p'), /stands 2013-cu9-shipped, with 2013-cu8 as its front end now/);
  const rows = page.querySelectorAll('tr').map((row) => row.textContent);
  t.true(rows.some((row) => row.includes('logon (default)') && row.includes('signout (now)')));
  t.true(rows.some((row) => row.includes('session at the portal') && row.includes('1 hour') && row.includes('10 minutes')));
});

for (const path of ['/profiles', '/facts', '/facts?mark=doc', '/sessions'])
  test(`${path}: one h1, no id twice, a label for every control, a scope for every th, and links within the page lead somewhere`, async (t) => {
    const page = await (await startReading(t)).read(path);
    t.is(page.querySelectorAll('h1').length, 1);
    const ids = idsOf(page);
    t.is(new Set(ids).size, ids.length);
    for (const control of page.querySelectorAll('input:not([type=hidden]), select'))
      t.truthy(page.querySelector(`label[for="${control.id}"]`));
    for (const cell of page.querySelectorAll('th')) t.true(['col', 'row'].includes(cell.getAttribute('scope') ?? ''));
    for (const part of page.querySelectorAll('table, thead, tbody, tr, td, th')) t.truthy(part.getAttribute('role'));
    for (const link of page.querySelectorAll('main a[href^="#"]'))
      t.true(ids.includes(link.getAttribute('href')?.slice(1) ?? ''), link.outerHTML);
  });

test('each link from a build to a fact leads to one that is on the facts’ page', async (t) => {
  const { read } = await startReading(t);
  const anchors = new Set(idsOf(await read('/facts')));
  const links = (await read('/profiles')).querySelectorAll('a[href^="/facts#"]');
  t.true(links.length > 100);
  for (const link of links) t.true(anchors.has(link.getAttribute('href')?.split('#')[1] ?? ''), link.outerHTML);
});
