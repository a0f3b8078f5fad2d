/** What stands at a path of a value that nobody has checked yet; undefined when there is no such place. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, key) => (isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined), value);
}

/** The entries of an unchecked list with their paths, `most` of them at most. */
export function entriesAt(value: unknown, path: readonly PropertyKey[], most: number): { path: PropertyKey[]; value: unknown }[] {
  const list = valueAt(value, path);
  return Array.isArray(list)
    ? list.slice(0, most).map((entry: unknown, index) => ({ path: [...path, index], value: entry }))
    : [];
}

export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
