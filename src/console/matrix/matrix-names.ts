import { type Html, html } from '../../html.ts';
import { NONE } from '../../regression/report/columns.ts';

const ZERO_WIDTH_SPACE = '\u200b';

/** The attribute with which the header of a row also has its other names, for a narrow page that has no room for their columns. */
export function alsoNamed(names: readonly string[]): Html | false {
  const said = names.filter((name) => name !== NONE);
  return said.length > 0 && html` data-also="${said.join(' · ').replaceAll('/', `/${ZERO_WIDTH_SPACE}`)}"`;
}
