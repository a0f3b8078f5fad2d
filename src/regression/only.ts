import { LabError } from '../errors.ts';
import { nearest } from '../rules/nearest.ts';
import { ownFields } from './cell-fields.ts';

/** Which cells are wanted: per key the values, any of which will do; every key must hold. */
export type Only = ReadonlyMap<string, readonly string[]>;

/** Reads `KEY=VALUE` pairs: the same key twice means or, different keys mean and. */
export function parseOnly(pairs: readonly string[]): Only {
  const only = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new LabError('usage', `--only expects KEY=VALUE, got "${pair}"; for example --only profile=2013-cu1`);
    const key = pair.slice(0, at);
    only.set(key, [...(only.get(key) ?? []), pair.slice(at + 1)]);
  }
  return only;
}

/**
 * The cells that are wanted. Keys are those of a cell's input as a JSON report has them, dotted for nested ones. Throws usage with
 * the known keys for an unknown one, and with the known values if no cell is left.
 */
export function selectCells<Item extends object>(items: readonly Item[], only: Only): Item[] {
  if (only.size === 0) return [...items];
  const flat = items.map(fieldsOf);
  const keys = [...new Set(flat.flatMap((fields) => [...fields.keys()]))];
  for (const key of only.keys())
    if (!keys.includes(key)) {
      const near = nearest(key, keys);
      throw new LabError(
        'usage',
        `--only knows no key "${key}"${near ? `; did you mean ${near}?` : ''} (known keys: ${keys.join(', ')})`,
      );
    }
  const selected = items.filter((_, at) => fits(flat[at] as Fields, only));
  if (selected.length > 0) return selected;
  const lines = [...only].map(([key, values]) =>
    describeKnown(key, values, [...new Set(flat.flatMap((fields) => fields.get(key) ?? []))]),
  );
  throw new LabError('usage', `no cell fits --only ${describe(only)}; known values are\n  ${lines.join('\n  ')}`);
}

/** The values that cells have for a key, and the nearest of them to one that none has. */
function describeKnown(key: string, values: readonly string[], known: readonly string[]): string {
  const near = values.flatMap((value) => (known.includes(value) ? [] : (nearest(value.toLowerCase(), [...known]) ?? [])));
  const said = known.map((value) => (/^[\w.@/-]+$/.test(value) ? value : JSON.stringify(value)));
  return `${key}: ${said.join(', ')}${near.length > 0 ? ` (did you mean ${near.join(' or ')}?)` : ''}`;
}

function describe(only: Only): string {
  return [...only].flatMap(([key, values]) => values.map((value) => `${key}=${value}`)).join(' --only ');
}

/** Whether one cell is among those that are wanted. */
export function fitsOnly(cell: object, only: Only): boolean {
  return fits(fieldsOf(cell), only);
}

type Fields = ReadonlyMap<string, string>;

/** A cell does not fit a key that only cells of another kind have. */
function fits(fields: Fields, only: Only): boolean {
  return [...only].every(([key, values]) => {
    const value = fields.get(key);
    return value !== undefined && values.includes(value);
  });
}

/** What a cell can be selected by: the steps of a case are told by its action. */
function fieldsOf(cell: object): Fields {
  const { steps: _, ...fields } = ownFields(cell) as { steps?: unknown };
  return flatten(fields);
}

/** `{a: {b: null}}` → a.b = "null". */
function flatten(value: object, prefix = ''): Map<string, string> {
  const fields = Object.entries(value).flatMap(([key, inner]): [string, string][] =>
    inner !== null && typeof inner === 'object'
      ? [...flatten(inner as object, `${prefix}${key}.`)]
      : [[prefix + key, String(inner)]],
  );
  return new Map(fields);
}
