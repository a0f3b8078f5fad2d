import type { EndsCase, EndsRow } from '../scenarios/ends-case.ts';
import { endsExpectations } from '../scenarios/ends-expectations.ts';
import type { ExchangeCase, ExchangeRow, Wanted } from '../scenarios/exchange-case.ts';
import { exchangeExpectations } from '../scenarios/exchange-expectations.ts';
import type { Office365Case, Office365Row } from '../scenarios/office365-case.ts';
import { office365Expectations } from '../scenarios/office365-expectations.ts';
import {
  type CellCase,
  type CellExpected,
  type CellKind,
  type EndsExpected,
  type ExchangeExpected,
  kindOf,
  type Office365Expected,
} from './cell.ts';

const rows: Readonly<Record<CellKind, readonly (ExchangeRow | Office365Row | EndsRow)[]>> = {
  exchange: exchangeExpectations,
  office365: office365Expectations,
  ends: endsExpectations,
};

/** The committed expectation for a case: the first row that matches; null if there is none, which is a failure. */
export function expectationFor(given: ExchangeCase): ExchangeExpected | null;
export function expectationFor(given: Office365Case): Office365Expected | null;
export function expectationFor(given: EndsCase): EndsExpected | null;
export function expectationFor(given: CellCase): CellExpected | null;
export function expectationFor(given: CellCase): CellExpected | null {
  const row = rows[kindOf(given)].find(({ when }) => matches(given, when));
  return row ? { ...row.then, mark: row.mark, facts: row.facts, because: row.because } : null;
}

/** Whether a case has all the values that are asked for; a key may be dotted, and a key of a null parent is null. */
export function matches(given: CellCase, when: ExchangeRow['when']): boolean {
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
