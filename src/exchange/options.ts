import { LabError } from '../errors.ts';

/** A reading of the facts that is not certain, and can be switched. The first value is the default. */
type NamedOption = { values: readonly [string, ...string[]]; mark: 'infer' | 'late' | 'doc'; fact: string; meaning: string };

/** The named options of the mock Exchange (DOMAIN 3). */
export const exchangeOptions = {
  signOutKindParser: {
    values: ['enum', 'literal'],
    mark: 'late',
    fact: 'E-01',
    meaning: 'literal: only the exact text LegacyLogOff is legacy, as the post says; enum: case, blanks, 1 and lists as well',
  },
  logoffPageSource: {
    values: ['exch', 'none'],
    mark: 'infer',
    fact: 'E-19',
    meaning: 'whether builds before CU1 add &src=exch to the address of their logoff page, as the online service does',
  },
  signoutPage: {
    values: ['absent', 'present'],
    mark: 'infer',
    fact: 'E-09',
    meaning: 'whether 2013 CU7 has a signout.aspx of its own',
  },
  legacyForcedRequest: {
    values: ['off', 'on'],
    mark: 'infer',
    fact: 'E-18',
    meaning: 'on: where the client would show its dialog it requests logoff.owa, as the post reads literally',
  },
  ecpThirdHop: {
    values: ['practice', 'blog'],
    mark: 'infer',
    fact: 'E-15',
    meaning: 'blog: the third hop of a sign-out from ECP is /owa/logon.aspx, as the post writes it',
  },
  mixedFarm: {
    values: ['signout-404', 'logon-then-logoff-loop'],
    mark: 'infer',
    fact: 'E-22',
    meaning: 'what a front end of CU6 or earlier does when it is asked for signout.aspx',
  },
  landing: {
    values: ['logon', 'signout'],
    mark: 'infer',
    fact: 'E-01',
    meaning: 'what builds that ship without the key do: wholly legacy, dialog included, or the new sign-out',
  },
  autoRecycle: {
    values: ['true', 'false'],
    mark: 'doc',
    fact: 'E-02',
    meaning: 'false: saving web.config does not recycle the application pool; it must be recycled by hand',
  },
} as const satisfies Record<string, NamedOption>;

export type ExchangeOptionName = keyof typeof exchangeOptions;
export type ExchangeOptions = { readonly [Name in ExchangeOptionName]: (typeof exchangeOptions)[Name]['values'][number] };

export const optionNames = Object.keys(exchangeOptions) as ExchangeOptionName[];

/** Every option with its value: the given one, else the default. Throws configuration on a name or value that there is not. */
export function readOptions(given: Readonly<Record<string, string>> = {}): ExchangeOptions {
  for (const [name, value] of Object.entries(given)) {
    const option: NamedOption | undefined = Object.hasOwn(exchangeOptions, name)
      ? exchangeOptions[name as ExchangeOptionName]
      : undefined;
    if (!option) throw new LabError('configuration', `there is no option "${name}"; there are ${optionNames.join(', ')}`);
    if (!option.values.includes(value))
      throw new LabError('configuration', `option ${name}: expected ${option.values.join(' or ')}, got "${value}"`);
  }
  const entries = optionNames.map((name) => [name, given[name] ?? exchangeOptions[name].values[0]]);
  return Object.fromEntries(entries) as ExchangeOptions;
}
