import { type Html, html } from '../../html.ts';
import { NONE } from '../../regression/report/columns.ts';

/** Invisible; a line may end there. */
const BREAK = '\u200b';

/** The attribute with which the header of a row also has its other names: a narrow page has no room for their columns. */
export function alsoNamed(names: readonly string[]): Html | false {
  const said = names.filter((name) => name !== NONE);
  return said.length > 0 && html` data-also="${said.join(' · ').replaceAll('/', `/${BREAK}`)}"`;
}
