import { LabError } from './errors.ts';

/** A reading of the facts that is not certain, and can be switched. The first value is the default. */
export type NamedOption = {
  values: readonly [string, ...string[]];
  mark: 'infer' | 'late' | 'doc';
  fact: string;
  meaning: string;
};

/** A value for each of some named options. */
export type Chosen<Known extends Record<string, NamedOption>> = { readonly [Name in keyof Known]: Known[Name]['values'][number] };

/**
 * Every option with its value: the given one, else the default. `whose` is said behind the name of one that there is not. Throws
 * configuration on a name or value that there is not.
 */
export function readNamedOptions<Known extends Record<string, NamedOption>>(
  known: Known,
  given: Readonly<Record<string, string>>,
  whose = '',
): Chosen<Known> {
  const names = Object.keys(known);
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!option) throw new LabError('configuration', `there is no option "${name}"${whose}; there are ${names.join(', ')}`);
    if (!option.values.includes(value))
      throw new LabError('configuration', `option ${name}: expected ${option.values.join(' or ')}, got "${value}"`);
  }
  return Object.fromEntries(names.map((name) => [name, given[name] ?? known[name]?.values[0]])) as Chosen<Known>;
}
