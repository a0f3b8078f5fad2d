import type { ExchangeCell, ExchangeInput, Office365Cell, Office365Input } from '../regression/cell.ts';
import type { Observation } from '../regression/judge.ts';
import { exchangeCell, office365Cell } from '../regression/judged-cell.ts';
import type { Office365Observation } from '../regression/office365/judge-office365.ts';
import type { KnownCells } from './known-cells.ts';

/** As the matrix judges it; without an expectation nothing differs (see confirmationOf). `cells` null: none is to be looked for. */
export function exchangeVerdict(input: ExchangeInput, seen: Observation, cells: KnownCells | null): ExchangeCell {
  return withoutFault(exchangeCell(input, seen, cells?.expectationFor<ExchangeInput>(input) ?? null));
}

/** The same for Office 365. */
export function office365Verdict(input: Office365Input, seen: Office365Observation, cells: KnownCells | null): Office365Cell {
  return withoutFault(office365Cell(input, seen, cells?.expectationFor<Office365Input>(input) ?? null));
}

/** A cell of the matrix without an expectation is a gap in the matrix; somebody's own choice without one is not. */
function withoutFault<Judged extends { expected: unknown; differs: readonly string[]; agrees: boolean }>(cell: Judged): Judged {
  return cell.expected === null ? { ...cell, differs: [], agrees: true } : cell;
}
