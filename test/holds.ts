import type { ExecutionContext } from 'ava';
import fc from 'fast-check';

/** PROPERTY_RUNS=20 tries twenty times as much, to look for what the usual number of tries does not find. */
const times = Number(process.env['PROPERTY_RUNS'] ?? 1);

/**
 * Tries a property with `numRuns` inputs. Inside a property, assert with node:assert: then the failure of the test is fast-check's,
 * with its seed and smallest counterexample.
 */
export async function holds<Input>(
  t: ExecutionContext,
  property: fc.IProperty<Input> | fc.IAsyncProperty<Input>,
  numRuns = 1_000,
): Promise<void> {
  await fc.assert(property as fc.IAsyncProperty<Input>, { numRuns: numRuns * times, includeErrorInReport: true });
  t.pass();
}
