import { LabError } from '../errors.ts';
import type { Lab } from '../lab/lab.ts';
import { SWITCHED_NAME } from '../lab/lab-setting.ts';
import { ADFS_NAME } from '../lab/office365-setting.ts';
import { isOffice365 } from '../regression/cell.ts';
import type { RunInput } from './run.ts';

/** Throws conflict for a run at a site that the lab's rules do not publish: with rules of somebody's own, the lab's names need not be there. */
export function checkPublished({ gateway }: Pick<Lab, 'gateway'>, input: RunInput): void {
  const name = siteOf(input);
  if (name === null || gateway.rules().rules.some(({ publicNames }) => publicNames.includes(name))) return;
  throw new LabError(
    'conflict',
    `the rules that this lab was given do not publish ${name}: start it without --rules to run this`,
  );
}

/** The public name of the gateway that a run needs; null: none. */
function siteOf(input: RunInput): string | null {
  if (isOffice365(input)) return input.identity === 'federated' ? ADFS_NAME : null;
  return input.via === 'direct' ? null : SWITCHED_NAME;
}
