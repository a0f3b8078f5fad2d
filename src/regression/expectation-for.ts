import type { ExchangeCase, ExchangeRow, Wanted } from '../scenarios/exchange-case.ts';
import { exchangeExpectations } from '../scenarios/exchange-expectations.ts';
import type { Office365Case } from '../scenarios/office365-case.ts';
import type { CellExpected } from './cell.ts';

/** The committed expectation for a case: the first row that matches; null if there is none, which is a failure. */
export function expectationFor(given: ExchangeCase): CellExpected | null {
  const row = exchangeExpectations.find(({ when }) => matches(given, when));
  return row ? { ...row.then, mark: row.mark, facts: row.facts, because: row.because } : null;
}

/** Whether a case has all the values that are asked for; a key may be dotted, and a key of a null parent is null. */
export function matches(given: ExchangeCase | Office365Case, when: ExchangeRow['when']): boolean {
  return Object.entries(when).every(([key, wanted]) => {
    const value = valueAt(given, key);
    return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
  });
}

function valueAt(given: ExchangeCase | Office365Case, key: string): Wanted {
  let value: unknown = given;
  for (const part of key.split('.')) value = (value as Record<string, unknown> | null)?.[part] ?? null;
  return value === null ? null : String(value);
}
