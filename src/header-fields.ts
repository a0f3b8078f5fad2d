/** Header fields in order, names as they came; a name may occur several times. */
export type HeaderFields = [name: string, value: string][];

/** node:http's flat list of raw fields (name, value, name, value …) as pairs. */
export function fieldPairs(raw: readonly string[]): HeaderFields {
  return Array.from({ length: raw.length >> 1 }, (_, index) => [raw[2 * index] as string, raw[2 * index + 1] as string]);
}
