/** How well a fact is known. */
export type Mark = 'doc' | 'seen' | 'late' | 'infer';

/** `state`: where the lab does not do all of it. */
export type Fact = { id: string; mark: Mark; gist: string; source: string; state?: 'emulated in part' | 'not emulated yet' };

/** How well a fact is known, the best first. */
export const marks: Readonly<Record<Mark, string>> = {
  doc: 'documented by the vendor',
  seen: 'observed or reported',
  late: 'reported for one late build only, and extrapolated',
  infer: 'inferred',
};
