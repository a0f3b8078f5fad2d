import type { CellInput } from '../../src/regression/cell.ts';
import type { SourceSentence } from '../../src/scenarios/source-sentence.ts';
import { markdownTable } from './marked-parts.ts';
import { cellsOfSentences } from './shown-cells.ts';

/** The sentences of a source beside the cells that show them. */
export function sentenceTable(cells: readonly CellInput[], sentences: readonly SourceSentence[]): string {
  const showing = cellsOfSentences(cells, sentences);
  return markdownTable(
    ['Sentence', 'Says', 'Shown by'],
    sentences.map((sentence) => {
      const { shown, all } = showing.get(sentence.id) ?? { shown: [], all: 0 };
      return [sentence.id, sentence.gist, shownBy(sentence, shown, all)];
    }),
  );
}

function shownBy({ test, notModelled }: SourceSentence, shown: readonly string[], all: number): string {
  const more = all > shown.length ? [`and ${all - shown.length} more`] : [];
  const tests = test === undefined ? [] : [`test “${test}”`];
  const not = notModelled === undefined ? [] : [`not modelled: ${notModelled}`];
  return [...shown.map((id) => `\`${id}\``), ...more, ...tests, ...not].join('<br>');
}

export function notModelled(sentences: readonly SourceSentence[]): string {
  return sentences.flatMap(({ id, gist, notModelled: why }) => (why ? `- ${id}: ${gist} *${why}*\n` : [])).join('');
}
