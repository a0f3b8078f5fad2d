import type { ExchangeCell, ExchangeExpected, ExchangeInput, Office365Cell, Office365Expected, Office365Input } from './cell.ts';
import { differences, judge, type Observation } from './judge.ts';
import { differencesOffice365, judgeOffice365, type Office365Observation } from './office365/judge-office365.ts';

/** What was seen, judged and compared with what is expected; a cell without an expectation differs in just that. Pure. */
export function exchangeCell(input: ExchangeInput, seen: Observation, expected: ExchangeExpected | null): ExchangeCell {
  const result = judge(input, seen);
  const differs = expected ? differences(result, expected) : ['expected'];
  return { ...input, ...result, expected, differs, agrees: differs.length === 0 };
}

/** The same for Office 365. */
export function office365Cell(
  input: Office365Input,
  seen: Office365Observation,
  expected: Office365Expected | null,
): Office365Cell {
  const result = judgeOffice365(input, seen);
  const differs = expected ? differencesOffice365(result, expected) : ['expected'];
  return { ...input, ...result, expected, differs, agrees: differs.length === 0 };
}
