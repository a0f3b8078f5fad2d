import type { Profile } from '../exchange/profile.ts';
import { exchangeCases, logoffUrls } from '../scenarios/exchange-cases.ts';
import type { ExchangeCase } from '../scenarios/exchange-expectations.ts';
import type { CellInput } from './cell.ts';

/** Every cell there is, each with the case that its expectation is looked up by. */
export function allCells(profiles: ReadonlyMap<string, Profile>): { input: CellInput; tried: ExchangeCase }[] {
  return exchangeCases.map((tried) => {
    const profile = profiles.get(tried.profile);
    if (!profile) throw new RangeError(`a case tries the profile "${tried.profile}", which is not in profiles/`);
    const input: CellInput = {
      id: idOf(tried),
      suite: 'exchange',
      profile: tried.profile,
      frontEnd: tried.profile,
      vdirAuth: tried.vdirAuth,
      app: tried.app,
      client: tried.client,
      via: tried.via,
      signOutKind: profile.shipped,
      signOutKindSource: tried.signOutKindSource,
      logoffUrl: tried.logoffUrl,
      match: tried.via === 'gateway' ? 'contains' : null,
      options: null,
    };
    return { input, tried };
  });
}

/** `exchange/<profile>/<auth>/<app>/<client>/<via>/<shipped>[/<logoff URL's name>]`. */
function idOf({ profile, vdirAuth, app, client, via, signOutKindSource, logoffUrl }: ExchangeCase): string {
  const url = Object.entries(logoffUrls).find(([, value]) => value === logoffUrl)?.[0];
  return ['exchange', profile, vdirAuth, app, client, via, signOutKindSource, ...(url === undefined ? [] : [url])].join('/');
}
