/** A field of a cell, a result or an expectation, dotted for a part of it: null if there is none. A text stands for each of its parts. */
export function fieldAt(given: object, field: string): unknown {
  const [key = '', part] = field.split('.');
  const value = (given as Record<string, unknown>)[key] ?? null;
  if (part === undefined || value === null || typeof value !== 'object') return value;
  return (value as Record<string, unknown>)[part] ?? null;
}
