// What signing out of Office 365 must lead to, derived from the documented facts by a reader, never from a run of the lab.
// The first row that matches a case wins; a case that no row matches is a failure.
// `mark` is how well it is known that the row must come out so, not how well the model that leads there is (O-05 and O-06 are
// inferred): doc where KB states it. What a row's `after` says of services beyond that rests on O-06, and `because` says so.

import { officeClientRows, replayRows } from './expectations/office365-cookies.ts';
import { lifetimeRows } from './expectations/office365-lifetimes.ts';
import { methodRows } from './expectations/office365-methods.ts';
import { otherRows } from './expectations/office365-others.ts';
import { scenarioRows } from './expectations/office365-sign-out.ts';
import type { Office365Row } from './office365-case.ts';

export const office365Expectations: readonly Office365Row[] = [
  ...scenarioRows,
  ...methodRows,
  ...lifetimeRows,
  ...officeClientRows,
  ...replayRows,
  ...otherRows,
];
