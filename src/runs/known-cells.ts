import { isDeepStrictEqual } from 'node:util';
import type { Profile } from '../exchange/profile.ts';
import { type ExchangeExpected, isEnds, isOffice365, type Office365Expected } from '../regression/cell.ts';
import { allCells, caseOf } from '../regression/cells.ts';
import { expectationFor } from '../regression/expectation-for.ts';
import type { RunInput } from './run.ts';

/** The cells of the matrix that can be run here, and what is expected of them. */
export type KnownCells = {
  all: readonly RunInput[];
  get(id: string): RunInput | null;
  /**
   * What the committed rows say of an input; null if it is none of the matrix. Rows are derived for cells: one may match another input
   * by accident, and would say something about it that nobody meant.
   */
  expectationFor<Input extends RunInput>(input: Input): ExpectedOf<Input> | null;
};

type ExpectedOf<Input> = Input extends { suite: 'office365' } ? Office365Expected : ExchangeExpected;

export function knownCells(profiles: ReadonlyMap<string, Profile>): KnownCells {
  const all = allCells(profiles).filter((cell) => !isEnds(cell)) as RunInput[];
  const byId = new Map(all.map((cell) => [cell.id, cell]));
  return {
    all,
    get: (id) => byId.get(id) ?? null,
    expectationFor<Input extends RunInput>(input: Input): ExpectedOf<Input> | null {
      const known = byId.get(input.id);
      if (!known || !isDeepStrictEqual(known, input)) return null;
      const expected = isOffice365(known) ? expectationFor(caseOf(known)) : expectationFor(caseOf(known));
      return expected as ExpectedOf<Input> | null;
    },
  };
}
