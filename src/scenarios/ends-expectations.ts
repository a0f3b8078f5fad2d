// What must be left of a session that has ended, derived from the requirements and the product's decisions by a reader, never
// from a run of the lab. The first row that matches a case wins; a case that no row matches is a failure.
// `mark` is doc where a published requirement or the vendor says what the old cookie opens; what becomes of open connections,
// and of sessions when a machine fails, is the product's own reading (infer). One end record a session is its decision too.

import type { EndsRow } from './ends-case.ts';
import { identitySwitchRows } from './expectations/ends-identity-switch.ts';
import { machineRows } from './expectations/ends-machines.ts';
import { signOutRows } from './expectations/ends-sign-out.ts';
import { withdrawnRows } from './expectations/ends-withdrawn.ts';

export const endsExpectations: readonly EndsRow[] = [...signOutRows, ...withdrawnRows, ...machineRows, ...identitySwitchRows];
