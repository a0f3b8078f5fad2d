import { type Chosen, type NamedOption, readNamedOptions } from '../named-options.ts';

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
export type ExchangeOptions = Chosen<typeof exchangeOptions>;

/** Every option with its value: the given one, else the default. Throws configuration on a name or value that there is not. */
export function readOptions(given: Readonly<Record<string, string>> = {}): ExchangeOptions {
  return readNamedOptions(exchangeOptions, given);
}
