import {
  type AnyCell,
  type Cell,
  type CellExpected,
  type CellInput,
  isEnds,
  isExchange,
  isOffice365,
  type NotRunCell,
} from '../cell.ts';
import { fieldAt } from '../field-at.ts';
import { describeTrace } from './describe-trace.ts';

/** Why a cell is not as expected, in sentences. */
export type Finding = {
  id: string;
  /** `field: expected … [mark: facts], got …`, one for each field that differs. */
  differences: readonly string[];
  /** What happened; and what the committed row says should have, null if there is no row. */
  because: string;
  expectedBecause: string | null;
  trace: readonly string[];
};

export function hasRun<Item extends AnyCell>(cell: Item): cell is Exclude<Item, { notRun: true }> {
  return !('notRun' in cell);
}

/** Cells that ran and came out otherwise than the committed expectations say. */
export function differingCells(cells: readonly AnyCell[]): Cell[] {
  return cells.filter(hasRun).filter((cell) => !cell.agrees);
}

export function notRunCells(cells: readonly AnyCell[]): NotRunCell[] {
  return cells.filter((cell): cell is NotRunCell => !hasRun(cell));
}

/** What the cells of a suite are counted by: a profile, or what keeps the sessions and for how many (`redis-2-gateways`). */
export function groundOf(cell: CellInput): string {
  if (!isEnds(cell)) return cell.profile;
  return `${cell.store}-${cell.replicas}-${cell.replicas === 1 ? 'gateway' : 'gateways'}`;
}

/** `[seen: E-16, E-03]`: how well the expectation is known, and from which facts. */
export function evidence({ mark, facts }: CellExpected): string {
  return `[${mark}: ${facts.join(', ')}]`;
}

export function findingOf(cell: Cell): Finding {
  const { id, because, expected, differs, trace } = cell;
  const differences = expected
    ? differs.map((field) => describeField(cell, expected, field))
    : ['no committed expectation matches this cell'];
  const steps = describeTrace(trace ?? [], isOffice365(cell));
  return { id, differences, because, expectedBecause: expected?.because ?? null, trace: steps };
}

function describeField(cell: Cell, expected: CellExpected, field: string): string {
  const got = field === 'requests' && isExchange(cell) ? cell.requests.map(({ target }) => target) : fieldAt(cell, field);
  return `${field}: expected ${JSON.stringify(fieldAt(expected, field))} ${evidence(expected)}, got ${JSON.stringify(got)}`;
}

/** A finding as lines: the id, and indented under it the fields, the sentences and the trace, or `noTrace` in its place. */
export function findingLines({ id, differences, because, expectedBecause, trace }: Finding, noTrace?: string): string[] {
  const steps = noTrace === undefined ? ['trace:', ...trace.map((line) => `  ${line}`)] : [noTrace];
  return [
    id,
    ...differences.map((line) => `  ${line}`),
    `  ${because}`,
    ...(expectedBecause === null ? [] : [`  expected because: ${expectedBecause}`]),
    ...(trace.length > 0 ? steps.map((line) => `  ${line}`) : []),
  ];
}
