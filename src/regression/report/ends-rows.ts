import type { EndsCell, NotRunEndsCell } from '../cell.ts';
import { verdictColumns } from './columns.ts';
import { endsColumns, endsRowOutcomes } from './ends-columns.ts';
import { layOutRows, type Numbers, type RowLayout } from './lay-out-rows.ts';
import type { Paint } from './paint.ts';

type AnyEndsCell = EndsCell | NotRunEndsCell;

const layout: RowLayout<AnyEndsCell> = {
  inputs: Object.values(endsColumns),
  usual: [endsColumns.endedBy, endsColumns.tried],
  outcomes: [...endsRowOutcomes, ...verdictColumns],
  didNotRun: '–',
};

/** A row for each cell in which a session ends: what ended it, what was tried with it then, and what came of that. */
export function rowsOfEnds(cells: readonly AnyEndsCell[], numbers: Numbers, width: number, paint: Paint): string {
  return layOutRows(layout, cells, numbers, width, paint);
}
