import { type AnyCell, type Cell, isEnds } from '../cell.ts';
import { groupCells } from './columns.ts';
import { evidence, hasRun } from './describe-cell.ts';
import type { Numbers } from './lay-out-rows.ts';
import { ranges, wrap } from './lay-out-text.ts';
import type { Paint } from './paint.ts';

/**
 * Why each row came out as it did: every sentence once, with the numbers of its rows and what the expectation rests on. Sentences that
 * differ in nothing but the logoff URL, which stands in the rows, are one.
 */
export function sentencesOfRows(cells: readonly AnyCell[], numbers: Numbers, width: number, paint: Paint): string {
  const explained = cells.filter(hasRun).filter((cell) => cell.agrees);
  if (explained.length === 0) return '';
  const lines = groupCells(explained, sentenceOf).map(([because, group]) => {
    const rows = ranges(group.map((cell) => numbers.get(cell) as number));
    const known = [...new Set(group.flatMap(({ expected }) => (expected ? evidence(expected) : [])))];
    return wrap(`${rows}: ${because} ${known.join(' ')}`.trimEnd(), width);
  });
  return [paint('bold', 'Why'), ...lines].join('\n');
}

function sentenceOf(cell: Cell): string {
  if (isEnds(cell)) return cell.because;
  const { because, logoffUrl } = cell;
  return because
    .replace(` published server logoff URL "${logoffUrl}"`, ' published server logoff URL')
    .replace(`"${logoffUrl}"`, 'the logoff URL');
}
