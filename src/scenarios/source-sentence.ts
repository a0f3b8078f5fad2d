import type { Wanted } from './exchange-case.ts';

/** A sentence of one of the two sources, in our words. */
export type SourceSentence = {
  id: string;
  gist: string;
  /** Each: keys of a case as in a row's `when`. */
  shownBy: readonly Readonly<Record<string, Wanted | readonly Wanted[]>>[];
  /** Title of the test that shows what no cell can. */
  test?: string;
  notModelled?: string;
};
