import type { Profile } from '../../exchange/profile.ts';
import type { AnyCell, CellExpected, CellInput } from '../../regression/cell.ts';
import { allCells, caseOf } from '../../regression/cells.ts';
import { expectationFor } from '../../regression/expectation-for.ts';

/** A cell of the matrix before it is run: its place in the order of all, and what must come of it. */
export type Entry = { readonly number: number; readonly input: CellInput; readonly expected: CellExpected | null };

export type MatrixCells = {
  all(): readonly Entry[];
  find(id: string): Entry | null;
};

/** Every cell there is. Made when they are first asked for: many a lab is never asked. */
export function createMatrixCells(profiles: ReadonlyMap<string, Profile>): MatrixCells {
  let entries: ReadonlyMap<string, Entry> | null = null;
  let list: readonly Entry[] = [];
  const known = () => {
    if (entries) return entries;
    list = allCells(profiles).map(entryOf);
    entries = new Map(list.map((entry) => [entry.input.id, entry]));
    return entries;
  };
  return {
    all() {
      known();
      return list;
    },
    find: (id) => known().get(id) ?? null,
  };
}

/** Looking up thousands of expectations takes a while, and few of them are asked for at once. */
function entryOf(input: CellInput, number: number): Entry {
  let expected: CellExpected | null | undefined;
  return {
    number,
    input,
    get expected() {
      expected ??= expectationOf(input);
      return expected;
    },
  };
}

function expectationOf(input: CellInput): CellExpected | null {
  // Each kind of case has a signature of its own, and they all lead to the same table.
  return expectationFor(caseOf(input as never) as never);
}

/** What became of a cell when it was last run; null: it has not been. */
export type CellState = 'agrees' | 'differs' | 'fault' | 'yet';

export function stateOf(cell: AnyCell | null): CellState {
  if (!cell) return 'yet';
  if ('notRun' in cell) return 'fault';
  return cell.agrees ? 'agrees' : 'differs';
}

/** The same for people. */
export const stateWords: Readonly<Record<CellState, string>> = {
  agrees: 'as expected',
  differs: 'not as expected',
  fault: 'did not run',
  yet: 'not yet run',
};
