import type { AnyCell, Cell, NotRunCell } from '../cell.ts';
import { varies } from './columns.ts';
import { hasRun } from './describe-cell.ts';

type Shown<Item> = { heading: string; always?: true; show: (cell: Item) => string };

/** The columns of a document's table. Without `always`: what was tried only if there is a choice, what came of it only if it says something. */
export type TableLayout<Item extends AnyCell> = {
  inputs: readonly Shown<Item>[];
  outcomes: readonly Shown<Exclude<Item, { notRun: true }>>[];
};

/** A table with a row for each cell; nothing without cells. */
export function markdownTable<Item extends AnyCell>(layout: TableLayout<Item>, cells: readonly Item[]): string[] {
  if (cells.length === 0) return [];
  const inputs = layout.inputs.filter((column) => column.always || varies(column, cells));
  const outcomes = layout.outcomes.filter(({ always, show }) => always || cells.filter(hasRun).some((cell) => show(cell) !== ''));
  const head = [...inputs.map(({ heading }) => heading), ...outcomes.map(({ heading }) => heading), 'As expected'];
  const rows = cells.map((cell) => [
    ...inputs.map(({ show }) => show(cell)),
    ...(hasRun(cell)
      ? [...outcomes.map(({ show }) => show(cell)), agreement(cell)]
      : didNotRun(cell as NotRunCell, outcomes.length)),
  ]);
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(escapeCell))];
  return [`${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`];
}

/** In the place of so many outcomes, and of whether they are as expected. */
function didNotRun({ notRunBecause }: NotRunCell, outcomes: number): string[] {
  return [`did not run: ${notRunBecause}`, ...Array<string>(outcomes - 1).fill(''), '**not run**'];
}

function agreement({ expected, agrees }: Cell): string {
  return expected ? `${agrees ? 'yes' : '**no**'} [${expected.mark}]` : '**no**';
}

/** A bar would end the cell, a line break the row. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*[\r\n]+\s*/g, ' ');
}
