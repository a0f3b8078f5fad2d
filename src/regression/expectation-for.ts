import type { ExchangeCase, ExchangeRow, Wanted } from '../scenarios/exchange-case.ts';
import { exchangeExpectations } from '../scenarios/exchange-expectations.ts';
import type { Office365Case, Office365Row } from '../scenarios/office365-case.ts';
import { office365Expectations } from '../scenarios/office365-expectations.ts';
import type { CellExpected, ExchangeExpected, Office365Expected } from './cell.ts';

/** The committed expectation for a case: the first row that matches; null if there is none, which is a failure. */
export function expectationFor(given: ExchangeCase): ExchangeExpected | null;
export function expectationFor(given: Office365Case): Office365Expected | null;
export function expectationFor(given: ExchangeCase | Office365Case): CellExpected | null;
export function expectationFor(given: ExchangeCase | Office365Case): CellExpected | null {
  const rows: readonly (ExchangeRow | Office365Row)[] =
    given.suite === 'office365' ? office365Expectations : exchangeExpectations;
  const row = rows.find(({ when }) => matches(given, when));
  return row ? { ...row.then, mark: row.mark, facts: row.facts, because: row.because } : null;
}

/** Whether a case has all the values that are asked for; a key may be dotted, and a key of a null parent is null. */
export function matches(given: ExchangeCase | Office365Case, when: ExchangeRow['when']): boolean {
  return Object.entries(when).every(([key, wanted]) => {
    const value = valueAt(given, key);
    return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
  });
}

function valueAt(given: object, key: string): Wanted {
  let value: unknown = given;
  for (const part of key.split('.')) value = (value as Record<string, unknown> | null)?.[part] ?? null;
  return value === null ? null : String(value);
}
