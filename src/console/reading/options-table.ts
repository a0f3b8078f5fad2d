import { type Html, html } from '../../html.ts';
import type { NamedOption } from '../../named-options.ts';
import { markSign, withCitations } from './cited.ts';
import { readingTable } from './reading-table.ts';

/** Named options of a mock. `chosen`: those that the lab has now, where it is not the default. */
export function optionsTable(
  options: readonly (readonly [name: string, option: NamedOption])[],
  chosen: Readonly<Record<string, string>>,
): Html {
  return readingTable(
    ['Option', 'Values', 'Mark', 'Fact', 'Meaning'],
    options.map(([name, { values, mark, fact, meaning }]) => ({
      cells: [
        html`<code>${name}</code>`,
        valueList(values, chosen[name]),
        markSign(mark),
        withCitations(fact),
        withCitations(meaning),
      ],
    })),
  );
}

function valueList(values: readonly string[], chosen = values[0]): Html {
  const said = (value: string, at: number) => [at === 0 ? 'default' : [], value === chosen ? 'now' : []].flat().join(', ');
  return html`${values.map((value, at) => html`${at > 0 && html`<br>`}<code>${value}</code>${said(value, at) && ` (${said(value, at)})`}`)}`;
}
