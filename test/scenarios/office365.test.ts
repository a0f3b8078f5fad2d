import test from 'ava';
import { matches } from '../../src/regression/expectation-for.ts';
import { facts } from '../../src/scenarios/facts.ts';
import { kbSentences } from '../../src/scenarios/kb-sentences.ts';
import type { Office365Case } from '../../src/scenarios/office365-case.ts';
import { office365Cases } from '../../src/scenarios/office365-cases.ts';
import { office365Expectations } from '../../src/scenarios/office365-expectations.ts';

const rowFor = (given: Office365Case) => office365Expectations.find(({ when }) => matches(given, when));
const optionsOf = ({ options }: Office365Case) => Object.entries(options ?? {}).map(([name, value]) => `${name}=${value}`);
const nameOf = (given: Office365Case) => [given.profile, `${given.row}${given.step ?? ''}`, ...optionsOf(given)].join('/');
const stepsOf = (row: number, profile: Office365Case['profile'] = 'zones') =>
  office365Cases
    .filter((given) => given.row === row && given.profile === profile && given.options === null)
    .map(({ step }) => step);

test('every case of Office 365 is met by exactly one row of expectations', (t) => {
  for (const given of office365Cases)
    t.is(office365Expectations.filter(({ when }) => matches(given, when)).length, 1, nameOf(given));
});

test('no two cases of Office 365 have a name in common, and none an action that says nothing', (t) => {
  t.is(new Set(office365Cases.map(nameOf)).size, office365Cases.length);
  for (const given of office365Cases) t.regex(given.action, /^[A-Z].{10,}[^.]$/, nameOf(given));
});

test('all 25 rows of what is expected of Office 365 have cases, and rows of several steps each of their steps', (t) => {
  t.deepEqual(
    [...new Set(office365Cases.map(({ row }) => row))],
    Array.from({ length: 25 }, (_, at) => at + 1),
  );
  for (const row of [1, 2, 3, 5, 11, 13, 17]) t.deepEqual(stepsOf(row), [null], String(row));
  for (const row of [4, 9, 14, 25]) t.deepEqual(stepsOf(row), ['a', 'b'], String(row));
  for (const row of [6, 8, 15, 18, 20]) t.deepEqual(stepsOf(row), ['a', 'b', 'c'], String(row));
  for (const row of [7, 12]) t.deepEqual(stepsOf(row, 'literal'), ['a', 'b', 'c'], String(row));
  for (const row of [22, 24]) t.is(stepsOf(row, 'single-sign-out').length, row === 22 ? 3 : 2);
  t.deepEqual(stepsOf(23, 'third-party-cookies-blocked'), ['a', 'b', 'c']);
  t.deepEqual(stepsOf(10), ['a', 'b', 'c', 'd', 'e', 'f']);
  t.deepEqual(stepsOf(16), ['a', 'b', 'c', 'd']);
});

test('every row of expectations for Office 365 is the first one that some case meets', (t) => {
  const met = new Set(office365Cases.map(rowFor));
  t.deepEqual(
    office365Expectations.filter((row) => !met.has(row)).map(({ when }) => when),
    [],
  );
});

test('every fact that an expectation for Office 365 cites is listed', (t) => {
  const known = new Set(facts.map(({ id }) => id));
  for (const { when, facts: cited } of office365Expectations) {
    t.true(cited.length > 0, JSON.stringify(when));
    t.deepEqual(
      cited.filter((id) => !known.has(id)),
      [],
      JSON.stringify(when),
    );
  }
});

test('the sentences of KB are numbered in order', (t) => {
  t.deepEqual(
    kbSentences.map(({ id }) => id),
    kbSentences.map((_, at) => `KB-${String(at + 1).padStart(2, '0')}`),
  );
});
