// What signing out of OWA and ECP must lead to, derived from the documented facts by a reader, never from a run of the lab.
// The first row that matches a case wins; a case that no row matches is a failure.
// `mark` is the weakest mark among the facts that the row needs, or doc where the Exchange team's post states the flow literally.

import type { ExchangeRow } from './exchange-case.ts';
import { adfsRows } from './expectations/adfs.ts';
import { changedEcpRows, changedOwaRows } from './expectations/changed.ts';
import { legacyEcpRows, newEcpRows } from './expectations/ecp.ts';
import { addInRows, coExistenceRows, farmRows } from './expectations/farms.ts';
import { dialogRows, legacyFbaRows, legacyForcedRows } from './expectations/legacy-owa.ts';
import { logoffPageRows } from './expectations/logoff-page.ts';
import { newOwaRows } from './expectations/new-owa.ts';
import { gatewayRows, parserRows, recyclingRows, signInRows, thirdHopRows } from './expectations/options.ts';

export const exchangeExpectations: readonly ExchangeRow[] = [
  ...signInRows,
  ...parserRows,
  ...recyclingRows,
  ...gatewayRows,
  ...thirdHopRows,
  ...farmRows,
  ...coExistenceRows,
  ...addInRows,
  ...adfsRows,
  ...changedOwaRows,
  ...changedEcpRows,
  ...logoffPageRows,
  ...newOwaRows,
  ...newEcpRows,
  ...legacyFbaRows,
  ...legacyForcedRows,
  ...dialogRows,
  ...legacyEcpRows,
];
