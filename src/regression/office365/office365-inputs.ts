import type { Office365Case } from '../../scenarios/office365-case.ts';
import type { Office365Input } from '../cell.ts';

/** Cells with ids: `office365/<profile>/<row><step>`, and `/option=value …` behind it where there are several with the same. */
export function office365Inputs(cases: readonly Office365Case[]): Office365Input[] {
  const variants = Map.groupBy(cases, placeOf);
  return cases.map((tried) => {
    const place = placeOf(tried);
    const named = Object.entries(tried.options ?? {}).map(([name, value]) => `${name}=${value}`);
    const several = (variants.get(place)?.length ?? 0) > 1;
    return { id: [place, ...(several ? named : [])].join('/'), ...tried };
  });
}

function placeOf({ suite, profile, row, step }: Office365Case): string {
  return `${suite}/${profile}/${row}${step ?? ''}`;
}
